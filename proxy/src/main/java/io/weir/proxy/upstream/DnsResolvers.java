package io.weir.proxy.upstream;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DnsResolutionConfig;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig;
import io.envoyproxy.envoy.extensions.network.dns_resolver.getaddrinfo.v3.GetAddrInfoDnsResolverConfig;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.DnsServerAddresses;
import io.weir.proxy.extension.LoadContext;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the DNS resolvers that configurations ask for; equal ones are shared. */
public final class DnsResolvers {
  private static final int DEFAULT_PORT = 53;
  private static final long DEFAULT_QUERY_MILLIS = 5_000;
  private static final int DEFAULT_TRIES = 4;

  private DnsResolvers() {}

  /**
   * The resolver of a cluster or a cache.
   *
   * @param own its {@code typed_dns_resolver_config}, empty for none
   * @param usual when neither it nor the bootstrap asks for another
   * @return null when problems were reported
   */
  static @Nullable DnsResolver of(
      TypedExtensionConfig own, DnsResolver usual, LoadContext context) {
    if (own.hasTypedConfig()) {
      return typed(own, context.at("typed_dns_resolver_config"));
    }
    TypedExtensionConfig ofProcess = context.dnsResolver();
    return ofProcess.hasTypedConfig() ? typed(ofProcess, context) : usual;
  }

  /** What a bootstrap asks for all its clusters; empty when it does not. */
  @SuppressWarnings("deprecation")
  public static TypedExtensionConfig of(Bootstrap bootstrap) {
    return bootstrap.hasTypedDnsResolverConfig()
        ? bootstrap.getTypedDnsResolverConfig()
        : translated(bootstrap.getDnsResolutionConfig(), List.of());
  }

  /** What the deprecated fields say in the words of the new one; empty when they say nothing. */
  static TypedExtensionConfig translated(DnsResolutionConfig config, List<Address> resolvers) {
    var cares = CaresDnsResolverConfig.newBuilder();
    cares.addAllResolvers(config.getResolversCount() > 0 ? config.getResolversList() : resolvers);
    if (config.hasDnsResolverOptions()) {
      cares.setDnsResolverOptions(config.getDnsResolverOptions());
    }
    return cares.getResolversCount() == 0 && !config.hasDnsResolverOptions()
        ? TypedExtensionConfig.getDefaultInstance()
        : TypedExtensionConfig.newBuilder().setTypedConfig(Any.pack(cares.build())).build();
  }

  private static @Nullable DnsResolver typed(TypedExtensionConfig config, LoadContext context) {
    Any any = config.getTypedConfig();
    LoadContext at = context.at("typed_config");
    if (any.is(CaresDnsResolverConfig.class)) {
      var cares = at.unpack(any, CaresDnsResolverConfig.getDefaultInstance());
      return cares == null ? null : cares(cares, at);
    }
    if (any.is(GetAddrInfoDnsResolverConfig.class)) {
      var system = at.unpack(any, GetAddrInfoDnsResolverConfig.getDefaultInstance());
      return system == null
          ? null
          : at.shared(
              SystemDnsResolver.class,
              system.toString(),
              () -> new SystemDnsResolver(system.getNumRetries().getValue()));
    }
    context
        .problems()
        .add(
            "",
            "no DNS resolver takes a " + any.getTypeUrl(),
            "known: envoy.network.dns_resolver.cares, envoy.network.dns_resolver.getaddrinfo");
    return null;
  }

  private static @Nullable DnsResolver cares(CaresDnsResolverConfig config, LoadContext context) {
    var servers = new ArrayList<InetSocketAddress>();
    for (int i = 0; i < config.getResolversCount(); i++) {
      var at = context.problems().at("resolvers[" + i + "]");
      if (Addresses.load(config.getResolvers(i), false, at) instanceof InetSocketAddress server) {
        servers.add(
            server.getPort() == 0
                ? new InetSocketAddress(server.getAddress(), DEFAULT_PORT)
                : server);
      }
    }
    if (servers.size() < config.getResolversCount()) {
      return null;
    }
    boolean given = !servers.isEmpty() && !config.getUseResolversAsFallback();
    DnsServerAddressStreamProvider provider =
        given
            ? provider(servers, config.getRotateNameservers())
            : DnsServerAddressStreamProviders.platformDefault();
    long millis =
        config.hasQueryTimeoutSeconds()
            ? config.getQueryTimeoutSeconds().getValue() * 1000
            : DEFAULT_QUERY_MILLIS;
    int tries = config.hasQueryTries() ? config.getQueryTries().getValue() : DEFAULT_TRIES;
    boolean searches = !config.getDnsResolverOptions().getNoDefaultSearchDomain();
    return context.shared(
        NettyDnsResolver.class,
        config.toString(),
        () ->
            new NettyDnsResolver(
                provider, searches ? SearchList.ofSystem() : SearchList.NONE, millis, tries));
  }

  private static DnsServerAddressStreamProvider provider(
      List<InetSocketAddress> servers, boolean rotate) {
    DnsServerAddresses addresses =
        rotate ? DnsServerAddresses.rotational(servers) : DnsServerAddresses.sequential(servers);
    return _ -> addresses.stream();
  }
}
