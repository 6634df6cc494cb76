package io.weir.controlplane.registry;

/** Host names with an optional wildcard as their first label: {@code *}, {@code *.example.com}. */
public final class Hostname {

  private Hostname() {}

  public static boolean isWildcard(String host) {
    return host.startsWith("*");
  }

  /** Whether every name that {@code narrow} stands for is covered by {@code wide}. */
  public static boolean covers(String wide, String narrow) {
    if (!isWildcard(wide)) {
      return wide.equals(narrow);
    }
    String suffix = wide.substring(1);
    return isWildcard(narrow) ? narrow.substring(1).endsWith(suffix) : narrow.endsWith(suffix);
  }

  /** Whether there is a name that both stand for. */
  public static boolean overlap(String a, String b) {
    return covers(a, b) || covers(b, a);
  }

  /** The full name of a short one: a name without a dot is a service of its own namespace. */
  public static String resolve(String host, String namespace) {
    return host.isEmpty() || host.contains(".") || host.contains("*")
        ? host
        : host + "." + namespace + ".svc.cluster.local";
  }

  /** Order from narrow to wide: exact names first, then longer suffixes. */
  public static int compare(String a, String b) {
    if (isWildcard(a) != isWildcard(b)) {
      return isWildcard(a) ? 1 : -1;
    }
    return a.length() != b.length() ? Integer.compare(b.length(), a.length()) : a.compareTo(b);
  }
}
