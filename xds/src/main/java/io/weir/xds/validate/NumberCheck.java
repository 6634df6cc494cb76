package io.weir.xds.validate;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Range rules. The twelve kinds of numbers have rule messages with the same field names, so one
 * class reads them by name.
 */
final class NumberCheck implements ValueCheck {

  private static final BigInteger UNSIGNED = BigInteger.ONE.shiftLeft(64);

  private final Range range;
  private final boolean unsigned64;
  private final boolean ignoreEmpty;

  private NumberCheck(Range range, boolean unsigned64, boolean ignoreEmpty) {
    this.range = range;
    this.unsigned64 = unsigned64;
    this.ignoreEmpty = ignoreEmpty;
  }

  static NumberCheck of(FieldRules rules) {
    boolean unsigned64 =
        switch (rules.getTypeCase()) {
          case UINT64, FIXED64 -> true;
          default -> false;
        };
    boolean ignoreEmpty = false;
    Range.Builder range = new Range.Builder();
    for (Map.Entry<FieldDescriptor, Object> rule : typeRules(rules).getAllFields().entrySet()) {
      Object value = rule.getValue();
      String name = rule.getKey().getName();
      if (name.equals("ignore_empty")) {
        ignoreEmpty = (Boolean) value;
      } else if (value instanceof List<?> list) {
        List<BigDecimal> numbers = new ArrayList<>();
        list.forEach(item -> numbers.add(decimal(item, unsigned64)));
        range.list(name, numbers);
      } else {
        range.bound(name, decimal(value, unsigned64));
      }
    }
    return new NumberCheck(range.build(), unsigned64, ignoreEmpty);
  }

  private static Message typeRules(FieldRules rules) {
    return switch (rules.getTypeCase()) {
      case FLOAT -> rules.getFloat();
      case DOUBLE -> rules.getDouble();
      case INT32 -> rules.getInt32();
      case INT64 -> rules.getInt64();
      case UINT32 -> rules.getUint32();
      case UINT64 -> rules.getUint64();
      case SINT32 -> rules.getSint32();
      case SINT64 -> rules.getSint64();
      case FIXED32 -> rules.getFixed32();
      case FIXED64 -> rules.getFixed64();
      case SFIXED32 -> rules.getSfixed32();
      case SFIXED64 -> rules.getSfixed64();
      default -> throw new IllegalStateException(rules.getTypeCase() + " is no number");
    };
  }

  @Override
  public @Nullable String violation(Object value) {
    if (value instanceof Double d && !Double.isFinite(d)
        || value instanceof Float f && !Float.isFinite(f)) {
      return range.isUnbounded() ? null : value + " is not within the allowed range";
    }
    BigDecimal number = decimal(value, unsigned64);
    return ignoreEmpty && number.signum() == 0 ? null : range.violation(number, number.toString());
  }

  private static BigDecimal decimal(Object value, boolean unsigned64) {
    return switch (value) {
      case Integer i -> BigDecimal.valueOf(i);
      case Long l when unsigned64 && l < 0 -> new BigDecimal(BigInteger.valueOf(l).add(UNSIGNED));
      case Long l -> BigDecimal.valueOf(l);
      case Float f -> new BigDecimal(f.toString());
      case Double d -> new BigDecimal(d.toString());
      default -> throw new IllegalStateException(value + " is no number");
    };
  }
}
