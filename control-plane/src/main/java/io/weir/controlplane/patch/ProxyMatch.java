package io.weir.controlplane.patch;

import com.google.re2j.Pattern;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which proxies a patch is for.
 *
 * @param version searched for, not anchored, in the proxy's ISTIO_VERSION; null without condition
 * @param versionTooLong Istio never matches a version expression over 1024 characters
 * @param metadata values that the node's metadata must have
 */
public record ProxyMatch(
    @Nullable Pattern version, boolean versionTooLong, Map<String, String> metadata) {

  static final ProxyMatch ANY = new ProxyMatch(null, false, Map.of());

  public ProxyMatch {
    metadata = Map.copyOf(metadata);
  }

  /** The condition that fails for this proxy, in words, or null when all hold. */
  @Nullable String mismatch(PatchProxy proxy) {
    if (versionTooLong) {
      return "proxy.proxyVersion: an expression over 1024 characters never matches";
    }
    if (version != null && !version.matcher(proxy.version()).find()) {
      return proxy.version().isEmpty()
          ? "proxy.proxyVersion: the proxy tells no ISTIO_VERSION"
          : "proxy.proxyVersion: \"" + version + "\" does not match " + proxy.version();
    }
    if (version != null && proxy.version().isEmpty()) {
      return "proxy.proxyVersion: the proxy tells no ISTIO_VERSION";
    }
    for (Map.Entry<String, String> wanted : metadata.entrySet()) {
      Object actual = proxy.metadata().get(wanted.getKey());
      if (!wanted.getValue().equals(actual)) {
        return "proxy.metadata."
            + wanted.getKey()
            + ": wanted \""
            + wanted.getValue()
            + "\", the proxy has "
            + shown(actual);
      }
    }
    return null;
  }

  private static String shown(@Nullable Object actual) {
    if (actual == null) {
      return "none";
    }
    return actual instanceof String ? "\"" + actual + "\"" : actual + ", which is no string";
  }
}
