package io.weir.proxy.filter.tlsinspector;

import com.google.protobuf.Any;
import io.weir.filter.FactoryContext;
import io.weir.filter.network.ListenerFilterConfig;
import io.weir.filter.network.ListenerFilterFactory;
import io.weir.proxy.extension.ProtoValues;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.listener.tls_inspector}. */
public final class TlsInspectorFactory implements ListenerFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.listener.tls_inspector";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector");
  }

  @Override
  public @Nullable ListenerFilterConfig load(Any config, FactoryContext context) {
    var message =
        context.unpack(
            config,
            io.envoyproxy.envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector
                .getDefaultInstance());
    if (message == null) {
      return null;
    }
    context.workers().prepare(TlsInspectorStats.KEY);
    return new TlsInspectorConfig(
        message.getEnableJa3Fingerprinting().getValue(),
        ProtoValues.wrapped(context.field(message, "enable_ja4_fingerprinting"))
                instanceof Boolean on
            && on,
        context.field(message, "close_connection_on_client_hello_parsing_errors")
                instanceof Boolean close
            && close,
        ProtoValues.wrapped(context.field(message, "max_client_hello_size"))
                instanceof Integer limit
            ? limit
            : TlsInspector.MAX_CLIENT_HELLO);
  }
}
