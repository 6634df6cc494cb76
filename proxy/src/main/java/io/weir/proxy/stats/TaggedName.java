package io.weir.proxy.stats;

import java.util.List;

/**
 * A statistic's name without what its tags took out of it.
 *
 * @param name {@code cluster.upstream_rq_total}
 */
public record TaggedName(String name, List<Tag> tags) {
  public TaggedName {
    tags = List.copyOf(tags);
  }
}
