package io.weir.cli.inspect;

/** What of a section is shown; empty parts say nothing. */
public record Filter(
    String name, String fqdn, int port, String direction, String subset, String address) {

  public static final Filter ALL = new Filter("", "", 0, "", "", "");

  static boolean fits(String wanted, String actual) {
    return wanted.isEmpty() || actual.equalsIgnoreCase(wanted);
  }
}
