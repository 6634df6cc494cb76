package io.weir.controlplane.config;

/** The identity of a configuration. */
public record ConfigKey(Kind kind, String namespace, String name) implements Comparable<ConfigKey> {

  @Override
  public int compareTo(ConfigKey other) {
    int order = kind.compareTo(other.kind);
    order = order != 0 ? order : namespace.compareTo(other.namespace);
    return order != 0 ? order : name.compareTo(other.name);
  }

  /** {@code Kind namespace/name}. */
  @Override
  public String toString() {
    return kind.kindName() + " " + namespace + "/" + name;
  }
}
