package io.weir.proxy.upstream;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks the system's name servers over one thread of its own, started with the first question. The
 * hosts file comes first.
 */
public final class NettyDnsResolver implements DnsResolver {
  private static final long QUERY_MILLIS = 5_000;
  private static final int TRIES = 4;

  private final DefaultHostsFileEntriesResolver hosts = new DefaultHostsFileEntriesResolver();
  private final DnsServerAddressStreamProvider servers;
  private final SearchList search;
  private final long queryMillis;
  private final int tries;
  private @Nullable EventLoopGroup loop;
  private @Nullable DnsNameResolver resolver;

  public NettyDnsResolver() {
    this(
        DnsServerAddressStreamProviders.platformDefault(),
        SearchList.ofSystem(),
        QUERY_MILLIS,
        TRIES);
  }

  /**
   * @param servers whom to ask
   */
  NettyDnsResolver(DnsServerAddressStreamProvider servers) {
    this(servers, SearchList.NONE, QUERY_MILLIS, TRIES);
  }

  /**
   * @param queryMillis for which a server is waited for
   * @param tries for one name, all servers together
   */
  NettyDnsResolver(
      DnsServerAddressStreamProvider servers, SearchList search, long queryMillis, int tries) {
    this.servers = servers;
    this.search = search;
    this.queryMillis = queryMillis;
    this.tries = tries;
  }

  @Override
  public CompletionStage<Answer> resolve(String name, Family family) {
    return switch (family) {
      case V4_ONLY -> ask(name, DnsRecordType.A);
      case V6_ONLY -> ask(name, DnsRecordType.AAAA);
      case AUTO -> first(ask(name, DnsRecordType.AAAA), () -> ask(name, DnsRecordType.A));
      case V4_PREFERRED -> first(ask(name, DnsRecordType.A), () -> ask(name, DnsRecordType.AAAA));
      case ALL ->
          ask(name, DnsRecordType.A)
              .exceptionally(_ -> new Answer(List.of(), Long.MAX_VALUE))
              .thenCombine(
                  ask(name, DnsRecordType.AAAA)
                      .exceptionally(_ -> new Answer(List.of(), Long.MAX_VALUE)),
                  NettyDnsResolver::both);
    };
  }

  private interface Question {
    CompletableFuture<Answer> ask();
  }

  /** The first answer unless it failed or is empty. */
  private static CompletableFuture<Answer> first(
      CompletableFuture<Answer> preferred, Question other) {
    return preferred
        .handle((answer, _) -> answer)
        .thenCompose(
            answer ->
                answer != null && !answer.addresses().isEmpty()
                    ? CompletableFuture.completedFuture(answer)
                    : other.ask());
  }

  private static Answer both(Answer one, Answer other) {
    var all = new ArrayList<>(one.addresses());
    all.addAll(other.addresses());
    return new Answer(all, Math.min(one.ttlSeconds(), other.ttlSeconds()));
  }

  private CompletableFuture<Answer> ask(String name, DnsRecordType type) {
    InetAddress known =
        hosts.address(
            name,
            type == DnsRecordType.A
                ? ResolvedAddressTypes.IPV4_ONLY
                : ResolvedAddressTypes.IPV6_ONLY);
    if (known != null) {
      return CompletableFuture.completedFuture(new Answer(List.of(known), Long.MAX_VALUE));
    }
    if (!isName(name)) {
      return CompletableFuture.failedFuture(new UnknownHostException(name));
    }
    return askOne(search.candidates(name), 0, type);
  }

  /** The first of the names that has an address. */
  private CompletableFuture<Answer> askOne(List<String> names, int index, DnsRecordType type) {
    CompletableFuture<Answer> answer = query(names.get(index), type);
    return index + 1 == names.size()
        ? answer
        : answer.thenCompose(
            found ->
                found.addresses().isEmpty()
                    ? askOne(names, index + 1, type)
                    : CompletableFuture.completedFuture(found));
  }

  private CompletableFuture<Answer> query(String question, DnsRecordType type) {
    var answer = new CompletableFuture<Answer>();
    resolver()
        .resolveAll(new DefaultDnsQuestion(question, type))
        .addListener(
            future -> {
              if (future.isSuccess()) {
                @SuppressWarnings("unchecked")
                var records = (List<DnsRecord>) future.getNow();
                answer.complete(read(records, type));
              } else if (isAbsent(future.cause())) {
                answer.complete(new Answer(List.of(), Long.MAX_VALUE));
              } else {
                answer.completeExceptionally(future.cause());
              }
            });
    return answer;
  }

  /** Whether a text can be a host's name at all. */
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean good =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-'
              || c == '_'
              || c == '.';
      if (!good) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Whether a server said that there is no such name, or nothing under it. */
  private static boolean isAbsent(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DnsErrorCauseException error) {
        return error.getCode().intValue() == DnsResponseCode.NXDOMAIN.intValue()
            || error.getCode().intValue() == DnsResponseCode.NOERROR.intValue();
      }
    }
    return false;
  }

  private static Answer read(List<DnsRecord> records, DnsRecordType type) {
    var addresses = new ArrayList<InetAddress>();
    long ttl = Long.MAX_VALUE;
    for (DnsRecord record : records) {
      if (record instanceof DnsRawRecord raw && raw.type().equals(type)) {
        byte[] bytes = new byte[raw.content().readableBytes()];
        raw.content().getBytes(raw.content().readerIndex(), bytes);
        try {
          addresses.add(InetAddress.getByAddress(bytes));
          ttl = Math.min(ttl, record.timeToLive());
        } catch (UnknownHostException _) {
          // A record of another length is no address.
        }
      }
      ReferenceCountUtil.release(record);
    }
    return new Answer(addresses, ttl);
  }

  private synchronized DnsNameResolver resolver() {
    if (resolver == null) {
      loop =
          new MultiThreadIoEventLoopGroup(
              1, new DefaultThreadFactory("dns", true), NioIoHandler.newFactory());
      resolver =
          new DnsNameResolverBuilder(loop.next())
              .datagramChannelType(NioDatagramChannel.class)
              .socketChannelType(NioSocketChannel.class)
              .nameServerProvider(servers)
              .queryTimeoutMillis(queryMillis)
              .maxQueriesPerResolve(Math.max(1, tries))
              .resolveCache(NoopDnsCache.INSTANCE)
              .build();
    }
    return resolver;
  }

  @Override
  public synchronized void close() {
    if (resolver != null) {
      resolver.close();
    }
    if (loop != null) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }
}
