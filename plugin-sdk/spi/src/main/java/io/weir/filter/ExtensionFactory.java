package io.weir.filter;

import java.util.List;

/**
 * One kind of extension, found by {@link java.util.ServiceLoader}. One instance lives as long as
 * the process and may keep what all its configurations share (module caches, shared data). Methods
 * of the sub-interfaces are called on the control thread or, for dry runs, on any other:
 * implementations are thread-safe.
 */
public interface ExtensionFactory {

  /** Envoy's canonical name, for instance {@code envoy.filters.http.lua}. */
  String name();

  /**
   * The full names of the configuration messages (without {@code type.googleapis.com/}) that select
   * this factory; the first is the canonical one. Lookup is by type URL, then by name.
   */
  List<String> configTypes();

  ExtensionCategory category();
}
