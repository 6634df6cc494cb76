package io.weir.cli.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** All of a built Java plugin in one file: manifest, schema, jar and module. */
public final class Bundle {
  private Bundle() {}

  /**
   * Writes {@code NAME-VERSION.zip}.
   *
   * @param project has {@code plugin.yaml}
   * @param target has {@code NAME.wasm}, and gets the bundle
   * @param jar the classes, with what the annotation processor wrote
   * @return the bundle
   */
  public static Path write(Path project, Path target, String name, Path jar) throws IOException {
    PluginProject described = PluginProject.read(project);
    String processor = entry(jar, "META-INF/weir/" + name + ".yaml");
    String schema = entry(jar, "META-INF/weir/" + name + ".schema.json");
    Path module = target.resolve(name + ".wasm");
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(name + ".jar", Files.readAllBytes(jar));
    var manifest =
        new Manifest(Files.readString(project.resolve(PluginProject.FILE)), processor)
            .tests(PluginTests.read(described).size());
    if (Files.isRegularFile(module)) {
      byte[] bytes = Files.readAllBytes(module);
      files.put(name + ".wasm", bytes);
      manifest.module(bytes);
    }
    manifest.artifacts(files);
    Path bundle = target.resolve(name + "-" + described.version() + ".zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(bundle))) {
      add(out, PluginProject.FILE, manifest.bytes());
      if (schema != null) {
        add(out, name + ".schema.json", schema.getBytes(StandardCharsets.UTF_8));
      }
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        add(out, file.getKey(), file.getValue());
      }
    }
    return bundle;
  }

  private static void add(ZipOutputStream out, String name, byte[] bytes) throws IOException {
    // A fixed time makes equal content equal bundles.
    var entry = new ZipEntry(name);
    entry.setTime(0);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  private static @Nullable String entry(Path jar, String name) throws IOException {
    try (var zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        return null;
      }
      return new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
