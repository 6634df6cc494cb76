package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.PeerAuthentication;
import io.weir.controlplane.config.PeerAuthentication.Mode;
import io.weir.controlplane.config.PeerAuthentication.MutualTls;
import io.weir.controlplane.config.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PeerAuthentications: the mesh's, each namespace's, and those of workloads. */
public final class PeerAuthenticationIndex {

  private final List<Config<PeerAuthentication>> all;
  private final String rootNamespace;

  PeerAuthenticationIndex(ConfigSnapshot snapshot, String rootNamespace) {
    List<Config<PeerAuthentication>> sorted =
        new ArrayList<>(snapshot.list(Kind.PEER_AUTHENTICATION, PeerAuthentication.class));
    sorted.sort(Config.OLDEST_FIRST);
    this.all = List.copyOf(sorted);
    this.rootNamespace = rootNamespace;
  }

  /** The mode of every port of a proxy, and exceptions by container port. */
  public record Modes(MutualTlsMode mode, Map<Integer, MutualTlsMode> byPort) {
    public MutualTlsMode of(int port) {
      return byPort.getOrDefault(port, mode);
    }

    /** Who accepts both accepts plain text only. */
    Modes withoutCertificates() {
      Map<Integer, MutualTlsMode> plain = new java.util.TreeMap<>();
      byPort.forEach((port, own) -> plain.put(port, plain(own)));
      return new Modes(plain(mode), plain);
    }

    private static MutualTlsMode plain(MutualTlsMode mode) {
      return mode == MutualTlsMode.PERMISSIVE ? MutualTlsMode.DISABLE : mode;
    }
  }

  Modes of(Proxy proxy) {
    MutualTlsMode mesh = refine(MutualTlsMode.PERMISSIVE, find(rootNamespace, null));
    MutualTlsMode namespace =
        proxy.namespace().equals(rootNamespace)
            ? mesh
            : refine(mesh, find(proxy.namespace(), null));
    PeerAuthentication workload =
        proxy.namespace().equals(rootNamespace) ? null : find(proxy.namespace(), proxy);
    MutualTlsMode mode = refine(namespace, workload);
    Map<Integer, MutualTlsMode> byPort = new java.util.TreeMap<>();
    if (workload != null) {
      workload.portLevelMtls().forEach((port, mtls) -> byPort.put(port, refine(mode, mtls)));
    }
    return new Modes(mode, byPort);
  }

  /** What the workloads of a namespace accept, as far as it is known without looking at them. */
  MutualTlsMode ofNamespace(String namespace) {
    MutualTlsMode mesh = refine(MutualTlsMode.PERMISSIVE, find(rootNamespace, null));
    return namespace.equals(rootNamespace) ? mesh : refine(mesh, find(namespace, null));
  }

  /** Without a proxy the policy without a selector, with one the policy that selects it. */
  private @Nullable PeerAuthentication find(String namespace, @Nullable Proxy proxy) {
    for (Config<PeerAuthentication> config : all) {
      if (!config.namespace().equals(namespace)) {
        continue;
      }
      Selector selector = config.spec().selector();
      boolean forAll = selector == null || selector.required().isEmpty();
      if (proxy == null
          ? forAll
          : !forAll && selector != null && selector.selects(proxy.labels())) {
        return config.spec();
      }
    }
    return null;
  }

  private static MutualTlsMode refine(MutualTlsMode inherited, @Nullable PeerAuthentication spec) {
    return spec == null ? inherited : refine(inherited, spec.mtls());
  }

  private static MutualTlsMode refine(MutualTlsMode inherited, @Nullable MutualTls mtls) {
    Mode mode = mtls == null ? Mode.UNSET : mtls.mode();
    return switch (mode) {
      case UNSET -> inherited;
      case DISABLE -> MutualTlsMode.DISABLE;
      case PERMISSIVE -> MutualTlsMode.PERMISSIVE;
      case STRICT -> MutualTlsMode.STRICT;
    };
  }
}
