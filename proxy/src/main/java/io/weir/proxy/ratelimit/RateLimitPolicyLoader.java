package io.weir.proxy.ratelimit;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.RateLimit;
import io.envoyproxy.envoy.type.metadata.v3.MetadataKey;
import io.weir.filter.FactoryContext;
import io.weir.filter.Metadata;
import io.weir.filter.Problems;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.formatter.SubstitutionFormat;
import io.weir.proxy.matcher.HeaderMatcher;
import io.weir.proxy.matcher.QueryParameters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code repeated envoy.config.route.v3.RateLimit}. */
public final class RateLimitPolicyLoader {
  private static final int IPV4_BYTES = 4;

  private final FactoryContext context;

  private final boolean counted;
  private final boolean formats;

  private RateLimitPolicyLoader(FactoryContext context, boolean counted) {
    this.context = context;
    this.counted = counted;
    this.formats =
        Runtime.of(context)
            .flag(
                "envoy.reloadable_features"
                    + ".enable_formatter_for_ratelimit_action_descriptor_value",
                false);
  }

  /**
   * @param path the field's name, for problems
   */
  public static RateLimitPolicy load(List<RateLimit> limits, String path, FactoryContext context) {
    return load(limits, path, true, context);
  }

  /**
   * As {@link #load}, for those of a route or virtual host, where {@code hits_addend} has no effect
   * (as in Envoy).
   */
  public static RateLimitPolicy ofRoute(
      List<RateLimit> limits, String path, FactoryContext context) {
    return load(limits, path, false, context);
  }

  private static RateLimitPolicy load(
      List<RateLimit> limits, String path, boolean counted, FactoryContext context) {
    if (limits.isEmpty()) {
      return RateLimitPolicy.NONE;
    }
    var loader = new RateLimitPolicyLoader(context, counted);
    List<RateLimitPolicy.Limit> compiled = new ArrayList<>(limits.size());
    for (int i = 0; i < limits.size(); i++) {
      compiled.add(loader.limit(limits.get(i), context.problems().at(path + "[" + i + "]")));
    }
    return new RateLimitPolicy(compiled);
  }

  private RateLimitPolicy.Limit limit(RateLimit limit, Problems problems) {
    List<RateLimitPolicy.Action> actions = new ArrayList<>(limit.getActionsCount());
    for (int i = 0; i < limit.getActionsCount(); i++) {
      RateLimitPolicy.Action action =
          action(limit.getActions(i), problems.at("actions[" + i + "]"));
      if (action != null) {
        actions.add(action);
      }
    }
    RateLimit.HitsAddend addend = limit.getHitsAddend();
    return new RateLimitPolicy.Limit(
        limit.getStage().getValue(),
        limit.getDisableKey(),
        List.copyOf(actions),
        counted && addend.hasNumber() ? addend.getNumber().getValue() : -1,
        !counted || addend.getFormat().isEmpty()
            ? null
            : SubstitutionFormat.compile(addend.getFormat(), problems.at("hits_addend.format")),
        limit.getApplyOnStreamDone(),
        override(limit));
  }

  private static RateLimitPolicy.@Nullable LimitOverride override(RateLimit limit) {
    if (!limit.hasLimit()) {
      return null;
    }
    MetadataKey where = limit.getLimit().getDynamicMetadata().getMetadataKey();
    return new RateLimitPolicy.LimitOverride(
        where.getKey(), where.getPathList().stream().map(MetadataKey.PathSegment::getKey).toList());
  }

