package io.weir.plugin.wasm;

import io.weir.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Headers that have gone on, as they were then: Envoy does not show them any more. */
final class FrozenHeaders implements Headers {
  private final List<Entry> entries;

  FrozenHeaders(List<Entry> entries) {
    this.entries = entries;
  }

  @Override
  public @Nullable String first(String name) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).name().equals(name)) {
        return entries.get(i).value();
      }
    }
    return null;
  }

  @Override
  public List<String> all(String name) {
    var values = new ArrayList<String>();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).name().equals(name)) {
        values.add(entries.get(i).value());
      }
    }
    return values;
  }

  @Override
  public List<Entry> entries() {
    return entries;
  }

  @Override
  public void set(String name, String value) {
    throw gone();
  }

  @Override
  public void add(String name, String value) {
    throw gone();
  }

  @Override
  public void remove(String name) {
    throw gone();
  }

  private static IllegalStateException gone() {
    return new IllegalStateException("the headers have gone on and cannot be changed any more");
  }
}
