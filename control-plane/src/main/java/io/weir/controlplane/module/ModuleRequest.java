package io.weir.controlplane.module;

import io.weir.controlplane.config.WasmPlugin.PullPolicy;
import java.util.Locale;

/**
 * What a plugin asks for.
 *
 * @param url {@code oci} (the default), {@code http}, {@code https} or {@code file}
 * @param sha256 of the module, or of the manifest for {@code oci}; empty for none
 * @param secret {@code namespace/name} of the credentials, or empty
 * @param revision of the resource, when each of its changes means a new pull; else 0
 */
record ModuleRequest(String url, String sha256, String secret, long revision) {

  static ModuleRequest of(
      String url,
      String sha256,
      PullPolicy policy,
      String secret,
      String namespace,
      long revision) {
    String full = url.contains("://") ? url : "oci://" + url;
    boolean always =
        switch (policy) {
          case Always -> true;
          case IfNotPresent -> false;
          // As Istio: a tag that moves by habit is asked for again.
          case UNSPECIFIED_POLICY -> full.startsWith("oci://") && isLatest(full);
        };
    return new ModuleRequest(
        full,
        sha256.toLowerCase(Locale.ROOT),
        secret.isEmpty() ? "" : namespace + "/" + secret,
        always ? revision : 0);
  }

  private static boolean isLatest(String url) {
    if (url.contains("@")) {
      return false;
    }
    String last = url.substring(url.lastIndexOf('/') + 1);
    return !last.contains(":") || last.endsWith(":latest");
  }

  String scheme() {
    return url.substring(0, url.indexOf("://"));
  }

  /** What stands after the scheme. */
  String location() {
    return url.substring(url.indexOf("://") + 3);
  }
}
