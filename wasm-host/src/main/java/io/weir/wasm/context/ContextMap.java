package io.weir.wasm.context;

import io.weir.wasm.abi.HostContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contexts by id: open addressing, no boxing. One VM's, on its worker. */
final class ContextMap {
  private @Nullable HostContext[] slots = new HostContext[32];
  private int size;

  @Nullable HostContext get(int id) {
    HostContext found = slots[slot(id)];
    return found;
  }

  /** The slot where the id is or would be. */
  private int slot(int id) {
    int mask = slots.length - 1;
    int slot = id & mask;
    while (true) {
      HostContext candidate = slots[slot];
      if (candidate == null || candidate.id() == id) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  void put(HostContext context) {
    if (size * 2 >= slots.length) {
      @Nullable HostContext[] old = slots;
      slots = new HostContext[old.length * 2];
      for (HostContext moved : old) {
        if (moved != null) {
          slots[slot(moved.id())] = moved;
        }
      }
    }
    int slot = slot(context.id());
    if (slots[slot] == null) {
      size++;
    }
    slots[slot] = context;
  }

  void remove(int id) {
    int mask = slots.length - 1;
    int hole = slot(id);
    if (slots[hole] == null) {
      return;
    }
    slots[hole] = null;
    size--;
    // Entries behind the hole move up, so that looking for them does not stop at it.
    for (int at = (hole + 1) & mask; slots[at] != null; at = (at + 1) & mask) {
      HostContext moved = slots[at];
      slots[at] = null;
      if (moved != null) {
        slots[slot(moved.id())] = moved;
      }
    }
  }

  int size() {
    return size;
  }

  /** All contexts, a copy. */
  List<HostContext> all() {
    var all = new ArrayList<HostContext>(size);
    for (HostContext context : slots) {
      if (context != null) {
        all.add(context);
      }
    }
    return all;
  }
}
