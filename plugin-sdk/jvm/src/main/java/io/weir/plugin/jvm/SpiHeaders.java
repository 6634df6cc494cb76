package io.weir.plugin.jvm;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One of a stream's header maps, seen by a plugin; empty while the map does not exist. */
final class SpiHeaders implements Headers {
  private final Supplier<@Nullable HeaderMap> source;

  SpiHeaders(Supplier<@Nullable HeaderMap> source) {
    this.source = source;
  }

  @Override
  public @Nullable String first(String name) {
    HeaderMap map = source.get();
    return map == null ? null : map.get(HeaderName.of(name));
  }

  @Override
  public List<String> all(String name) {
    HeaderMap map = source.get();
    return map == null ? List.of() : map.getAll(HeaderName.of(name));
  }

  @Override
  public void set(String name, String value) {
    HeaderMap map = source.get();
    if (map != null) {
      map.set(HeaderName.of(name), value);
    }
  }

  @Override
  public void add(String name, String value) {
    HeaderMap map = source.get();
    if (map != null) {
      map.add(HeaderName.of(name), value);
    }
  }

  @Override
  public void remove(String name) {
    HeaderMap map = source.get();
    if (map != null) {
      map.remove(HeaderName.of(name));
    }
  }

  @Override
  public List<Entry> entries() {
    HeaderMap map = source.get();
    if (map == null) {
      return List.of();
    }
    var entries = new ArrayList<Entry>(map.size());
    for (int e = map.first(); e >= 0; e = map.next(e)) {
      entries.add(new Entry(map.name(e), map.value(e)));
    }
    return entries;
  }
}
