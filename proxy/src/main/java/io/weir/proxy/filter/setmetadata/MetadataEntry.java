package io.weir.proxy.filter.setmetadata;

import com.google.protobuf.Any;
import io.weir.filter.DynamicMetadata;
import io.weir.filter.Value.MapValue;

/** What goes into one namespace of the dynamic metadata. */
sealed interface MetadataEntry {
  /**
   * @return false when the namespace is taken and must not be overwritten
   */
  boolean apply(DynamicMetadata metadata);

  record Untyped(String namespace, boolean overwrite, MapValue value) implements MetadataEntry {
    @Override
    public boolean apply(DynamicMetadata metadata) {
      MapValue old = metadata.get(namespace);
      if (old == null) {
        metadata.merge(namespace, value);
      } else if (overwrite) {
        metadata.merge(namespace, MetadataUpdate.of(old, value));
      }
      return old == null || overwrite;
    }
  }

  record Typed(String namespace, boolean overwrite, Any value) implements MetadataEntry {
    @Override
    public boolean apply(DynamicMetadata metadata) {
      if (metadata.typed(namespace) != null && !overwrite) {
        return false;
      }
      metadata.setTyped(namespace, value);
      return true;
    }
  }
}
