package io.weir.plugin;

import java.util.ArrayList;
import java.util.List;

/**
 * A unary gRPC request to one of the proxy's clusters, which must speak HTTP/2. Not safe for
 * several threads; use each once.
 */
public final class GrpcCall {
  private static final int DEFAULT_TIMEOUT_MILLIS = 5_000;

  private final String cluster;
  private final String service;
  private final String method;
  private final byte[] message;
  private final List<String> metadata = new ArrayList<>();
  private int timeoutMillis = DEFAULT_TIMEOUT_MILLIS;

  private GrpcCall(String cluster, String service, String method, byte[] message) {
    this.cluster = cluster;
    this.service = service;
    this.method = method;
    this.message = message;
  }

  /**
   * A request.
   *
   * @param service with its package, as {@code grpc.health.v1.Health}
   * @param message the serialised message, without gRPC's frame; not copied
   */
  public static GrpcCall of(String cluster, String service, String method, byte[] message) {
    return new GrpcCall(cluster, service, method, message);
  }

  /** Adds initial metadata. */
  public GrpcCall metadata(String name, String value) {
    metadata.add(name);
    metadata.add(value);
    return this;
  }

  /** How long the call may take; 5 s by default. */
  public GrpcCall timeout(int millis) {
    timeoutMillis = millis;
    return this;
  }

  public String cluster() {
    return cluster;
  }

  public String service() {
    return service;
  }

  public String method() {
    return method;
  }

  public byte[] message() {
    return message;
  }

  /** Names and values in turns. */
  public String[] metadata() {
    return metadata.toArray(new String[0]);
  }

  public int timeoutMillis() {
    return timeoutMillis;
  }
}
