package io.weir.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.weir.proxy.upstream.DnsResolver.Family;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a name server of its own. */
final class NettyDnsResolverTest {
  private SmallDnsServer server;
  private NettyDnsResolver resolver;

  @BeforeEach
  void start() throws Exception {
    server = new SmallDnsServer();
    resolver = new NettyDnsResolver(new SingletonDnsServerAddressStreamProvider(server.address()));
  }

  @AfterEach
  void stop() {
    resolver.close();
    server.close();
  }

  private DnsResolver.Answer ask(String name, Family family) throws Exception {
    return resolver.resolve(name, family).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "V4_ONLY, 10.0.0.1 10.0.0.2",
    "V6_ONLY, fd00:0:0:0:0:0:0:1",
    "AUTO, fd00:0:0:0:0:0:0:1",
    "V4_PREFERRED, 10.0.0.1 10.0.0.2",
    "ALL, 10.0.0.1 10.0.0.2 fd00:0:0:0:0:0:0:1",
  })
  void familiesAreAskedForAsConfigured(Family family, String expected) throws Exception {
    server.put("both.test.", 0, 60, "10.0.0.1", "10.0.0.2", "fd00::1");
    assertThat(ask("both.test", family).addresses())
        .extracting(InetAddress::getHostAddress)
        .containsExactly(expected.split(" "));
  }

  @Test
  void theLeastTimeToLiveCounts() throws Exception {
    server.put("a.test.", 0, 17, "10.0.0.1");
    assertThat(ask("a.test", Family.V4_ONLY).ttlSeconds()).isEqualTo(17);
  }

  @Test
  void theOtherFamilyHelpsOut() throws Exception {
    server.put("six.test.", 0, 60, "fd00::1");
    assertThat(ask("six.test", Family.V4_PREFERRED).addresses()).hasSize(1);
  }

  @Test
  void aNameThatDoesNotExistHasNoAddresses() throws Exception {
    server.put("gone.test.", SmallDnsServer.NXDOMAIN, 0);
    assertThat(ask("gone.test", Family.V4_ONLY).addresses()).isEmpty();
  }

  @Test
  void aServerThatFailsIsAFailure() {
    server.put("bad.test.", SmallDnsServer.SERVFAIL, 0);
    assertThatThrownBy(() -> ask("bad.test", Family.V4_ONLY)).isNotNull();
  }

  @Test
  void whatIsNoNameIsNotAsked() {
    assertThatThrownBy(() -> ask("no name", Family.V4_ONLY)).isNotNull();
    assertThat(server.asked()).isZero();
  }
}
