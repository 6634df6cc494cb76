package io.weir.proxy.router;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.Runtime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code weighted_clusters}. Immutable.
 *
 * @param routes one resolved route for each cluster, in order
 * @param runtimeKeys keys that override the weights; empty for none
 * @param randomHeader a header that holds the random number, or null
 */
record WeightedClusters(
    List<ResolvedRoute> routes,
    long[] weights,
    long total,
    Runtime runtime,
    String[] runtimeKeys,
    @Nullable HeaderName randomHeader) {

  ResolvedRoute choose(HeaderMap headers, long random) {
    long number = random & Long.MAX_VALUE;
    if (randomHeader != null) {
      int entry = headers.find(randomHeader);
      long given = entry < 0 ? -1 : headers.valueAsLong(entry);
      number = given >= 0 ? given : number;
    }
    if (runtimeKeys.length == 0) {
      return at(number % total, weights);
    }
    long[] current = new long[weights.length];
    long sum = 0;
    for (int i = 0; i < current.length; i++) {
      current[i] = Math.max(0, runtime.integer(runtimeKeys[i], weights[i]));
      sum += current[i];
    }
    return sum == 0 ? routes.getLast() : at(number % sum, current);
  }

  private ResolvedRoute at(long number, long[] weights) {
    long end = 0;
    for (int i = 0; i < weights.length; i++) {
      end += weights[i];
      if (number < end) {
        return routes.get(i);
      }
    }
    return routes.getLast();
  }
}
