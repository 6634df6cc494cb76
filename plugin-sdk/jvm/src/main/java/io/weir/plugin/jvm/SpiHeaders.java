package io.weir.plugin.jvm;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One of a stream's header maps, seen by a plugin; empty while the map does not exist. */
final class SpiHeaders implements Headers {
  private final @Nullable HeaderMap map;
  private final boolean gone;

  /**
   * @param gone whether the headers have gone on, so that a change would have no effect
   */
  SpiHeaders(@Nullable HeaderMap map, boolean gone) {
    this.map = map;
    this.gone = gone;
  }

  private @Nullable HeaderMap writable() {
    if (gone) {
      throw new IllegalStateException("the headers have gone on and cannot be changed any more");
    }
    return map;
  }

  @Override
  public @Nullable String first(String name) {
    String value = map == null ? null : map.get(HeaderName.of(name));
    return value == null ? null : WireText.text(value);
  }

  @Override
  public List<String> all(String name) {
    if (map == null) {
      return List.of();
    }
    List<String> values = map.getAll(HeaderName.of(name));
    values.replaceAll(WireText::text);
    return values;
  }

  @Override
  public void set(String name, String value) {
    HeaderMap target = writable();
    if (target != null) {
      target.set(HeaderName.of(name), WireText.wire(value));
    }
  }

  @Override
  public void add(String name, String value) {
    HeaderMap target = writable();
    if (target != null) {
      target.add(HeaderName.of(name), WireText.wire(value));
    }
  }

  @Override
  public void remove(String name) {
    HeaderMap target = writable();
    if (target != null) {
      target.remove(HeaderName.of(name));
    }
  }

  @Override
  public List<Entry> entries() {
    if (map == null) {
      return List.of();
    }
    var entries = new ArrayList<Entry>(map.size());
    for (int e = map.first(); e >= 0; e = map.next(e)) {
      entries.add(new Entry(map.name(e), WireText.text(map.value(e))));
    }
    return entries;
  }
}
