package io.weir.controlplane.ads;

import io.weir.controlplane.generate.ProxyResources;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;

/** What connections need of the server. Any thread. */
interface PushSource {

  /** The newest push context. */
  PushContext context();

  /** Generates, at most a few at a time. */
  ProxyResources generate(PushContext context, Proxy proxy);

  /** A response went out. */
  void sent(ServerResponse response);

  /** A connection is over. */
  void closed(ProxyConnection connection);
}
