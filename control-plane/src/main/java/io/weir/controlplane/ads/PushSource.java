package io.weir.controlplane.ads;

import io.weir.controlplane.generate.ProxyResources;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.util.List;

/** What connections need of the server. Any thread. */
interface PushSource {

  /** The newest push context. */
  PushContext context();

  /** Generates, at most a few at a time. */
  ProxyResources generate(PushContext context, Proxy proxy);

  /** Where a resource of a proxy comes from, in words. */
  List<String> sources(PushContext context, Proxy proxy, ResourceType type, Resource resource);

  /** A response went out. */
  void sent(ServerResponse response);

  /** A connection is over. */
  void closed(ProxyConnection connection);
}
