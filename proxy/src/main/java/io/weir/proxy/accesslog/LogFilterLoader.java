package io.weir.proxy.accesslog;

import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ComparisonFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.accesslog.v3.GrpcStatusFilter;
import io.envoyproxy.envoy.config.accesslog.v3.LogTypeFilter;
import io.envoyproxy.envoy.config.accesslog.v3.MetadataFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ResponseFlagFilter;
import io.envoyproxy.envoy.config.accesslog.v3.RuntimeFilter;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.ResponseFlag;
import io.weir.filter.cel.CelException;
import io.weir.filter.cel.Expression;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.formatter.StreamAttributes;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.MetadataMatcher;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Compiles access log filters. */
public final class LogFilterLoader {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LoadContext context;

  public LogFilterLoader(LoadContext context) {
    this.context = context;
  }

  /**
   * @return null when problems were reported
   */
  public @Nullable LogFilter load(AccessLogFilter filter, Problems problems) {
    return switch (filter.getFilterSpecifierCase()) {
      case STATUS_CODE_FILTER ->
          comparison(
              filter.getStatusCodeFilter().getComparison(),
              event -> event.streamInfo().responseCode());
      case DURATION_FILTER ->
          comparison(filter.getDurationFilter().getComparison(), LogFilterLoader::durationMillis);
      case NOT_HEALTH_CHECK_FILTER -> event -> !event.streamInfo().healthCheck();
      case TRACEABLE_FILTER -> LogFilterLoader::traceable;
      case RUNTIME_FILTER -> sampled(filter.getRuntimeFilter());
      case AND_FILTER ->
          all(
              filter.getAndFilter().getFiltersList(),
              problems.at("and_filter"),
              filters -> event -> filters.stream().allMatch(each -> each.admits(event)));
      case OR_FILTER ->
          all(
              filter.getOrFilter().getFiltersList(),
              problems.at("or_filter"),
              filters -> event -> filters.stream().anyMatch(each -> each.admits(event)));
      case HEADER_FILTER -> {
        HeaderMatcher matcher =
            HeaderMatcher.load(
                filter.getHeaderFilter().getHeader(), problems.at("header_filter.header"));
        yield matcher == null ? null : event -> matcher.matches(event.requestHeaders());
      }
      case RESPONSE_FLAG_FILTER ->
          flags(filter.getResponseFlagFilter(), problems.at("response_flag_filter"));
      case GRPC_STATUS_FILTER -> grpcStatus(filter.getGrpcStatusFilter());
      case METADATA_FILTER ->
          metadata(filter.getMetadataFilter(), problems.at("metadata_filter.matcher"));
      case LOG_TYPE_FILTER -> types(filter.getLogTypeFilter());
      case EXTENSION_FILTER -> extension(filter.getExtensionFilter(), context);
      case FILTERSPECIFIER_NOT_SET -> {
        problems.add("", "no filter is given", "");
        yield null;
      }
    };
  }

  private LogFilter comparison(ComparisonFilter comparison, ToLongFunction<LogEvent> value) {
    Runtime runtime = context.runtime();
    String key = comparison.getValue().getRuntimeKey();
    long fallback = Integer.toUnsignedLong(comparison.getValue().getDefaultValue());
    // NE is newer than the compiled enumeration.
    return switch (comparison.getOpValue()) {
      case 0 -> event -> value.applyAsLong(event) == runtime.integer(key, fallback);
      case 1 -> event -> value.applyAsLong(event) >= runtime.integer(key, fallback);
      case 2 -> event -> value.applyAsLong(event) <= runtime.integer(key, fallback);
      default -> event -> value.applyAsLong(event) != runtime.integer(key, fallback);
    };
  }

  private static long durationMillis(LogEvent event) {
    long end = event.streamInfo().endNanos();
    long until = end >= 0 ? end : event.worker().nanoTime();
    return (until - event.streamInfo().startNanos()) / NANOS_PER_MILLI;
  }

  /** The request id's fifteenth character tells whether, and why, the request is traced. */
  private static boolean traceable(LogEvent event) {
    String id = event.streamInfo().requestId();
    if (id == null || id.length() != 36) {
      return false;
    }
    char reason = id.charAt(14);
    return reason == '9' || reason == 'a' || reason == 'b';
  }

