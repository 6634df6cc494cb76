package io.weir.controlplane.patch;

import io.weir.xds.ResourceType;

/** The resource that is being patched, for the traces of one report. Owned by one thread. */
final class ResourceScope {

  private ResourceType type = ResourceType.LISTENER;
  private String name = "";

  void enter(ResourceType type, String name) {
    this.type = type;
    this.name = name;
  }

  ResourceType type() {
    return type;
  }

  String name() {
    return name;
  }
}
