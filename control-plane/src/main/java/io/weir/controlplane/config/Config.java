package io.weir.controlplane.config;

import java.time.Instant;
import java.util.Comparator;

/**
 * One configuration of a user.
 *
 * @param revision of the store, at which this content was first seen
 */
public record Config<S extends ConfigSpec>(Meta meta, S spec, Origin origin, long revision) {

  /** Oldest first; without creation times by name, then namespace. */
  public static final Comparator<Config<?>> OLDEST_FIRST =
      Comparator.<Config<?>, Instant>comparing(
              c -> c.meta().created() == null ? Instant.EPOCH : c.meta().created())
          .thenComparing(c -> c.meta().name())
          .thenComparing(c -> c.meta().namespace());

  public ConfigKey key() {
    return meta.key();
  }

  public String namespace() {
    return meta.namespace();
  }

  public String name() {
    return meta.name();
  }

  /** Whether both say the same, wherever they were written. */
  public boolean sameContent(Config<?> other) {
    return meta.equals(other.meta) && spec.equals(other.spec);
  }

  /** This configuration, whose spec is known to be of a type. */
  @SuppressWarnings("unchecked") // checked by hand: the identity of configurations matters
  <T extends ConfigSpec> Config<T> as(Class<T> type) {
    if (!type.isInstance(spec)) {
      throw new ClassCastException(key() + " holds no " + type.getSimpleName());
    }
    return (Config<T>) this;
  }

  Config<S> at(long revision) {
    return new Config<>(meta, spec, origin, revision);
  }

  /** As Istio writes it into the metadata of generated resources. */
  public String path() {
    return "/apis/"
        + key().kind().group()
        + "/v1/namespaces/"
        + namespace()
        + "/"
        + key().kind().dashed()
        + "/"
        + name();
  }
}
