package io.weir.proxy.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The command line of a proxy, with Envoy's defaults.
 *
 * @param configPath the bootstrap file, null when only {@code configYaml} is given
 * @param configYaml a bootstrap as text, merged over the file; empty for none
 * @param concurrency the number of workers
 * @param drainSeconds how long connections have to end when listeners are drained
 * @param drainImmediately {@code --drain-strategy immediate}
 * @param shutdownSeconds how long SIGTERM waits for requests under way
 * @param compatIstio {@code --compat istio}: Istio's telemetry-only filters are accepted
 */
public record Options(
    @Nullable Path configPath,
    String configYaml,
    int concurrency,
    String logLevel,
    String componentLogLevel,
    Mode mode,
    String serviceNode,
    String serviceCluster,
    String serviceZone,
    long drainSeconds,
    boolean drainImmediately,
    long parentShutdownSeconds,
    long shutdownSeconds,
    long fileFlushMillis,
    @Nullable Path adminAddressPath,
    @Nullable Path pluginDir,
    boolean compatIstio) {

  /** What to do with the configuration. */
  public enum Mode {
    SERVE("Serve"),
    VALIDATE("Validate");

    private final String envoyName;

    Mode(String envoyName) {
      this.envoyName = envoyName;
    }

    /** As {@code /server_info} shows it. */
    public String envoyName() {
      return envoyName;
    }
  }

  /** Defaults for a file. */
  public static Options of(Path configPath) {
    return new Options(
        configPath,
        "",
        1,
        "info",
        "",
        Mode.SERVE,
        "",
        "",
        "",
        600,
        false,
        900,
        5,
        10_000,
        null,
        null,
        false);
  }

  public Options withPluginDir(Path directory) {
    return new Options(
        configPath,
        configYaml,
        concurrency,
        logLevel,
        componentLogLevel,
        mode,
        serviceNode,
        serviceCluster,
        serviceZone,
        drainSeconds,
        drainImmediately,
        parentShutdownSeconds,
        shutdownSeconds,
        fileFlushMillis,
        adminAddressPath,
        directory,
        compatIstio);
  }

  public Options withConcurrency(int workers) {
    return new Options(
        configPath,
        configYaml,
        workers,
        logLevel,
        componentLogLevel,
        mode,
        serviceNode,
        serviceCluster,
        serviceZone,
        drainSeconds,
        drainImmediately,
        parentShutdownSeconds,
        shutdownSeconds,
        fileFlushMillis,
        adminAddressPath,
        pluginDir,
        compatIstio);
  }
}
