package io.weir.controlplane.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which of mTLS and plain text a workload accepts (security.istio.io). */
public record PeerAuthentication(
    @Nullable Selector selector, @Nullable MutualTls mtls, Map<Integer, MutualTls> portLevelMtls)
    implements ConfigSpec {

  /** One setting. */
  public record MutualTls(Mode mode) {}

  /** UNSET inherits. */
  public enum Mode {
    UNSET,
    DISABLE,
    PERMISSIVE,
    STRICT
  }
}
