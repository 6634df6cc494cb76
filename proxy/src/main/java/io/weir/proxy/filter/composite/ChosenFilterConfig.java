package io.weir.proxy.filter.composite;

import io.weir.filter.Counter;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import org.jspecify.annotations.Nullable;

/**
 * A filter whose work a matcher decides on.
 *
 * @param rule null without a matcher
 * @param inner the filter that the matcher may leave out; null for a composite one
 * @param statPrefix of a composite filter's statistics
 */
record ChosenFilterConfig(
    @Nullable FilterRule rule, @Nullable HttpFilterSlot inner, String statPrefix)
    implements HttpFilterConfig {

  @Override
  public HttpFilterWorker openWorker(Worker worker) {
    if (rule != null) {
      rule.openWorker(worker);
    }
    if (inner != null) {
      inner.openWorker(worker);
    }
    Counter delegations =
        inner == null ? worker.stats().counter(statPrefix, "filter_delegation_success") : null;
    if (inner == null) {
      worker.stats().counter(statPrefix, "filter_delegation_error");
    }
    return new HttpFilterWorker() {
      @Override
      public HttpFilter newFilter(HttpFilterCallbacks callbacks) {
        return new ChosenFilter(callbacks, rule, inner, delegations);
      }

      @Override
      public void close() {
        if (rule != null) {
          rule.closeWorker(worker);
        }
        if (inner != null) {
          inner.closeWorker(worker);
        }
      }
    };
  }
}
