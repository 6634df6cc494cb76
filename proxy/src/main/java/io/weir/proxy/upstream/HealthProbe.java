package io.weir.proxy.upstream;

import io.weir.proxy.cluster.Host;
import io.weir.proxy.worker.EventLoopWorker;

/** Asks a host whether it is well. Runs on one worker. */
interface HealthProbe {

  /** What an answer means. */
  interface Outcome {
    /** Why a check failed. */
    enum Failure {
      /** The host answered, and wrongly. */
      ACTIVE,
      /** The host answered with a status that counts against the threshold. */
      RETRIABLE,
      NETWORK,
      TIMEOUT
    }

    void onSuccess(boolean degraded);

    /**
     * @param status what the host answered, 0 for nothing
     */
    void onFailure(Failure failure, int status);

    default void onFailure(Failure failure) {
      onFailure(failure, 0);
    }

    /** The answer, whose verdict follows, asks for no traffic. */
    void onExclusion();

    /** The name of the service that answered was looked at. */
    void onNameChecked();
  }

  /** Begins a check; the outcome comes later, once. */
  void send();

  /** Drops the connection, and the check that runs. */
  void abandon();

  static HealthProbe of(
      HealthCheckSettings settings,
      UpstreamCluster cluster,
      Host host,
      EventLoopWorker worker,
      Outcome outcome) {
    var link = new ProbeLink(settings, cluster, host, worker);
    return switch (settings.probe()) {
      case HealthCheckSettings.Http http ->
          new HttpProbe(
              new HttpScript(http, cluster, host, worker), cluster, worker, link, outcome);
      case HealthCheckSettings.Tcp tcp -> new TcpProbe(tcp, worker, link, outcome);
      case HealthCheckSettings.Grpc grpc ->
          new HttpProbe(
              new GrpcScript(grpc, cluster, host, worker, settings.timeoutMillis()),
              cluster,
              worker,
              link,
              outcome);
    };
  }
}
