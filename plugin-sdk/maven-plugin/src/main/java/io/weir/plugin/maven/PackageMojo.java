package io.weir.plugin.maven;

import io.weir.cli.plugin.Bundle;
import io.weir.cli.plugin.PluginToolException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.jspecify.annotations.NullUnmarked;

/**
 * Packs each plugin with its schema and its complete manifest, {@code target/NAME-VERSION.zip}:
 * what can be told of the artifacts, as ABI, imports, capabilities and digests, is filled in.
 */
@Mojo(name = "package", defaultPhase = LifecyclePhase.PACKAGE, threadSafe = true)
@NullUnmarked
public final class PackageMojo extends ProjectMojo {
  @Override
  void run() throws IOException, MojoFailureException {
    Path jar = target().resolve(project.getBuild().getFinalName() + ".jar");
    try {
      for (String plugin : plugins().keySet()) {
        Path bundle = Bundle.write(project.getBasedir().toPath(), target(), plugin, jar);
        getLog().info(bundle.toString());
      }
    } catch (PluginToolException e) {
      throw new MojoFailureException(e.getMessage(), e);
    }
  }
}
