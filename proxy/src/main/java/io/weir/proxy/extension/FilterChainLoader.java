package io.weir.proxy.extension;

import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.util.ArrayList;
import java.util.List;

/** Loads the places of an HTTP filter chain and sees to it that it ends as it must. */
public final class FilterChainLoader {
  private static final String ROUTER = "envoy.filters.http.router";
  private static final String CODEC = "envoy.filters.http.upstream_codec";

  private FilterChainLoader() {}

  /**
   * @param path where the entries stand, for problems
   * @param upstream whether each try of a request runs the chain
   * @return the places, without optional filters that are unknown
   */
  public static List<HttpFilterSlot> load(
      List<HttpFilter> entries, String path, LoadContext context, boolean upstream) {
    String hint = "put " + (upstream ? CODEC : ROUTER) + " at the end";
    var slots = new ArrayList<HttpFilterSlot>();
    for (int i = 0; i < entries.size(); i++) {
      String place = path + "[" + i + "]";
      HttpFilterSlot slot = context.at(place).httpFilter(entries.get(i), upstream);
      if (slot == null) {
        continue;
      }
      boolean last = i == entries.size() - 1;
      if (slot.terminal() != last) {
        context
            .problems()
            .add(
                place,
                last
                    ? "the last filter, " + slot.name() + ", does not end the chain"
                    : "the terminal filter " + slot.name() + " is not the last",
                hint);
      }
      slots.add(slot);
    }
    return slots;
  }
}
