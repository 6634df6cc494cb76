package io.weir.proxy.listener;

import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.weir.filter.FactoryContext;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.matcher.tree.MatchContext;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.matcher.tree.MatchTreeLoader;
import io.weir.proxy.network.DownstreamConnectionInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses a filter chain by {@code filter_chain_matcher}, whose actions are names of chains. */
record TreeChainFinder(MatchTree<Integer> tree) implements ChainFinder {

  /**
   * @param chains indexes by name
   * @return null when problems were reported
   */
  static @Nullable ChainFinder load(
      Matcher matcher, Map<String, Integer> chains, LoadContext context) {
    MatchTree<Integer> tree =
        new MatchTreeLoader<Integer>((config, at) -> chain(config, at, chains))
            .load(matcher, context);
    return tree == null ? null : new TreeChainFinder(tree);
  }

  private static @Nullable Integer chain(
      Any config, FactoryContext context, Map<String, Integer> chains) {
    if (!config.is(StringValue.class)) {
      context
          .problems()
          .add(
              "typed_config",
              "no name of a filter chain: " + config.getTypeUrl(),
              "a google.protobuf.StringValue");
      return null;
    }
    StringValue name = context.unpack(config, StringValue.getDefaultInstance());
    if (name == null) {
      return null;
    }
    Integer chain = chains.get(name.getValue());
    if (chain == null) {
      context
          .problems()
          .warn(
              "typed_config",
              "no filter chain is named " + name.getValue(),
              "connections that come here are closed");
      return UNKNOWN;
    }
    return chain;
  }

  @Override
  public int find(DownstreamConnectionInfo info) {
    Integer chain = tree.match(MatchContext.ofConnection(info));
    return chain == null ? NONE : chain;
  }
}
