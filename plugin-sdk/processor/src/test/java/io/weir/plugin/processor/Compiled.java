package io.weir.plugin.processor;

import io.weir.plugin.HttpPlugin;
import io.weir.plugin.PluginFactory;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** One source, compiled with the processor. */
record Compiled(Path classes, List<String> errors) {

  static Compiled of(Path folder, String className, String source) {
    var found = new DiagnosticCollector<JavaFileObject>();
    var file =
        new SimpleJavaFileObject(
            URI.create("string:///" + className.replace('.', '/') + ".java"),
            JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    var task =
        ToolProvider.getSystemJavaCompiler()
            .getTask(
                null,
                null,
                found,
                List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path")),
                null,
                List.of(file));
    task.setProcessors(List.of(new PluginProcessor()));
    task.call();
    List<String> errors =
        found.getDiagnostics().stream()
            .filter(d -> d.getKind() == javax.tools.Diagnostic.Kind.ERROR)
            .map(d -> d.getLineNumber() + ": " + d.getMessage(Locale.ROOT))
            .toList();
    return new Compiled(folder, errors);
  }

  String resource(String name) throws IOException {
    return Files.readString(classes.resolve("META-INF/weir/" + name));
  }

  HttpPlugin make(String factory, String configuration) throws Exception {
    // Stays open: the plugin loads the rest of its classes when it needs them.
    var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()});
    var made = (PluginFactory<?>) loader.loadClass(factory).getConstructor().newInstance();
    return (HttpPlugin) made.make(new OnlyConfiguration(configuration));
  }
}
