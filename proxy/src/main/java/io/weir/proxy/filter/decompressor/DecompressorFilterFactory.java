package io.weir.proxy.filter.decompressor;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.http.decompressor.v3.Decompressor;
import io.weir.filter.Counter;
import io.weir.filter.FactoryContext;
import io.weir.filter.Stats;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.filter.compression.Library;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes decompressor filters. */
public final class DecompressorFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.decompressor";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.decompressor.v3.Decompressor");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  /** One direction: when it is on, and whether {@code no-transform} is overruled. */
  record Direction(Runtime runtime, String key, boolean fallback, boolean ignoreNoTransform) {
    boolean enabled() {
      return runtime.flag(key, fallback);
    }

    static Direction of(Decompressor.CommonDirectionConfig config, Runtime runtime) {
      RuntimeFeatureFlag flag = config.getEnabled();
      return new Direction(
          runtime,
          flag.getRuntimeKey(),
          !config.hasEnabled() || flag.getDefaultValue().getValue(),
          config.getIgnoreNoTransformHeader());
    }
  }

  /** A compiled configuration. */
  record Settings(Library library, Direction request, Direction response, boolean advertise) {}

  /** Statistics of one direction on one worker. */
  record DecompressorStats(
      Counter decompressed, Counter plain, Counter compressedBytes, Counter plainBytes) {
    static DecompressorStats open(Stats stats, String prefix) {
      return new DecompressorStats(
          stats.counter(prefix, "decompressed"),
          stats.counter(prefix, "not_decompressed"),
          stats.counter(prefix, "total_compressed_bytes"),
          stats.counter(prefix, "total_uncompressed_bytes"));
    }
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Decompressor message = context.unpack(config, Decompressor.getDefaultInstance());
    Library library =
        message == null
            ? null
            : Library.decompressor(message.getDecompressorLibrary().getTypedConfig(), context);
    if (message == null || library == null) {
      return null;
    }
    Runtime runtime = Runtime.of(context);
    var request = message.getRequestDirectionConfig();
    var settings =
        new Settings(
            library,
            Direction.of(request.getCommonConfig(), runtime),
            Direction.of(message.getResponseDirectionConfig().getCommonConfig(), runtime),
            !request.hasAdvertiseAcceptEncoding()
                || request.getAdvertiseAcceptEncoding().getValue());
    String prefix =
        context.statPrefix()
            + "decompressor."
            + message.getDecompressorLibrary().getName()
            + "."
            + library.statPrefix();
    return worker -> {
      var requests = DecompressorStats.open(worker.stats(), prefix + "request.");
      var responses = DecompressorStats.open(worker.stats(), prefix + "response.");
      return callbacks -> new DecompressorFilter(callbacks, settings, requests, responses);
    };
  }
}
