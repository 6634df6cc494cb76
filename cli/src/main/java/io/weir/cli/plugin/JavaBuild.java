package io.weir.cli.plugin;

import io.weir.plugin.processor.PluginProcessor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles a Java plugin with the compiler of the running JDK, against the plugin API alone; makes
 * a jar, and a module in a JVM of its own, so that the translator stays off this class path.
 */
final class JavaBuild {
  private static final String COMPILER = "io.weir.plugin.wasm.build.WasmCompiler";

  private final PluginProject project;
  private final Consumer<String> progress;
  private final Path classes;

  JavaBuild(PluginProject project, Consumer<String> progress) {
    this.project = project;
    this.progress = progress;
    this.classes = project.target().resolve("classes");
  }

  List<Artifact> build(Set<Artifact.Kind> kinds) throws IOException, InterruptedException {
    compile();
    var built = new ArrayList<Artifact>();
    if (kinds.contains(Artifact.Kind.JAR)) {
      built.add(jar());
    }
    if (kinds.contains(Artifact.Kind.WASM)) {
      built.add(module());
    }
    return built;
  }

  private void compile() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path sources = project.directory().resolve("src/main/java");
    List<Path> files;
    if (!Files.isDirectory(sources)) {
      throw new PluginToolException(sources + " does not exist");
    }
    try (Stream<Path> all = Files.walk(sources)) {
      files = all.filter(file -> file.toString().endsWith(".java")).toList();
    }
    clean(classes);
    Files.createDirectories(classes);
    var found = new DiagnosticCollector<JavaFileObject>();
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(found, Locale.ROOT, StandardCharsets.UTF_8)) {
      JavaCompiler.CompilationTask task =
          compiler.getTask(
              null,
              manager,
              found,
              List.of("-d", classes.toString(), "-cp", SdkFiles.api(), "--release", "21", "-g"),
              null,
              manager.getJavaFileObjectsFromPaths(files));
      task.setProcessors(List.of(new PluginProcessor()));
      boolean fine = task.call();
      if (!fine) {
        throw new PluginToolException(text(found.getDiagnostics()));
      }
    }
  }

  private static String text(List<Diagnostic<? extends JavaFileObject>> diagnostics) {
    var text = new StringBuilder();
    for (Diagnostic<? extends JavaFileObject> diagnostic : diagnostics) {
      if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
        JavaFileObject source = diagnostic.getSource();
        text.append(source == null ? "" : source.getName()).append(':');
        text.append(diagnostic.getLineNumber()).append(':').append(diagnostic.getColumnNumber());
        text.append(": ").append(diagnostic.getMessage(Locale.ROOT)).append('\n');
      }
    }
    return text.toString().strip();
  }

  private Artifact jar() throws IOException {
    Path jar = project.target().resolve(project.name() + ".jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        // A fixed time makes equal sources equal jars.
        var entry = new ZipEntry(classes.relativize(file).toString().replace('\\', '/'));
        entry.setTime(0);
        out.putNextEntry(entry);
        out.write(Files.readAllBytes(file));
        out.closeEntry();
      }
    }
    progress.accept(jar + ": " + Files.size(jar) + " bytes");
    return new Artifact(Artifact.Kind.JAR, jar, Inspection.pluginOf(jar));
  }

  private Artifact module() throws IOException, InterruptedException {
    Path module = project.target().resolve(project.name() + ".wasm");
    Files.deleteIfExists(module);
    Commands.run(
        project.directory(),
        Map.of(),
        _ -> progress.accept("translating " + project.entry() + " ..."),
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        SdkFiles.translator() + File.pathSeparator + classes.toAbsolutePath(),
        COMPILER,
        project.target().toAbsolutePath().toString(),
        classes.toAbsolutePath().toString(),
        project.entry() + "=" + module.getFileName());
    progress.accept(module + ": " + Files.size(module) + " bytes");
    return new Artifact(Artifact.Kind.WASM, module, project.name());
  }

  private static void clean(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
