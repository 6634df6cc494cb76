package io.weir.filter.testkit;

import io.weir.filter.Metadata;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.http.RouteInfo;
import io.weir.filter.http.StreamResetReason;
import io.weir.filter.http.WatermarkCallbacks;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The callbacks that a {@link FilterHarness} gives its filter. */
public final class FakeCallbacks implements HttpFilterCallbacks {
  private final FilterHarness harness;
  public final List<RouteConfig> routeConfigs = new ArrayList<>();
  public @Nullable RouteInfo route;
  public int routeCacheClears;
  public long bufferLimit = 1 << 20;
  public int decoderAboveWatermark;
  public int encoderAboveWatermark;
  public boolean upstream;
  boolean destroyed;

  FakeCallbacks(FilterHarness harness) {
    this.harness = harness;
  }

  /** A route of that name that goes to a cluster. */
  public record Route(String name, String virtualHostName, String clusterName, Metadata metadata)
      implements RouteInfo {
    @Override
    public Metadata virtualHostMetadata() {
      return Metadata.EMPTY;
    }
  }

  @Override
  public Worker worker() {
    return harness.worker;
  }

  @Override
  public void post(Runnable task) {
    harness.worker.execute(
        () -> {
          if (!destroyed) {
            task.run();
          }
        });
  }

  @Override
  public StreamInfo streamInfo() {
    return harness.info;
  }

  @Override
  public long streamId() {
    return 1;
  }

  @Override
  public String filterConfigName() {
    return "test";
  }

  @Override
  public boolean upstream() {
    return upstream;
  }

  @Override
  public @Nullable HeaderMap requestHeaders() {
    return harness.request.headers;
  }

  @Override
  public @Nullable HeaderMap requestTrailers() {
    return harness.request.trailers;
  }

  @Override
  public @Nullable HeaderMap responseHeaders() {
    return harness.response.headers;
  }

  @Override
  public @Nullable HeaderMap responseTrailers() {
    return harness.response.trailers;
  }

  @Override
  public void continueDecoding() {
    harness.events.add("continueDecoding");
    harness.request.resume();
  }

  @Override
  public @Nullable Buffer decodingBuffer() {
    return harness.request.buffered;
  }

  @Override
  public void modifyDecodingBuffer(Consumer<Buffer> edit) {
    if (harness.request.buffered != null) {
      edit.accept(harness.request.buffered);
    }
  }

  @Override
  public void addDecodedData(Buffer data, boolean streaming) {
    data.moveTo(harness.request.buffer());
  }

  @Override
  public void injectDecodedData(Buffer data, boolean endStream) {
    inject(harness.request, data, endStream);
  }

  private static void inject(Message message, Buffer data, boolean endStream) {
    message.headersOut = true;
    data.moveTo(message.bodyOut);
    message.ended |= endStream;
  }

  @Override
  public HeaderMap addDecodedTrailers() {
    harness.request.trailers = new HeaderMap();
    return harness.request.trailers;
  }

  @Override
  public long decoderBufferLimit() {
    return bufferLimit;
  }

  @Override
  public void setBufferLimit(long bytes) {
    bufferLimit = bytes;
  }

  @Override
  public void onDecoderFilterAboveWriteBufferHighWatermark() {
    decoderAboveWatermark++;
  }

  @Override
  public void onDecoderFilterBelowWriteBufferLowWatermark() {
    decoderAboveWatermark--;
  }

  @Override
  public void continueEncoding() {
    harness.events.add("continueEncoding");
    harness.response.resume();
  }

  @Override
  public @Nullable Buffer encodingBuffer() {
    return harness.response.buffered;
  }

  @Override
  public void modifyEncodingBuffer(Consumer<Buffer> edit) {
    if (harness.response.buffered != null) {
      edit.accept(harness.response.buffered);
    }
  }

  @Override
  public void addEncodedData(Buffer data, boolean streaming) {
    data.moveTo(harness.response.buffer());
  }

  @Override
  public void injectEncodedData(Buffer data, boolean endStream) {
    inject(harness.response, data, endStream);
  }

  @Override
  public HeaderMap addEncodedTrailers() {
    harness.response.trailers = new HeaderMap();
    return harness.response.trailers;
  }

  @Override
  public long encoderBufferLimit() {
    return bufferLimit;
  }

  @Override
  public void onEncoderFilterAboveWriteBufferHighWatermark() {
    encoderAboveWatermark++;
  }

  @Override
  public void onEncoderFilterBelowWriteBufferLowWatermark() {
    encoderAboveWatermark--;
  }

  @Override
  public void addDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks) {}

  @Override
  public void removeDownstreamWatermarkCallbacks(WatermarkCallbacks callbacks) {}

  @Override
  public void sendLocalReply(LocalReply reply) {
    harness.reply(reply);
  }

  @Override
  public void resetStream(StreamResetReason reason, String details) {
    harness.reset(reason, details);
  }

  @Override
  public void drainConnectionOnCompletion() {
    harness.events.add("drainConnection");
  }

  @Override
  public void encode1xxHeaders(HeaderMap headers) {
    harness.events.add("encode1xx");
  }

  @Override
  public void encodeHeaders(HeaderMap headers, boolean endStream, String details) {
    harness.info.details = details;
    harness.response.headers(headers, endStream);
  }

  @Override
  public void encodeData(Buffer data, boolean endStream) {
    harness.response.data(HeapBuffer.of(data.toByteArray()), endStream);
    data.clear();
  }

  @Override
  public void encodeTrailers(HeaderMap trailers) {
    harness.response.trailers(trailers);
  }

  @Override
  public boolean recreateStream(@Nullable HeaderMap response) {
    harness.events.add("recreateStream");
    return false;
  }

  @Override
  public @Nullable RouteInfo route() {
    return route;
  }

  @Override
  public void clearRouteCache() {
    routeCacheClears++;
  }

  @Override
  public @Nullable RouteConfig routeConfig() {
    return routeConfigs.isEmpty() ? null : routeConfigs.getLast();
  }

  @Override
  public List<RouteConfig> routeConfigs() {
    return routeConfigs;
  }
}
