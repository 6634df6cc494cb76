package io.weir.proxy.tls;

import java.util.List;

/**
 * Resumption of sessions.
 *
 * @param tickets whether a server gives tickets that it need not remember
 * @param cache whether sessions are remembered
 * @param cacheSize sessions remembered by a client
 * @param ticketKeys 80 bytes each: name, HMAC key, AES key; the first encrypts; empty for keys of
 *     the library's own
 */
record SessionSettings(
    boolean tickets, boolean cache, int cacheSize, long timeoutSeconds, List<byte[]> ticketKeys) {
  SessionSettings {
    ticketKeys = List.copyOf(ticketKeys);
  }
}
