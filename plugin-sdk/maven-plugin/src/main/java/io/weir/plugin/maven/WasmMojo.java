package io.weir.plugin.maven;

import io.weir.plugin.wasm.build.BuildException;
import io.weir.plugin.wasm.build.WasmCompiler;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.ResolutionScope;

/** Translates each plugin to a proxy-wasm module, {@code target/NAME.wasm}. */
@Mojo(
    name = "wasm",
    defaultPhase = LifecyclePhase.PREPARE_PACKAGE,
    requiresDependencyResolution = ResolutionScope.COMPILE,
    threadSafe = true)
public final class WasmMojo extends ProjectMojo {
  @Override
  void run() throws IOException, MojoExecutionException, MojoFailureException {
    try (URLClassLoader loader = loader()) {
      for (Map.Entry<String, String> plugin : plugins().entrySet()) {
        Path module = target().resolve(plugin.getKey() + ".wasm");
        long bytes = WasmCompiler.compile(plugin.getValue(), module, loader);
        getLog().info(module + ": " + bytes + " bytes");
      }
    } catch (BuildException e) {
      throw new MojoFailureException(e.getMessage(), e);
    }
  }
}
