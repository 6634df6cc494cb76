package io.weir.lua;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.Lua;
import io.envoyproxy.envoy.extensions.filters.http.lua.v3.LuaPerRoute;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.http.RouteConfig;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A Lua filter with one configuration on one worker, for as many streams as a test needs. */
final class ScriptHarness {
  final FakeWorker worker = new FakeWorker();
  final FakeContext context = new FakeContext(worker);
  final LuaFilterFactory factory = new LuaFilterFactory();
  private final @Nullable HttpFilterWorker filterWorker;

  ScriptHarness(String script) {
    this(Lua.newBuilder().setDefaultSourceCode(inline(script)).build());
  }

  ScriptHarness(Lua config) {
    context.reader = ScriptHarness::read;
    HttpFilterConfig loaded = factory.load(Any.pack(config), context);
    filterWorker = loaded == null ? null : loaded.openWorker(worker);
  }

  static DataSource inline(String script) {
    return DataSource.newBuilder().setInlineString(script).build();
  }

  private static byte @Nullable [] read(Message message) {
    return message instanceof DataSource source && source.hasInlineString()
        ? source.getInlineString().getBytes(StandardCharsets.UTF_8)
        : null;
  }

  FilterHarness stream() {
    return new FilterHarness(Objects.requireNonNull(filterWorker), worker);
  }

  @Nullable RouteConfig route(LuaPerRoute config) {
    return factory.loadRoute(Any.pack(config), context);
  }

  long errors() {
    return worker.stats().value("http.test.lua.errors");
  }

  long executions() {
    return worker.stats().value("http.test.lua.executions");
  }
}
