package io.weir.controlplane.migrate;

import io.weir.xds.ResourceType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Names of Envoy's extensions, old and current, and the types of their configurations. */
public final class ExtensionNames {

  /** Names are unique within a category only: envoy.ext_authz is an HTTP and a network filter. */
  public enum Category {
    HTTP,
    NETWORK,
    LISTENER,
    ACCESS_LOG,
    TRACER,
    DOWNSTREAM_SOCKET,
    UPSTREAM_SOCKET
  }

  /**
   * One extension.
   *
   * @param type the message of its configuration; empty when Envoy dropped the extension
   */
  public record Extension(Category category, String name, String type, List<String> oldNames) {

    public Extension {
      oldNames = List.copyOf(oldNames);
    }

    public String typeUrl() {
      return type.isEmpty() ? "" : ResourceType.TYPE_URL_PREFIX + type;
    }
  }

  private static final String RESOURCE = "extension-names.txt";

  private static final class Holder {
    static final List<Extension> ALL = load();
  }

  private ExtensionNames() {}

  /** The extension that has, or once had, this name; null when there is none. */
  public static @Nullable Extension find(Category category, String name) {
    for (Extension extension : Holder.ALL) {
      if (extension.category() == category
          && (extension.name().equals(name) || extension.oldNames().contains(name))) {
        return extension;
      }
    }
    return null;
  }

  /** The extension that once had this name; null for names that are current or unknown. */
  public static @Nullable Extension findOld(Category category, String name) {
    Extension found = find(category, name);
    return found == null || found.name().equals(name) ? null : found;
  }

  /** All extensions, for tests. */
  static List<Extension> all() {
    return Holder.ALL;
  }

  private static List<Extension> load() {
    List<Extension> all = new ArrayList<>();
    try (InputStream in = ExtensionNames.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          List<String> words = List.of(line.split(" "));
          all.add(
              new Extension(
                  Category.valueOf(words.get(0).toUpperCase(Locale.ROOT)),
                  words.get(1),
                  words.get(2).equals("-") ? "" : words.get(2),
                  words.subList(3, words.size())));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
    return List.copyOf(all);
  }
}
