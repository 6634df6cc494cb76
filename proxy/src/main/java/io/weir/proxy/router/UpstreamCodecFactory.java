package io.weir.proxy.router;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.HttpFilterWorker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code envoy.filters.http.upstream_codec}: the end of an upstream chain. What it does is the
 * try's own part, see {@link UpstreamChain#terminalFilter}.
 */
public final class UpstreamCodecFactory implements HttpFilterFactory {
  /** Has no state: one is enough. */
  private record Codec() implements HttpFilterConfig, HttpFilterWorker {
    @Override
    public HttpFilterWorker openWorker(Worker worker) {
      return this;
    }

    @Override
    public @Nullable HttpFilter newFilter(HttpFilterCallbacks callbacks) {
      return null;
    }

    @Override
    public void close() {}
  }

  @Override
  public String name() {
    return "envoy.filters.http.upstream_codec";
  }

  @Override
  public List<String> configTypes() {
    return List.of("envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec");
  }

  @Override
  public boolean terminal() {
    return true;
  }

  @Override
  public boolean upstream() {
    return true;
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    return context.unpack(config, UpstreamCodec.getDefaultInstance()) == null ? null : new Codec();
  }
}
