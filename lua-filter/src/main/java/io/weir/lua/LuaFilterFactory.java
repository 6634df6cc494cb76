package io.weir.lua;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.PluginRegistry;
import io.weir.filter.Value;
import io.weir.filter.fiber.Fiber;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.lua.library.SharedDictionaries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.lua}. */
public final class LuaFilterFactory implements HttpFilterFactory {
  private static final String OWN_TYPE = "weir.filters.http.lua.v1.Lua";
  private static final String OWN_ROUTE_TYPE = "weir.filters.http.lua.v1.LuaPerRoute";

  private final Chunks chunks = new Chunks();
  private final SharedDictionaries dictionaries = new SharedDictionaries();

  @Override
  public String name() {
    return "envoy.filters.http.lua";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.lua.v3.Lua",
        "envoy.extensions.filters.http.lua.v3.LuaPerRoute",
        OWN_TYPE,
        OWN_ROUTE_TYPE);
  }

  @Override
  public boolean upstream() {
    return true;
  }

  /** A message of Envoy's, alone or inside one of ours that adds options. */
  private record Settings<M>(M message, ScriptOptions options) {}

  private <M extends Message> @Nullable Settings<M> settings(
      Any config, FactoryContext context, M prototype, String ownType) {
    String hidden = Fiber.unavailable();
    if (hidden != null) {
      context.problems().add("", "scripts cannot be suspended", hidden);
      return null;
    }
    if (!config.getTypeUrl().endsWith("/" + ownType)) {
      M message = context.unpack(config, prototype);
      return message == null ? null : new Settings<>(message, ScriptOptions.ENVOY);
    }
    Message own = context.unpack(config);
    if (own == null) {
      return null;
    }
    if (!(context.field(own, "lua") instanceof Message lua)) {
      context.problems().add("lua", "is missing", "put Envoy's message there");
      return null;
    }
    Message options = context.field(own, "options") instanceof Message given ? given : null;
    M message = context.unpack(Any.pack(lua), prototype);
    return message == null
        ? null
        : new Settings<>(message, new OptionsLoader(context, dictionaries).load(options));
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    int before = context.problems().count();
    Settings<Lua> settings = settings(config, context, Lua.getDefaultInstance(), OWN_TYPE);
    if (settings == null) {
      return null;
    }
    Lua message = settings.message();
    ScriptLoader loader = new ScriptLoader(chunks, context, settings.options());
    LuaScript script = defaultScript(message, loader, context);
    Map<String, LuaScript> named = new LinkedHashMap<>();
    for (Map.Entry<String, DataSource> source : message.getSourceCodesMap().entrySet()) {
      LuaScript block =
          loader.fromSource(source.getValue(), "source_codes[" + source.getKey() + "]");
      if (block != null) {
        named.put(source.getKey(), block);
      }
    }
    if (context.problems().count() > before) {
      return null;
    }
    String prefix = context.statPrefix() + "lua.";
    if (!message.getStatPrefix().isEmpty()) {
      prefix += message.getStatPrefix() + (message.getStatPrefix().endsWith(".") ? "" : ".");
    }
    boolean clear = !message.hasClearRouteCache() || message.getClearRouteCache().getValue();
    return new LuaFilterConfig(
        script, Map.copyOf(named), prefix, clear, show(script, named, prefix, context));
  }

  private static List<PluginRegistry.Registration> show(
      @Nullable LuaScript script,
      Map<String, LuaScript> named,
      String prefix,
      FactoryContext context) {
    var shown = new ArrayList<PluginRegistry.Registration>();
    if (script != null) {
      shown.add(show(prefix + "default", script, context));
    }
    named.forEach((name, block) -> shown.add(show(prefix + name, block, context)));
    return shown;
  }

  private static PluginRegistry.Registration show(
      String name, LuaScript script, FactoryContext context) {
    return context.plugins().register(new ShownScript(name, script, context.workers()));
  }

  @SuppressWarnings("deprecation") // inline_code is deprecated, not gone
  private static @Nullable LuaScript defaultScript(
      Lua message, ScriptLoader loader, FactoryContext context) {
    if (message.getInlineCode().isEmpty()) {
      return message.hasDefaultSourceCode()
          ? loader.fromSource(message.getDefaultSourceCode(), "default_source_code")
          : null;
    }
    if (message.hasDefaultSourceCode()) {
      context
          .problems()
          .add(
              "inline_code",
              "only one of inline_code and default_source_code can be set",
              "keep default_source_code");
      return null;
    }
    return loader.fromText(message.getInlineCode(), "inline_code");
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    int before = context.problems().count();
    Settings<LuaPerRoute> settings =
        settings(config, context, LuaPerRoute.getDefaultInstance(), OWN_ROUTE_TYPE);
    if (settings == null) {
      return null;
    }
    LuaPerRoute message = settings.message();
    LuaScript script =
        message.hasSourceCode()
            ? new ScriptLoader(chunks, context, settings.options())
                .fromSource(message.getSourceCode(), "source_code")
            : null;
    Value.MapValue filterContext = filterContext(message, context);
    if (context.problems().count() > before) {
      return null;
    }
    PluginRegistry.Registration shown =
        script == null ? null : show(context.statPrefix() + "lua.route", script, context);
    return new LuaRouteConfig(
        message.getDisabled(), message.getName(), script, filterContext, shown);
  }

  private static Value.MapValue filterContext(LuaPerRoute message, FactoryContext context) {
    if (!(context.field(message, "filter_context") instanceof Message fields)) {
      return Value.MapValue.EMPTY;
    }
    try {
      return StructValues.of(
          fields instanceof Struct struct ? struct : Struct.parseFrom(fields.toByteString()));
    } catch (InvalidProtocolBufferException error) {
      context.problems().add("filter_context", "not a map of values", "");
      return Value.MapValue.EMPTY;
    }
  }
}
