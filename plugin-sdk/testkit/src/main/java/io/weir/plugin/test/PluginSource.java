package io.weir.plugin.test;

import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.wasm.build.WasmCompiler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A plugin's code.
 *
 * @param name selects the plugin in a jar
 * @param network whether it is for connections, not for HTTP
 * @param code a jar, a module or a script
 */
record PluginSource(BackEnd backEnd, String name, boolean network, byte[] code) {
  // Translating takes seconds: each class once a test run.
  private static final Map<Class<?>, byte[]> MODULES = new ConcurrentHashMap<>();

  static PluginSource ofFile(Path file) throws IOException {
    String name = file.getFileName().toString();
    BackEnd backEnd = name.endsWith(".lua") ? BackEnd.LUA : BackEnd.WASM;
    return new PluginSource(backEnd, name, false, Files.readAllBytes(file));
  }

  static PluginSource ofClass(Class<?> type, BackEnd backEnd) throws IOException {
    boolean network = NetworkPlugin.class.isAssignableFrom(type);
    return switch (backEnd) {
      case JVM -> new PluginSource(backEnd, nameOf(type), network, jar(type));
      case WASM ->
          new PluginSource(
              backEnd, nameOf(type), network, MODULES.computeIfAbsent(type, PluginSource::module));
      case LUA -> throw new IllegalArgumentException(type + " is no script");
    };
  }

  /** The annotation is not there at run time. */
  private static String nameOf(Class<?> type) throws IOException {
    String file = type.getName().replace('.', '/') + ".class";
    try (var in = type.getClassLoader().getResourceAsStream(file)) {
      if (in == null) {
        throw new IOException("no class file of " + type.getName());
      }
      return ClassFile.of()
          .parse(in.readAllBytes())
          .findAttribute(Attributes.runtimeInvisibleAnnotations())
          .flatMap(all -> all.annotations().stream().filter(PluginSource::isPlugin).findFirst())
          .flatMap(
              annotation ->
                  annotation.elements().stream()
                      .filter(element -> element.name().equalsString("name"))
                      .findFirst())
          .map(
              element ->
                  element.value() instanceof AnnotationValue.OfString text
                      ? text.stringValue()
                      : "")
          .orElseThrow(() -> new IOException(type.getName() + " has no @Plugin"));
    }
  }

  private static boolean isPlugin(Annotation annotation) {
    return annotation
        .classSymbol()
        .descriptorString()
        .equals("L" + Plugin.class.getName().replace('.', '/') + ";");
  }

  private static byte[] module(Class<?> type) {
    try {
      Path file = Files.createTempFile("plugin", ".wasm");
      try {
        WasmCompiler.compile(type.getName(), file, type.getClassLoader());
        return Files.readAllBytes(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All that was compiled with the class. */
  private static byte[] jar(Class<?> type) throws IOException {
    Path home;
    try {
      home = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
    if (Files.isRegularFile(home)) {
      return Files.readAllBytes(home);
    }
    var bytes = new ByteArrayOutputStream();
    try (var out = new JarOutputStream(bytes);
        Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        var entry = new ZipEntry(home.relativize(file).toString().replace('\\', '/'));
        entry.setTime(0);
        out.putNextEntry(entry);
        out.write(Files.readAllBytes(file));
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
