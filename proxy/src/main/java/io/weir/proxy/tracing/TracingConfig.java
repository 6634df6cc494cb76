package io.weir.proxy.tracing;

import io.weir.filter.Worker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded {@code tracing} of a connection manager. Immutable, shared by all workers.
 *
 * @param operation {@code ingress} or {@code egress}, by the listener's direction
 * @param maxPath how much of a path becomes a tag
 * @param spawnsUpstream whether tries have spans of their own
 * @param tracer null when spans go nowhere: only request ids are marked
 */
public record TracingConfig(
    Sampling sampling,
    String operation,
    int maxPath,
    List<CustomTag> customTags,
    String node,
    String zone,
    boolean spawnsUpstream,
    @Nullable TracerConfig tracer) {
  public TracingConfig {
    customTags = List.copyOf(customTags);
  }

  /** Tracing on one worker. */
  public Tracing openWorker(Worker worker) {
    return new Tracing(this, worker, tracer == null ? null : new Tracer(tracer, worker));
  }
}
