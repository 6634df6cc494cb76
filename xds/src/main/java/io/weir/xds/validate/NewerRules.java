package io.weir.xds.validate;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.pgv.validate.Validate;
import io.envoyproxy.pgv.validate.Validate.FieldRules;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The rules of fields and choices as Envoy 1.40 has them: those of the compiled descriptors, but
 * for the few that newer-rules.txt lists. Any thread.
 */
final class NewerRules {

  private static final String RESOURCE = "newer-rules.txt";

  private static final class Holder {
    static final Map<String, String> CHANGED = load();
  }

  private NewerRules() {}

  static FieldRules of(FieldDescriptor field) {
    String changed =
        Holder.CHANGED.get(field.getContainingType().getFullName() + " " + field.getName());
    return changed == null ? field.getOptions().getExtension(Validate.rules) : parse(changed);
  }

  static boolean isRequired(OneofDescriptor oneof) {
    String changed =
        Holder.CHANGED.get(oneof.getContainingType().getFullName() + " " + oneof.getName());
    return changed == null
        ? oneof.getOptions().getExtension(Validate.required)
        : changed.equals("required");
  }

  private static FieldRules parse(String base64) {
    if (base64.equals("-")) {
      return FieldRules.getDefaultInstance();
    }
    try {
      return FieldRules.parseFrom(Base64.getDecoder().decode(base64));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(RESOURCE + " holds bad rules: " + base64, e);
    }
  }

  private static Map<String, String> load() {
    Map<String, String> changed = new HashMap<>();
    try (InputStream in = NewerRules.class.getResourceAsStream(RESOURCE);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ");
          changed.put(words[1] + " " + words[2], words[3]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
    return Map.copyOf(changed);
  }
}
