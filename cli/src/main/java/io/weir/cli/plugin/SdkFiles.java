package io.weir.cli.plugin;

import io.weir.plugin.HttpPlugin;
import io.weir.plugin.verify.PluginVerifier;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** Where the distribution keeps what plugins are built with. */
final class SdkFiles {
  private SdkFiles() {}

  /** The class path that a plugin's source compiles against: the API, and its annotations. */
  static String api() {
    return List.of(HttpPlugin.class, NullMarked.class).stream()
        .map(SdkFiles::jarOf)
        .map(Path::toString)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The class path of the translator to wasm. */
  static String translator() throws IOException {
    Path sdk = jarOf(HttpPlugin.class).resolveSibling("../sdk").normalize();
    if (!Files.isDirectory(sdk)) {
      throw new PluginToolException(sdk + " is missing: build Weir again with ./weir build");
    }
    try (Stream<Path> jars = Files.list(sdk)) {
      // What the proxy needs as well lies with its own jars.
      Stream<Path> shared =
          Stream.of(HttpPlugin.class, PluginVerifier.class, NullMarked.class).map(SdkFiles::jarOf);
      return Stream.concat(shared, jars)
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
