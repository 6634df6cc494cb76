package io.weir.proxy.filter.setmetadata;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Config;
import io.envoyproxy.envoy.extensions.filters.http.set_metadata.v3.Metadata;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.ProtoValues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes filters that put configured values into a stream's dynamic metadata. */
public final class SetMetadataFilterFactory implements HttpFilterFactory {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  @Override
  public String name() {
    return "envoy.filters.http.set_metadata";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Config.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    if (message == null) {
      return null;
    }
    MetadataEntries own = entries(message, context.statPrefix(), context);
    return worker -> {
      own.openWorker(worker);
      return callbacks -> new SetMetadataFilter(callbacks, own);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    return message == null ? null : entries(message, "", context);
  }

  // Untyped entries come before typed ones, the deprecated single one before all.
  @SuppressWarnings("deprecation") // metadata_namespace and value are deprecated, not gone
  private static MetadataEntries entries(
      Config message, String statPrefix, FactoryContext context) {
    var untyped = new ArrayList<MetadataEntry>();
    var typed = new ArrayList<MetadataEntry>();
    if (message.hasValue()) {
      untyped.add(
          new MetadataEntry.Untyped(
              message.getMetadataNamespace(), true, ProtoValues.of(message.getValue())));
    }
    for (Metadata entry : message.getMetadataList()) {
      String namespace = entry.getMetadataNamespace();
      if (entry.hasValue()) {
        untyped.add(
            new MetadataEntry.Untyped(
                namespace, entry.getAllowOverwrite(), ProtoValues.of(entry.getValue())));
      } else if (entry.hasTypedValue()) {
        typed.add(
            new MetadataEntry.Typed(namespace, entry.getAllowOverwrite(), entry.getTypedValue()));
      } else {
        LOG.warn("set_metadata: the entry for {} has neither value nor typed_value", namespace);
      }
    }
    untyped.addAll(typed);
    return new MetadataEntries(
        untyped, statPrefix + "set_metadata.", context.workers().all().size());
  }
}
