package io.weir.cli.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Builds a project with what the machine has; says what is missing. */
public final class PluginBuild {
  private final PluginProject project;
  private final Consumer<String> progress;

  /**
   * @param progress told what is done, a line each
   */
  public PluginBuild(PluginProject project, Consumer<String> progress) {
    this.project = project;
    this.progress = progress;
  }

  /**
   * Builds every artifact of those kinds.
   *
   * @return at least one artifact
   * @throws PluginToolException when a compiler refuses the source or is missing
   */
  public List<Artifact> build(Set<Artifact.Kind> kinds) throws IOException, InterruptedException {
    Files.createDirectories(project.target());
    List<Artifact> built =
        switch (project.language()) {
          case JAVA -> new JavaBuild(project, progress).build(kinds);
          case LUA -> List.of(lua());
          case RUST -> List.of(rust());
          case AS -> List.of(assemblyScript());
          case C -> List.of(c());
        };
    if (built.isEmpty()) {
      throw new PluginToolException(
          project.name() + " is written in " + project.language().label() + ": nothing to build");
    }
    return built;
  }

  private Artifact lua() throws IOException {
    Path source = project.directory().resolve(project.entry());
    if (!Files.isRegularFile(source)) {
      throw new PluginToolException(source + " does not exist");
    }
    Inspection.lua(source);
    return keep(source, Artifact.Kind.LUA, ".lua");
  }

  private Artifact rust() throws IOException, InterruptedException {
    RustToolchain rust = RustToolchain.find();
    Commands.run(project.directory(), rust.environment(), progress, rust.command("target/cargo"));
    String library = project.name().replace('-', '_') + ".wasm";
    return keep(
        project.target().resolve("cargo/" + rust.target() + "/release/" + library),
        Artifact.Kind.WASM,
        ".wasm");
  }

  private Artifact assemblyScript() throws IOException, InterruptedException {
    String npm = Commands.find("npm", "Node.js with npm");
    if (!Files.isDirectory(project.directory().resolve("node_modules"))) {
      Commands.run(
          project.directory(), Map.of(), progress, npm, "install", "--no-audit", "--no-fund");
    }
    Commands.run(project.directory(), Map.of(), progress, npm, "run", "--silent", "build");
    return keep(project.target().resolve("as.wasm"), Artifact.Kind.WASM, ".wasm");
  }

  private Artifact c() throws IOException, InterruptedException {
    String clang = Commands.find("clang", "clang with the wasm32 target, and lld");
    Path module = project.target().resolve("c.wasm");
    Commands.run(
        project.directory(),
        Map.of(),
        progress,
        clang,
        "--target=wasm32",
        "-O2",
        "-nostdlib",
        "-Wl,--no-entry",
        "-o",
        project.directory().relativize(module).toString(),
        project.entry());
    return keep(module, Artifact.Kind.WASM, ".wasm");
  }

  private Artifact keep(Path made, Artifact.Kind kind, String ending) throws IOException {
    Path artifact = project.target().resolve(project.name() + ending);
    Files.copy(made, artifact, StandardCopyOption.REPLACE_EXISTING);
    progress.accept(artifact + ": " + Files.size(artifact) + " bytes");
    return new Artifact(kind, artifact, project.name());
  }
}
