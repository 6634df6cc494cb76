package io.weir.plugin;

import java.util.ArrayList;
import java.util.List;

/**
 * An HTTP request that a plugin sends to one of the proxy's clusters. Not safe for several threads;
 * use each once.
 */
public final class Call {
  private static final int DEFAULT_TIMEOUT_MILLIS = 5_000;

  private final String cluster;
  private final List<String> headers = new ArrayList<>();
  private String body = "";
  private int timeoutMillis = DEFAULT_TIMEOUT_MILLIS;

  private Call(String cluster, String method, String path) {
    this.cluster = cluster;
    headers.add(":method");
    headers.add(method);
    headers.add(":path");
    headers.add(path);
    headers.add(":authority");
    headers.add(cluster);
  }

  /**
   * A GET request.
   *
   * @param cluster a cluster of the proxy, which is the request's authority, too
   * @param path with a query if wanted
   */
  public static Call get(String cluster, String path) {
    return new Call(cluster, "GET", path);
  }

  /** A POST request. */
  public static Call post(String cluster, String path, String body) {
    return new Call(cluster, "POST", path).body(body);
  }

  /** A request of any method. */
  public static Call of(String cluster, String method, String path) {
    return new Call(cluster, method, path);
  }

  /** Adds a header; {@code :authority} replaces the cluster's name. */
  public Call header(String name, String value) {
    if (name.equals(":authority")) {
      headers.set(5, value);
      return this;
    }
    headers.add(name);
    headers.add(value);
    return this;
  }

  public Call body(String text) {
    body = text;
    return this;
  }

  /** How long the whole response may take; 5 s by default. */
  public Call timeout(int millis) {
    timeoutMillis = millis;
    return this;
  }

  public String cluster() {
    return cluster;
  }

  /** Names and values in turns, pseudo-headers first. */
  public String[] headers() {
    return headers.toArray(new String[0]);
  }

  public String body() {
    return body;
  }

  public int timeoutMillis() {
    return timeoutMillis;
  }
}
