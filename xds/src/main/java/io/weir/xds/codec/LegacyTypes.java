package io.weir.xds.codec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the message types of Envoy's version 2 became in version 3. Any thread. */
public final class LegacyTypes {

  private static final String RESOURCE = "successors.txt";

  private static final class Holder {
    static final Map<String, String> SUCCESSORS = load();
  }

  private LegacyTypes() {}

  /**
   * The full name of the type that took over, or null when the type is current or unknown.
   *
   * @param typeNameOrUrl of a version 2 message
   */
  public static @Nullable String successor(String typeNameOrUrl) {
    return Holder.SUCCESSORS.get(MessageTypes.nameOf(typeNameOrUrl));
  }

  private static Map<String, String> load() {
    Map<String, String> successors = new HashMap<>();
    try (InputStream in = LegacyTypes.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          int space = line.indexOf(' ');
          successors.put(line.substring(0, space), line.substring(space + 1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
    return Map.copyOf(successors);
  }
}
