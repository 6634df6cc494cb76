package io.weir.controlplane.push;

import io.weir.controlplane.config.AuthorizationPolicy;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.Kind;
import io.weir.controlplane.config.RequestAuthentication;
import java.util.List;

/** AuthorizationPolicies and RequestAuthentications. */
final class SecurityIndex {

  private final List<Config<AuthorizationPolicy>> authorization;
  private final List<Config<RequestAuthentication>> authentication;
  private final String rootNamespace;

  SecurityIndex(ConfigSnapshot snapshot, String rootNamespace) {
    this.authorization =
        snapshot.list(Kind.AUTHORIZATION_POLICY, AuthorizationPolicy.class).stream()
            .filter(c -> c.spec().targetRef() == null && c.spec().targetRefs().isEmpty())
            .toList();
    this.authentication =
        snapshot.list(Kind.REQUEST_AUTHENTICATION, RequestAuthentication.class).stream()
            .filter(c -> c.spec().targetRef() == null && c.spec().targetRefs().isEmpty())
            .toList();
    this.rootNamespace = rootNamespace;
  }

  List<Config<AuthorizationPolicy>> authorization(Proxy proxy) {
    return Attachment.attached(authorization, proxy, rootNamespace, AuthorizationPolicy::selector);
  }

  List<Config<RequestAuthentication>> authentication(Proxy proxy) {
    return Attachment.attached(
        authentication, proxy, rootNamespace, RequestAuthentication::selector);
  }
}
