package io.weir.cli;

import io.weir.proxy.ProxyServer;
import io.weir.proxy.config.InvalidConfigurationException;
import io.weir.proxy.config.Options;
import io.weir.proxy.logging.LogLevel;
import io.weir.proxy.logging.Loggers;
import io.weir.xds.ProblemList;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

/** The data plane, with Envoy's own flags. */
@Command(
    name = "proxy",
    description = "Run the data plane over an Envoy v3 bootstrap (YAML or JSON).",
    sortOptions = false)
final class ProxyVerb implements Callable<Integer> {
  private static final long SHUTDOWN_SECONDS = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config-path"},
      paramLabel = "FILE",
      description = "The bootstrap.")
  private @Nullable Path configPath;

  @Option(
      names = "--config-yaml",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "A bootstrap as text, merged over that of -c.")
  private String configYaml = "";

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "The number of workers; one per core by default.")
  private int concurrency = Runtime.getRuntime().availableProcessors();

  @Option(
      names = {"-l", "--log-level"},
      paramLabel = "LEVEL",
      description = "trace, debug, info, warning, error, critical or off.")
  private String logLevel = "info";

  @Option(
      names = "--component-log-level",
      paramLabel = "NAME:LEVEL,...",
      description = "Levels of single loggers.")
  private String componentLogLevel = "";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "serve, or validate: print all problems, open no socket.")
  private Options.Mode mode = Options.Mode.SERVE;

  @Option(names = "--service-node", paramLabel = "ID", description = "node.id.")
  private String serviceNode = "";

  @Option(names = "--service-cluster", paramLabel = "NAME", description = "node.cluster.")
  private String serviceCluster = "";

  @Option(names = "--service-zone", paramLabel = "ZONE", description = "node.locality.zone.")
  private String serviceZone = "";

  @Option(
      names = "--drain-time-s",
      paramLabel = "SECONDS",
      description = "How long drained connections have to end (600); also the limit of SIGTERM.")
  private @Nullable Long drainSeconds;

  @Option(
      names = "--drain-strategy",
      paramLabel = "STRATEGY",
      description = "gradual or immediate.")
  private DrainStrategy drainStrategy = DrainStrategy.GRADUAL;

  @Option(names = "--parent-shutdown-time-s", paramLabel = "SECONDS", hidden = true)
  private long parentShutdownSeconds = 900;

  @Option(
      names = "--file-flush-interval-msec",
      paramLabel = "MILLIS",
      description = "How often access logs are flushed.")
  private long fileFlushMillis = 10_000;

  @Option(
      names = "--admin-address-path",
      paramLabel = "FILE",
      description = "Where to write the address of the administration interface.")
  private @Nullable Path adminAddressPath;

  @Option(
      names = "--plugin-dir",
      paramLabel = "DIR",
      description = "Where dynamic modules find their jars.")
  private @Nullable Path pluginDir;

  @Option(
      names = "--compat",
      paramLabel = "MODE",
      description = "istio: accept Istio's telemetry-only filters without effect.")
  private @Nullable Compat compat;

  @Option(
      names = {"--base-id", "--restart-epoch"},
      hidden = true)
  private int ignoredNumber;

  @Option(
      names = {"--disable-hot-restart", "--use-dynamic-base-id", "--enable-fine-grain-logging"},
      hidden = true)
  private boolean ignoredFlag;

  @Option(
      names = {"--log-format", "--log-path", "--local-address-ip-version"},
      hidden = true)
  private String ignoredText = "";

  private enum DrainStrategy {
    GRADUAL,
    IMMEDIATE
  }

  private enum Compat {
    ISTIO
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Options options = options();
    setLogLevels();
    try {
      if (mode == Options.Mode.VALIDATE) {
        print(ProxyServer.validate(options).problems());
        spec.commandLine().getOut().println("configuration '" + name(options) + "' OK");
        return Main.OK;
      }
      serve(options);
      return Main.OK;
    } catch (InvalidConfigurationException e) {
      print(e.problems());
      return Main.FINDINGS;
    }
  }

  private void setLogLevels() {
    Loggers loggers = Loggers.installed();
    loggers.setLevel(level(logLevel));
    for (String pair : componentLogLevel.split(",")) {
      int colon = pair.indexOf(':');
      if (colon >= 0
          && !loggers.setLevel(pair.substring(0, colon), level(pair.substring(colon + 1)))) {
        throw new VerbException(
            Main.USAGE,
            "no component '"
                + pair.substring(0, colon)
                + "'; there are "
                + String.join(", ", loggers.levels().keySet()));
      }
    }
  }

  private static LogLevel level(String name) {
    return LogLevel.of(name)
        .orElseThrow(
            () ->
                new VerbException(
                    Main.USAGE,
                    "'"
                        + name
                        + "' is not a level: trace, debug, info, warning, error, critical, off"));
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

  private Options options() {
    return new Options(
        configPath,
        configYaml,
        Math.max(1, concurrency),
        logLevel,
        componentLogLevel,
        mode,
        serviceNode,
        serviceCluster,
        serviceZone,
        drainSeconds == null ? 600 : drainSeconds,
        drainStrategy == DrainStrategy.IMMEDIATE,
        parentShutdownSeconds,
        drainSeconds == null ? SHUTDOWN_SECONDS : drainSeconds,
        fileFlushMillis,
        adminAddressPath,
        pluginDir,
        compat == Compat.ISTIO);
  }

  private static String name(Options options) {
    return options.configPath() == null ? "--config-yaml" : options.configPath().toString();
  }

  private void print(ProblemList problems) {
    PrintWriter err = spec.commandLine().getErr();
    problems.all().forEach(err::println);
    int count = problems.count();
    if (count > 0) {
      err.println(count == 1 ? "1 problem" : count + " problems");
    }
    err.flush();
  }
}
