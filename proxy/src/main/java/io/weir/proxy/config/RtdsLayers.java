package io.weir.proxy.config;

import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import io.weir.filter.Problems;
import io.weir.filter.Stats;
import io.weir.proxy.extension.ResourceWatcher;
import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Fills the runtime layers that RTDS delivers ({@code RuntimeLayer.rtds_layer}). */
final class RtdsLayers {
  private RtdsLayers() {}

  /**
   * Subscribes to every such layer. Control thread.
   *
   * @return completes when each layer has arrived, or did not in its time
   */
  static CompletionStage<Void> subscribe(
      LayeredRuntime config,
      RuntimeLayers runtime,
      Subscriptions subscriptions,
      Stats stats,
      ProblemList problems) {
    List<CompletableFuture<Void>> arrived = new ArrayList<>();
    for (int i = 0; i < config.getLayersCount(); i++) {
      RuntimeLayer layer = config.getLayers(i);
      if (layer.hasRtdsLayer()) {
        var filler = new Filler(layer.getName(), runtime, new CompletableFuture<>());
        arrived.add(filler.arrived);
        subscriptions.subscribe(
            layer.getRtdsLayer().getRtdsConfig(),
            layer.getRtdsLayer().getName(),
            Runtime.getDefaultInstance(),
            filler,
            new SubscriptionStats(stats, "runtime."),
            problems.at("layered_runtime.layers[" + i + "].rtds_layer.rtds_config"));
      }
    }
    return CompletableFuture.allOf(arrived.toArray(CompletableFuture[]::new));
  }

  private record Filler(String layer, RuntimeLayers runtime, CompletableFuture<Void> arrived)
      implements ResourceWatcher<Runtime> {
    @Override
    public void onResource(Runtime resource, String version, Problems problems) {
      runtime.replace(layer, RuntimeValues.flatten(resource.getLayer()));
      arrived.complete(null);
    }

    @Override
    public void onRemoved() {
      runtime.replace(layer, Map.of());
    }

    @Override
    public void onInitialFetchTimeout() {
      arrived.complete(null);
    }
  }
}
