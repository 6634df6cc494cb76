package io.weir.filter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FakeWorker;
import org.junit.jupiter.api.Test;

class HeaderStorageTest {
  private final FakeWorker worker = new FakeWorker();
  private final HeaderStorage storage = worker.local(HeaderStorage.LOCAL);

  private HeaderMap ended() {
    HeaderMap map = storage.newMap(100, 4);
    map.add(HeaderName.COOKIE, "secret");
    storage.release(map);
    return map;
  }

  @Test
  void anEndedMapKeepsItsHeadersForTheRestOfTheTask() {
    HeaderMap map = ended();
    HeaderMap other = storage.newMap(100, 4);
    other.add(HeaderName.HOST, "other");
    assertThat(map.get(HeaderName.COOKIE)).isEqualTo("secret");
  }

  @Test
  void thenItIsEmptyAndItsArraysServeTheNext() {
    HeaderMap map = ended();
    byte[] text = map.bytes();
    worker.run();
    HeaderMap next = storage.newMap(100, 4);
    next.add(HeaderName.HOST, "next");
    assertThat(next.bytes()).isSameAs(text);
    assertThat(map.isEmpty()).isTrue();
    assertThat(map.get(HeaderName.COOKIE)).isNull();
    assertThat(next.toString()).isEqualTo("host: next\n");
  }

  @Test
  void whoWritesToAnEndedMapWritesToNobodyElses() {
    HeaderMap map = ended();
    worker.run();
    HeaderMap next = storage.newMap(100, 4);
    next.add(HeaderName.HOST, "next");
    map.add(HeaderName.HOST, "late");
    assertThat(next.get(HeaderName.HOST)).isEqualTo("next");
    assertThat(map.get(HeaderName.HOST)).isEqualTo("late");
  }

  @Test
  void twiceReleasedIsOnceReused() {
    HeaderMap map = ended();
    storage.release(map);
    worker.run();
    assertThat(storage.newMap(100, 4).bytes()).isNotSameAs(storage.newMap(100, 4).bytes());
  }

  @Test
  void hugeMapsAreNotKept() {
    HeaderMap map = storage.newMap(100_000, 1000);
    byte[] text = map.bytes();
    storage.release(map);
    worker.run();
    assertThat(storage.newMap(100_000, 1000).bytes()).isNotSameAs(text);
    assertThat(storage.newMap(10, 1).bytes()).isNotSameAs(text);
  }

  @Test
  void numbersAreWrittenAsText() {
    HeaderMap map = storage.newMap(100, 4);
    for (long value : new long[] {0, 9, 10, 1234567890123456789L, Long.MAX_VALUE, -5}) {
      map.set(HeaderName.CONTENT_LENGTH, value);
      assertThat(map.get(HeaderName.CONTENT_LENGTH)).isEqualTo(Long.toString(value));
      assertThat(map.size()).isEqualTo(1);
      assertThat(map.byteLength()).isEqualTo("content-length".length() + ("" + value).length());
    }
  }
}
