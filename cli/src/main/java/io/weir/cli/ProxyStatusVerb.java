package io.weir.cli;

import io.weir.cli.inspect.ProxyDump;
import io.weir.cli.inspect.TextTable;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.codec.YamlText;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows whether proxies have what they should have. */
@Command(
    name = "proxy-status",
    description =
        "Show the proxies that are connected to the control plane, and whether they have what they"
            + " should have. With a PROXY and its admin address, compare both.")
final class ProxyStatusVerb implements Callable<Integer> {

  private static final List<String> TYPES = List.of("CDS", "LDS", "EDS", "RDS", "ECDS", "SDS");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROXY",
      description = "One proxy, by NAME.NAMESPACE or node id.")
  private @Nullable String proxy;

  @Option(
      names = "--http-address",
      defaultValue = "127.0.0.1:15014",
      paramLabel = "HOST:PORT",
      description = "The control plane's HTTP address (default: ${DEFAULT-VALUE}).")
  private String address = "";

  @Option(
      names = "--admin",
      paramLabel = "HOST:PORT",
      description = "The admin address of PROXY: compare what it has with what it should have.")
  private @Nullable String admin;

  @Option(
      names = {"-v", "--verbosity"},
      arity = "0..1",
      fallbackValue = "1",
      defaultValue = "0",
      paramLabel = "LEVEL",
      description = "1 shows the state of each type.")
  private int verbosity;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).")
  private Output output = Output.TABLE;

  @Override
  public Integer call() {
    if (admin != null) {
      if (proxy == null) {
        throw new VerbException(Main.USAGE, "--admin needs the PROXY to compare with");
      }
      return compare(proxy, admin);
    }
    SourceNode tree = YamlReader.read(good("/debug/syncz"), address, new ProblemList());
    List<SourceMap> proxies = new ArrayList<>();
    if (tree instanceof SourceList list) {
      for (SourceNode item : list.items()) {
        if (item instanceof SourceMap map && (proxy == null || named(map, proxy))) {
          proxies.add(map);
        }
      }
    }
    if (proxies.isEmpty() && proxy != null) {
      throw new VerbException(Main.FINDINGS, proxy + " is not connected");
    }
    System.out.print(
        switch (output) {
          case JSON -> JsonText.pretty(SourceList.of(proxies)) + "\n";
          case YAML -> YamlText.of(SourceList.of(proxies));
          case TABLE -> proxy != null || verbosity > 0 ? byType(proxies) : summary(proxies);
        });
    return proxies.stream().allMatch(p -> "true".equals(p.text("synced")))
        ? Main.OK
        : Main.FINDINGS;
  }

  private static boolean named(SourceMap shown, String wanted) {
    return wanted.equals(shown.text("proxy")) || wanted.equals(shown.text("name"));
  }

  private static String summary(List<SourceMap> proxies) {
    TextTable table = new TextTable("NAME", "CLUSTER", "ISTIOD", "VERSION", "SUBSCRIBED TYPES");
    for (SourceMap shown : proxies) {
      List<String> types = new ArrayList<>(states(shown).keySet());
      table.row(
          text(shown, "name"),
          text(shown, "cluster_id"),
          text(shown, "istiod"),
          text(shown, "version"),
          types.size() + " (" + String.join(",", types) + ")");
    }
    return table.toString();
  }

  private static String byType(List<SourceMap> proxies) {
    List<String> header = new ArrayList<>(List.of("NAME", "CLUSTER"));
    header.addAll(TYPES);
    header.addAll(List.of("ISTIOD", "VERSION"));
    TextTable table = new TextTable(header.toArray(String[]::new));
    StringBuilder errors = new StringBuilder();
    for (SourceMap shown : proxies) {
      Map<String, String> states = states(shown);
      List<String> row = new ArrayList<>(List.of(text(shown, "name"), text(shown, "cluster_id")));
      TYPES.forEach(type -> row.add(states.getOrDefault(type, "IGNORED")));
      row.add(text(shown, "istiod"));
      row.add(text(shown, "version"));
      table.row(row.toArray(String[]::new));
      if (shown.get("errors") instanceof SourceMap refused) {
        for (SourceMap.Entry entry : refused.entries()) {
          errors.append('\n').append(text(shown, "name")).append(" refuses ").append(entry.key());
          errors.append(": ").append(text(refused, entry.key())).append('\n');
        }
      }
    }
    return table.toString() + errors;
  }

  private static Map<String, String> states(SourceMap shown) {
    Map<String, String> states = new TreeMap<>();
    if (shown.get("states") instanceof SourceMap map) {
      map.entries().forEach(entry -> states.put(entry.key(), text(map, entry.key())));
    }
    return states;
  }

  private static String text(SourceMap map, String key) {
    String text = map.text(key);
    return text == null ? "" : text;
  }

  private int compare(String name, String where) {
    String id = URLEncoder.encode(name, StandardCharsets.UTF_8);
    ProxyDump wanted = parse(good("/debug/config_dump?proxyID=" + id));
    HttpExchange.Answer answer = HttpExchange.get(where, "/config_dump?include_eds");
    ProxyDump actual = parse(answer.body());
    int code = Main.OK;
    for (ProxyDump.Section section :
        List.of(
            ProxyDump.Section.CLUSTER,
            ProxyDump.Section.LISTENER,
            ProxyDump.Section.ROUTE,
            ProxyDump.Section.ENDPOINT)) {
      List<String> differences = differences(wanted, actual, section);
      String title =
          section.name().charAt(0)
              + section.name().substring(1).toLowerCase(java.util.Locale.ROOT)
              + "s";
      if (differences.isEmpty()) {
        System.out.println(title + " Match");
      } else {
        System.out.println(title + " Don't Match");
        differences.forEach(line -> System.out.println("  " + line));
        code = Main.FINDINGS;
      }
    }
    return code;
  }

  private static List<String> differences(
      ProxyDump wanted, ProxyDump actual, ProxyDump.Section section) {
    List<String> lines = new ArrayList<>();
    Map<String, String> has = versions(actual, section);
    versions(wanted, section)
        .forEach(
            (name, version) -> {
              String own = has.remove(name);
              if (own == null) {
                lines.add("- " + name + " is missing in the proxy");
              } else if (!own.isEmpty() && !version.isEmpty() && !own.equals(version)) {
                lines.add("~ " + name + " is at " + own + ", should be at " + version);
              }
            });
    has.keySet().forEach(name -> lines.add("+ " + name + " is only in the proxy"));
    return lines;
  }

  /** Dynamic resources with their versions. */
  private static Map<String, String> versions(ProxyDump dump, ProxyDump.Section section) {
    Map<String, String> versions = new TreeMap<>();
    for (ProxyDump.Item item : dump.of(section)) {
      if (!item.state().equals("static") && !item.state().equals("draining")) {
        versions.put(item.name(), item.version());
      }
    }
    return versions;
  }

  private static ProxyDump parse(String text) {
    ProxyDump dump = ProxyDump.parse(text, "dump", new ProblemList());
    if (dump == null) {
      throw new VerbException(Main.FINDINGS, "no configuration dump was answered");
    }
    return dump;
  }

  private String good(String path) {
    HttpExchange.Answer answer = HttpExchange.get(address, path);
    if (!answer.good()) {
      throw new VerbException(Main.FINDINGS, answer.body().strip());
    }
    return answer.body();
  }
}
