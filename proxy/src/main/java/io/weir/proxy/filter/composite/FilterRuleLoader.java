package io.weir.proxy.filter.composite;

import com.github.xds.type.matcher.v3.Matcher;
import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.http.composite.v3.ExecuteFilterAction;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.weir.filter.FactoryContext;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.matcher.tree.MatchTree;
import io.weir.proxy.matcher.tree.MatchTreeLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles matchers of filters. */
final class FilterRuleLoader {
  private static final String SKIP = "envoy.extensions.filters.common.matcher.action.v3.SkipFilter";

  private final List<HttpFilterSlot> slots = new ArrayList<>();
  private final boolean composite;

  /**
   * @param composite whether the filter may become another one
   */
  FilterRuleLoader(boolean composite) {
    this.composite = composite;
  }

  /** Null when problems were reported. */
  @Nullable FilterRule load(Message message, FactoryContext context) {
    Matcher matcher;
    try {
      matcher = Matcher.parseFrom(message.toByteString());
    } catch (com.google.protobuf.InvalidProtocolBufferException error) {
      context.problems().add("", "is no matcher: " + error.getMessage());
      return null;
    }
    var loader = new MatchTreeLoader<FilterAction>(this::action);
    MatchTree<FilterAction> tree = loader.load(matcher, context);
    return tree == null ? null : new FilterRule(tree, loader.looksAtResponse(), slots);
  }

  private @Nullable FilterAction action(Any config, FactoryContext context) {
    String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
    if (type.equals(SKIP)) {
      return context.unpack(config) == null ? null : new FilterAction.Skip();
    }
    if (!type.equals(ExecuteFilterAction.getDescriptor().getFullName())) {
      context.problems().add("typed_config", "no action of a filter's matcher is a " + type);
      return null;
    }
    if (!composite) {
      context
          .problems()
          .add("typed_config", "only composite filters become others", "use SkipFilter");
      return null;
    }
    ExecuteFilterAction action = context.unpack(config, ExecuteFilterAction.getDefaultInstance());
    HttpFilterSlot slot = action == null ? null : slot(action, context);
    if (action == null || slot == null) {
      return null;
    }
    RuntimeFraction sample =
        action.hasSamplePercent()
            ? RuntimeFraction.of(action.getSamplePercent(), Runtime.of(context))
            : RuntimeFraction.ALWAYS;
    return new FilterAction.Execute(slot, sample);
  }

  private @Nullable HttpFilterSlot slot(ExecuteFilterAction action, FactoryContext context) {
    if (action.hasTypedConfig() == action.hasDynamicConfig()) {
      context.problems().add("", "takes one filter", "set either typed_config or dynamic_config");
      return null;
    }
    var filter = HttpFilter.newBuilder();
    if (action.hasTypedConfig()) {
      filter
          .setName(action.getTypedConfig().getName())
          .setTypedConfig(action.getTypedConfig().getTypedConfig());
    } else {
      filter
          .setName(action.getDynamicConfig().getName())
          .setConfigDiscovery(action.getDynamicConfig().getConfigDiscovery());
    }
    HttpFilterSlot slot = slot(filter.build(), context);
    if (slot != null) {
      slots.add(slot);
    }
    return slot;
  }

  /** A filter within another one; null when problems were reported. */
  static @Nullable HttpFilterSlot inner(TypedExtensionConfig config, FactoryContext context) {
    return slot(
        HttpFilter.newBuilder()
            .setName(config.getName())
            .setTypedConfig(config.getTypedConfig())
            .build(),
        context);
  }

  private static @Nullable HttpFilterSlot slot(HttpFilter filter, FactoryContext context) {
    HttpFilterSlot slot =
        context instanceof LoadContext load ? load.httpFilter(filter, false) : null;
    if (slot != null && slot.terminal()) {
      context
          .problems()
          .add("", slot.name() + " ends a chain and cannot be chosen", "take another filter");
      return null;
    }
    return slot;
  }
}
