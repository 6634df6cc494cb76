package io.weir.proxy.filter.ratelimit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UInt64Value;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.extensions.common.ratelimit.v3.RateLimitDescriptor;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.type.v3.RateLimitUnit;
import io.weir.proxy.extension.ProtoValues;
import io.weir.proxy.ratelimit.Descriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The service's messages on the wire ({@code envoy.service.ratelimit.v3}). */
final class RateLimitMessages {
  static final String METHOD = "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit";

  private RateLimitMessages() {}

  /**
   * @param hits what each descriptor counts that says nothing itself
   */
  static byte[] request(String domain, List<Descriptor> descriptors, long hits) {
    var request =
        RateLimitRequest.newBuilder()
            .setDomain(domain)
            .setHitsAddend((int) Math.min(hits, 1L << 31));
    for (Descriptor descriptor : descriptors) {
      RateLimitDescriptor.Builder one = request.addDescriptorsBuilder();
      for (Descriptor.Entry entry : descriptor.entries()) {
        one.addEntriesBuilder().setKey(entry.key()).setValue(entry.value());
      }
      if (descriptor.counted()) {
        one.setHitsAddend(UInt64Value.of(descriptor.hits()));
      }
      Descriptor.Override limit = descriptor.override();
      if (limit != null) {
        one.getLimitBuilder()
            .setRequestsPerUnit((int) limit.perUnit())
            .setUnit(RateLimitUnit.valueOf(limit.unit()));
      }
    }
    return request.build().toByteArray();
  }

  /** Null when the bytes are not an answer. */
  static @Nullable Answer answer(byte[] message) {
    RateLimitResponse response;
    try {
      response = RateLimitResponse.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
    if (response.getOverallCode() != RateLimitResponse.Code.OK
        && response.getOverallCode() != RateLimitResponse.Code.OVER_LIMIT) {
      return null;
    }
    List<Answer.Limit> limits = new ArrayList<>(response.getStatusesCount());
    for (RateLimitResponse.DescriptorStatus status : response.getStatusesList()) {
      if (status.hasCurrentLimit()) {
        RateLimitResponse.RateLimit limit = status.getCurrentLimit();
        limits.add(
            new Answer.Limit(
                limit.getName(),
                Integer.toUnsignedLong(limit.getRequestsPerUnit()),
                seconds(limit.getUnit()),
                Integer.toUnsignedLong(status.getLimitRemaining()),
                status.getDurationUntilReset().getSeconds()));
      }
    }
    return new Answer(
        response.getOverallCode() == RateLimitResponse.Code.OVER_LIMIT,
        List.copyOf(limits),
        headers(response.getResponseHeadersToAddList()),
        headers(response.getRequestHeadersToAddList()),
        response.getRawBody().toByteArray(),
        response.hasDynamicMetadata() ? ProtoValues.of(response.getDynamicMetadata()) : null);
  }

  private static List<Answer.Header> headers(List<HeaderValue> values) {
    return values.stream()
        .map(
            value ->
                new Answer.Header(
                    value.getKey(),
                    value.getValue().isEmpty()
                        ? value.getRawValue().toStringUtf8()
                        : value.getValue()))
        .toList();
  }

  private static long seconds(RateLimitResponse.RateLimit.Unit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MINUTE -> 60;
      case HOUR -> 3600;
      case DAY -> 86_400;
      case MONTH -> 2_592_000;
      case YEAR -> 31_536_000;
      default -> 0;
    };
  }
}
