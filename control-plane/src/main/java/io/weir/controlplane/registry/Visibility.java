package io.weir.controlplane.registry;

import java.util.ArrayList;
import java.util.List;

/** Which namespaces see a configuration. */
public final class Visibility {

  private Visibility() {}

  /**
   * The namespaces of an {@code exportTo} list, {@code *} for all.
   *
   * @param fallback the mesh's default where the list is empty
   */
  public static List<String> exportTo(
      List<String> written, List<String> fallback, String ownNamespace) {
    List<String> list = written.isEmpty() ? fallback : written;
    if (list.isEmpty() || list.contains("*")) {
      return List.of("*");
    }
    List<String> namespaces = new ArrayList<>();
    for (String item : list) {
      if (item.equals(".")) {
        namespaces.add(ownNamespace);
      } else if (!item.equals("~")) {
        namespaces.add(item);
      }
    }
    return List.copyOf(namespaces);
  }

  /** Whether a namespace is in such a list. */
  public static boolean visible(List<String> exportTo, String namespace) {
    return exportTo.contains("*") || exportTo.contains(namespace);
  }
}
