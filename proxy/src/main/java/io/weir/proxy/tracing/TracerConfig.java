package io.weir.proxy.tracing;

import io.weir.filter.Worker;

/** A loaded {@code provider}. Immutable, shared by all workers. */
interface TracerConfig {
  Tracer openWorker(Worker worker);
}
