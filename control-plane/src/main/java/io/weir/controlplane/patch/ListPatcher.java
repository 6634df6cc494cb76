package io.weir.controlplane.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Applies the operations that change the members of a list: of listener filters, network filters,
 * HTTP filters or routes. Relative inserts and REPLACE act on the first match, REMOVE on all.
 */
final class ListPatcher<T> {

  private final List<T> items;

  ListPatcher(List<T> items) {
    this.items = new ArrayList<>(items);
  }

  List<T> items() {
    return items;
  }

  void addFirst(T item) {
    items.addFirst(item);
  }

  void addLast(T item) {
    items.addLast(item);
  }

  void add(int index, T item) {
    items.add(index, item);
  }

  boolean insertBefore(Predicate<T> match, T item) {
    int at = indexOf(match);
    if (at >= 0) {
      items.add(at, item);
    }
    return at >= 0;
  }

  boolean insertAfter(Predicate<T> match, T item) {
    int at = indexOf(match);
    if (at >= 0) {
      items.add(at + 1, item);
    }
    return at >= 0;
  }

  boolean replace(Predicate<T> match, T item) {
    int at = indexOf(match);
    if (at >= 0) {
      items.set(at, item);
    }
    return at >= 0;
  }

  boolean removeAll(Predicate<T> match) {
    return items.removeIf(match);
  }

  int indexOf(Predicate<T> match) {
    for (int i = 0; i < items.size(); i++) {
      if (match.test(items.get(i))) {
        return i;
      }
    }
    return -1;
  }

  int lastIndexOf(Predicate<T> match) {
    for (int i = items.size() - 1; i >= 0; i--) {
      if (match.test(items.get(i))) {
        return i;
      }
    }
    return -1;
  }
}
