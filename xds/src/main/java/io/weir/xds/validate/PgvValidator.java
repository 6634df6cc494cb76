package io.weir.xds.validate;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.envoyproxy.pgv.validate.Validate;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.NewerFields;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks messages against the rules of protoc-gen-validate that their descriptors carry,
 * recursively but not into {@code Any}. The API's jar has the rules and no generated validators.
 * Any thread.
 */
public final class PgvValidator {

  /** What has to be checked in messages of one type; a cache of immutable facts. */
  private record Plan(List<FieldRule> fields, List<OneofDescriptor> requiredOneofs) {}

  private static final ConcurrentHashMap<Descriptor, Plan> PLANS = new ConcurrentHashMap<>();

  private final ProblemList problems;
  private final FieldTrail at = new FieldTrail();

  private PgvValidator(ProblemList problems) {
    this.problems = problems;
  }

  /** Reports every violated rule with the field's path below {@code message}. */
  public static void validate(Message message, ProblemList problems) {
    new PgvValidator(problems).message(DynamicCopy.of(message));
  }

  private void message(DynamicMessage message) {
    Descriptor type = message.getDescriptorForType();
    Plan plan = PLANS.get(type);
    if (plan == null) {
      plan = plan(type);
      PLANS.put(type, plan);
    }
    DynamicMessage newer = NewerFields.read(message);
    for (FieldRule rule : plan.fields()) {
      field(message, rule);
    }
    for (OneofDescriptor oneof : plan.requiredOneofs()) {
      if (!message.hasOneof(oneof) && !hasOneof(newer, oneof.getName())) {
        problems.add(at.toString(), "one of " + names(oneof) + " must be set", "");
      }
    }
    if (newer != null) {
      message(newer);
    }
  }

  private static boolean hasOneof(@Nullable DynamicMessage newer, String name) {
    if (newer == null) {
      return false;
    }
    for (OneofDescriptor oneof : newer.getDescriptorForType().getRealOneofs()) {
      if (oneof.getName().equals(name) && newer.hasOneof(oneof)) {
        return true;
      }
    }
    return false;
  }

  private void field(DynamicMessage message, FieldRule rule) {
    FieldDescriptor field = rule.field();
    int mark = at.enter(field.getName());
    if (field.isRepeated()) {
      List<?> items = (List<?>) message.getField(field);
      report(rule.listViolation(items));
      for (int i = 0; i < items.size(); i++) {
        item(rule, items.get(i), i);
      }
    } else if (!field.hasPresence() || message.hasField(field)) {
      value(rule, message.getField(field));
    } else if (rule.required() && field.getRealContainingOneof() == null) {
      // Of a oneof only the chosen field is there; whether one must be is the oneof's own rule.
      problems.add(at.toString(), field.getName() + " must be set", "");
    }
    at.leave(mark);
  }

  private void item(FieldRule rule, Object item, int index) {
    int mark;
    if (rule.field().isMapField()) {
      Message entry = (Message) item;
      FieldDescriptor keyField = entry.getDescriptorForType().findFieldByNumber(1);
      FieldDescriptor valueField = entry.getDescriptorForType().findFieldByNumber(2);
      Object key = entry.getField(keyField);
      mark = at.enterKey(key);
      report(rule.keys().violation(key));
      value(rule.items(), entry.getField(valueField));
    } else {
      mark = at.enter(index);
      value(rule.items(), item);
    }
    at.leave(mark);
  }

  private void value(FieldRule rule, Object value) {
    report(rule.violation(value));
    if (value instanceof DynamicMessage message && rule.recurses()) {
      message(message);
    }
  }

  private void report(@Nullable String violation) {
    if (violation != null) {
      problems.add(at.toString(), violation, "");
    }
  }

  private static Plan plan(Descriptor type) {
    if (type.getOptions().getExtension(Validate.disabled)
        || type.getFullName().startsWith("google.protobuf.")) {
      return new Plan(List.of(), List.of());
    }
    List<FieldRule> fields =
        type.getFields().stream().map(FieldRule::of).filter(FieldRule::matters).toList();
    boolean extension = !type.getFullName().equals(NewerFields.fullName(type));
    List<OneofDescriptor> required =
        extension && type.getFullName().endsWith("__")
            ? List.of()
            : type.getRealOneofs().stream().filter(NewerRules::isRequired).toList();
    return new Plan(fields, required);
  }

  private static String names(OneofDescriptor oneof) {
    return String.join(", ", oneof.getFields().stream().map(FieldDescriptor::getName).toList());
  }
}
