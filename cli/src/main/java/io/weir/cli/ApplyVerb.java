package io.weir.cli;

import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes resources into the control plane's store. */
@Command(
    name = "apply",
    description =
        "Write Istio resources into a running control plane. A document with a resourceVersion is"
            + " written only when nobody changed the resource since.")
final class ApplyVerb implements Callable<Integer> {

  @Mixin private StoreAddress store = new StoreAddress();

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "FILE",
      description = "Files or folders with YAML or JSON documents; - is standard input.")
  private List<String> files = List.of();

  @Override
  public Integer call() throws IOException {
    int code = Main.OK;
    for (String file : files) {
      for (Source source : read(file)) {
        code = Math.max(code, apply(source));
      }
    }
    return code;
  }

  /** One text of documents. */
  private record Source(String name, String text) {}

  private static List<Source> read(String name) throws IOException {
    if (name.equals("-")) {
      return List.of(new Source("-", new String(System.in.readAllBytes(), StandardCharsets.UTF_8)));
    }
    Path path = Path.of(name);
    if (!Files.exists(path)) {
      throw new VerbException(Main.FINDINGS, name + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      return List.of(new Source(name, Files.readString(path)));
    }
    List<Source> sources = new ArrayList<>();
    try (Stream<Path> paths = Files.walk(path)) {
      for (Path file : (Iterable<Path>) paths.sorted()::iterator) {
        String text = file.toString();
        if (text.endsWith(".yaml") || text.endsWith(".yml") || text.endsWith(".json")) {
          sources.add(new Source(text, Files.readString(file)));
        }
      }
    }
    return sources;
  }

  private int apply(Source source) {
    HttpExchange.Answer answer = store.send("POST", "/config", source.text());
    if (!answer.body().stripLeading().startsWith("{")) {
      System.err.println(source.name() + ": " + answer.body().strip());
      return Main.FINDINGS;
    }
    SourceMap told = StoreAddress.parse(answer.body());
    for (SourceNode node : list(told, "results")) {
      if (node instanceof SourceMap result) {
        String line = name(result) + " " + result.text("outcome");
        String reason = result.text("reason");
        (reason == null ? System.out : System.err)
            .println(reason == null ? line : line + ": " + reason);
      }
    }
    for (SourceNode problem : list(told, "problems")) {
      if (problem instanceof SourceScalar text) {
        // The server knows the text as "api".
        System.err.println(source.name() + text.text().replaceFirst("^api", ""));
      }
    }
    return answer.good() ? Main.OK : Main.FINDINGS;
  }

  private static String name(SourceMap result) {
    return result.text("kind") + " " + result.text("namespace") + "/" + result.text("name");
  }

  private static List<SourceNode> list(SourceMap map, String key) {
    @Nullable SourceNode node = map.get(key);
    return node instanceof SourceList found ? found.items() : List.of();
  }
}
