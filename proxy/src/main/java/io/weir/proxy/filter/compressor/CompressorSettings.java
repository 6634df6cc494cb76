package io.weir.proxy.filter.compressor;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.Compressor;
import io.envoyproxy.envoy.extensions.filters.http.compressor.v3.CompressorPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.filter.compression.Library;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code Compressor}.
 *
 * @param request null when requests are not compressed
 * @param plainCodes statuses whose responses stay plain
 */
record CompressorSettings(
    Library library,
    @Nullable DirectionSettings request,
    DirectionSettings response,
    boolean skipWithEtag,
    boolean weakenEtag,
    boolean removeAcceptEncoding,
    boolean statusHeader,
    List<Integer> plainCodes,
    String acceptStats,
    String requestStats,
    String responseStats) {

  /**
   * What a route changes.
   *
   * @param removeAcceptEncoding null to keep the filter's
   * @param library null to keep the filter's
   */
  record Overrides(
      boolean disabled, @Nullable Boolean removeAcceptEncoding, @Nullable Library library)
      implements RouteConfig {}

  @SuppressWarnings("deprecation")
  static @Nullable CompressorSettings load(Compressor message, FactoryContext context) {
    int before = context.problems().count();
    Library library = Library.compressor(message.getCompressorLibrary().getTypedConfig(), context);
    Compressor.ResponseDirectionConfig response = message.getResponseDirectionConfig();
    boolean legacy = !message.hasResponseDirectionConfig();
    DirectionSettings requests =
        message.hasRequestDirectionConfig()
            ? DirectionSettings.load(
                message.getRequestDirectionConfig().getCommonConfig(),
                "request_direction_config.common_config",
                context)
            : null;
    DirectionSettings responses =
        legacy
            ? DirectionSettings.legacy(message, context)
            : DirectionSettings.load(
                response.getCommonConfig(), "response_direction_config.common_config", context);
    if (library == null || context.problems().count() > before) {
      return null;
    }
    String prefix =
        context.statPrefix()
            + "compressor."
            + message.getCompressorLibrary().getName()
            + "."
            + library.statPrefix();
    return new CompressorSettings(
        library,
        requests,
        responses,
        legacy ? message.getDisableOnEtagHeader() : response.getDisableOnEtagHeader(),
        Boolean.TRUE.equals(context.field(response, "weaken_etag_on_compress")),
        legacy ? message.getRemoveAcceptEncodingHeader() : response.getRemoveAcceptEncodingHeader(),
        Boolean.TRUE.equals(context.field(response, "status_header_enabled")),
        response.getUncompressibleResponseCodesList(),
        prefix,
        prefix + "request.",
        legacy ? prefix : prefix + "response.");
  }

  static @Nullable Overrides overrides(CompressorPerRoute message, FactoryContext context) {
    if (message.getDisabled()) {
      return new Overrides(true, null, null);
    }
    var response = message.getOverrides().getResponseDirectionConfig();
    Library library = null;
    if (context.field(message.getOverrides(), "compressor_library") instanceof Message newer) {
      Object any = newer.getField(newer.getDescriptorForType().findFieldByName("typed_config"));
      try {
        library = Library.compressor(Any.parseFrom(((Message) any).toByteString()), context);
      } catch (com.google.protobuf.InvalidProtocolBufferException e) {
        throw new IllegalStateException("a message cannot read its own bytes", e);
      }
    }
    return new Overrides(
        false,
        response.hasRemoveAcceptEncodingHeader()
            ? response.getRemoveAcceptEncodingHeader().getValue()
            : null,
        library);
  }
}
