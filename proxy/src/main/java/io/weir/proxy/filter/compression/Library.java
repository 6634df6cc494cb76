package io.weir.proxy.filter.compression;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.compression.gzip.compressor.v3.Gzip;
import io.weir.filter.FactoryContext;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * A compression library as configured.
 *
 * @param encoding its {@code content-encoding}
 * @param statPrefix {@code gzip.}
 * @param make a codec for one body
 */
public record Library(String encoding, String statPrefix, Supplier<BodyCodec> make) {
  private static final long DEFAULT_MAX_INFLATE_RATIO = 100;

  /** A library that compresses; null when problems were reported. */
  public static @Nullable Library compressor(Any config, FactoryContext context) {
    String type = typeName(config);
    if (!type.equals("envoy.extensions.compression.gzip.compressor.v3.Gzip")) {
      return unknown(type, context);
    }
    Gzip gzip = context.unpack(config, Gzip.getDefaultInstance());
    if (gzip == null) {
      return null;
    }
    int level = gzip.getCompressionLevelValue();
    int strategy =
        switch (gzip.getCompressionStrategy()) {
          case FILTERED -> Deflater.FILTERED;
          case HUFFMAN_ONLY -> Deflater.HUFFMAN_ONLY;
          default -> Deflater.DEFAULT_STRATEGY;
        };
    int effective = level == 0 ? Deflater.DEFAULT_COMPRESSION : level;
    return new Library("gzip", "gzip.", () -> new GzipEncoder(effective, strategy));
  }

  /** A library that decompresses; null when problems were reported. */
  public static @Nullable Library decompressor(Any config, FactoryContext context) {
    String type = typeName(config);
    if (!type.equals("envoy.extensions.compression.gzip.decompressor.v3.Gzip")) {
      return unknown(type, context);
    }
    var gzip =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.compression.gzip.decompressor.v3.Gzip
                .getDefaultInstance());
    if (gzip == null) {
      return null;
    }
    long ratio =
        gzip.hasMaxInflateRatio()
            ? Integer.toUnsignedLong(gzip.getMaxInflateRatio().getValue())
            : DEFAULT_MAX_INFLATE_RATIO;
    return new Library("gzip", "gzip.", () -> new GzipDecoder(ratio));
  }

  private static String typeName(Any config) {
    return config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
  }

  private static @Nullable Library unknown(String type, FactoryContext context) {
    context
        .problems()
        .add("typed_config", type + " is no compression library here", "only gzip is implemented");
    return null;
  }
}
