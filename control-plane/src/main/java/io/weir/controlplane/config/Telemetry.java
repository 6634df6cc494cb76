package io.weir.controlplane.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Traces, metrics and access logs of workloads (telemetry.istio.io). */
public record Telemetry(
    @Nullable Selector selector,
    @Nullable TargetRef targetRef,
    List<TargetRef> targetRefs,
    List<Tracing> tracing,
    List<Metrics> metrics,
    List<AccessLogging> accessLogging)
    implements ConfigSpec {

  /** A provider of the mesh configuration. */
  public record Provider(String name) {}

  /** Traces. */
  public record Tracing(
      @Nullable ModeMatch match,
      List<Provider> providers,
      @Nullable Double randomSamplingPercentage,
      @Nullable Boolean disableSpanReporting,
      Map<String, CustomTag> customTags,
      @Nullable Boolean useRequestIdForTraceSampling,
      @Nullable Boolean enableIstioTags,
      @Nullable Boolean disableContextPropagation) {}

  /** A tag of every span. */
  public record CustomTag(
      @Nullable Literal literal,
      @Nullable Environment environment,
      @Nullable RequestHeader header,
      @Nullable Formatter formatter) {}

  /** A fixed value. */
  public record Literal(String value) {}

  /** A variable of the proxy's environment. */
  public record Environment(String name, String defaultValue) {}

  /** A request header. */
  public record RequestHeader(String name, String defaultValue) {}

  /** A substitution format. */
  public record Formatter(String value) {}

  /** Direction of traffic. */
  public record ModeMatch(WorkloadMode mode) {}

  /** The proxy's part in a connection. */
  public enum WorkloadMode {
    CLIENT_AND_SERVER,
    CLIENT,
    SERVER
  }

  /** Metrics. */
  public record Metrics(
      List<Provider> providers,
      List<MetricsOverride> overrides,
      @Nullable Duration reportingInterval) {}

  /** A change of some metrics. */
  public record MetricsOverride(
      @Nullable MetricSelector match,
      @Nullable Boolean disabled,
      Map<String, TagOverride> tagOverrides) {}

  /** Which metrics are meant. */
  public record MetricSelector(
      @Nullable IstioMetric metric, @Nullable String customMetric, WorkloadMode mode) {}

  /** The standard metrics. */
  public enum IstioMetric {
    ALL_METRICS,
    REQUEST_COUNT,
    REQUEST_DURATION,
    REQUEST_SIZE,
    RESPONSE_SIZE,
    TCP_OPENED_CONNECTIONS,
    TCP_CLOSED_CONNECTIONS,
    TCP_SENT_BYTES,
    TCP_RECEIVED_BYTES,
    GRPC_REQUEST_MESSAGES,
    GRPC_RESPONSE_MESSAGES
  }

  /** A change of one tag; the value is a CEL expression. */
  public record TagOverride(Operation operation, String value) {}

  /** What happens to the tag. */
  public enum Operation {
    UPSERT,
    REMOVE
  }

  /** Access logs. */
  public record AccessLogging(
      @Nullable ModeMatch match,
      List<Provider> providers,
      @Nullable Boolean disabled,
      @Nullable Filter filter) {}

  /** A CEL expression. */
  public record Filter(String expression) {}
}
