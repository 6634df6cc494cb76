package io.weir.cli;

import io.weir.controlplane.config.MeshConfig;
import io.weir.xds.ProblemList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the options that the control plane's verbs share. */
final class MeshConfigs {

  private MeshConfigs() {}

  /** The mesh configuration of a file, or Istio's defaults without one. */
  static MeshConfig read(@Nullable Path file) throws IOException {
    if (file == null) {
      return MeshConfig.DEFAULT;
    }
    if (!Files.isRegularFile(file)) {
      throw new VerbException(Main.FINDINGS, file + " is not a file");
    }
    ProblemList problems = new ProblemList(file.toString());
    MeshConfig mesh = MeshConfig.read(Files.readString(file), file.toString(), problems);
    problems.warnings().forEach(System.err::println);
    if (mesh == null) {
      throw new VerbException(Main.FINDINGS, problems.toString().strip());
    }
    return mesh;
  }

  /** Whether {@code --compat istio} was given. */
  static boolean istio(@Nullable String compat) {
    if (compat == null) {
      return false;
    }
    if (!compat.equals("istio")) {
      throw new VerbException(Main.USAGE, "--compat takes istio, not " + compat);
    }
    return true;
  }
}
