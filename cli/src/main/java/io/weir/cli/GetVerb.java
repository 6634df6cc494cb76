package io.weir.cli;

import io.weir.cli.inspect.TextTable;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads resources from the control plane's store. */
@Command(name = "get", description = "Read Istio resources from a running control plane.")
final class GetVerb implements Callable<Integer> {

  @Mixin private StoreAddress store = new StoreAddress();

  @Parameters(index = "0", paramLabel = "KIND", description = "A kind, in any spelling, or all.")
  private String kind = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "One resource.")
  private @Nullable String name;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAMESPACE",
      description = "Only of this namespace (default: all; of a NAME: default).")
  private @Nullable String namespace;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() {
    String path = "/config" + (kind.equals("all") ? "" : "/" + kind);
    List<SourceNode> items;
    if (name != null) {
      if (kind.equals("all")) {
        throw new VerbException(Main.USAGE, "a name needs its kind");
      }
      String where = namespace == null ? "default" : namespace;
      SourceMap one = store.read(path + "/" + where + "/" + name);
      if (output != Output.TABLE) {
        print(one);
        return Main.OK;
      }
      items = List.of(one);
    } else {
      SourceNode found = store.read(path).get("items");
      items = new ArrayList<>(found instanceof SourceList list ? list.items() : List.of());
      if (namespace != null) {
        items.removeIf(item -> !namespace.equals(meta(item).text("namespace")));
      }
      if (output != Output.TABLE) {
        print(SourceList.of(items));
        return Main.OK;
      }
    }
    System.out.print(table(items));
    return Main.OK;
  }

  private void print(SourceNode node) {
    System.out.print(output == Output.JSON ? JsonText.pretty(node) + "\n" : YamlText.of(node));
  }

  private static String table(List<SourceNode> items) {
    TextTable table = new TextTable("NAMESPACE", "KIND", "NAME", "REVISION", "STATE", "ORIGIN");
    for (SourceNode item : items) {
      SourceMap map = (SourceMap) item;
      SourceMap status = map.get("status") instanceof SourceMap found ? found : SourceMap.empty();
      table.row(
          text(meta(item), "namespace"),
          text(map, "kind"),
          text(meta(item), "name"),
          text(meta(item), "resourceVersion"),
          text(status, "state"),
          text(status, "origin"));
    }
    return table.isEmpty() ? "No resources found.\n" : table.toString();
  }

  private static SourceMap meta(SourceNode item) {
    return item instanceof SourceMap map && map.get("metadata") instanceof SourceMap metadata
        ? metadata
        : SourceMap.empty();
  }

  private static String text(SourceMap map, String key) {
    String text = map.text(key);
    return text == null ? "" : text;
  }
}
