package io.weir.controlplane.patch;

import io.weir.xds.Nearest;
import io.weir.xds.ResourceType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows one patch over all objects of a proxy: where it was applied, or the condition that failed
 * when it came nearest. Owned by the thread that applies; {@link #OFF} records nothing.
 */
final class Trace {

  /** The conditions in the order in which they are looked at; later ones are nearer to a match. */
  enum Condition {
    RESOURCE("the resource"),
    PROXY("match"),
    CONTEXT("match.context"),
    OBJECT("match"),
    LISTENER_NAME("match.listener.name"),
    LISTENER_PORT("match.listener.portNumber"),
    CHAIN("match.listener.filterChain"),
    CHAIN_NAME("match.listener.filterChain.name"),
    CHAIN_SNI("match.listener.filterChain.sni"),
    CHAIN_TRANSPORT("match.listener.filterChain.transportProtocol"),
    CHAIN_PORT("match.listener.filterChain.destinationPort"),
    CHAIN_PROTOCOLS("match.listener.filterChain.applicationProtocols"),
    LISTENER_FILTER("match.listener.listenerFilter"),
    FILTER("match.listener.filterChain.filter.name"),
    SUB_FILTER("match.listener.filterChain.filter.subFilter.name"),
    ROUTES_PORT("match.routeConfiguration.portNumber"),
    ROUTES_PORT_NAME("match.routeConfiguration.portName"),
    ROUTES_GATEWAY("match.routeConfiguration.gateway"),
    ROUTES_NAME("match.routeConfiguration.name"),
    VHOST_NAME("match.routeConfiguration.vhost.name"),
    VHOST_DOMAIN("match.routeConfiguration.vhost.domainName"),
    ROUTE_NAME("match.routeConfiguration.vhost.route.name"),
    ROUTE_ACTION("match.routeConfiguration.vhost.route.action"),
    CLUSTER_NAME("match.cluster.name"),
    CLUSTER_SUBSET("match.cluster.subset"),
    CLUSTER_SERVICE("match.cluster.service"),
    CLUSTER_PORT("match.cluster.portNumber"),
    VALUE("patch.value");

    private final String path;

    Condition(String path) {
      this.path = path;
    }

    /** The field's path below the patch. */
    String path() {
      return path;
    }
  }

  /**
   * An object that the patch changed.
   *
   * @param resource the resource that holds it
   */
  record Place(ResourceType type, String resource, String description) {}

  static final Trace OFF = new Trace(false, new ResourceScope());

  private static final int SHOWN = 12;

  private final boolean on;
  private final ResourceScope scope;
  private final List<Place> places = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private @Nullable Condition nearest;
  private String wanted = "";
  private String reason = "";
  private final Set<String> actuals = new LinkedHashSet<>();

  Trace(ResourceScope scope) {
    this(true, scope);
  }

  private Trace(boolean on, ResourceScope scope) {
    this.on = on;
    this.scope = scope;
  }

  boolean on() {
    return on;
  }

  /** The patch changed the object of this description. */
  void applied(String place) {
    if (on) {
      places.add(new Place(scope.type(), scope.name(), place));
    }
  }

  /** Something that the author should know although the patch was applied, or why it was not. */
  void note(String code, String text) {
    if (on) {
      notes.add(code.isEmpty() ? text : code + " " + text);
    }
  }

  /** A condition that does not hold for one object, which has {@code actual}. Returns false. */
  boolean fails(Condition condition, String wantedValue, String actual) {
    if (!on) {
      return false;
    }
    if (nearest == null || condition.ordinal() > nearest.ordinal()) {
      nearest = condition;
      wanted = wantedValue;
      reason = "";
      actuals.clear();
    }
    if (condition == nearest && !actual.isEmpty()) {
      actuals.add(actual);
    }
    return false;
  }

  /** As {@link #fails}, with the whole reason in words. */
  boolean failsBecause(Condition condition, String words) {
    if (on && (nearest == null || condition.ordinal() >= nearest.ordinal())) {
      nearest = condition;
      wanted = "";
      reason = words;
      actuals.clear();
    }
    return false;
  }

  List<Place> places() {
    return List.copyOf(places);
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The first condition that failed where the patch came nearest; empty when nothing failed. */
  String failure() {
    if (nearest == null) {
      return "";
    }
    if (!reason.isEmpty()) {
      return nearest == Condition.RESOURCE || nearest == Condition.PROXY
          ? reason
          : nearest.path() + ": " + reason;
    }
    StringBuilder text = new StringBuilder(nearest.path()).append(": wanted ").append(wanted);
    if (actuals.isEmpty()) {
      return text.append(", there is none").toString();
    }
    text.append(", there is ");
    int shown = 0;
    for (String actual : actuals) {
      if (shown == SHOWN) {
        text.append(" and ").append(actuals.size() - SHOWN).append(" more");
        break;
      }
      text.append(shown++ == 0 ? "" : ", ").append(actual);
    }
    boolean obvious = actuals.size() == 1 || wanted.chars().allMatch(Character::isDigit);
    String near = obvious ? null : Nearest.find(wanted, actuals);
    return near == null ? text.toString() : text + " (nearest: " + near + ")";
  }
}
