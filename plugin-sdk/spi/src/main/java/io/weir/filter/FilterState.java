package io.weir.filter;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Named objects that live as long as a filter chain, a request or a connection. Owned by one
 * worker. An object may implement {@link Serializable} to be visible in logs and to other runtimes.
 */
public final class FilterState {

  /** How long an object lives; a longer span outlives an internal redirect. */
  public enum LifeSpan {
    FILTER_CHAIN,
    REQUEST,
    CONNECTION
  }

  /** An object with a text or byte form. */
  public interface Serializable {
    /** The whole object as text, or null when it has none. */
    @Nullable String serializeAsString();

    /** The object as JSON, for logs that keep structure; null to show its text. */
    default @Nullable String serializeAsJson() {
      return null;
    }

    /** One field of the object ({@code String}, {@code Long} or {@code Value}), or null. */
    default @Nullable Object field(String name) {
      return null;
    }
  }

  private record Entry(Object value, boolean readOnly, LifeSpan lifeSpan, boolean sharedUpstream) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final @Nullable FilterState parent;

  /**
   * @param parent the connection's state, where longer-lived objects are kept; null for a
   *     connection
   */
  public FilterState(@Nullable FilterState parent) {
    this.parent = parent;
  }

  public @Nullable Object get(String name) {
    Entry entry = entries.get(name);
    if (entry != null) {
      return entry.value;
    }
    return parent == null ? null : parent.get(name);
  }

  /**
   * Stores an object in place of one that lives as long; of one stream's, also of a read-only one,
   * as Envoy 1.40 does.
   *
   * @return false, and nothing is changed, when the connection has a read-only object of that name
   *     or one of another life span exists
   */
  public boolean set(
      String name, Object value, boolean readOnly, LifeSpan lifeSpan, boolean sharedUpstream) {
    Entry old = entries.get(name);
    boolean ofConnection = lifeSpan == LifeSpan.CONNECTION;
    if (old != null && (old.lifeSpan != lifeSpan || old.readOnly && ofConnection)) {
      return false;
    }
    if (parent != null) {
      if (ofConnection) {
        return parent.set(name, value, readOnly, lifeSpan, sharedUpstream);
      }
      if (parent.get(name) != null) {
        return false;
      }
    }
    entries.put(name, new Entry(value, readOnly, lifeSpan, sharedUpstream));
    return true;
  }

  /** What an internal redirect keeps: all but the objects of the filter chain. */
  public FilterState withoutFilterChainEntries() {
    var kept = new FilterState(parent);
    entries.forEach(
        (name, entry) -> {
          if (entry.lifeSpan != LifeSpan.FILTER_CHAIN) {
            kept.entries.put(name, entry);
          }
        });
    return kept;
  }

  public boolean isEmpty() {
    return entries.isEmpty() && (parent == null || parent.isEmpty());
  }
}
