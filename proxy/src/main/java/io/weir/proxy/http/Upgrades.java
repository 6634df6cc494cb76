package io.weir.proxy.http;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.http.HcmConfig.UpgradeType;
import io.weir.proxy.route.Route;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decides whether a request may change the protocol, and which filters it then runs through. */
final class Upgrades {
  private Upgrades() {}

  /**
   * A route may forbid what the connection manager allows, and allow what that forbids or does not
   * name.
   *
   * @return the filters, null when the upgrade is not allowed
   */
  static @Nullable List<HttpFilterSlot> accepted(
      HcmConfig config, @Nullable HeaderMap headers, @Nullable Route route) {
    if (headers == null) {
      return null;
    }
    String asked =
        headers.valueEquals(HeaderName.METHOD, "CONNECT")
            ? "connect"
            : headers.get(HeaderName.UPGRADE);
    if (asked == null) {
      return null;
    }
    String type = asked.toLowerCase(Locale.ROOT);
    Boolean byRoute = route == null ? null : route.upgradeEnabled(type);
    if (Boolean.FALSE.equals(byRoute)) {
      return null;
    }
    for (UpgradeType each : config.upgrades()) {
      if (each.type().equals(type)) {
        if (!each.enabled() && byRoute == null) {
          return null;
        }
        return each.filters() == null ? config.filters() : each.filters();
      }
    }
    return byRoute == null ? null : config.filters();
  }
}
