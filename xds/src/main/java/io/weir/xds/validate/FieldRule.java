package io.weir.xds.validate;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of one field, or of the items of a repeated one. Immutable. */
final class FieldRule {

  private final FieldDescriptor field;
  private final FieldRules rules;
  private final ValueCheck check;
  private final @Nullable FieldRule keys;
  private final @Nullable FieldRule items;

  private FieldRule(
      FieldDescriptor field,
      FieldRules rules,
      ValueCheck check,
      @Nullable FieldRule keys,
      @Nullable FieldRule items) {
    this.field = field;
    this.rules = rules;
    this.check = check;
    this.keys = keys;
    this.items = items;
  }

  static FieldRule of(FieldDescriptor field) {
    FieldRules rules = NewerRules.of(field);
    if (field.isMapField()) {
      FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
      FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
      return new FieldRule(
          field,
          rules,
          ValueCheck.NONE,
          ofValue(key, rules.getMap().getKeys()),
          ofValue(value, rules.getMap().getValues()));
    }
    if (field.isRepeated()) {
      return new FieldRule(
          field, rules, ValueCheck.NONE, null, ofValue(field, rules.getRepeated().getItems()));
    }
    return ofValue(field, rules);
  }

  private static FieldRule ofValue(FieldDescriptor field, FieldRules rules) {
    return new FieldRule(field, rules, ValueCheck.of(field, rules), null, null);
  }

  FieldDescriptor field() {
    return field;
  }

  FieldRule keys() {
    return Objects.requireNonNull(keys);
  }

  FieldRule items() {
    return Objects.requireNonNull(items);
  }

  /** Whether a validator has to look at the field at all. */
  boolean matters() {
    return recurses()
        || required()
        || check != ValueCheck.NONE
        || (items != null && (items.matters() || rules.hasRepeated() || rules.hasMap()))
        || (keys != null && keys.matters());
  }

  /** Whether the field's message is to be validated, too. */
  boolean recurses() {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isMapField()
        && !rules.getMessage().getSkip()
        && !field.getMessageType().getFullName().startsWith("google.protobuf.");
  }

  /** Members of a choice exclude each other, so none of them can be required by itself. */
  boolean required() {
    return field.getRealContainingOneof() == null && isRequired();
  }

  private boolean isRequired() {
    return rules.getMessage().getRequired()
        || rules.getAny().getRequired()
        || rules.getDuration().getRequired()
        || rules.getTimestamp().getRequired();
  }

  @Nullable String violation(Object value) {
    return check.violation(value);
  }

  @Nullable String listViolation(List<?> list) {
    if (field.isMapField()) {
      return mapViolation(list.size());
    }
    Validate.RepeatedRules repeated = rules.getRepeated();
    if (repeated.getIgnoreEmpty() && list.isEmpty()) {
      return null;
    }
    if (repeated.hasMinItems() && list.size() < repeated.getMinItems()) {
      return "needs at least " + count(repeated.getMinItems(), "item") + ", has " + list.size();
    }
    if (repeated.hasMaxItems() && list.size() > repeated.getMaxItems()) {
      return "takes at most " + count(repeated.getMaxItems(), "item") + ", has " + list.size();
    }
    return repeated.getUnique() ? duplicate(list) : null;
  }

  private @Nullable String mapViolation(int size) {
    Validate.MapRules map = rules.getMap();
    if (map.getIgnoreEmpty() && size == 0) {
      return null;
    }
    if (map.hasMinPairs() && size < map.getMinPairs()) {
      return "needs at least " + count(map.getMinPairs(), "entry") + ", has " + size;
    }
    if (map.hasMaxPairs() && size > map.getMaxPairs()) {
      return "takes at most " + count(map.getMaxPairs(), "entry") + ", has " + size;
    }
    return null;
  }

  private static @Nullable String duplicate(List<?> list) {
    Set<Object> seen = new HashSet<>();
    for (Object item : list) {
      Object comparable = item instanceof DynamicMessage m ? ((Message) m).toByteString() : item;
      if (!seen.add(comparable)) {
        return item + " stands here twice, but items must differ";
      }
    }
    return null;
  }

  static String count(long number, String noun) {
    if (number == 1) {
      return "1 " + noun;
    }
    return number
        + " "
        + (noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s");
  }
}
