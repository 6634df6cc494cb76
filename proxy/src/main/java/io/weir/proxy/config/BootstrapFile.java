package io.weir.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.EnvoyYaml;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourcePositions;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A bootstrap as it was read.
 *
 * @param problems reports what is wrong with it, with the place in its file
 */
record BootstrapFile(Bootstrap bootstrap, ProblemList problems, Positions positions) {

  /**
   * Where fields stand in the file, until nobody needs to know any more. The file may be large and
   * right: its tree is made again when there is something to say about it.
   */
  static final class Positions implements ProblemList.Locator {
    private final String source;
    private volatile @Nullable String text;
    private volatile ProblemList.@Nullable Locator tree;

    Positions(String text, String source) {
      this.text = text;
      this.source = source;
    }

    void forget() {
      text = null;
      tree = null;
    }

    @Override
    public int[] locate(String path) {
      ProblemList.Locator known = tree;
      String given = text;
      if (known == null && given != null) {
        known = SourcePositions.in(root(given, source, new ProblemList()));
        tree = known;
      }
      return known == null ? new int[2] : known.locate(path);
    }
  }

  /** Reads what the options name; null when it is no bootstrap, which is reported. */
  static @Nullable BootstrapFile read(Options options, ProblemList problems) {
    Path path = options.configPath();
    if (path == null && options.configYaml().isEmpty()) {
      problems.add("", "no configuration is given", "use -c FILE or --config-yaml TEXT");
      return null;
    }
    BootstrapFile file =
        path == null ? null : parse(text(path, problems), path.toString(), problems);
    if (options.configYaml().isEmpty()) {
      return file;
    }
    BootstrapFile inline = parse(options.configYaml(), "--config-yaml", problems);
    if (inline == null || path == null) {
      return inline;
    }
    return file == null
        ? null
        : new BootstrapFile(
            file.bootstrap.toBuilder().mergeFrom(inline.bootstrap).build(),
            file.problems,
            file.positions);
  }

  private static @Nullable String text(Path path, ProblemList problems) {
    try {
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      problems.add("", "there is no file " + path);
    } catch (IOException e) {
      problems.add("", "cannot read " + path + ": " + e.getMessage());
    }
    return null;
  }

  private static @Nullable BootstrapFile parse(
      @Nullable String text, String source, ProblemList problems) {
    if (text == null) {
      return null;
    }
    int before = problems.count();
    if (text.isBlank()) {
      problems.in(source).add("", "the file is empty", "{} is a configuration of nothing");
      return null;
    }
    SourceNode root = root(text, source, problems);
    if (problems.count() > before) {
      return null;
    }
    var positions = new Positions(text, source);
    ProblemList located = problems.in(source).locatedBy(positions);
    Bootstrap bootstrap = ProtoReader.read(root, Bootstrap.getDefaultInstance(), located);
    return bootstrap == null ? null : new BootstrapFile(bootstrap, located, positions);
  }

  private static SourceNode root(String text, String source, ProblemList problems) {
    SourceNode node = YamlReader.read(text, source, problems);
    return node == null ? SourceMap.empty() : EnvoyYaml.metadata(node, source);
  }

  /** The node of the bootstrap, completed by the command line and this program's name. */
  static Node node(Bootstrap bootstrap, Options options) {
    Node.Builder node = bootstrap.getNode().toBuilder();
    if (!options.serviceNode().isEmpty()) {
      node.setId(options.serviceNode());
    }
    if (!options.serviceCluster().isEmpty()) {
      node.setCluster(options.serviceCluster());
    }
    if (!options.serviceZone().isEmpty()) {
      node.getLocalityBuilder().setZone(options.serviceZone());
    }
    return node.setUserAgentName("weir")
        .setUserAgentBuildVersion(
            BuildVersion.newBuilder()
                .setVersion(
                    SemanticVersion.newBuilder()
                        .setMajorNumber(Version.MAJOR)
                        .setMinorNumber(Version.MINOR)
                        .setPatch(Version.PATCH)))
        .build();
  }
}
