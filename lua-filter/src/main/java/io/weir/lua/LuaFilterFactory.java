package io.weir.lua;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.Value;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.lua.engine.Budget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.http.lua}. */
public final class LuaFilterFactory implements HttpFilterFactory {
  private final Chunks chunks = new Chunks();

  @Override
  public String name() {
    return "envoy.filters.http.lua";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        "envoy.extensions.filters.http.lua.v3.Lua",
        "envoy.extensions.filters.http.lua.v3.LuaPerRoute");
  }

  @Override
  public boolean upstream() {
    return true;
  }

  private ScriptLoader loader(FactoryContext context) {
    return new ScriptLoader(chunks, context, Budget.Limits.DEFAULT);
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Lua message = context.unpack(config, Lua.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    ScriptLoader loader = loader(context);
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
      prefix += message.getStatPrefix() + ".";
    }
    boolean clear = !message.hasClearRouteCache() || message.getClearRouteCache().getValue();
    return new LuaFilterConfig(script, Map.copyOf(named), prefix, clear);
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
    LuaPerRoute message = context.unpack(config, LuaPerRoute.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    LuaScript script =
        message.hasSourceCode()
            ? loader(context).fromSource(message.getSourceCode(), "source_code")
            : null;
    Value.MapValue filterContext = filterContext(message, context);
    if (context.problems().count() > before) {
      return null;
    }
    return new LuaRouteConfig(message.getDisabled(), message.getName(), script, filterContext);
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
