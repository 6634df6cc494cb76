package io.weir.lua.library;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The dictionaries of the process by name: configurations that name the same one share it, and it
 * outlives a change of configuration. Gone with the last configuration that names it. Any thread.
 */
public final class SharedDictionaries {
  private final ConcurrentHashMap<String, WeakReference<SharedDictionary>> known =
      new ConcurrentHashMap<>();

  /** The dictionary of a name and size. */
  public SharedDictionary get(String name, long maxBytes) {
    String key = name + '\n' + maxBytes;
    var made = new SharedDictionary(maxBytes);
    WeakReference<SharedDictionary> reference =
        known.compute(
            key, (_, old) -> old != null && old.get() != null ? old : new WeakReference<>(made));
    SharedDictionary dictionary = reference.get();
    return dictionary == null ? made : dictionary;
  }
}
