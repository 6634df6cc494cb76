package io.weir.proxy.router;

import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo.UpstreamInfo;
import io.weir.filter.TlsInfo;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The facts of a try that was not the first: knows the one before it. Immutable. */
record AttemptFacts(UpstreamInfo attempt, UpstreamInfo previousAttempt) implements UpstreamInfo {

  /** {@code facts} themselves for a first try, which spares the object. */
  static UpstreamInfo after(@Nullable UpstreamInfo previous, UpstreamInfo facts) {
    return previous == null ? facts : new AttemptFacts(facts, previous);
  }

  @Override
  public @Nullable SocketAddress hostAddress() {
    return attempt.hostAddress();
  }

  @Override
  public String hostName() {
    return attempt.hostName();
  }

  @Override
  public Metadata hostMetadata() {
    return attempt.hostMetadata();
  }

  @Override
  public NodeInfo.Locality locality() {
    return attempt.locality();
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return attempt.localAddress();
  }

  @Override
  public long connectionId() {
    return attempt.connectionId();
  }

  @Override
  public @Nullable Protocol protocol() {
    return attempt.protocol();
  }

  @Override
  public @Nullable TlsInfo tls() {
    return attempt.tls();
  }

  @Override
  public String transportFailureReason() {
    return attempt.transportFailureReason();
  }
}
