package io.weir.controlplane.migrate;

import io.weir.controlplane.migrate.ExtensionNames.Category;
import io.weir.controlplane.migrate.ExtensionNames.Extension;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites EnvoyFilters that were written for older versions of Istio and Envoy, which today's
 * Istio accepts and ignores, into today's spelling. Every rewrite is a warning with a stable code.
 */
public final class LegacyTranslator {

  /** An extension by a name that Envoy gave up. */
  public static final String OLD_NAME = "WEIR0106";

  /** {@code config:} where today {@code typed_config:} stands. */
  public static final String OLD_CONFIG = "WEIR0107";

  /** A message type of the API's version 2. */
  public static final String OLD_TYPE = "WEIR0108";

  /** {@code filters:} and {@code workloadLabels:}, from before Istio 1.3. */
  public static final String OLD_RESOURCE = "WEIR0109";

  /** A field of version 2 that version 3 has in another form. */
  public static final String OLD_FIELD = "WEIR0110";

  /**
   * What came out.
   *
   * @param spec in today's spelling; the very same object when nothing had to be changed
   * @param oldMatches indexes of the patches that look for a filter by an old name
   */
  public record Translated(SourceMap spec, Set<Integer> oldMatches) {

    public Translated {
      oldMatches = Set.copyOf(oldMatches);
    }
  }

  private final ProblemList problems;
  private final Set<Integer> oldMatches = new TreeSet<>();
  private boolean changed;

  private LegacyTranslator(ProblemList problems) {
    this.problems = problems;
  }

  /**
   * Translates the spec of one EnvoyFilter.
   *
   * @param problems gets a warning for each rewrite, with paths below the spec
   */
  public static Translated translate(SourceMap spec, ProblemList problems) {
    LegacyTranslator translator = new LegacyTranslator(problems);
    SourceMap translated = translator.spec(spec);
    return new Translated(translator.changed ? translated : spec, translator.oldMatches);
  }

  private SourceMap spec(SourceMap spec) {
    SourceMap current = new OldResourceForm(problems).translate(spec);
    changed = current != spec;
    SourceMap.Entry patches = Trees.entry(current, "config_patches");
    if (patches == null || !(patches.value() instanceof SourceList list)) {
      return current;
    }
    List<SourceNode> items = new ArrayList<>();
    for (int i = 0; i < list.items().size(); i++) {
      SourceNode item = list.items().get(i);
      items.add(
          item instanceof SourceMap patch ? patch(patch, patches.key() + "[" + i + "]", i) : item);
    }
    return current.with(patches.key(), new SourceList(items, list.line(), list.column()));
  }

  private SourceMap patch(SourceMap patch, String path, int index) {
    String applyTo = Trees.text(patch, "apply_to");
    boolean http = "HTTP_FILTER".equals(applyTo);
    SourceMap result = patch;
    result =
        name(
            result,
            path,
            index,
            Category.NETWORK,
            List.of("match", "listener", "filter_chain", "filter", "name"));
    result =
        name(
            result,
            path,
            index,
            http ? Category.HTTP : Category.NETWORK,
            List.of("match", "listener", "filter_chain", "filter", "sub_filter", "name"));
    result =
        name(
            result,
            path,
            index,
            Category.LISTENER,
            List.of("match", "listener", "listener_filter"));
    ValueTranslator values = new ValueTranslator(problems, "CLUSTER".equals(applyTo));
    result =
        Trees.update(
            result,
            List.of("patch", "value"),
            value ->
                value instanceof SourceMap map
                    ? values.value(map, category(applyTo), path + ".patch.value")
                    : value);
    changed |= values.changed();
    return result;
  }

  private static @Nullable Category category(@Nullable String applyTo) {
    return switch (applyTo) {
      case "HTTP_FILTER" -> Category.HTTP;
      case "NETWORK_FILTER" -> Category.NETWORK;
      case "LISTENER_FILTER" -> Category.LISTENER;
      case null, default -> null;
    };
  }

  private SourceMap name(
      SourceMap patch, String path, int index, Category category, List<String> steps) {
    return Trees.update(
        patch,
        steps,
        node -> {
          Extension extension =
              node instanceof SourceScalar name
                  ? ExtensionNames.findOld(category, name.text())
                  : null;
          if (extension == null) {
            return node;
          }
          changed = true;
          oldMatches.add(index);
          problems
              .coded(OLD_NAME)
              .warn(
                  node.line(),
                  node.column(),
                  path + "." + Trees.camel(String.join(".", steps)),
                  ((SourceScalar) node).text() + " is an old name, taken for " + extension.name(),
                  "Istio finds nothing by the old name: write " + extension.name());
          return Trees.scalar(node, extension.name());
        });
  }
}
