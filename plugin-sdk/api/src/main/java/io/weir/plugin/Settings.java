package io.weir.plugin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin's configuration, read field by field from a JSON object. What has the wrong type, and
 * what nobody asked for, is refused with its JSON pointer.
 */
public final class Settings {
  private final String pointer;
  private final Map<String, @Nullable Object> fields;
  private final List<String> known = new ArrayList<>();

  private Settings(String pointer, Map<String, @Nullable Object> fields) {
    this.pointer = pointer;
    this.fields = fields;
  }

  /** The configuration of a plugin; nothing is an empty object. */
  public static Settings of(PluginContext context) {
    return new Settings("", Json.parseObject(context.configuration()));
  }

  /** A text that must be there. */
  public String text(String name) {
    String text = text(name, "");
    if (text.isEmpty()) {
      throw refused(name, "is missing");
    }
    return text;
  }

  public String text(String name, String fallback) {
    Object value = field(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof String text) {
      return text;
    }
    throw refused(name, "expected a text, found " + kind(value));
  }

  public long number(String name, long fallback) {
    Object value = field(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof JsonNumber number && number.isWhole()) {
      return number.longValue();
    }
    throw refused(name, "expected a whole number, found " + kind(value));
  }

  /** Whether a field is there; null is not. */
  public boolean has(String name) {
    return field(name) != null;
  }

  /** A whole number that must be there, within bounds. */
  public long whole(String name, long min, long max) {
    require(name);
    long number = number(name, 0);
    if (number < min || number > max) {
      throw refused(name, "expected a number from " + min + " to " + max + ", found " + number);
    }
    return number;
  }

  /** A number that must be there. */
  public double decimal(String name) {
    require(name);
    if (field(name) instanceof JsonNumber number) {
      return number.doubleValue();
    }
    throw refused(name, "expected a number, found " + kind(field(name)));
  }

  /**
   * A text that must be there and be one of those.
   *
   * @return its place among them
   */
  public int choice(String name, String... allowed) {
    String text = text(name);
    for (int i = 0; i < allowed.length; i++) {
      if (allowed[i].equals(text)) {
        return i;
      }
    }
    throw refused(name, "expected one of " + String.join(", ", allowed) + ", found '" + text + "'");
  }

  private void require(String name) {
    if (field(name) == null) {
      throw refused(name, "is missing");
    }
  }

  /** True or false, which must be there. */
  public boolean flag(String name) {
    require(name);
    return flag(name, false);
  }

  public boolean flag(String name, boolean fallback) {
    Object value = field(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw refused(name, "expected true or false, found " + kind(value));
  }

  /** A list of texts; empty when it is absent. */
  public List<String> texts(String name) {
    Object value = field(name);
    var texts = new ArrayList<String>();
    if (value == null) {
      return texts;
    }
    if (!(value instanceof List<?> list)) {
      throw refused(name, "expected a list, found " + kind(value));
    }
    for (Object item : list) {
      if (!(item instanceof String text)) {
        throw refused(name + "/" + texts.size(), "expected a text, found " + kind(item));
      }
      texts.add(text);
    }
    return texts;
  }

  /** A map of texts; empty when it is absent. */
  public Map<String, String> map(String name) {
    var map = new LinkedHashMap<String, String>();
    Settings object = object(name);
    for (String key : object.fields.keySet()) {
      map.put(key, object.text(key, ""));
    }
    return map;
  }

  /** An object; empty when it is absent. Call its {@link #done}, too. */
  @SuppressWarnings("unchecked")
  public Settings object(String name) {
    Object value = field(name);
    if (value == null) {
      return new Settings(pointer + "/" + name, new LinkedHashMap<>());
    }
    if (value instanceof Map<?, ?> map) {
      return new Settings(pointer + "/" + name, (Map<String, @Nullable Object>) map);
    }
    throw refused(name, "expected an object, found " + kind(value));
  }

  /** A list of whole numbers; empty when it is absent. */
  public List<Long> numbers(String name) {
    Object value = field(name);
    var numbers = new ArrayList<Long>();
    if (value == null) {
      return numbers;
    }
    if (!(value instanceof List<?> list)) {
      throw refused(name, "expected a list, found " + kind(value));
    }
    for (Object item : list) {
      if (!(item instanceof JsonNumber number) || !number.isWhole()) {
        throw refused(name + "/" + numbers.size(), "expected a whole number, found " + kind(item));
      }
      numbers.add(number.longValue());
    }
    return numbers;
  }

  /** A list of objects; empty when it is absent. Call {@link #done} of each, too. */
  @SuppressWarnings("unchecked")
  public List<Settings> objects(String name) {
    Object value = field(name);
    var objects = new ArrayList<Settings>();
    if (value == null) {
      return objects;
    }
    if (!(value instanceof List<?> list)) {
      throw refused(name, "expected a list, found " + kind(value));
    }
    for (Object item : list) {
      String place = name + "/" + objects.size();
      if (!(item instanceof Map<?, ?> map)) {
        throw refused(place, "expected an object, found " + kind(item));
      }
      objects.add(new Settings(pointer + "/" + place, (Map<String, @Nullable Object>) map));
    }
    return objects;
  }

  /** A map of objects; empty when it is absent. Call {@link #done} of each, too. */
  public Map<String, Settings> members(String name) {
    var members = new LinkedHashMap<String, Settings>();
    Settings object = object(name);
    for (String key : object.fields.keySet()) {
      members.put(key, object.object(key));
    }
    return members;
  }

  /** Refuses fields that nobody asked for. */
  public void done() {
    for (String name : fields.keySet()) {
      if (!known.contains(name)) {
        throw refused(name, "is not known; there are " + String.join(", ", known));
      }
    }
  }

  private @Nullable Object field(String name) {
    if (!known.contains(name)) {
      known.add(name);
    }
    return fields.get(name);
  }

  /** An exception that names a field; for checks of a plugin's own. */
  public ConfigurationException refused(String name, String reason) {
    return new ConfigurationException(pointer + "/" + name + " " + reason);
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String _ -> "a text";
      case Number _ -> "a number";
      case Boolean _ -> "true or false";
      case List<?> _ -> "a list";
      default -> "an object";
    };
  }
}
