package io.weir.plugin.maven;

import io.weir.plugin.verify.Finding;
import io.weir.plugin.verify.PluginVerifier;
import io.weir.plugin.wasm.build.WasmCompiler;
import java.io.IOException;
import java.net.URLClassLoader;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.ResolutionScope;

/**
 * Checks that the plugins use nothing that plugins do not have. Names file, line, member and
 * substitute.
 */
@Mojo(
    name = "verify",
    defaultPhase = LifecyclePhase.PROCESS_CLASSES,
    requiresDependencyResolution = ResolutionScope.COMPILE,
    threadSafe = true)
public final class VerifyMojo extends ProjectMojo {
  @Override
  void run() throws IOException, MojoExecutionException, MojoFailureException {
    List<String> roots =
        plugins().values().stream().map(name -> name.replace('.', '/')).sorted().toList();
    List<Finding> findings;
    try (URLClassLoader loader = loader()) {
      findings = PluginVerifier.verify(roots, name -> WasmCompiler.ownClass(name, loader));
    }
    for (Finding finding : findings) {
      getLog().error(finding.toString());
    }
    if (!findings.isEmpty()) {
      throw new MojoFailureException(
          findings.size() + " uses of what plugins do not have, the first: " + findings.getFirst());
    }
  }
}
