package io.weir.proxy.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.weir.xds.ResourceType;

/** The field that names a resource. */
final class ResourceNames {
  private ResourceNames() {}

  static String of(ResourceType type, Message message) {
    String field = type == ResourceType.ENDPOINT ? "cluster_name" : "name";
    FieldDescriptor descriptor = message.getDescriptorForType().findFieldByName(field);
    return descriptor == null ? "" : (String) message.getField(descriptor);
  }
}
