package io.weir.xds.validate;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
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

  private PgvValidator(ProblemList problems) {
    this.problems = problems;
  }

  /** Reports every violated rule with the field's path below {@code message}. */
  public static void validate(Message message, ProblemList problems) {
    new PgvValidator(problems).message(dynamic(message), "");
  }

  private void message(DynamicMessage message, String path) {
    Descriptor type = message.getDescriptorForType();
    Plan plan = PLANS.get(type);
    if (plan == null) {
      plan = plan(type);
      PLANS.put(type, plan);
    }
    DynamicMessage newer = NewerFields.read(message);
    for (FieldRule rule : plan.fields()) {
      field(message, rule, path);
    }
    for (OneofDescriptor oneof : plan.requiredOneofs()) {
      if (!message.hasOneof(oneof) && !hasOneof(newer, oneof.getName())) {
        problems.add(path, "one of " + names(oneof) + " must be set", "");
      }
    }
    if (newer != null) {
      message(newer, path);
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

  private void field(DynamicMessage message, FieldRule rule, String path) {
    FieldDescriptor field = rule.field();
    String fieldPath = ProblemList.join(path, field.getName());
    if (field.isRepeated()) {
      List<?> items = (List<?>) message.getField(field);
      report(rule.listViolation(items), fieldPath);
      for (int i = 0; i < items.size(); i++) {
        item(rule, items.get(i), fieldPath, i);
      }
      return;
    }
    if (field.hasPresence() && !message.hasField(field)) {
      // Of a oneof only the chosen field is there; whether one must be is the oneof's own rule.
      if (rule.required() && field.getRealContainingOneof() == null) {
        problems.add(fieldPath, field.getName() + " must be set", "");
      }
      return;
    }
    value(rule, message.getField(field), fieldPath);
  }

  private void item(FieldRule rule, Object item, String path, int index) {
    if (rule.field().isMapField()) {
      Message entry = (Message) item;
      FieldDescriptor keyField = entry.getDescriptorForType().findFieldByNumber(1);
      FieldDescriptor valueField = entry.getDescriptorForType().findFieldByNumber(2);
      Object key = entry.getField(keyField);
      String keyPath = path + "[\"" + key + "\"]";
      report(rule.keys().violation(key), keyPath);
      value(rule.items(), entry.getField(valueField), keyPath);
    } else {
      value(rule.items(), item, path + "[" + index + "]");
    }
  }

  private void value(FieldRule rule, Object value, String path) {
    report(rule.violation(value), path);
    if (value instanceof DynamicMessage message && rule.recurses()) {
      message(message, path);
    }
  }

  private void report(@Nullable String violation, String path) {
    if (violation != null) {
      problems.add(path, violation, "");
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

  /** Walking a dynamic copy spares the set-up of the generated accessors. */
  private static DynamicMessage dynamic(Message message) {
    if (message instanceof DynamicMessage dynamic) {
      return dynamic;
    }
    try {
      return DynamicMessage.parseFrom(message.getDescriptorForType(), message.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }
}
