package io.weir.plugin.wasm.build;

import io.weir.plugin.HttpPlugin;
import io.weir.plugin.verify.Finding;
import io.weir.plugin.verify.PluginVerifier;
import io.weir.plugin.wasm.HttpGuest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.teavm.diagnostics.DefaultProblemTextConsumer;
import org.teavm.diagnostics.Problem;
import org.teavm.tooling.TeaVMTargetType;
import org.teavm.tooling.TeaVMTool;
import org.teavm.tooling.TeaVMToolException;
import org.teavm.vm.TeaVMOptimizationLevel;

/**
 * Compiles a plugin class to a proxy-wasm 0.2.1 module. The module keeps function names, so that
 * proxies print Java frames when it traps; its heap grows to a fixed cap.
 */
public final class WasmCompiler {
  private static final int MIN_HEAP_BYTES = 1 << 20;
  private static final int MAX_HEAP_BYTES = 64 << 20;

  private WasmCompiler() {}

  /**
   * {@code WasmCompiler OUT_DIR CLASSES_DIR CLASS=FILE...}: compiles each class, found on this
   * program's class path, to a file in the directory. A module that is newer than every file of
   * CLASSES_DIR and of the SDK is left alone.
   */
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[0]);
    long newest = newest(Path.of(args[1]));
    for (Class<?> sdk : List.of(HttpPlugin.class, HttpGuest.class)) {
      newest = Math.max(newest, newest(home(sdk)));
    }
    for (int i = 2; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      Path target = directory.resolve(args[i].substring(equals + 1));
      if (Files.exists(target) && Files.getLastModifiedTime(target).toMillis() > newest) {
        continue;
      }
      long bytes =
          compile(args[i].substring(0, equals), target, WasmCompiler.class.getClassLoader());
      System.out.println(target.getFileName() + ": " + bytes + " bytes");
    }
  }

  /** The jar or folder that a class comes from. */
  private static Path home(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long newest(Path classes) throws IOException {
    try (var files = Files.walk(classes)) {
      long newest = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
      }
      return newest;
    }
  }

  /**
   * Compiles one plugin.
   *
   * @param plugin the class's name
   * @param target the module to write
   * @param loader finds the plugin, its libraries and the guest side of the SDK
   * @return the module's size in bytes
   * @throws BuildException when the plugin uses what the sandbox lacks
   */
  public static long compile(String plugin, Path target, ClassLoader loader) throws IOException {
    Path work = Files.createTempDirectory("weir-wasm");
    try {
      Path entry = work.resolve(EntryClass.NAME.replace('.', '/') + ".class");
      Files.createDirectories(entry.getParent());
      Class<?> type = Class.forName(plugin, false, loader);
      verify(plugin, loader);
      Files.write(entry, EntryClass.generate(type));
      try (var withEntry = new URLClassLoader(new URL[] {work.toUri().toURL()}, loader)) {
        translate(plugin, PluginCode.waits(type), work, withEntry);
      }
      byte[] module = PostLink.link(Files.readAllBytes(work.resolve("module.wasm")));
      Files.createDirectories(target.toAbsolutePath().getParent());
      Files.write(target, module);
      return module.length;
    } catch (ClassNotFoundException e) {
      throw new BuildException("class " + plugin + " is not on the class path");
    } finally {
      delete(work);
    }
  }

  /** A class file that is the plugin's or its libraries' own; null for the JDK's and the API's. */
  public static byte @Nullable [] ownClass(String name, ClassLoader loader) {
    return PluginCode.ownClass(name, loader);
  }

  /**
   * Names what the class library lacks before the compiler meets it: by line, with a substitute.
   */
  private static void verify(String plugin, ClassLoader loader) {
    List<Finding> findings =
        PluginVerifier.verify(
            List.of(plugin.replace('.', '/')), name -> PluginCode.ownClass(name, loader));
    if (!findings.isEmpty()) {
      throw new BuildException(
          "cannot compile "
              + plugin
              + ":\n  "
              + findings.stream().map(Finding::toString).collect(Collectors.joining("\n  ")));
    }
  }

  private static void translate(String plugin, boolean waits, Path work, ClassLoader loader) {
    var tool = new TeaVMTool();
    tool.setTargetType(TeaVMTargetType.WEBASSEMBLY_WASI);
    tool.setMainClass(EntryClass.NAME);
    tool.setClassLoader(loader);
    tool.setTargetDirectory(work.toFile());
    tool.setTargetFileName("module.wasm");
    tool.setMinHeapSize(MIN_HEAP_BYTES);
    tool.setMaxHeapSize(MAX_HEAP_BYTES);
    tool.setObfuscated(false);
    // Inlined loops around a wait are compiled wrongly: they never end or lose their variables.
    tool.setOptimizationLevel(
        waits ? TeaVMOptimizationLevel.SIMPLE : TeaVMOptimizationLevel.ADVANCED);
    tool.getTransformers().add(NoArguments.class.getName());
    tool.getTransformers().add(JvmChecks.class.getName());
    tool.getTransformers().add(HostFunctions.class.getName());
    tool.getTransformers().add(ShortTraces.class.getName());
    if (waits) {
      tool.getTransformers().add(DefaultMethods.class.getName());
    }
    try {
      tool.generate();
    } catch (TeaVMToolException e) {
      throw new BuildException("cannot compile " + plugin + ": " + e.getMessage());
    }
    List<String> problems = new ArrayList<>();
    for (Problem problem : tool.getProblemProvider().getSevereProblems()) {
      var text = new DefaultProblemTextConsumer();
      problem.render(text);
      var location = problem.getLocation();
      String where =
          location == null || location.getSourceLocation() == null
              ? ""
              : " (" + location.getSourceLocation() + ")";
      problems.add(text.getText() + where);
    }
    if (!problems.isEmpty()) {
      throw new BuildException(
          "cannot compile " + plugin + ":\n  " + String.join("\n  ", problems));
    }
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
