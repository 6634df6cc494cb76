package io.weir.plugin;

/** What a plugin learns when it starts. */
public interface PluginContext {

  /**
   * The configuration as text: JSON when it was given as an object, else as written. Never null.
   */
  String configuration();

  Log log();

  /** A counter under that name, with the proxy's prefix for plugins. */
  Metric counter(String name);

  Metric gauge(String name);

  Metric histogram(String name);

  /** Counters that differ in the values of labels. */
  default LabelledMetric counters(String name, String... labels) {
    return new LabelledMetric(name, labels, this::counter);
  }

  /** Gauges that differ in the values of labels. */
  default LabelledMetric gauges(String name, String... labels) {
    return new LabelledMetric(name, labels, this::gauge);
  }

  /** Histograms that differ in the values of labels. */
  default LabelledMetric histograms(String name, String... labels) {
    return new LabelledMetric(name, labels, this::histogram);
  }

  /** What the instances of this plugin on all workers share. */
  SharedData shared();

  /**
   * HTTP calls as straight-line code. Ask in {@code start} and keep it: from then on the plugin's
   * callbacks run so that they can wait.
   */
  HttpCalls http();

  /** Unary gRPC calls as straight-line code; as {@link #http}. */
  GrpcCalls grpc();

  /**
   * Opens a queue of the plugin. The instance that opened it last, on whichever worker that is, is
   * told of each item by {@link HttpPlugin#onQueue}.
   */
  SharedQueue queue(String name);

  /**
   * What becomes of an exchange whose callback throws: with false, which is the default, it is
   * answered 500; with true it goes on as if the plugin were not there. Either is logged and
   * counted. A configuration of the proxy that says {@code FAIL_OPEN} does the same. Connections
   * are always closed.
   */
  void failOpen(boolean open);

  /** Calls {@link HttpPlugin#onTick} about that often on this worker; 0 stops it. */
  void tickEvery(int millis);
}
