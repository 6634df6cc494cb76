package io.weir.controlplane.push;

import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSpec;
import io.weir.controlplane.config.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which policies hold for a proxy: of the root namespace and its own, by their selectors. */
final class Attachment {

  private Attachment() {}

  /** The root namespace's first, each oldest first. */
  static <S extends ConfigSpec> List<Config<S>> attached(
      List<Config<S>> all, Proxy proxy, String rootNamespace, Function<S, @Nullable Selector> of) {
    List<Config<S>> found = new ArrayList<>();
    for (Config<S> config : all) {
      boolean root = config.namespace().equals(rootNamespace);
      if (root || config.namespace().equals(proxy.namespace())) {
        Selector selector = of.apply(config.spec());
        if (selector == null || selector.selects(proxy.labels())) {
          found.add(config);
        }
      }
    }
    found.sort(
        java.util.Comparator.<Config<S>, Boolean>comparing(
                c -> !c.namespace().equals(rootNamespace))
            .thenComparing(c -> c, Config.OLDEST_FIRST));
    return List.copyOf(found);
  }
}
