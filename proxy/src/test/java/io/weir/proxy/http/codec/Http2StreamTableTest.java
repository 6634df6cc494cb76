package io.weir.proxy.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of streams against a map. */
final class Http2StreamTableTest {
  @Test
  void holdsWhatAMapHolds() {
    var harness = new Http2ServerHarness();
    var table = new Http2StreamTable();
    Map<Integer, Http2Stream> map = new HashMap<>();
    var random = new Random(7);
    int next = 1;
    for (int i = 0; i < 200_000; i++) {
      if (map.size() < 300 && random.nextInt(100) < 51) {
        var stream = new Http2ServerStream(harness.codec, next, 0);
        next += 2 * (1 + random.nextInt(3));
        map.put(stream.id, stream);
        table.put(stream);
      } else {
        int id = 1 + 2 * random.nextInt(next / 2 + 1);
        Http2Stream old = map.remove(id);
        assertThat(table.get(id)).isSameAs(old);
        if (old != null) {
          table.remove(old);
          assertThat(table.get(id)).isNull();
        }
      }
      assertThat(table.size()).isEqualTo(map.size());
    }
    assertThat(table.snapshot()).containsExactlyInAnyOrderElementsOf(map.values());
  }
}
