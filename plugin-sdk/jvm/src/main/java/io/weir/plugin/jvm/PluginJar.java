package io.weir.plugin.jvm;

import io.weir.plugin.HttpPlugin;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.PluginFactory;
import io.weir.plugin.verify.Finding;
import io.weir.plugin.verify.PluginVerifier;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** A jar of plugins: its classes, and which of them are plugins by which name. */
final class PluginJar {
  private static final int MAX_FINDINGS = 10;
  static final String INDEX = "META-INF/weir/plugins";
  private static final ClassDesc ANNOTATION = ClassDesc.of(Plugin.class.getName());

  private final String name;
  private final String digest;
  private final Map<String, String> classes;
  private final Map<String, String> factories;
  private final PluginClassLoader loader;

  private PluginJar(
      String name,
      String digest,
      Map<String, String> classes,
      Map<String, String> factories,
      PluginClassLoader loader) {
    this.name = name;
    this.digest = digest;
    this.classes = classes;
    this.factories = factories;
    this.loader = loader;
  }

  /**
   * Reads a jar.
   *
   * @throws IOException when the file cannot be read or is not a jar; the message says which
   */
  static PluginJar open(Path file) throws IOException {
    return read(file, Files.readAllBytes(file), "");
  }

  /**
   * @param content the file's bytes
   * @param digest their SHA-256 in hex; empty when nobody asks
   */
  static PluginJar read(Path file, byte[] content, String digest) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(content))) {
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
    Map<String, String> factories = index(entries);
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
    return new PluginJar(
        name, digest, classes, factories, new PluginClassLoader(name, entries, sdk));
  }

  /** Factories by plugin name, as the annotation processor lists them; it need not have run. */
  private static Map<String, String> index(Map<String, byte[]> entries) {
    Map<String, String> factories = new HashMap<>();
    byte[] index = entries.get(INDEX);
    if (index != null) {
      for (String line : new String(index, StandardCharsets.UTF_8).lines().toList()) {
        String[] words = line.split(" ");
        if (words.length == 3) {
          factories.put(words[0], words[2]);
        }
      }
    }
    return factories;
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

  String name() {
    return name;
  }

  /** The SHA-256 of the jar in hex. */
  String digest() {
    return digest;
  }

  /** Class names by plugin name, sorted. */
  Map<String, String> plugins() {
    return classes;
  }

  /** Makes HTTP plugins of that name. */
  PluginMaker<HttpPlugin> http(String plugin) {
    return maker(plugin, HttpPlugin.class, HttpPlugin::start);
  }

  /** Makes network plugins of that name. */
  PluginMaker<NetworkPlugin> network(String plugin) {
    return maker(plugin, NetworkPlugin.class, NetworkPlugin::start);
  }

  private <T> PluginMaker<T> maker(
      String plugin, Class<T> contract, BiConsumer<T, PluginContext> start) {
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
    verify(plugin, className);
    try {
      Class<?> type = Class.forName(className, true, loader);
      if (!contract.isAssignableFrom(type)) {
        throw new PluginException(
            "plugin '" + plugin + "' (" + className + ") is not an " + contract.getSimpleName());
      }
      String factory = factories.get(plugin);
      return factory == null ? plain(type, contract, start) : made(factory, contract);
    } catch (NoSuchMethodException e) {
      throw new PluginException(
          className
              + " has no public constructor without arguments, and its jar has no factory for it:"
              + " compile it with weir-plugin-processor");
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new PluginException("cannot load " + className + ": " + e.getMessage());
    }
  }

  /** Refuses classes that use what the wasm build has not: the same source must run there. */
  private void verify(String plugin, String className) {
    List<String> roots =
        Stream.of(className, factories.getOrDefault(plugin, className))
            .map(root -> root.replace('.', '/'))
            .distinct()
            .toList();
    List<Finding> findings = PluginVerifier.verify(roots, loader::classFile);
    if (!findings.isEmpty()) {
      throw new PluginException(
          "plugin '"
              + plugin
              + "' uses what plugins do not have: "
              + findings.stream()
                  .limit(MAX_FINDINGS)
                  .map(Finding::toString)
                  .collect(Collectors.joining("; ")));
    }
  }

  private static <T> PluginMaker<T> plain(
      Class<?> type, Class<T> contract, BiConsumer<T, PluginContext> start)
      throws NoSuchMethodException {
    var constructor = type.asSubclass(contract).getConstructor();
    return context -> {
      T made = constructor.newInstance();
      start.accept(made, context);
      return made;
    };
  }

  private <T> PluginMaker<T> made(String factoryName, Class<T> contract)
      throws ReflectiveOperationException {
    PluginFactory<?> factory =
        Class.forName(factoryName, true, loader)
            .asSubclass(PluginFactory.class)
            .getConstructor()
            .newInstance();
    return context -> contract.cast(factory.make(context));
  }
}
