package io.weir.plugin.jvm;

import io.weir.plugin.HttpPlugin;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.Plugin;
import java.io.IOException;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** A jar of plugins: its classes, and which of them are plugins by which name. */
final class PluginJar {
  private static final ClassDesc ANNOTATION = ClassDesc.of(Plugin.class.getName());

  private final String name;
  private final Map<String, String> classes;
  private final PluginClassLoader loader;

  private PluginJar(String name, Map<String, String> classes, PluginClassLoader loader) {
    this.name = name;
    this.classes = classes;
    this.loader = loader;
  }

  /**
   * Reads a jar.
   *
   * @throws IOException when the file cannot be read or is not a jar; the message says which
   */
  static PluginJar open(Path file) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (var zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.isDirectory()) {
          entries.put(entry.getName(), zip.readAllBytes());
        }
      }
    } catch (ZipException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
    if (entries.isEmpty()) {
      throw new IOException(file + " is not a jar, or is empty");
    }
    Map<String, String> classes = new TreeMap<>();
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      if (entry.getKey().endsWith(".class") && !entry.getKey().startsWith("META-INF/")) {
        ClassModel model = ClassFile.of().parse(entry.getValue());
        String plugin = pluginName(model);
        if (plugin != null) {
          classes.put(plugin, model.thisClass().asInternalName().replace('/', '.'));
        }
      }
    }
    String name = file.getFileName().toString();
    var sdk = PluginJar.class.getClassLoader();
    return new PluginJar(name, classes, new PluginClassLoader(name, entries, sdk));
  }

  private static @Nullable String pluginName(ClassModel model) {
    return model
        .findAttribute(Attributes.runtimeInvisibleAnnotations())
        .flatMap(
            attribute ->
                attribute.annotations().stream()
                    .filter(annotation -> annotation.classSymbol().equals(ANNOTATION))
                    .findFirst())
        .flatMap(
            annotation ->
                annotation.elements().stream()
                    .filter(element -> element.name().equalsString("name"))
                    .findFirst())
        .map(
            element -> element.value() instanceof AnnotationValue.OfString s ? s.stringValue() : "")
        .orElse(null);
  }

  /** Class names by plugin name, sorted. */
  Map<String, String> plugins() {
    return classes;
  }

  /** Makes HTTP plugins of that name. */
  PluginMaker<HttpPlugin> http(String plugin) {
    return maker(plugin, HttpPlugin.class);
  }

  /** Makes network plugins of that name. */
  PluginMaker<NetworkPlugin> network(String plugin) {
    return maker(plugin, NetworkPlugin.class);
  }

  private <T> PluginMaker<T> maker(String plugin, Class<T> contract) {
    String className = classes.get(plugin);
    if (className == null) {
      throw new PluginException(
          classes.isEmpty()
              ? name + " has no class annotated with @Plugin"
              : name
                  + " has no plugin '"
                  + plugin
                  + "'; it has "
                  + String.join(", ", classes.keySet()));
    }
    try {
      Class<?> type = Class.forName(className, true, loader);
      if (!contract.isAssignableFrom(type)) {
        throw new PluginException(
            "plugin '" + plugin + "' (" + className + ") is not an " + contract.getSimpleName());
      }
      var constructor = type.asSubclass(contract).getConstructor();
      return constructor::newInstance;
    } catch (NoSuchMethodException e) {
      throw new PluginException(className + " has no public constructor without arguments");
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new PluginException("cannot load " + className + ": " + e.getMessage());
    }
  }
}
