package io.weir.proxy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressOrderTest {

  @ParameterizedTest
  @CsvSource({
    "AS_GIVEN, 1, 4 4 6 6, 4 6 4 6",
    "AS_GIVEN, 1, 6 4 4 6, 6 4 6 4",
    "V6,       1, 4 4 6,   6 4 4",
    "V4,       2, 6 4 4 4, 4 4 6 4",
    "V6,       1, 4,       4",
    "V4,       1, 6 6,     6 6",
    "V6,       9, 4 6 6 4, 6 6 4 4",
  })
  void versionsTakeTurns(AddressOrder.First first, int count, String given, String expected) {
    List<SocketAddress> addresses =
        Arrays.stream(given.split(" "))
            .<SocketAddress>map(v -> new InetSocketAddress(v.equals("4") ? "127.0.0.1" : "::1", 1))
            .toList();
    Endpoint endpoint =
        Endpoint.of(addresses.getFirst()).withAdditional(addresses.subList(1, addresses.size()));

    String order =
        String.join(
            " ",
            new AddressOrder(first, count)
                .of(endpoint).stream()
                    .map(a -> a.toString().contains("127.0.0.1") ? "4" : "6")
                    .toList());

    assertThat(order).isEqualTo(expected);
  }
}
