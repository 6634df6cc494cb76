package io.weir.proxy.filter.httpinspector;

import com.google.protobuf.Any;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.ListenerFilterFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.listener.http_inspector}. */
public final class HttpInspectorFactory implements ListenerFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.listener.http_inspector";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.listener.http_inspector.v3.HttpInspector");
  }

  @Override
  public @Nullable ListenerFilterConfig load(Any config, FactoryContext context) {
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.filters.listener.http_inspector.v3.HttpInspector
                .getDefaultInstance());
    if (message == null) {
      return null;
    }
    context.workers().prepare(HttpInspectorStats.KEY);
    return HttpInspector::new;
  }
}
