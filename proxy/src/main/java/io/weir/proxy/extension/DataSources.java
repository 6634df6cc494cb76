package io.weir.proxy.extension;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.weir.filter.Problems;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code envoy.config.core.v3.DataSource}. */
public final class DataSources {
  private DataSources() {}

  /** The bytes, or null when problems were reported. */
  public static byte @Nullable [] read(Message message, Problems problems) {
    if (!(message instanceof DataSource source)) {
      throw new IllegalArgumentException("not a DataSource: " + message.getDescriptorForType());
    }
    return switch (source.getSpecifierCase()) {
      case INLINE_STRING -> source.getInlineString().getBytes(StandardCharsets.UTF_8);
      case INLINE_BYTES -> source.getInlineBytes().toByteArray();
      case FILENAME -> file(source.getFilename(), problems.at("filename"));
      case ENVIRONMENT_VARIABLE ->
          variable(source.getEnvironmentVariable(), problems.at("environment_variable"));
      case SPECIFIER_NOT_SET -> {
        problems.add(
            "",
            "no data is given",
            "set filename, inline_string, inline_bytes or environment_variable");
        yield null;
      }
    };
  }

  private static byte @Nullable [] file(String name, Problems problems) {
    try {
      return Files.readAllBytes(Path.of(name));
    } catch (NoSuchFileException e) {
      problems.add("", "there is no file " + name);
    } catch (IOException e) {
      problems.add("", "cannot read " + name + ": " + e.getMessage());
    }
    return null;
  }

  private static byte @Nullable [] variable(String name, Problems problems) {
    String value = System.getenv(name);
    if (value == null) {
      problems.add("", "the environment variable " + name + " is not set");
      return null;
    }
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
