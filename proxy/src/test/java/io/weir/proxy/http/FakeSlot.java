package io.weir.proxy.http;

import com.google.protobuf.Any;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.worker.Lease;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A place in a chain, filled by a test's filter. */
final class FakeSlot implements HttpFilterSlot {
  private final String name;
  private final boolean terminal;
  private final Lease<HttpFilterWorker> lease;
  boolean disabled;
  boolean missing;
  boolean authorizes;
  int closed;

  FakeSlot(String name, boolean terminal, Function<HttpFilterCallbacks, HttpFilter> filters) {
    this.name = name;
    this.terminal = terminal;
    this.lease = new Lease<>(filters::apply, () -> closed++);
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
    return terminal;
  }

  @Override
  public @Nullable Lease<HttpFilterWorker> get(Worker worker) {
    return missing ? null : lease;
  }

  @Override
  public void openWorker(Worker worker) {}

  @Override
  public void closeWorker(Worker worker) {
    lease.retire();
  }

  @Override
  public @Nullable HttpFilterFactory factory() {
    return authorizes ? new Judge() : null;
  }

  /** The factory of a filter that decides who may pass. */
  private record Judge() implements HttpFilterFactory {
    @Override
    public String name() {
      return "judge";
    }

    @Override
    public List<String> configTypes() {
      return List.of();
    }

    @Override
    public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
      return null;
    }

    @Override
    public boolean authorizes() {
      return true;
    }
  }
}
