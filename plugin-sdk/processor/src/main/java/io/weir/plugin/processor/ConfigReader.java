package io.weir.plugin.processor;

import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.OneOf;
import io.weir.plugin.Range;
import io.weir.plugin.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.RecordComponentElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Reads a configuration record; reports what cannot be bound where it stands. */
final class ConfigReader {
  private static final int MAX_DEPTH = 16;
  private final Messager messager;
  private int depth;

  ConfigReader(Messager messager) {
    this.messager = messager;
  }

  ConfigRecord read(TypeElement type) {
    var fields = new ArrayList<ConfigField>();
    if (++depth > MAX_DEPTH) {
      error(type, type.getQualifiedName() + " contains itself: a configuration is a tree");
    } else {
      for (RecordComponentElement component : type.getRecordComponents()) {
        ConfigField field = field(component);
        if (field != null) {
          fields.add(field);
        }
      }
    }
    depth--;
    return new ConfigRecord(type.getQualifiedName().toString(), fields);
  }

  private @Nullable ConfigField field(RecordComponentElement component) {
    TypeMirror mirror = component.asType();
    ConfigType type = type(component, mirror);
    if (type == null) {
      return null;
    }
    Doc doc = component.getAnnotation(Doc.class);
    Default fallback = component.getAnnotation(Default.class);
    boolean nullable = isNullable(component, mirror);
    var field =
        new ConfigField(
            snakeCase(component.getSimpleName().toString()),
            component.getSimpleName().toString(),
            sourceOf(mirror),
            type,
            doc == null ? "" : doc.value(),
            fallback == null ? null : fallback.value(),
            nullable,
            component.getAnnotation(Secret.class) != null);
    if (nullable && mirror.getKind().isPrimitive()) {
      error(component, field.component() + " is primitive and cannot be null");
    }
    checkDefault(component, field);
    return field;
  }

  private void checkDefault(Element component, ConfigField field) {
    String fallback = field.fallback();
    if (fallback == null) {
      return;
    }
    String reason =
        switch (field.type()) {
          case ConfigType.Text text ->
              text.allowed().isEmpty() || text.allowed().contains(fallback)
                  ? ""
                  : "is not one of " + String.join(", ", text.allowed());
          case ConfigType.Choice choice ->
              choice.constants().contains(fallback)
                  ? ""
                  : "is not one of " + String.join(", ", choice.constants());
          case ConfigType.Flag _ ->
              fallback.equals("true") || fallback.equals("false") ? "" : "is not true or false";
          case ConfigType.Whole whole -> wholeProblem(whole, fallback);
          case ConfigType.Decimal _ -> decimalProblem(fallback);
          default -> "is of no use: lists, maps and records have none";
        };
    if (!reason.isEmpty()) {
      error(component, "@Default(\"" + fallback + "\") of " + field.component() + " " + reason);
    }
  }

  private static String wholeProblem(ConfigType.Whole whole, String text) {
    try {
      long value = Long.parseLong(text);
      return value >= whole.min() && value <= whole.max()
          ? ""
          : "is not from " + whole.min() + " to " + whole.max();
    } catch (NumberFormatException e) {
      return "is not a whole number";
    }
  }

  private static String decimalProblem(String text) {
    try {
      return Double.isFinite(Double.parseDouble(text)) ? "" : "is not finite";
    } catch (NumberFormatException e) {
      return "is not a number";
    }
  }

  private @Nullable ConfigType type(RecordComponentElement component, TypeMirror mirror) {
    switch (mirror.getKind()) {
      case INT, LONG -> {
        return whole(component, mirror.getKind() == TypeKind.INT, mirror.getKind().name());
      }
      case DOUBLE -> {
        return new ConfigType.Decimal();
      }
      case BOOLEAN -> {
        return new ConfigType.Flag();
      }
      case DECLARED -> {
        return declared(component, (DeclaredType) mirror);
      }
      default -> {
        return unknown(component, mirror);
      }
    }
  }

