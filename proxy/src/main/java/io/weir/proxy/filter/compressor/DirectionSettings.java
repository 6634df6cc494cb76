package io.weir.proxy.filter.compressor;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.filter.compression.HeaderTokens;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which bodies of one direction are worth compressing. */
final class DirectionSettings {
  private static final HeaderName CACHE_CONTROL = HeaderName.of("cache-control");
  private static final HeaderName CONTENT_ENCODING = HeaderName.of("content-encoding");
  private static final long DEFAULT_MIN_LENGTH = 30;
  private static final Set<String> DEFAULT_TYPES =
      Set.of(
          "application/javascript",
          "application/json",
          "application/xhtml+xml",
          "image/svg+xml",
          "text/css",
          "text/html",
          "text/plain",
          "text/xml");

  private final Runtime runtime;
  private final String enabledKey;
  private final boolean enabledDefault;
  private final long minLength;
  private final Set<String> types;
  private final List<StringMatcher> typeMatchers;

  private DirectionSettings(
      Runtime runtime,
      RuntimeFeatureFlag enabled,
      boolean hasEnabled,
      long minLength,
      List<String> types,
      List<StringMatcher> typeMatchers) {
    this.runtime = runtime;
    this.enabledKey = enabled.getRuntimeKey();
    this.enabledDefault = !hasEnabled || enabled.getDefaultValue().getValue();
    this.minLength = minLength;
    this.types =
        types.isEmpty() && typeMatchers.isEmpty()
            ? DEFAULT_TYPES
            : Set.copyOf(types.stream().map(type -> type.toLowerCase(Locale.ROOT)).toList());
    this.typeMatchers = List.copyOf(typeMatchers);
  }

  static DirectionSettings load(
      Compressor.CommonDirectionConfig config, String path, FactoryContext context) {
    return new DirectionSettings(
        Runtime.of(context),
        config.getEnabled(),
        config.hasEnabled(),
        config.hasMinContentLength()
            ? Integer.toUnsignedLong(config.getMinContentLength().getValue())
            : DEFAULT_MIN_LENGTH,
        config.getContentTypeList(),
        matchers(config, path, context));
  }

  /** The fields from before there were directions. */
  @SuppressWarnings("deprecation")
  static DirectionSettings legacy(Compressor config, FactoryContext context) {
    return new DirectionSettings(
        Runtime.of(context),
        config.getRuntimeEnabled(),
        config.hasRuntimeEnabled(),
        config.hasContentLength()
            ? Integer.toUnsignedLong(config.getContentLength().getValue())
            : DEFAULT_MIN_LENGTH,
        config.getContentTypeList(),
        List.of());
  }

  private static List<StringMatcher> matchers(
      Compressor.CommonDirectionConfig config, String path, FactoryContext context) {
    List<StringMatcher> matchers = new ArrayList<>();
    if (context.field(config, "content_type_matcher") instanceof List<?> items) {
      for (int i = 0; i < items.size(); i++) {
        try {
          StringMatcher matcher =
              StringMatcher.load(
                  io.envoyproxy.envoy.type.matcher.v3.StringMatcher.parseFrom(
                      ((Message) items.get(i)).toByteString()),
                  context.problems().at(path + ".content_type_matcher[" + i + "]"));
          if (matcher != null) {
            matchers.add(matcher);
          }
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
          throw new IllegalStateException("a message cannot read its own bytes", e);
        }
      }
    }
    return matchers;
  }

  boolean enabled() {
    return runtime.flag(enabledKey, enabledDefault);
  }

  /** A body of unknown length is long enough. */
  boolean longEnough(HeaderMap headers) {
    int entry = headers.find(HeaderName.CONTENT_LENGTH);
    return entry < 0 || headers.valueAsLong(entry) >= minLength;
  }

  /** Whether type, encoding and cache rules allow it. */
  boolean compressible(HeaderMap headers) {
    return typeAllowed(headers)
        && !HeaderTokens.contains(headers, CACHE_CONTROL, "no-transform")
        && !headers.contains(CONTENT_ENCODING)
        && !headers.contains(HeaderName.UPGRADE);
  }

  boolean typeAllowed(HeaderMap headers) {
    String type = headers.get(HeaderName.CONTENT_TYPE);
    if (type == null) {
      return true;
    }
    int semicolon = type.indexOf(';');
    String plain = (semicolon < 0 ? type : type.substring(0, semicolon)).strip();
    if (types.contains(plain.toLowerCase(Locale.ROOT))) {
      return true;
    }
    for (StringMatcher matcher : typeMatchers) {
      if (matcher.matches(plain)) {
        return true;
      }
    }
    return false;
  }
}
