package io.weir.lua;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loaded source texts of the process: the same text is compiled once, however many filters, routes
 * and configurations use it, and forgotten with the last of them. Thread-safe.
 */
final class Chunks {
  private final ConcurrentHashMap<LuaString, Entry> entries = new ConcurrentHashMap<>();
  private final Set<Chunk> loading =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
  private final ReferenceQueue<Chunk> unused = new ReferenceQueue<>();

  private static final class Entry extends WeakReference<Chunk> {
    private final LuaString text;

    Entry(LuaString text, Chunk chunk, ReferenceQueue<Chunk> queue) {
      super(chunk, queue);
      this.text = text;
    }
  }

  /** The chunk of a text; its own text is its name, as in Envoy. */
  Chunk load(byte[] source) throws LuaSyntaxException {
    forgetUnused();
    LuaString text = LuaString.own(source);
    Entry entry = entries.get(text);
    Chunk known = entry == null ? null : entry.get();
    if (known != null) {
      return known;
    }
    Chunk chunk = Chunk.load(source, text, Chunk.Mode.COMPILED);
    entries.put(text, new Entry(text, chunk, unused));
    return chunk;
  }

  /** Whether a chunk's top level has run without an error under Envoy's options. */
  boolean knownToLoad(Chunk chunk, ScriptOptions options) {
    return options.equals(ScriptOptions.ENVOY) && loading.contains(chunk);
  }

  void loads(Chunk chunk, ScriptOptions options) {
    if (options.equals(ScriptOptions.ENVOY)) {
      loading.add(chunk);
    }
  }

  int size() {
    forgetUnused();
    return entries.size();
  }

  private void forgetUnused() {
    for (var gone = unused.poll(); gone != null; gone = unused.poll()) {
      if (gone instanceof Entry entry) {
        entries.remove(entry.text, entry);
      }
    }
  }
}
