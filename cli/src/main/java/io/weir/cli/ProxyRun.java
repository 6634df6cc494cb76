package io.weir.cli;

import io.weir.proxy.ProxyServer;
import io.weir.proxy.config.InvalidConfigurationException;
import io.weir.proxy.config.Options;
import io.weir.proxy.logging.LogLevel;
import io.weir.proxy.logging.Loggers;
import io.weir.xds.ProblemList;
import java.io.IOException;
import java.io.PrintStream;
import sun.misc.Signal;

/** Runs the data plane, or checks its configuration. */
final class ProxyRun {
  private ProxyRun() {}

  /**
   * Returns when the proxy has ended.
   *
   * @return the exit code
   */
  static int run(ProxyArguments arguments, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    Options options = arguments.options();
    setLogLevels(arguments.logLevel(), options.componentLogLevel());
    try {
      if (options.mode() == Options.Mode.VALIDATE) {
        print(ProxyServer.validate(options).problems(), err);
        out.println("configuration '" + name(options) + "' OK");
        return Main.OK;
      }
      serve(options);
      return Main.OK;
    } catch (InvalidConfigurationException e) {
      print(e.problems(), err);
      return Main.FINDINGS;
    }
  }

  private static void setLogLevels(LogLevel general, String components) {
    Loggers loggers = Loggers.installed();
    loggers.setLevel(general);
    for (String pair : components.split(",")) {
      int colon = pair.indexOf(':');
      if (colon >= 0
          && !loggers.setLevel(
              pair.substring(0, colon), ProxyArguments.level(pair.substring(colon + 1)))) {
        throw ProxyArguments.usage(
            "no component '"
                + pair.substring(0, colon)
                + "'; there are "
                + String.join(", ", loggers.levels().keySet()));
      }
    }
  }

  private static void serve(Options options)
      throws InvalidConfigurationException, IOException, InterruptedException {
    ProxyServer server = ProxyServer.start(options);
    // With these handlers the JVM does not end by the signal, so the exit code is ours.
    Signal.handle(new Signal("TERM"), _ -> server.shutDown());
    Signal.handle(new Signal("INT"), _ -> server.shutDown());
    server.awaitTermination();
    server.close();
  }

  private static String name(Options options) {
    return options.configPath() == null ? "--config-yaml" : options.configPath().toString();
  }

  private static void print(ProblemList problems, PrintStream err) {
    problems.all().forEach(err::println);
    int count = problems.count();
    if (count > 0) {
      err.println(count == 1 ? "1 problem" : count + " problems");
    }
    err.flush();
  }
}
