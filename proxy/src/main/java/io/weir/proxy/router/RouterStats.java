package io.weir.proxy.router;

import io.weir.filter.Counter;
import io.weir.filter.Stats;

/** The router's counters of one connection manager, on one worker. */
record RouterStats(
    Counter noRoute,
    Counter noCluster,
    Counter direct,
    Counter redirect,
    Counter total,
    Counter resetAfterResponseStarted,
    Counter redirectBadLocation,
    Counter redirectNoRoute,
    Counter redirectPredicate,
    Counter redirectTooMany,
    Counter redirectUnsafeScheme) {

  static RouterStats open(Stats stats, String prefix) {
    stats.counter(prefix, "rq_overload_local_reply");
    String redirects = "passthrough_internal_redirect_";
    return new RouterStats(
        stats.counter(prefix, "no_route"),
        stats.counter(prefix, "no_cluster"),
        stats.counter(prefix, "rq_direct_response"),
        stats.counter(prefix, "rq_redirect"),
        stats.counter(prefix, "rq_total"),
        stats.counter(prefix, "rq_reset_after_downstream_response_started"),
        stats.counter(prefix, redirects + "bad_location"),
        stats.counter(prefix, redirects + "no_route"),
        stats.counter(prefix, redirects + "predicate"),
        stats.counter(prefix, redirects + "too_many_redirects"),
        stats.counter(prefix, redirects + "unsafe_scheme"));
  }
}
