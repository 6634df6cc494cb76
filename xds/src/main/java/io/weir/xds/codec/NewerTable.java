package io.weir.xds.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tables of newer-messages.txt and of Weir's own messages. The text is read when the first
 * unknown name is met, and descriptors are built file by file when somebody asks for one. Any
 * thread.
 */
final class NewerTable {

  private static final List<String> RESOURCES = List.of("newer-messages.txt", "weir-messages.txt");

  /** One original file with what is new in it. */
  record NewerFile(String path, String packageName, Map<String, Entry> entries) {}

  /** A message or enum; {@code extension} when it only adds to a compiled one. */
  record Entry(String name, boolean isEnum, boolean extension, List<String> lines) {}

  private static final class Holder {
    static final NewerTable TABLE = new NewerTable();
  }

  private final Map<String, NewerFile> fileOf = new HashMap<>();
  private final Map<String, FileDescriptor> built = new ConcurrentHashMap<>();

  static NewerTable get() {
    return Holder.TABLE;
  }

  private NewerTable() {
    RESOURCES.forEach(this::read);
  }

  private void read(String resource) {
    try (InputStream in = NewerTable.class.getResourceAsStream(resource);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      parse(lines);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private void parse(BufferedReader lines) throws IOException {
    NewerFile file = null;
    Entry entry = null;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("#") || line.isEmpty()) {
        continue;
      }
      if (line.startsWith("  ")) {
        Objects.requireNonNull(entry).lines().add(line.substring(2));
        continue;
      }
      int space = line.indexOf(' ');
      String keyword = line.substring(0, space);
      String name = line.substring(space + 1);
      if (keyword.equals("file")) {
        int second = name.indexOf(' ');
        file =
            new NewerFile(
                name.substring(0, second), name.substring(second + 1), new LinkedHashMap<>());
        continue;
      }
      boolean isEnum = keyword.equals("enum") || keyword.equals("values");
      boolean extension = keyword.equals("fields") || keyword.equals("values");
      entry = new Entry(name, isEnum, extension, new ArrayList<>());
      Objects.requireNonNull(file).entries().put(name, entry);
      fileOf.put(name, file);
    }
  }

  Set<String> messageNames() {
    Set<String> names = new TreeSet<>();
    fileOf.forEach(
        (name, file) -> {
          Entry entry = Objects.requireNonNull(file.entries().get(name));
          if (!entry.isEnum() && !entry.extension()) {
            names.add(name);
          }
        });
    return names;
  }

  /** The compiled messages that have newer fields. */
  Set<String> extendedNames() {
    Set<String> names = new TreeSet<>();
    fileOf.forEach(
        (name, file) -> {
          Entry entry = Objects.requireNonNull(file.entries().get(name));
          if (!entry.isEnum() && entry.extension()) {
            names.add(name);
          }
        });
    return names;
  }

  @Nullable Descriptor fieldsOf(String message) {
    return find(message, true);
  }

  @Nullable Descriptor message(String fullName) {
    return find(fullName, false);
  }

  EnumDescriptor enumType(String fullName) {
    NewerFile file = Objects.requireNonNull(fileOf.get(fullName));
    return file(file).findEnumTypeByName(flatName(fullName, file.packageName(), false));
  }

  private @Nullable Descriptor find(String name, boolean extension) {
    NewerFile file = fileOf.get(name);
    Entry entry = file == null ? null : file.entries().get(name);
    if (file == null || entry == null || entry.isEnum() || entry.extension() != extension) {
      return null;
    }
    return file(file).findMessageTypeByName(flatName(name, file.packageName(), extension));
  }

  private FileDescriptor file(NewerFile file) {
    FileDescriptor done = built.get(file.path());
    if (done == null) {
      // Not computeIfAbsent: building one file asks for others.
      done = new NewerFileBuilder(this, file).build();
      FileDescriptor raced = built.putIfAbsent(file.path(), done);
      done = raced == null ? done : raced;
    }
    return done;
  }

  boolean isNewerMessage(String name) {
    NewerFile file = fileOf.get(name);
    Entry entry = file == null ? null : file.entries().get(name);
    return entry != null && !entry.extension();
  }

  @Nullable Integer enumNumber(String enumName, String value) {
    for (String line : enumLines(enumName)) {
      int space = line.indexOf(' ');
      if (line.substring(space + 1).equals(value)) {
        return Integer.valueOf(line.substring(0, space));
      }
    }
    return null;
  }

  @Nullable String enumName(String enumName, int number) {
    String wanted = number + " ";
    for (String line : enumLines(enumName)) {
      if (line.startsWith(wanted)) {
        return line.substring(wanted.length());
      }
    }
    return null;
  }

  private List<String> enumLines(String name) {
    NewerFile file = fileOf.get(name);
    Entry entry = file == null ? null : file.entries().get(name);
    return entry != null && entry.isEnum() ? entry.lines() : List.of();
  }

  /**
   * Nested types become top-level ones in a built file, because their parents may be compiled; two
   * underscores stand for the dot, and an extension ends in two.
   */
  static String flatName(String fullName, String packageName, boolean extension) {
    String local = fullName.substring(packageName.length() + 1).replace(".", "__");
    return extension ? local + "__" : local;
  }

  static String realName(Descriptor type) {
    String name = type.getFullName();
    if (!type.getFile().getName().startsWith(NewerFileBuilder.PATH_PREFIX)) {
      return name;
    }
    String plain = name.endsWith("__") ? name.substring(0, name.length() - 2) : name;
    return plain.replace("__", ".");
  }
}