  private LogFilter sampled(RuntimeFilter filter) {
    var percent = filter.getPercentSampled();
    var fraction =
        new RuntimeFraction(
            context.runtime(),
            filter.getRuntimeKey(),
            percent.getNumerator(),
            RuntimeFraction.denominator(percent));
    boolean independent = filter.getUseIndependentRandomness();
    return event -> {
      String id = independent ? null : event.streamInfo().requestId();
      // The same request is logged by all proxies that it passes, or by none.
      return fraction.hits(id == null ? event.worker().random().nextLong() : hash(id));
    };
  }

  private static long hash(String id) {
    long hash = 1125899906842597L;
    for (int i = 0; i < id.length(); i++) {
      hash = hash * 31 + id.charAt(i);
    }
    return hash;
  }

  private @Nullable LogFilter all(
      List<AccessLogFilter> filters, Problems problems, Function<List<LogFilter>, LogFilter> join) {
    var loaded = new ArrayList<LogFilter>(filters.size());
    for (int i = 0; i < filters.size(); i++) {
      LogFilter filter = load(filters.get(i), problems.at("filters[" + i + "]"));
      if (filter != null) {
        loaded.add(filter);
      }
    }
    return loaded.size() == filters.size() ? join.apply(List.copyOf(loaded)) : null;
  }

  private static @Nullable LogFilter flags(ResponseFlagFilter filter, Problems problems) {
    long bits = 0;
    for (int i = 0; i < filter.getFlagsCount(); i++) {
      long bit = bit(filter.getFlags(i));
      if (bit == 0) {
        problems.add("flags[" + i + "]", "unknown response flag " + filter.getFlags(i));
        return null;
      }
      bits |= bit;
    }
    long wanted = bits;
    return wanted == 0
        ? event -> event.streamInfo().responseFlags() != 0
        : event -> (event.streamInfo().responseFlags() & wanted) != 0;
  }

  private static long bit(String shortName) {
    for (ResponseFlag flag : ResponseFlag.values()) {
      if (flag.shortName().equals(shortName)) {
        return flag.bit();
      }
    }
    return 0;
  }

  private static LogFilter grpcStatus(GrpcStatusFilter filter) {
    long bits = 0;
    for (int status : filter.getStatusesValueList()) {
      bits |= 1L << status;
    }
    long wanted = bits;
    boolean exclude = filter.getExclude();
    return event -> {
      int status = GrpcStatus.of(event);
      return (wanted >> status & 1) == 1 != exclude;
    };
  }

  private static @Nullable LogFilter metadata(MetadataFilter filter, Problems problems) {
    MetadataMatcher matcher = MetadataMatcher.load(filter.getMatcher(), problems);
    boolean otherwise =
        !filter.hasMatchIfKeyNotFound() || filter.getMatchIfKeyNotFound().getValue();
    return matcher == null
        ? null
        : event -> {
          var dynamic = event.streamInfo().dynamicMetadata();
          return matcher.find(dynamic) == null ? otherwise : matcher.matches(dynamic);
        };
  }

  private static @Nullable LogFilter extension(ExtensionFilter filter, FactoryContext context) {
    Problems problems = context.problems().at("extension_filter");
    if (!filter.getTypedConfig().is(ExpressionFilter.class)) {
      problems.add("", "unknown access log filter " + filter.getName(), "known: a CEL expression");
      return null;
    }
    var config = context.unpack(filter.getTypedConfig(), ExpressionFilter.getDefaultInstance());
    if (config == null) {
      return null;
    }
    try {
      Expression expression = Expression.parse(config.getExpression());
      return event -> holds(expression, event);
    } catch (CelException e) {
      problems.add("typed_config.expression", "not an expression: " + e.getMessage());
      return null;
    }
  }

  private static boolean holds(Expression expression, LogEvent event) {
    var context =
        new FormatContext(
            event.requestHeaders(),
            event.responseHeaders(),
            event.responseTrailers(),
            event.streamInfo(),
            "",
            event.type());
    try {
      return Boolean.TRUE.equals(expression.evaluate(new StreamAttributes(context)));
    } catch (CelException _) {
      return false;
    }
  }

  private static LogFilter types(LogTypeFilter filter) {
    Set<AccessLogType> types = EnumSet.noneOf(AccessLogType.class);
    for (var type : filter.getTypesList()) {
      for (AccessLogType known : AccessLogType.values()) {
        if (known.name().equals(type.name())) {
          types.add(known);
        }
      }
    }
    boolean exclude = filter.getExclude();
    return event -> types.contains(event.type()) != exclude;
  }
}
