package io.weir.proxy.config;

import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.worker.Lease;
import org.jspecify.annotations.Nullable;

/** A filter whose configuration stands in the chain itself. */
final class InlineFilterSlot implements HttpFilterSlot {
  private final String name;
  private final boolean disabled;
  private final HttpFilterFactory factory;
  private final FilterLife life;
  // Element i is read and written by worker i only.
  private final @Nullable Lease<HttpFilterWorker>[] leases;

  @SuppressWarnings({"unchecked", "rawtypes"})
  InlineFilterSlot(
      String name, boolean disabled, HttpFilterFactory factory, FilterLife life, int workers) {
    this.name = name;
    this.disabled = disabled;
    this.factory = factory;
    this.life = life;
    this.leases = new Lease[workers];
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean disabled() {
    return disabled;
  }

  @Override
  public boolean terminal() {
    return factory.terminal();
  }

  @Override
  public HttpFilterFactory factory() {
    return factory;
  }

  @Override
  public @Nullable Lease<HttpFilterWorker> get(Worker worker) {
    return leases[worker.index()];
  }

  @Override
  public void openWorker(Worker worker) {
    leases[worker.index()] = life.open(worker);
  }

  @Override
  public void closeWorker(Worker worker) {
    Lease<HttpFilterWorker> lease = leases[worker.index()];
    if (lease != null) {
      leases[worker.index()] = null;
      lease.retire();
    }
  }
}
