package io.weir.controlplane.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a workload's sidecar listens on and may reach (networking.istio.io). */
public record Sidecar(
    @Nullable Selector workloadSelector,
    List<Ingress> ingress,
    List<Egress> egress,
    DestinationRule.@Nullable ConnectionPool inboundConnectionPool,
    @Nullable OutboundPolicy outboundTrafficPolicy)
    implements ConfigSpec {

  /** A port of the workload. */
  public record Ingress(
      @Nullable Port port,
      String bind,
      CaptureMode captureMode,
      String defaultEndpoint,
      Gateway.@Nullable ServerTls tls,
      DestinationRule.@Nullable ConnectionPool connectionPool) {}

  /** Services that the workload may call, optionally through one port. */
  public record Egress(
      @Nullable Port port, String bind, CaptureMode captureMode, List<String> hosts) {}

  /** How traffic gets to the listener. */
  public enum CaptureMode {
    DEFAULT,
    IPTABLES,
    NONE
  }

  /** What becomes of traffic to unknown hosts. */
  public record OutboundPolicy(Mode mode, @Nullable Destination egressProxy) {}

  /** The choice; unknown traffic is let through or stopped. */
  public enum Mode {
    REGISTRY_ONLY,
    ALLOW_ANY,
    ALLOW_LOCAL
  }
}
