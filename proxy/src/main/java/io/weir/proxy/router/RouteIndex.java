package io.weir.proxy.router;

import io.weir.proxy.matcher.Ascii;
import io.weir.proxy.matcher.BytesTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Narrows the routes of a virtual host down to those whose beginning fits a path, in their order.
 * One pass over the path finds the longest indexed prefix; from there a chain leads to the shorter
 * ones. Routes without an indexable beginning are always candidates. Immutable.
 */
final class RouteIndex {
  /** Below this many routes trying one after the other is faster. */
  static final int MIN_ROUTES = 12;

  private static final class Node {
    int[] routes = {};
    @Nullable Node shorter;
  }

  private final BytesTable<Node> table;
  private final boolean[] lengths;
  private final Node always;

  private RouteIndex(BytesTable<Node> table, boolean[] lengths, Node always) {
    this.table = table;
    this.lengths = lengths;
    this.always = always;
  }

  static RouteIndex of(List<PathMatch> matches) {
    var byKey = new HashMap<String, List<Integer>>();
    for (int i = 0; i < matches.size(); i++) {
      String key =
          new String(matches.get(i).indexKey(), java.nio.charset.StandardCharsets.ISO_8859_1);
      byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(i);
    }
    var always = new Node();
    always.routes = array(byKey.remove(""));
    Map<String, Node> nodes = new HashMap<>();
    int longest = 0;
    for (String key : byKey.keySet()) {
      longest = Math.max(longest, key.length());
    }
    boolean[] lengths = new boolean[longest + 1];
    // Shorter keys first, so that each finds the longest of its own prefixes.
    for (String key : new TreeSet<>(byKey.keySet())) {
      var node = new Node();
      node.routes = array(byKey.get(key));
      node.shorter = longestPrefix(key, nodes, lengths, always);
      nodes.put(key, node);
      lengths[key.length()] = true;
    }
    return new RouteIndex(new BytesTable<>(latin1Keys(nodes), false), lengths, always);
  }

  /** BytesTable takes UTF-8; the keys here hold bytes as characters. */
  private static Map<String, Node> latin1Keys(Map<String, Node> nodes) {
    var keys = new HashMap<String, Node>();
    nodes.forEach(
        (key, node) ->
            keys.put(
                new String(
                    key.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1),
                    java.nio.charset.StandardCharsets.UTF_8),
                node));
    return keys;
  }

  private static Node longestPrefix(
      String key, Map<String, Node> nodes, boolean[] lengths, Node always) {
    for (int length = key.length() - 1; length > 0; length--) {
      Node node = lengths[length] ? nodes.get(key.substring(0, length)) : null;
      if (node != null) {
        return node;
      }
    }
    return always;
  }

  private static int[] array(@Nullable List<Integer> list) {
    return list == null ? new int[0] : list.stream().mapToInt(i -> i).toArray();
  }

  /** Where to look for the routes of a path; to be passed to {@link #next}. */
  Object find(byte[] bytes, int start, int length) {
    int hash = Ascii.hashSeed();
    Node longest = always;
    int end = Math.min(length, lengths.length - 1);
    for (int i = 0; i < end; i++) {
      hash = Ascii.hash(hash, bytes[start + i]);
      if (lengths[i + 1]) {
        Node node = table.get(hash, bytes, start, i + 1);
        longest = node == null ? longest : node;
      }
    }
    return longest;
  }

  /** The candidate after {@code after} (−1 to begin), −1 when there is none. */
  int next(Object where, int after) {
    int best = Integer.MAX_VALUE;
    for (Node node = (Node) where; node != null; node = node.shorter) {
      int[] routes = node.routes;
      int at = after < 0 ? 0 : Arrays.binarySearch(routes, after + 1);
      at = at < 0 ? -at - 1 : at;
      if (at < routes.length && routes[at] < best) {
        best = routes[at];
      }
    }
    return best == Integer.MAX_VALUE ? -1 : best;
  }
}
