package io.weir.plugin.wasm;

/** What becomes of a stream whose callback threw: the plugin says so, or the host. */
final class FailurePolicy {
  private static final Contexts<Boolean> OPEN = new Contexts<>();

  private FailurePolicy() {}

  static void set(int root, boolean open) {
    OPEN.put(root, open);
  }

  /**
   * Whether the present stream, of that root context, goes on. Hosts other than Weir say nothing.
   */
  static boolean open(int root) {
    Boolean said = OPEN.get(root);
    return said != null && said || GuestProperties.read("plugin_fail_open") != null;
  }
}
