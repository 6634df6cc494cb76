package io.weir.proxy.config;

/** The version of this build. */
public final class Version {
  public static final int MAJOR = 0;
  public static final int MINOR = 1;
  public static final int PATCH = 0;

  private Version() {}

  /** In the form of Envoy's: revision, version, state, build, TLS library. */
  public static String text() {
    return "weir/" + MAJOR + "." + MINOR + "." + PATCH + "/Clean/RELEASE/BoringSSL";
  }
}
