package io.weir.plugin.wasm;

import io.weir.plugin.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;

/** One of the host's header maps. */
final class GuestHeaders implements Headers {
  private final int map;

  GuestHeaders(int map) {
    this.map = map;
  }

  @Override
  public @Nullable String first(String name) {
    byte[] key = Bytes.encode(name);
    int status =
        Abi.getHeader(
            map, Address.ofData(key), key.length, Bytes.resultPointer(), Bytes.resultLength());
    Address.pin(key);
    byte[] value = Bytes.takeResult();
    return status == Abi.OK ? Bytes.decode(value) : null;
  }

  @Override
  public List<String> all(String name) {
    var values = new ArrayList<String>();
    for (Entry entry : entries()) {
      if (entry.name().equals(name)) {
        values.add(entry.value());
      }
    }
    return values;
  }

  @Override
  public void set(String name, String value) {
    byte[] key = Bytes.encode(name);
    byte[] bytes = Bytes.encode(value);
    Abi.replaceHeader(map, Address.ofData(key), key.length, Address.ofData(bytes), bytes.length);
    Address.pin(key);
    Address.pin(bytes);
  }

  @Override
  public void add(String name, String value) {
    byte[] key = Bytes.encode(name);
    byte[] bytes = Bytes.encode(value);
    Abi.addHeader(map, Address.ofData(key), key.length, Address.ofData(bytes), bytes.length);
    Address.pin(key);
    Address.pin(bytes);
  }

  @Override
  public void remove(String name) {
    byte[] key = Bytes.encode(name);
    Abi.removeHeader(map, Address.ofData(key), key.length);
    Address.pin(key);
  }

  @Override
  public List<Entry> entries() {
    int status = Abi.getHeaders(map, Bytes.resultPointer(), Bytes.resultLength());
    byte[] pairs = Bytes.takeResult();
    var entries = new ArrayList<Entry>();
    if (status != Abi.OK || pairs.length < 4) {
      return entries;
    }
    int count = Bytes.getInt(pairs, 0);
    int at = 4 + count * 8;
    for (int i = 0; i < count; i++) {
      int nameLength = Bytes.getInt(pairs, 4 + i * 8);
      int valueLength = Bytes.getInt(pairs, 8 + i * 8);
      String name = Bytes.decode(pairs, at, nameLength);
      at += nameLength + 1;
      String value = Bytes.decode(pairs, at, valueLength);
      at += valueLength + 1;
      entries.add(new Entry(name, value));
    }
    return entries;
  }

  /** Names and values in turns, in the ABI's serialised form. */
  static byte[] serialise(String[] pairs) {
    byte[][] parts = new byte[pairs.length][];
    int total = 4 + pairs.length * 4;
    for (int i = 0; i < pairs.length; i++) {
      parts[i] = Bytes.encode(pairs[i]);
      total += parts[i].length + 1;
    }
    byte[] bytes = new byte[total];
    Bytes.putInt(bytes, 0, pairs.length / 2);
    int at = 4 + pairs.length * 4;
    for (int i = 0; i < parts.length; i++) {
      Bytes.putInt(bytes, 4 + i * 4, parts[i].length);
      System.arraycopy(parts[i], 0, bytes, at, parts[i].length);
      at += parts[i].length + 1;
    }
    return bytes;
  }
}
