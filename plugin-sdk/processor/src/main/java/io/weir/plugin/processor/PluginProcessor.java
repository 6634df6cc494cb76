package io.weir.plugin.processor;

import io.weir.plugin.Plugin;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * For each {@code @Plugin} class: a factory that binds its configuration, a JSON Schema and a
 * manifest under {@code META-INF/weir}, and a line in the index {@code META-INF/weir/plugins}.
 */
@SupportedAnnotationTypes("io.weir.plugin.Plugin")
public final class PluginProcessor extends AbstractProcessor {
  private static final String FOLDER = "META-INF/weir/";
  private final Map<String, PluginModel> plugins = new TreeMap<>();

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (Element element : round.getElementsAnnotatedWith(Plugin.class)) {
      PluginModel plugin = model((TypeElement) element);
      if (plugin == null) {
        continue;
      }
      PluginModel other = plugins.putIfAbsent(plugin.annotation().name(), plugin);
      if (other != null) {
        error(element, "plugin '" + plugin.annotation().name() + "' is also " + other.java());
      } else if (!round.errorRaised()) {
        write(element, plugin);
      }
    }
    if (round.processingOver() && !round.errorRaised() && !plugins.isEmpty()) {
      writeIndex();
    }
    return false;
  }

  private @Nullable PluginModel model(TypeElement type) {
    Plugin annotation = type.getAnnotation(Plugin.class);
    int before = errors;
    if (!annotation.name().matches("[a-z][a-z0-9-]*")) {
      error(type, "'" + annotation.name() + "' is no plugin name: lower-case letters, digits, -");
    }
    if (!annotation.version().matches("\\d+\\.\\d+\\.\\d+([-+].*)?")) {
      error(type, "version '" + annotation.version() + "' is not semantic, as 1.0.0 is");
    }
    boolean http = is(type, "io.weir.plugin.HttpPlugin");
    if (!http && !is(type, "io.weir.plugin.NetworkPlugin")) {
      error(type, type.getSimpleName() + " implements neither HttpPlugin nor NetworkPlugin");
    }
    Set<Modifier> modifiers = type.getModifiers();
    if (!modifiers.contains(Modifier.PUBLIC)
        || modifiers.contains(Modifier.ABSTRACT)
        || type.getNestingKind().isNested() && !modifiers.contains(Modifier.STATIC)) {
      error(
          type, type.getSimpleName() + " must be public, and neither abstract nor an inner class");
    }
    ExecutableElement constructor = constructor(type);
    var arguments = new ArrayList<String>();
    ConfigRecord config = null;
    if (constructor != null) {
      for (VariableElement parameter : constructor.getParameters()) {
        TypeElement record = record(parameter);
        if (ConfigReader.sourceOf(parameter.asType()).equals("io.weir.plugin.PluginContext")
            && !arguments.contains("context")) {
          arguments.add("context");
        } else if (record != null && config == null) {
          config = new ConfigReader(processingEnv.getMessager()).read(record);
          arguments.add("config");
        } else {
          error(parameter, "a plugin's constructor takes a PluginContext, a record, or both");
        }
      }
    }
    return errors > before || constructor == null
        ? null
        : new PluginModel(
            annotation,
            processingEnv.getElementUtils().getPackageOf(type).getQualifiedName().toString(),
            type.getQualifiedName().toString(),
            processingEnv.getElementUtils().getBinaryName(type).toString(),
            http,
            config,
            arguments);
  }

  private @Nullable ExecutableElement constructor(TypeElement type) {
    List<ExecutableElement> all =
        ElementFilter.constructorsIn(type.getEnclosedElements()).stream()
            .filter(c -> c.getModifiers().contains(Modifier.PUBLIC))
            .toList();
    if (all.size() != 1) {
      error(type, type.getSimpleName() + " must have one public constructor");
      return null;
    }
    return all.getFirst();
  }

  private static @Nullable TypeElement record(VariableElement parameter) {
    return parameter.asType() instanceof DeclaredType declared
            && declared.asElement() instanceof TypeElement element
            && element.getKind() == ElementKind.RECORD
        ? element
        : null;
  }

  private boolean is(TypeElement type, String contract) {
    TypeElement element = processingEnv.getElementUtils().getTypeElement(contract);
    return element != null
        && processingEnv.getTypeUtils().isSubtype(type.asType(), element.asType());
  }

  private void write(Element origin, PluginModel plugin) {
    String name = plugin.annotation().name();
    try {
      try (Writer out =
          processingEnv.getFiler().createSourceFile(plugin.factoryBinary(), origin).openWriter()) {
        out.write(FactorySource.of(plugin));
      }
      resource(name + ".schema.json", SchemaText.of(plugin));
      resource(name + ".yaml", ManifestText.of(plugin));
    } catch (IOException e) {
      error(origin, "cannot write what belongs to plugin '" + name + "': " + e.getMessage());
    }
  }

  private void writeIndex() {
    var index = new StringBuilder();
    plugins.forEach(
        (name, plugin) ->
            index
                .append(name)
                .append(' ')
                .append(plugin.binary())
                .append(' ')
                .append(plugin.factoryBinary())
                .append('\n'));
    try {
      resource("plugins", index.toString());
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Diagnostic.Kind.ERROR, "cannot write the index: " + e.getMessage());
    }
  }

  private void resource(String name, String text) throws IOException {
    try (Writer out =
        processingEnv
            .getFiler()
            .createResource(StandardLocation.CLASS_OUTPUT, "", FOLDER + name)
            .openWriter()) {
      out.write(text);
    }
  }

  private int errors;

  private void error(Element where, String message) {
    errors++;
    processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message, where);
  }
}
