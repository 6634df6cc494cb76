package io.weir.controlplane.ads;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection as the debug endpoints show it.
 *
 * @param name {@code name.namespace}
 * @param version of the client's mesh release, else of its program
 */
public record ConnectionStatus(
    String connectionId,
    String proxyId,
    String name,
    String clusterId,
    String client,
    String version,
    String protocol,
    Instant connected,
    long revision,
    boolean synced,
    List<TypeStatus> types) {

  /**
   * One type.
   *
   * @param state SYNCED, SENT (not answered yet), STALE (something is still to be sent) or ERROR
   * @param rejected refused resources with the reason
   */
  public record TypeStatus(
      String type,
      String state,
      int resources,
      int subscribed,
      boolean wildcard,
      String nonceSent,
      String nonceAcked,
      long responses,
      @Nullable String lastError,
      Map<String, String> rejected) {}
}
