package io.weir.cli;

import io.weir.cli.inspect.ClusterTable;
import io.weir.cli.inspect.EndpointTable;
import io.weir.cli.inspect.ExtensionTable;
import io.weir.cli.inspect.Filter;
import io.weir.cli.inspect.ListenerTable;
import io.weir.cli.inspect.ProxyDump;
import io.weir.cli.inspect.ProxyDump.Section;
import io.weir.cli.inspect.RouteTable;
import io.weir.cli.inspect.SecretTable;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what a proxy has, with istioctl's columns. */
@Command(
    name = "proxy-config",
    description = "Show the configuration of an Envoy or Weir proxy.",
    synopsisSubcommandLabel = "SECTION",
    subcommands = {
      ProxyConfigVerb.Listeners.class,
      ProxyConfigVerb.Routes.class,
      ProxyConfigVerb.Clusters.class,
      ProxyConfigVerb.Endpoints.class,
      ProxyConfigVerb.Extensions.class,
      ProxyConfigVerb.Secrets.class,
      ProxyConfigVerb.Bootstrap.class,
      ProxyConfigVerb.All.class
    })
final class ProxyConfigVerb {

  /** What all sections take. */
  static final class Options {

    @Mixin private ProxySource source = new ProxySource();

    @Option(
        names = {"-f", "--file"},
        paramLabel = "FILE",
        description = "A file with a /config_dump, instead of PROXY.")
    private void file(String file) {
      source.file(file);
    }

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORMAT",
        defaultValue = "table",
        converter = Format.class,
        description = "table (or short), json or yaml (default: ${DEFAULT-VALUE}).")
    private Output output = Output.TABLE;

    @Option(names = "--name", paramLabel = "NAME", description = "Only of this name.")
    private String name = "";

    @Option(names = "--fqdn", paramLabel = "HOST", description = "Only of this service.")
    private String fqdn = "";

    @Option(names = "--port", paramLabel = "PORT", description = "Only of this port.")
    private int port;

    @Option(
        names = "--direction",
        paramLabel = "DIRECTION",
        description = "Only inbound or outbound.")
    private String direction = "";

    @Option(names = "--subset", paramLabel = "SUBSET", description = "Only of this subset.")
    private String subset = "";

    @Option(names = "--address", paramLabel = "ADDRESS", description = "Only of this address.")
    private String address = "";

    private Filter filter() {
      return new Filter(name, fqdn, port, direction, subset, address);
    }

    /** Prints some sections: as tables, or as the resources themselves. */
    private int print(Section... sections) {
      ProxyDump dump = source.dump();
      Filter filter = filter();
      List<SourceMap.Entry> trees = new ArrayList<>();
      for (Section section : sections) {
        if (output == Output.TABLE && section != Section.BOOTSTRAP) {
          String text = table(dump, section, filter);
          System.out.print(trees.isEmpty() ? text : "\n" + text);
          trees.add(new SourceMap.Entry("", SourceMap.empty(), 0, 0));
        } else {
          SourceNode list = resources(dump, section, filter);
          trees.add(new SourceMap.Entry(section.name().toLowerCase(Locale.ROOT) + "s", list, 0, 0));
        }
      }
      if (output != Output.TABLE || sections[0] == Section.BOOTSTRAP) {
        SourceNode tree =
            sections.length == 1 ? trees.getFirst().value() : new SourceMap(trees, 0, 0);
        System.out.print(output == Output.YAML ? YamlText.of(tree) : JsonText.pretty(tree) + "\n");
      }
      return Main.OK;
    }

    private String table(ProxyDump dump, Section section, Filter filter) {
      return switch (section) {
        case LISTENER -> ListenerTable.text(dump, filter);
        case ROUTE -> RouteTable.text(dump, filter);
        case CLUSTER -> ClusterTable.text(dump, filter);
        case ENDPOINT -> EndpointTable.text(dump, source.clusters(), filter);
        case ECDS -> ExtensionTable.text(dump, filter);
        case SECRET -> SecretTable.text(dump, filter);
        case BOOTSTRAP -> "";
      };
    }

    private static SourceNode resources(ProxyDump dump, Section section, Filter filter) {
      List<ProxyDump.Item> items =
          switch (section) {
            case LISTENER -> ListenerTable.select(dump, filter);
            case ROUTE -> RouteTable.select(dump, filter);
            case CLUSTER -> ClusterTable.select(dump, filter);
            case ENDPOINT, ECDS, BOOTSTRAP, SECRET -> dump.of(section);
          };
      List<SourceMap> resources = items.stream().map(ProxyDump.Item::resource).toList();
      return section == Section.BOOTSTRAP && resources.size() == 1
          ? resources.getFirst()
          : SourceList.of(resources);
    }
  }

  /** Prints listeners, one line a filter chain. */
  @Command(
      name = "listener",
      aliases = {"listeners", "l"},
      description = "Show listeners, one line a filter chain.")
  static final class Listeners implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.LISTENER);
    }
  }

  /** Prints route tables. */
  @Command(
      name = "route",
      aliases = {"routes", "r"},
      description = "Show route tables.")
  static final class Routes implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.ROUTE);
    }
  }

  /** Prints clusters. */
  @Command(
      name = "cluster",
      aliases = {"clusters", "c"},
      description = "Show clusters.")
  static final class Clusters implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.CLUSTER);
    }
  }

  /** Prints endpoints and their state. */
  @Command(
      name = "endpoint",
      aliases = {"endpoints", "ep"},
      description = "Show endpoints and their state.")
  static final class Endpoints implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.ENDPOINT);
    }
  }

  /** Prints extension configs. */
  @Command(name = "ecds", description = "Show extension configs.")
  static final class Extensions implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.ECDS);
    }
  }

  /** Prints secrets, without private keys. */
  @Command(
      name = "secret",
      aliases = {"secrets", "s"},
      description = "Show certificates.")
  static final class Secrets implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.SECRET);
    }
  }

  /** Takes istioctl's word for a table, too. */
  static final class Format implements CommandLine.ITypeConverter<Output> {

    @Override
    public Output convert(String word) {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "table", "short" -> Output.TABLE;
        case "json" -> Output.JSON;
        case "yaml" -> Output.YAML;
        default -> throw new CommandLine.TypeConversionException(word + " is no output format");
      };
    }
  }

  /** Prints the bootstrap. */
  @Command(
      name = "bootstrap",
      aliases = {"b"},
      description = "Show the bootstrap.")
  static final class Bootstrap implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(Section.BOOTSTRAP);
    }
  }

  /** Prints everything but the bootstrap. */
  @Command(
      name = "all",
      aliases = {"a"},
      description = "Show everything but the bootstrap.")
  static final class All implements Callable<Integer> {
    @Mixin private Options options = new Options();

    @Override
    public Integer call() {
      return options.print(
          Section.LISTENER, Section.ROUTE, Section.CLUSTER, Section.ENDPOINT, Section.ECDS);
    }
  }
}
