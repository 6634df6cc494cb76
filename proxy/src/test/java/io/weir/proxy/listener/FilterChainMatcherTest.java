package io.weir.proxy.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.Metadata;
import io.weir.filter.TrafficDirection;
import io.weir.proxy.network.DownstreamConnectionInfo;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterChainMatcherTest {
  private final FilterChainMatcher matcher = new FilterChainMatcher();

  private static FilterChainMatch.Range range(String address, int length) {
    return new FilterChainMatch.Range(new InetSocketAddress(address, 0).getAddress(), length);
  }

  private static FilterChainMatch names(List<String> names, String transport, List<String> alpn) {
    return new FilterChainMatch(
        0, List.of(), names, transport, alpn, List.of(), SourceType.ANY, List.of(), List.of());
  }

  private static FilterChainMatch sources(
      SourceType type, List<FilterChainMatch.Range> ranges, List<Integer> ports) {
    return new FilterChainMatch(
        0, List.of(), List.of(), "", List.of(), List.of(), type, ranges, ports);
  }

  private static FilterChainMatch destination(int port, FilterChainMatch.Range... ranges) {
    return new FilterChainMatch(
        port,
        List.of(ranges),
        List.of(),
        "",
        List.of(),
        List.of(),
        SourceType.ANY,
        List.of(),
        List.of());
  }

  private static DownstreamConnectionInfo from(String remote, int remotePort, String local) {
    return new DownstreamConnectionInfo(
        1,
        new InetSocketAddress(remote, remotePort),
        new InetSocketAddress(local, 443),
        TrafficDirection.UNSPECIFIED,
        Metadata.EMPTY);
  }

  private int findName(String name, String transport, String... alpn) {
    var info = from("192.0.2.1", 999, "192.0.2.2");
    info.setRequestedServerName(name);
    info.setDetectedTransport(transport);
    info.setApplicationProtocols(List.of(alpn));
    return matcher.find(info);
  }

  @Test
  void connectionsArePlainUnlessAListenerFilterSaysOtherwise() {
    matcher.add(0, names(List.of(), "raw_buffer", List.of()));
    assertThat(matcher.find(from("192.0.2.1", 999, "192.0.2.2"))).isEqualTo(0);
  }

  @Test
  void mostSpecificServerNameWins() {
    matcher.add(0, names(List.of("a.example.com"), "", List.of()));
    matcher.add(1, names(List.of(".example.com"), "", List.of()));
    matcher.add(2, names(List.of(".com"), "", List.of()));
    matcher.add(3, names(List.of(), "", List.of()));
    assertThat(findName("a.example.com", "tls")).isEqualTo(0);
    assertThat(findName("b.example.com", "tls")).isEqualTo(1);
    assertThat(findName("x.b.example.com", "tls")).isEqualTo(1);
    assertThat(findName("example.com", "tls")).isEqualTo(2);
    assertThat(findName("com", "tls")).isEqualTo(3);
    assertThat(findName("other.org", "tls")).isEqualTo(3);
    assertThat(findName("", "tls")).isEqualTo(3);
  }

  @Test
  void neverComesBackToALessSpecificBranch() {
    matcher.add(0, names(List.of("a.test"), "", List.of("h2")));
    matcher.add(1, names(List.of(), "", List.of("http/1.1")));
    matcher.add(2, names(List.of(), "", List.of()));
    assertThat(findName("a.test", "tls", "h2")).isEqualTo(0);
    // The name leads to a branch where the protocol does not match.
    assertThat(findName("a.test", "tls", "http/1.1")).isEqualTo(FilterChainMatcher.NONE);
    assertThat(findName("z.test", "tls", "http/1.1")).isEqualTo(1);
    assertThat(findName("z.test", "tls", "spdy", "http/1.1")).isEqualTo(1);
    assertThat(findName("z.test", "tls")).isEqualTo(2);
  }

  @Test
  void transportProtocolIsExactOrAny() {
    matcher.add(0, names(List.of(), "tls", List.of()));
    matcher.add(1, names(List.of(), "raw_buffer", List.of()));
    assertThat(findName("x", "tls")).isEqualTo(0);
    assertThat(findName("x", "raw_buffer")).isEqualTo(1);
    assertThat(findName("x", "")).isEqualTo(FilterChainMatcher.NONE);
  }

  @Test
  void longestRangeWins() {
    matcher.add(0, destination(0, range("10.0.0.0", 8)));
    matcher.add(1, destination(0, range("10.1.0.0", 16)));
    matcher.add(2, destination(0, range("2001:db8::", 32), range("10.1.2.3", 32)));
    assertThat(matcher.find(from("192.0.2.1", 1, "10.1.2.3"))).isEqualTo(2);
    assertThat(matcher.find(from("192.0.2.1", 1, "10.1.2.4"))).isEqualTo(1);
    assertThat(matcher.find(from("192.0.2.1", 1, "10.9.9.9"))).isEqualTo(0);
    assertThat(matcher.find(from("192.0.2.1", 1, "11.0.0.1"))).isEqualTo(FilterChainMatcher.NONE);
    assertThat(matcher.find(from("2001::1", 1, "2001:db8:1::1"))).isEqualTo(2);
    assertThat(matcher.find(from("2001::1", 1, "2001:db9::1"))).isEqualTo(FilterChainMatcher.NONE);
  }

  @Test
  void destinationPortIsTheFirstStep() {
    matcher.add(0, destination(443, range("10.0.0.0", 8)));
    matcher.add(1, destination(0));
    assertThat(matcher.find(from("192.0.2.1", 1, "10.0.0.1"))).isEqualTo(0);
    // Port 443 has a branch of its own, without this address.
    assertThat(matcher.find(from("192.0.2.1", 1, "11.0.0.1"))).isEqualTo(FilterChainMatcher.NONE);
  }

  @Test
  void sourceTypeThenRangeThenPort() {
    matcher.add(0, sources(SourceType.SAME_IP_OR_LOOPBACK, List.of(), List.of()));
    matcher.add(1, sources(SourceType.ANY, List.of(range("192.0.2.0", 24)), List.of()));
    matcher.add(2, sources(SourceType.ANY, List.of(range("192.0.2.0", 24)), List.of(7777)));
    assertThat(matcher.find(from("127.0.0.1", 1, "127.0.0.1"))).isEqualTo(0);
    assertThat(matcher.find(from("192.0.2.1", 1, "192.0.2.1"))).isEqualTo(0);
    assertThat(matcher.find(from("192.0.2.1", 1, "10.0.0.1"))).isEqualTo(1);
    assertThat(matcher.find(from("192.0.2.1", 7777, "10.0.0.1"))).isEqualTo(2);
    assertThat(matcher.find(from("198.51.100.1", 1, "10.0.0.1")))
        .isEqualTo(FilterChainMatcher.NONE);
  }

  @Test
  void reportsAChainThatCouldNeverMatch() {
    assertThat(matcher.add(0, names(List.of("a.test", "b.test"), "", List.of())))
        .isEqualTo(FilterChainMatcher.NONE);
    assertThat(matcher.add(1, names(List.of("b.test"), "", List.of()))).isEqualTo(0);
    assertThat(matcher.add(2, names(List.of("b.test"), "tls", List.of())))
        .isEqualTo(FilterChainMatcher.NONE);
  }
}