  private @Nullable ConfigType declared(RecordComponentElement component, DeclaredType mirror) {
    var element = (TypeElement) mirror.asElement();
    String name = element.getQualifiedName().toString();
    List<? extends TypeMirror> arguments = mirror.getTypeArguments();
    switch (name) {
      case "java.lang.String" -> {
        OneOf oneOf = component.getAnnotation(OneOf.class);
        return new ConfigType.Text(oneOf == null ? List.of() : List.of(oneOf.value()));
      }
      case "java.lang.Integer", "java.lang.Long" -> {
        return whole(component, name.endsWith("Integer"), name);
      }
      case "java.lang.Double" -> {
        return new ConfigType.Decimal();
      }
      case "java.lang.Boolean" -> {
        return new ConfigType.Flag();
      }
      case "java.util.List" -> {
        ConfigType item = arguments.isEmpty() ? null : type(component, arguments.getFirst());
        boolean fits =
            item instanceof ConfigType.Text
                || item instanceof ConfigType.RecordOf
                || item instanceof ConfigType.Whole whole && !whole.isInt();
        return item != null && fits ? new ConfigType.ListOf(item) : unknown(component, mirror);
      }
      case "java.util.Map" -> {
        boolean texts =
            arguments.size() == 2 && sourceOf(arguments.get(0)).equals("java.lang.String");
        ConfigType value = texts ? type(component, arguments.get(1)) : null;
        boolean fits = value instanceof ConfigType.Text || value instanceof ConfigType.RecordOf;
        return value != null && fits ? new ConfigType.MapOf(value) : unknown(component, mirror);
      }
      default -> {
        return switch (element.getKind()) {
          case RECORD -> new ConfigType.RecordOf(read(element));
          case ENUM -> new ConfigType.Choice(name, constants(element));
          default -> unknown(component, mirror);
        };
      }
    }
  }

  private static List<String> constants(TypeElement type) {
    var constants = new ArrayList<String>();
    for (Element member : type.getEnclosedElements()) {
      if (member.getKind() == ElementKind.ENUM_CONSTANT) {
        constants.add(member.getSimpleName().toString().toLowerCase(Locale.ROOT));
      }
    }
    return constants;
  }

  private static ConfigType whole(RecordComponentElement component, boolean isInt, String java) {
    Range range = component.getAnnotation(Range.class);
    long min = range == null ? Long.MIN_VALUE : range.min();
    long max = range == null ? Long.MAX_VALUE : range.max();
    return new ConfigType.Whole(
        java.toLowerCase(Locale.ROOT).equals(java) || java.contains(".")
            ? java
            : java.toLowerCase(Locale.ROOT),
        isInt ? Math.max(min, Integer.MIN_VALUE) : min,
        isInt ? Math.min(max, Integer.MAX_VALUE) : max);
  }

  private @Nullable ConfigType unknown(Element component, TypeMirror type) {
    error(
        component,
        sourceOf(type)
            + " cannot be read from a configuration; use String, int, long, double, boolean, an"
            + " enum, a record, List<String>, List<Long>, List<record>, Map<String, String> or"
            + " Map<String, record>");
    return null;
  }

  private static boolean isNullable(Element component, TypeMirror type) {
    return hasNullable(component.getAnnotationMirrors())
        || hasNullable(type.getAnnotationMirrors());
  }

  private static boolean hasNullable(List<? extends AnnotationMirror> annotations) {
    return annotations.stream()
        .anyMatch(a -> a.getAnnotationType().asElement().getSimpleName().contentEquals("Nullable"));
  }

  /** The type without annotations. */
  static String sourceOf(TypeMirror type) {
    if (!(type instanceof DeclaredType declared)) {
      return type.getKind().isPrimitive()
          ? type.getKind().name().toLowerCase(Locale.ROOT)
          : type.toString();
    }
    String name = ((TypeElement) declared.asElement()).getQualifiedName().toString();
    var arguments = declared.getTypeArguments().stream().map(ConfigReader::sourceOf).toList();
    return arguments.isEmpty() ? name : name + "<" + String.join(", ", arguments) + ">";
  }

  static String snakeCase(String camelCase) {
    var name = new StringBuilder();
    for (char c : camelCase.toCharArray()) {
      if (Character.isUpperCase(c)) {
        name.append('_');
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }

  private void error(Element where, String message) {
    messager.printMessage(Diagnostic.Kind.ERROR, message, where);
  }
}
