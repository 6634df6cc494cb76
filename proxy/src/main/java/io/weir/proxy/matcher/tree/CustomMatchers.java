package io.weir.proxy.matcher.tree;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.matching.input_matchers.consistent_hashing.v3.ConsistentHashing;
import io.envoyproxy.envoy.extensions.matching.input_matchers.ip.v3.Ip;
import io.envoyproxy.envoy.extensions.matching.input_matchers.metadata.v3.Metadata;
import io.envoyproxy.envoy.extensions.matching.input_matchers.runtime_fraction.v3.RuntimeFraction;
import io.netty.util.NetUtil;
import io.weir.filter.FactoryContext;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.hash.XxHash64;
import io.weir.proxy.matcher.CidrRanges;
import io.weir.proxy.matcher.ValueMatcher;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Matchers of an input that are extensions. */
final class CustomMatchers {
  private static final String PREFIX = "envoy.extensions.matching.input_matchers.";

  private CustomMatchers() {}

  /** The predicate, or null when problems were reported. */
  static @Nullable Predicate load(Any config, MatchInput input, FactoryContext context) {
    String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
    return switch (type) {
      case PREFIX + "ip.v3.Ip" -> ip(config, input, context);
      case PREFIX + "metadata.v3.Metadata" -> metadata(config, input, context);
      case PREFIX + "consistent_hashing.v3.ConsistentHashing" -> hashing(config, input, context);
      case PREFIX + "runtime_fraction.v3.RuntimeFraction" -> fraction(config, input, context);
      default -> {
        context.problems().add("typed_config", "no input matcher takes a " + type);
        yield null;
      }
    };
  }

  private static @Nullable Predicate ip(Any config, MatchInput input, FactoryContext context) {
    Ip message = context.unpack(config, Ip.getDefaultInstance());
    if (message == null) {
      return null;
    }
    CidrRanges ranges =
        CidrRanges.load(message.getCidrRangesList(), "cidr_ranges", context.problems());
    return match -> {
      InetAddress address = address(input.get(match));
      return address != null && ranges.contains(address);
    };
  }

  static @Nullable InetAddress address(@Nullable String text) {
    byte[] bytes = text == null ? null : NetUtil.createByteArrayFromIpAddressString(text);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static @Nullable Predicate metadata(
      Any config, MatchInput input, FactoryContext context) {
    Metadata message = context.unpack(config, Metadata.getDefaultInstance());
    ValueMatcher value =
        message == null
            ? null
            : ValueMatcher.load(message.getValue(), context.problems().at("value"));
    if (message == null || value == null) {
      return null;
    }
    boolean invert = message.getInvert();
    return match -> value.matches(input.value(match)) != invert;
  }

  private static @Nullable Predicate hashing(Any config, MatchInput input, FactoryContext context) {
    ConsistentHashing message = context.unpack(config, ConsistentHashing.getDefaultInstance());
    if (message == null) {
      return null;
    }
    long threshold = Integer.toUnsignedLong(message.getThreshold());
    long modulo = Integer.toUnsignedLong(message.getModulo());
    if (threshold > modulo) {
      context.problems().add("threshold", threshold + " is greater than modulo " + modulo);
      return null;
    }
    long seed = message.getSeed();
    return match -> {
      String text = input.get(match);
      return text != null && Long.remainderUnsigned(hash(text, seed), modulo) >= threshold;
    };
  }

  private static @Nullable Predicate fraction(
      Any config, MatchInput input, FactoryContext context) {
    RuntimeFraction message = context.unpack(config, RuntimeFraction.getDefaultInstance());
    if (message == null) {
      return null;
    }
    var share =
        io.weir.proxy.extension.RuntimeFraction.of(
            message.getRuntimeFraction(), Runtime.of(context));
    long seed = message.getSeed();
    return match -> {
      String text = input.get(match);
      return text != null && share.hits(hash(text, seed));
    };
  }

  private static long hash(String text, long seed) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return XxHash64.hash(bytes, 0, bytes.length, seed);
  }
}
