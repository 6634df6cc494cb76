package io.weir.cli;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Removes resources from the control plane's store. */
@Command(name = "delete", description = "Remove Istio resources from a running control plane.")
final class DeleteVerb implements Callable<Integer> {

  @Mixin private StoreAddress store = new StoreAddress();

  @Parameters(
      arity = "0..*",
      paramLabel = "KIND NAME",
      description = "The kind and the names of what to remove.")
  private List<String> what = List.of();

  @Option(
      names = {"-n", "--namespace"},
      defaultValue = "default",
      paramLabel = "NAMESPACE",
      description = "Its namespace (default: ${DEFAULT-VALUE}).")
  private String namespace = "";

  @Option(
      names = {"-f", "--filename"},
      paramLabel = "FILE",
      description = "Remove the resources of these files.")
  private List<Path> files = List.of();

  @Override
  public Integer call() throws IOException {
    if (what.size() == 1 || what.isEmpty() && files.isEmpty()) {
      throw new VerbException(Main.USAGE, "say what: KIND NAME, or -f FILE");
    }
    int code = Main.OK;
    for (int i = 1; i < what.size(); i++) {
      code = Math.max(code, delete(what.getFirst(), namespace, what.get(i)));
    }
    for (Path file : files) {
      String text = Files.readString(file);
      for (SourceNode node : YamlReader.readAll(text, file.toString(), new ProblemList())) {
        if (node instanceof SourceMap map && map.get("metadata") instanceof SourceMap metadata) {
          String in = metadata.text("namespace");
          code =
              Math.max(
                  code,
                  delete(
                      or(map.text("kind"), ""), or(in, namespace), or(metadata.text("name"), "")));
        }
      }
    }
    return code;
  }

  private int delete(String kind, String in, String name) {
    HttpExchange.Answer answer =
        store.send("DELETE", "/config/" + kind + "/" + in + "/" + name, null);
    if (answer.good()) {
      System.out.println(kind + " " + in + "/" + name + " deleted");
      return Main.OK;
    }
    System.err.println(answer.body().strip());
    return Main.FINDINGS;
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
