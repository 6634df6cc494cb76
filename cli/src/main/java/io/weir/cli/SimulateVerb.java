package io.weir.cli;

import io.weir.cli.inspect.Simulation;
import io.weir.cli.inspect.TextTable;
import io.weir.xds.validate.RequestSimulator;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says which listener, filter chain, route and cluster a call hits. */
@Command(
    name = "simulate",
    description =
        "Say which listener, filter chain, route and cluster a call hits in a proxy, without"
            + " sending it.")
final class SimulateVerb implements Callable<Integer> {

  @Mixin private ProxySource source = new ProxySource();

  @Parameters(
      index = "1",
      paramLabel = "URL",
      description = "What is called: http://HOST[:PORT]/PATH, https://... or tcp://HOST:PORT.")
  private String url = "";

  @Option(
      names = {"-X", "--request"},
      defaultValue = "GET",
      paramLabel = "METHOD",
      description = "The method (default: ${DEFAULT-VALUE}).")
  private String method = "";

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME: VALUE",
      description = "A request header.")
  private List<String> headers = List.of();

  @Option(
      names = "--to",
      paramLabel = "IP:PORT",
      description =
          "Where the connection goes (default: the URL's host if it is an address, else"
              + " 0.0.0.0, and its port).")
  private @Nullable String destination;

  @Option(
      names = "--from",
      defaultValue = "127.0.0.1:40000",
      paramLabel = "IP:PORT",
      description = "Where it comes from (default: ${DEFAULT-VALUE}).")
  private String from = "";

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description =
          "Where it arrives, instead of looking for --to; virtualInbound for what a sidecar receives.")
  private String listener = "";

  @Option(
      names = "--sni",
      paramLabel = "NAME",
      description = "The server name of TLS (default for https: the URL's host).")
  private @Nullable String serverName;

  @Option(
      names = "--alpn",
      split = ",",
      paramLabel = "PROTOCOL",
      description = "What TLS offers, or an inspector finds (default: http/1.1 for http).")
  private @Nullable List<String> alpn;

  @Override
  public Integer call() {
    URI target = uri();
    boolean tls = target.getScheme().equals("https") || serverName != null;
    boolean http = !target.getScheme().equals("tcp");
    var connection =
        new RequestSimulator.Connection(
            Addresses.parse(from),
            destination == null ? address(target) : Addresses.parse(destination),
            serverName != null ? serverName : tls ? target.getHost() : "",
            tls ? "tls" : "raw_buffer",
            alpn != null ? alpn : http ? List.of("http/1.1") : List.of());
    String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
    String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
    String authority = target.getRawAuthority();
    List<Map.Entry<String, String>> extra = new ArrayList<>();
    for (String header : headers) {
      int colon = header.indexOf(':');
      if (colon <= 0) {
        throw new VerbException(Main.USAGE, "'" + header + "' is no header: write NAME: VALUE");
      }
      String name = header.substring(0, colon).strip().toLowerCase(java.util.Locale.ROOT);
      String value = header.substring(colon + 1).strip();
      if (name.equals("host")) {
        authority = value;
      } else {
        extra.add(Map.entry(name, value));
      }
    }
    var call =
        new RequestSimulator.Call(method, tls ? "https" : "http", authority, path + query, extra);
    RequestSimulator simulator =
        ServiceLoader.load(RequestSimulator.class)
            .findFirst()
            .orElseThrow(() -> new VerbException(Main.FINDINGS, "the proxy is not installed"));
    List<Simulation.Step> steps =
        Simulation.run(source.dump(), simulator, listener, connection, call);
    TextTable table = new TextTable("STEP", "WHERE", "DETAIL");
    steps.forEach(step -> table.row(step.what(), step.where(), step.detail()));
    System.out.print(table);
    return Simulation.arrived(steps) ? Main.OK : Main.FINDINGS;
  }

  private URI uri() {
    try {
      URI target = new URI(url.contains("://") ? url : "http://" + url);
      if (target.getHost() != null) {
        return target;
      }
    } catch (URISyntaxException _) {
      // Reported below.
    }
    throw new VerbException(Main.USAGE, "'" + url + "' is no URL: write http://HOST[:PORT]/PATH");
  }

  private static InetSocketAddress address(URI target) {
    int port =
        target.getPort() > 0 ? target.getPort() : target.getScheme().equals("https") ? 443 : 80;
    String host = target.getHost();
    boolean address = host.matches("[0-9.]+") || host.startsWith("[");
    return Addresses.parse((address ? host : "0.0.0.0") + ":" + port);
  }
}
