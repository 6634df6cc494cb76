package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.validate.SupportedFields;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The manifests of supported fields tell the truth: what is said to be implemented is read by some
 * code. Otherwise a setting would be ignored in silence.
 */
@AnalyzeClasses(
    packages = "io.weir",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class SupportedFieldsTest {
  private static final SupportedFields MANIFESTS =
      SupportedFields.load(SupportedFieldsTest.class.getClassLoader());

  /** Messages that are read without their getters, and how. */
  private static final Map<String, String> READ_OTHERWISE =
      Map.of(
          "envoy.config.core.v3.Node", "sent to control planes as it stands",
          "envoy.config.core.v3.BuildVersion", "part of Node",
          "envoy.config.core.v3.Extension", "part of Node",
          "envoy.type.v3.SemanticVersion", "part of Node",
          "envoy.config.cluster.v3.CircuitBreakers.Thresholds", "by the names of its fields",
          "envoy.config.cluster.v3.OutlierDetection", "by the names of its fields",
          "udpa.type.v1.TypedStruct", "as the bytes of xds.type.v3.TypedStruct",
          "xds.core.v3.CidrRange", "as the bytes of Envoy's CidrRange",
          "xds.type.matcher.v3.StringMatcher", "as the bytes of Envoy's StringMatcher",
          "xds.type.matcher.v3.RegexMatcher", "as the bytes of Envoy's RegexMatcher");

  /** Fields that say nothing a proxy could act on: labels, and versions with one valid value. */
  private static final Set<String> LABELS =
      Set.of(
          "name",
          "description",
          "category",
          "google_re2",
          "transport_api_version",
          "resource_api_version");

  @ArchTest
  static void whatIsDeclaredIsRead(JavaClasses all) {
    Map<String, Set<String>> calls = calls(all);
    var unread = new TreeSet<String>();
    for (String name : MANIFESTS.messageNames()) {
      Message type = MessageTypes.prototype(name);
      if (type == null || type instanceof DynamicMessage) {
        continue;
      }
      if (READ_OTHERWISE.containsKey(name)) {
        continue;
      }
      Set<String> called = calls.getOrDefault(type.getClass().getName(), Set.of());
      for (FieldDescriptor field : type.getDescriptorForType().getFields()) {
        if (MANIFESTS.implementedFields(name).contains(field.getName())
            && !isLabel(field)
            && getters(field).stream().noneMatch(called::contains)) {
          unread.add(name + "." + field.getName());
        }
      }
    }

    assertThat(unread).as("declared as implemented, but nothing reads it").isEmpty();
  }

  /** Names of methods called on each generated message class, or on its OrBuilder. */
  private static Map<String, Set<String>> calls(JavaClasses all) {
    var calls = new HashMap<String, Set<String>>();
    all.forEach(
        type -> {
          type.getMethodCallsFromSelf().forEach(call -> add(calls, call));
          type.getMethodReferencesFromSelf().forEach(reference -> add(calls, reference));
        });
    return calls;
  }

  private static void add(Map<String, Set<String>> calls, JavaCodeUnitAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    if (owner.endsWith("OrBuilder")) {
      owner = owner.substring(0, owner.length() - "OrBuilder".length());
    }
    calls.computeIfAbsent(owner, _ -> new HashSet<>()).add(access.getName());
  }

  private static Set<String> getters(FieldDescriptor field) {
    String name = camel(field.getName());
    var getters = new HashSet<String>();
    for (String suffix :
        new String[] {"", "List", "Count", "Map", "OrDefault", "OrThrow", "Bytes", "Value"}) {
      getters.add("get" + name + suffix);
    }
    getters.add("get" + name + "ValueList");
    getters.add("has" + name);
    getters.add("contains" + name);
    if (field.getContainingOneof() != null && isMarker(field)) {
      // Made by its case, or by none of its siblings being set.
      getters.add("get" + camel(field.getContainingOneof().getName()) + "Case");
      field.getContainingOneof().getFields().forEach(f -> getters.add("has" + camel(f.getName())));
    }
    return getters;
  }

  /** A choice that says all by being made: an empty message, {@code true}, a null. */
  private static boolean isMarker(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE ->
          field.getMessageType().getFields().stream().allMatch(SupportedFieldsTest::isLabel);
      case BOOLEAN, ENUM -> true;
      default -> false;
    };
  }

  private static boolean isLabel(FieldDescriptor field) {
    return LABELS.contains(field.getName());
  }

  /** As protobuf names accessors: a letter after an underscore or a digit is a capital. */
  private static String camel(String name) {
    var camel = new StringBuilder(name.length());
    boolean capital = true;
    for (char c : name.toCharArray()) {
      if (c == '_') {
        capital = true;
      } else {
        camel.append(capital ? Character.toUpperCase(c) : c);
        capital = Character.isDigit(c);
      }
    }
    return camel.toString();
  }
}
