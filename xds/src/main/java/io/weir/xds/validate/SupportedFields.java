package io.weir.xds.validate;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.NewerFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which fields of which messages this installation implements, as its jars declare in {@code
 * META-INF/weir/supported-fields.yaml}. Everything else in a configuration is a problem: nothing is
 * ignored in silence. Immutable.
 */
public final class SupportedFields {

  private static final String DURATION = "google.protobuf.Duration";
  static final String ANY = "google.protobuf.Any";

  /**
   * Fields whose messages are handed to filters as they are: nothing here has to implement them.
   */
  private static final Set<String> DATA =
      Set.of(
          "envoy.config.core.v3.Metadata.typed_filter_metadata",
          "envoy.extensions.filters.http.set_metadata.v3.Metadata.typed_value");

  /** What is known of one message type; {@code implemented} is null when every field is. */
  record Support(@Nullable TreeSet<String> implemented, Map<String, String> accepted) {
    boolean implementsField(String name) {
      return implemented == null || implemented.contains(name);
    }
  }

  private final Map<String, Support> messages;

  SupportedFields(Map<String, Support> messages) {
    this.messages = Map.copyOf(messages);
  }

  /** Reads the manifests of all jars. */
  public static SupportedFields load(ClassLoader loader) {
    return new SupportedFieldsReader(loader).read();
  }

  /** Reports every set field that is not implemented, and warns of those without effect. */
  public void check(Message message, ProblemList problems) {
    check(message, new FieldTrail(), problems);
  }

  private void check(Message message, FieldTrail path, ProblemList problems) {
    String name = NewerFields.fullName(message.getDescriptorForType());
    if (name.equals(ANY)) {
      any(message, path, problems);
      return;
    }
    if (name.equals(DURATION) && negative(message)) {
      problems.add(path.toString(), "expected positive duration", "");
    }
    if (name.startsWith("google.protobuf.")) {
      return;
    }
    Support support = messages.get(name);
    if (support == null) {
      problems.add(path.toString(), name + " is not implemented", "remove it");
      return;
    }
    fields(DynamicCopy.of(message), support, path, problems);
    DynamicMessage newer = NewerFields.read(message);
    if (newer != null) {
      fields(newer, support, path, problems);
    }
    Message rest = newer == null ? message : newer;
    for (int number : rest.getUnknownFields().asMap().keySet()) {
      problems.add(path.toString(), "unknown field with number " + number + " in " + name, "");
    }
  }

  private static boolean negative(Message duration) {
    Descriptor type = duration.getDescriptorForType();
    return (long) duration.getField(type.findFieldByNumber(1)) < 0
        || (int) duration.getField(type.findFieldByNumber(2)) < 0;
  }

  private void fields(Message message, Support support, FieldTrail path, ProblemList problems) {
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      int mark = path.enter(field.getName());
      String reason = support.accepted().get(field.getName());
      if (reason != null) {
        problems.warn(path.toString(), "has no effect: " + reason, "");
      } else if (!support.implementsField(field.getName())) {
        problems.add(
            path.toString(),
            field.getName()
                + " of "
                + NewerFields.fullName(message.getDescriptorForType())
                + " is not implemented",
            "remove it");
      } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
          && !DATA.contains(field.getFullName())) {
        values(field, entry.getValue(), path, problems);
      }
      path.leave(mark);
    }
  }

  private void values(FieldDescriptor field, Object value, FieldTrail path, ProblemList problems) {
    if (!field.isRepeated()) {
      check((Message) value, path, problems);
      return;
    }
    List<?> items = (List<?>) value;
    FieldDescriptor mapValue =
        field.isMapField() ? field.getMessageType().findFieldByNumber(2) : null;
    for (int i = 0; i < items.size(); i++) {
      Message item = (Message) items.get(i);
      if (mapValue == null) {
        int mark = path.enter(i);
        check(item, path, problems);
        path.leave(mark);
      } else if (mapValue.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        int mark = path.enterKey(item.getField(field.getMessageType().findFieldByNumber(1)));
        check((Message) item.getField(mapValue), path, problems);
        path.leave(mark);
      }
    }
  }

  private void any(Message any, FieldTrail path, ProblemList problems) {
    Descriptor type = any.getDescriptorForType();
    String typeUrl = (String) any.getField(type.findFieldByNumber(1));
    if (typeUrl.isEmpty()) {
      return;
    }
    try {
      Any typed = any instanceof Any same ? same : Any.parseFrom(any.toByteString());
      check(MessageTypes.unpack(typed), path, problems);
    } catch (InvalidProtocolBufferException e) {
      problems.add(
          path.toString(),
          MessageTypes.descriptor(typeUrl) == null
              ? "unknown message type " + typeUrl
              : "the bytes are no " + MessageTypes.nameOf(typeUrl),
          "");
    }
  }

  /** Whether a type has an entry. */
  public boolean knows(String messageName) {
    return messages.containsKey(messageName);
  }

  /** The types with an entry, sorted. */
  public List<String> messageNames() {
    return messages.keySet().stream().sorted().toList();
  }

  /** The fields of a type that have an effect; empty when it has no entry. */
  public Set<String> implementedFields(String messageName) {
    Support support = messages.get(messageName);
    if (support == null) {
      return Set.of();
    }
    TreeSet<String> implemented = support.implemented();
    return Set.copyOf(implemented == null ? fieldNames(messageName) : implemented);
  }

  /** Implemented and declared fields of a type, for documents: {@code {implemented, all}}. */
  public int[] coverage(String messageName) {
    Support support = Objects.requireNonNull(messages.get(messageName));
    int all = fieldNames(messageName).size();
    return new int[] {support.implemented() == null ? all : support.implemented().size(), all};
  }

  /** Entries that name no message or field of the API; for a test that the manifests are right. */
  public List<String> wrongEntries() {
    List<String> wrong = new ArrayList<>();
    for (String name : messageNames()) {
      TreeSet<String> fields = fieldNames(name);
      if (fields.isEmpty() && MessageTypes.descriptor(name) == null) {
        wrong.add(name);
        continue;
      }
      Support support = Objects.requireNonNull(messages.get(name));
      TreeSet<String> named = new TreeSet<>(support.accepted().keySet());
      if (support.implemented() != null) {
        named.addAll(support.implemented());
      }
      named.removeAll(fields);
      named.forEach(field -> wrong.add(name + "." + field));
    }
    return wrong;
  }

  private static TreeSet<String> fieldNames(String messageName) {
    TreeSet<String> names = new TreeSet<>();
    Descriptor type = MessageTypes.descriptor(messageName);
    if (type != null) {
      type.getFields().forEach(field -> names.add(field.getName()));
      Descriptor newer = NewerFields.of(type);
      if (newer != null) {
        newer.getFields().forEach(field -> names.add(field.getName()));
      }
    }
    return names;
  }
}
