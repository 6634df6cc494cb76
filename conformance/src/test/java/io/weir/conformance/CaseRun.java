package io.weir.conformance;

import io.weir.conformance.CaseFile.Exchange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Plays a case file against one proxy. */
final class CaseRun {

  /** Starts a proxy over a bootstrap file and an admin port. */
  @FunctionalInterface
  interface Starter {
    RunningProxy start(Path bootstrap, int admin) throws Exception;
  }

  private CaseRun() {}

  /** Observations by exchange name. */
  static Map<String, String> observe(CaseFile file, Path work, Path plugins, Starter starter)
      throws Exception {
    try (var origin = new Origin()) {
      int[] ports = RunningProxy.freePorts();
      Path bootstrap = work.resolve("bootstrap.yaml");
      Files.writeString(bootstrap, file.bootstrap(ports[0], ports[1], origin.port(), plugins));
      Map<String, String> observations = new LinkedHashMap<>();
      try (RunningProxy proxy = starter.start(bootstrap, ports[1])) {
        for (Exchange exchange : file.exchanges()) {
          observations.put(exchange.name(), Client.observe(ports[0], exchange));
        }
        observations.put("leaks", proxy.log().contains("LEAK:") ? proxy.log() : "none");
      }
      return observations;
    }
  }

  /** The folder with the modules and jars of plugins-examples. */
  static Path plugins() {
    return Path.of("../plugins-examples/target/plugins").toAbsolutePath().normalize();
  }
}