  private RateLimitPolicy.@Nullable Action action(RateLimit.Action action, Problems problems) {
    return switch (action.getActionSpecifierCase()) {
      case SOURCE_CLUSTER ->
          request -> new Descriptor.Entry("source_cluster", request.localCluster());
      case DESTINATION_CLUSTER ->
          request ->
              request.cluster() == null
                  ? null
                  : new Descriptor.Entry("destination_cluster", request.cluster());
      case REQUEST_HEADERS -> header(action.getRequestHeaders());
      case QUERY_PARAMETERS -> query(action.getQueryParameters());
      case REMOTE_ADDRESS ->
          request -> {
            InetAddress address = remote(request.streamInfo());
            return address == null
                ? null
                : new Descriptor.Entry("remote_address", address.getHostAddress());
          };
      case MASKED_REMOTE_ADDRESS -> masked(action.getMaskedRemoteAddress());
      case GENERIC_KEY -> generic(action.getGenericKey(), problems.at("generic_key"));
      case HEADER_VALUE_MATCH ->
          headerMatch(action.getHeaderValueMatch(), problems.at("header_value_match"));
      case QUERY_PARAMETER_VALUE_MATCH ->
          queryMatch(
              action.getQueryParameterValueMatch(), problems.at("query_parameter_value_match"));
      case METADATA -> metadata(action.getMetadata());
      case DYNAMIC_METADATA -> {
        var metadata = action.getDynamicMetadata();
        yield metadata(
            RateLimit.Action.MetaData.newBuilder()
                .setDescriptorKey(metadata.getDescriptorKey())
                .setMetadataKey(metadata.getMetadataKey())
                .setDefaultValue(metadata.getDefaultValue())
                .build());
      }
      case EXTENSION -> expression(action.getExtension().getTypedConfig(), problems);
      case ACTIONSPECIFIER_NOT_SET -> {
        problems.add("", "no action is given");
        yield null;
      }
    };
  }

