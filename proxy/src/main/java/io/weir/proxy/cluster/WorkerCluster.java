package io.weir.proxy.cluster;

import io.netty.channel.Channel;
import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import org.jspecify.annotations.Nullable;

/** One cluster on one worker: balancer state, pools, statistics. */
public interface WorkerCluster {
  String name();

  Metadata metadata();

  /** What its statistics begin with, a dot at the end. */
  default String statPrefix() {
    return "cluster." + name() + ".";
  }

  /** The hosts as this worker sees them now. */
  default HostSets hosts() {
    return HostSets.EMPTY;
  }

  /** Whether requests are sent to the host that their authority names. */
  default boolean forwardsByName() {
    return false;
  }

  /** Whether connections are encrypted. */
  default boolean secure() {
    return false;
  }

  /**
   * Chooses a host and opens a connection to it for raw bytes, for tcp_proxy and its like, through
   * the cluster's circuit breakers, transport socket and connect timeout. Callbacks may come before
   * this returns.
   *
   * @return a handle to give up with
   */
  TcpConnect connect(LoadBalancerContext context, TcpConnectCallbacks callbacks);

  /**
   * Counts a connection that {@link #connect} made and that has ended.
   *
   * @param byPeer whether the host ended it
   * @param received bytes from the host
   * @param sent bytes to the host
   */
  default void countEnd(boolean byPeer, long received, long sent) {}

  /** Counts that a {@code max_connect_attempts} of a TCP proxy was reached. */
  default void countConnectAttemptsExceeded() {}

  /** A connection attempt under way. */
  interface TcpConnect {
    void cancel();
  }

  /** Outcome of {@link #connect}. */
  interface TcpConnectCallbacks {
    /** The channel is active, on this worker's loop, reading stopped; the callee owns it. */
    void onConnected(Channel channel, StreamInfo.UpstreamInfo upstream);

    /**
     * No connection.
     *
     * @param upstream the host that was tried, null when none was chosen
     */
    void onFailure(
        ConnectFailure failure,
        String transportFailure,
        StreamInfo.@Nullable UpstreamInfo upstream);
  }

  /** Why there is no connection. */
  enum ConnectFailure {
    NO_HEALTHY_HOST,
    OVERFLOW,
    /** No connection is made under the present load. */
    SHED,
    LOCAL_FAILURE,
    REMOTE_FAILURE,
    TIMEOUT
  }
}
