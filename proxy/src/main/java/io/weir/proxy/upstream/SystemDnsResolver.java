package io.weir.proxy.upstream;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asks the operating system ({@code getaddrinfo}), each question on a thread of its own. */
final class SystemDnsResolver implements DnsResolver {
  // The operating system does not tell it; Envoy takes a minute, too.
  private static final long TTL_SECONDS = 60;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int retries;

  /**
   * @param retries after a failure
   */
  SystemDnsResolver(int retries) {
    this.retries = retries;
  }

  @Override
  public CompletionStage<Answer> resolve(String name, Family family) {
    return CompletableFuture.supplyAsync(() -> answer(name, family), threads);
  }

  private Answer answer(String name, Family family) {
    for (int attempt = 0; ; attempt++) {
      try {
        return new Answer(choose(InetAddress.getAllByName(name), family), TTL_SECONDS);
      } catch (UnknownHostException e) {
        if (attempt >= retries) {
          throw new java.io.UncheckedIOException(e);
        }
      }
    }
  }

  static List<InetAddress> choose(InetAddress[] all, Family family) {
    List<InetAddress> four = Arrays.stream(all).filter(Inet4Address.class::isInstance).toList();
    List<InetAddress> six = Arrays.stream(all).filter(a -> !(a instanceof Inet4Address)).toList();
    return switch (family) {
      case V4_ONLY -> four;
      case V6_ONLY -> six;
      case V4_PREFERRED -> four.isEmpty() ? six : four;
      case AUTO -> six.isEmpty() ? four : six;
      case ALL -> List.of(all);
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