  private RateLimitPolicy.@Nullable Action expression(Any config, Problems problems) {
    if (!config.is(
        io.envoyproxy.envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor.class)) {
      problems.add("extension", "is of an unknown type", "known: expressions (CEL)");
      return null;
    }
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor
                .getDefaultInstance());
    if (message == null) {
      return null;
    }
    SubstitutionFormat format =
        SubstitutionFormat.compile("%CEL(" + message.getText() + ")%", problems.at("extension"));
    String key = message.getDescriptorKey();
    return format == null
        ? null
        : optional(
            request -> {
              String value = format.formatToString(request.format());
              return value.equals("-") ? null : new Descriptor.Entry(key, value);
            },
            message.getSkipIfError());
  }

  /** An action that may be left out. */
  private static RateLimitPolicy.Action optional(RateLimitPolicy.Action action, boolean optional) {
    return new RateLimitPolicy.Action() {
      @Override
      public Descriptor.@Nullable Entry entry(RateLimitPolicy.Request request) {
        return action.entry(request);
      }

      @Override
      public boolean optional() {
        return optional;
      }
    };
  }

  private static RateLimitPolicy.Action header(RateLimit.Action.RequestHeaders config) {
    HeaderName plain = HeaderName.of(config.getHeaderName());
    HeaderName name = plain == HeaderName.HOST ? HeaderName.AUTHORITY : plain;
    String key = config.getDescriptorKey();
    return optional(
        request -> {
          String value = request.headers().getJoined(name);
          return value == null ? null : new Descriptor.Entry(key, value);
        },
        config.getSkipIfAbsent());
  }

  private static RateLimitPolicy.Action query(RateLimit.Action.QueryParameters config) {
    byte[] name = config.getQueryParameterName().getBytes(StandardCharsets.UTF_8);
    String key = config.getDescriptorKey();
    return optional(
        request -> {
          var headers = request.headers();
          int path = headers.find(HeaderName.PATH);
          if (path < 0) {
            return null;
          }
          int start = headers.valueStart(path);
          long found =
              QueryParameters.find(headers.bytes(), start, start + headers.valueLength(path), name);
          return found < 0
              ? null
              : new Descriptor.Entry(
                  key,
                  new String(
                      headers.bytes(),
                      (int) (found >> 32),
                      (int) found,
                      StandardCharsets.ISO_8859_1));
        },
        config.getSkipIfAbsent());
  }

  private static @Nullable InetAddress remote(StreamInfo streamInfo) {
    return streamInfo.connection().remoteAddress() instanceof InetSocketAddress inet
        ? inet.getAddress()
        : null;
  }

  private static RateLimitPolicy.Action masked(RateLimit.Action.MaskedRemoteAddress config) {
    int v4 = config.hasV4PrefixMaskLen() ? config.getV4PrefixMaskLen().getValue() : 32;
    int v6 = config.hasV6PrefixMaskLen() ? config.getV6PrefixMaskLen().getValue() : 128;
    return request -> {
      InetAddress address = remote(request.streamInfo());
      if (address == null) {
        return null;
      }
      byte[] bytes = address.getAddress();
      int bits = bytes.length == IPV4_BYTES ? v4 : v6;
      return new Descriptor.Entry("masked_remote_address", network(bytes, bits) + "/" + bits);
    };
  }

  private static String network(byte[] bytes, int bits) {
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.min(8, Math.max(0, bits - i * 8));
      bytes[i] &= (byte) (0xff << 8 - kept);
    }
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of 4 or 16 bytes", e);
    }
  }

  private @Nullable String defaultValue(com.google.protobuf.Message message) {
    return context.field(message, "default_value") instanceof String text && !text.isEmpty()
        ? text
        : null;
  }

  private RateLimitPolicy.@Nullable Action generic(
      RateLimit.Action.GenericKey config, Problems problems) {
    String key = config.getDescriptorKey().isEmpty() ? "generic_key" : config.getDescriptorKey();
    return valued(key, config.getDescriptorValue(), defaultValue(config), problems);
  }

  /** An entry whose value is a format. */
  private RateLimitPolicy.@Nullable Action valued(
      String key, String text, @Nullable String fallback, Problems problems) {
    if (!formats) {
      var entry = new Descriptor.Entry(key, text.isEmpty() && fallback != null ? fallback : text);
      return _ -> entry;
    }
    SubstitutionFormat format = SubstitutionFormat.compile(text, problems.at("descriptor_value"));
    if (format == null) {
      return null;
    }
    String constant = format.constant();
    if (constant != null) {
      var entry = new Descriptor.Entry(key, constant);
      return _ -> entry;
    }
    return request -> {
      String value = format.formatToString(request.format());
      if (value.isEmpty() || value.equals("-")) {
        value = fallback;
      }
      return value == null ? null : new Descriptor.Entry(key, value);
    };
  }

  private RateLimitPolicy.@Nullable Action headerMatch(
      RateLimit.Action.HeaderValueMatch config, Problems problems) {
    List<HeaderMatcher> headers =
        HeaderMatcher.loadAll(config.getHeadersList(), "headers", problems);
    String key = config.getDescriptorKey().isEmpty() ? "header_match" : config.getDescriptorKey();
    boolean expected = !config.hasExpectMatch() || config.getExpectMatch().getValue();
    RateLimitPolicy.Action entry =
        valued(key, config.getDescriptorValue(), defaultValue(config), problems);
    return entry == null
        ? null
        : request ->
            HeaderMatcher.matchesAll(headers, request.headers()) == expected
                ? entry.entry(request)
                : null;
  }

  private RateLimitPolicy.@Nullable Action queryMatch(
      RateLimit.Action.QueryParameterValueMatch config, Problems problems) {
    List<QueryParameters.Matcher> matchers =
        QueryParameters.load(config.getQueryParametersList(), "query_parameters", problems);
    String key = config.getDescriptorKey().isEmpty() ? "query_match" : config.getDescriptorKey();
    boolean expected = !config.hasExpectMatch() || config.getExpectMatch().getValue();
    RateLimitPolicy.Action entry =
        valued(key, config.getDescriptorValue(), defaultValue(config), problems);
    return entry == null
        ? null
        : request ->
            QueryParameters.matchesAll(matchers, request.headers()) == expected
                ? entry.entry(request)
                : null;
  }

  private static RateLimitPolicy.Action metadata(RateLimit.Action.MetaData config) {
    MetadataKey where = config.getMetadataKey();
    String[] path =
        where.getPathList().stream().map(MetadataKey.PathSegment::getKey).toArray(String[]::new);
    boolean ofRoute = config.getSource() == RateLimit.Action.MetaData.Source.ROUTE_ENTRY;
    String key = config.getDescriptorKey();
    String fallback = config.getDefaultValue();
    return optional(
        request -> {
          Value value =
              ofRoute
                  ? find(request.streamInfo().routeMetadata(), where.getKey(), path)
                  : find(request.streamInfo().dynamicMetadata().get(where.getKey()), path);
          String text = value instanceof Value.StringValue(String found) ? found : fallback;
          return text.isEmpty() ? null : new Descriptor.Entry(key, text);
        },
        config.getSkipIfAbsent());
  }

  private static @Nullable Value find(Metadata metadata, String namespace, String[] path) {
    return find(metadata.namespace(namespace), path);
  }

  private static @Nullable Value find(@Nullable Value start, String[] path) {
    Value value = start;
    for (String key : path) {
      value = value instanceof Value.MapValue map ? map.get(key) : null;
    }
    return value;
  }
}
