package io.weir.plugin.maven;

import io.weir.plugin.jvm.PluginIndex;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.maven.artifact.DependencyResolutionRequiredException;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.jspecify.annotations.NullUnmarked;

/** What the goals have in common: the project, and the plugins that its compiled classes have. */
@NullUnmarked
abstract class ProjectMojo extends AbstractMojo {
  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  MavenProject project;

  /** Leaves the goal out. */
  @Parameter(property = "weir.skip", defaultValue = "false")
  private boolean skip;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      return;
    }
    try {
      run();
    } catch (IOException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("interrupted", e);
    }
  }

  abstract void run()
      throws IOException, InterruptedException, MojoExecutionException, MojoFailureException;

  final Path target() {
    return Path.of(project.getBuild().getDirectory());
  }

  final Path classes() {
    return Path.of(project.getBuild().getOutputDirectory());
  }

  /** Class names by plugin name, from the index that the annotation processor wrote. */
  final Map<String, String> plugins() throws IOException, MojoFailureException {
    if (!Files.isRegularFile(classes().resolve("META-INF/weir/plugins"))) {
      throw new MojoFailureException(
          "no class is annotated with @Plugin, or weir-plugin-processor did not run");
    }
    return PluginIndex.readFolder(classes());
  }

  /** The project's classes and dependencies, with the SDK of this build tool in front. */
  final URLClassLoader loader() throws MojoExecutionException {
    try {
      List<URL> path = new ArrayList<>();
      for (String element : project.getCompileClasspathElements()) {
        path.add(new File(element).toURI().toURL());
      }
      return new URLClassLoader(path.toArray(URL[]::new), ProjectMojo.class.getClassLoader());
    } catch (DependencyResolutionRequiredException | MalformedURLException e) {
      throw new MojoExecutionException(e.getMessage(), e);
    }
  }
}
