package io.weir.xds.validate;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Range rules for durations and timestamps, in seconds. */
final class TimeCheck implements ValueCheck {

  private final Range range;

  private TimeCheck(Range range) {
    this.range = range;
  }

  static ValueCheck of(FieldRules rules) {
    Message typeRules = rules.hasDuration() ? rules.getDuration() : rules.getTimestamp();
    Range.Builder range = new Range.Builder();
    for (Map.Entry<FieldDescriptor, Object> rule : typeRules.getAllFields().entrySet()) {
      switch (rule.getKey().getName()) {
        case "required" -> {}
        case "lt_now", "gt_now", "within" ->
            throw new IllegalStateException("no message of the API uses " + rule.getKey());
        case "in", "not_in" -> {
          List<BigDecimal> values = new ArrayList<>();
          ((List<?>) rule.getValue()).forEach(item -> values.add(seconds((Message) item)));
          range.list(rule.getKey().getName(), values);
        }
        default -> range.bound(rule.getKey().getName(), seconds((Message) rule.getValue()));
      }
    }
    return new TimeCheck(range.build());
  }

  @Override
  public @Nullable String violation(Object value) {
    BigDecimal seconds = seconds((DynamicMessage) value);
    String violation = range.violation(seconds, seconds.toPlainString() + "s");
    return violation == null || violation.endsWith("]") ? violation : violation + " seconds";
  }

  private static BigDecimal seconds(Message time) {
    long seconds = (Long) time.getField(time.getDescriptorForType().findFieldByNumber(1));
    int nanos = (Integer) time.getField(time.getDescriptorForType().findFieldByNumber(2));
    BigDecimal exact = BigDecimal.valueOf(seconds).add(BigDecimal.valueOf(nanos, 9));
    return exact.signum() == 0 ? BigDecimal.ZERO : exact.stripTrailingZeros();
  }
}
