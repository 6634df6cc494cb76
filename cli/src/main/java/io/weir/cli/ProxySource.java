package io.weir.cli;

import io.weir.cli.inspect.ProxyDump;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which proxy a tool looks at: a file, an admin port, or a proxy of the control plane. */
final class ProxySource {

  private static final Pattern ADMIN = Pattern.compile("(http://.*|.*:\\d+|:?\\d+)");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROXY",
      description =
          "An admin address (HOST:PORT) of an Envoy or Weir, a file with a /config_dump, or the"
              + " NAME.NAMESPACE of a proxy that is connected to the control plane.")
  private String target = "";

  /** Takes a file instead of what is named on the command line. */
  void file(String file) {
    target = file;
  }

  @Option(
      names = "--http-address",
      defaultValue = "127.0.0.1:15014",
      paramLabel = "HOST:PORT",
      description = "The control plane's HTTP address (default: ${DEFAULT-VALUE}).")
  private String controlPlane = "";

  /** What the proxy has, or should have when the control plane tells. */
  ProxyDump dump() {
    ProblemList problems = new ProblemList(target);
    ProxyDump dump = ProxyDump.parse(text(), target, problems);
    if (dump == null) {
      throw new VerbException(
          Main.FINDINGS,
          problems.isEmpty() ? target + " is no configuration dump" : problems.toString().strip());
    }
    return dump;
  }

  private String text() {
    if (target.isEmpty()) {
      throw new VerbException(Main.FINDINGS, "name a PROXY, or a --file");
    }
    if (Files.isRegularFile(Path.of(target))) {
      try {
        return Files.readString(Path.of(target));
      } catch (IOException e) {
        throw new VerbException(Main.FINDINGS, "cannot read " + target + ": " + e.getMessage());
      }
    }
    if (isAdmin()) {
      return good(HttpExchange.get(admin(), "/config_dump?include_eds"));
    }
    String id = URLEncoder.encode(target, StandardCharsets.UTF_8);
    return good(HttpExchange.get(controlPlane, "/debug/config_dump?proxyID=" + id));
  }

  /** The states of endpoints, which only a running proxy tells; null otherwise. */
  @Nullable SourceNode clusters() {
    if (!isAdmin() || Files.isRegularFile(Path.of(target))) {
      return null;
    }
    String text = good(HttpExchange.get(admin(), "/clusters?format=json"));
    return YamlReader.read(text, target, new ProblemList());
  }

  private boolean isAdmin() {
    return ADMIN.matcher(target).matches();
  }

  private String admin() {
    return target.chars().allMatch(Character::isDigit) ? "127.0.0.1:" + target : target;
  }

  private static String good(HttpExchange.Answer answer) {
    if (!answer.good()) {
      throw new VerbException(Main.FINDINGS, answer.status() + ": " + answer.body().strip());
    }
    return answer.body();
  }
}
