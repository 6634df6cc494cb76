package io.weir.controlplane.push;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.weir.controlplane.config.ProxyConfig.ForwardClientCert;
import io.weir.controlplane.config.ProxyConfig.GatewayTopology;
import io.weir.controlplane.config.ProxyConfig.ProxyProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A connected data plane, as its xDS node describes it. The node's id has four parts: {@code
 * sidecar~IP~name.namespace~dns.domain}.
 *
 * @param addresses of the workload, the first from the id
 * @param dnsDomain names without it are completed with it
 * @param intercepts whether traffic is redirected to the proxy without the workload knowing; if
 *     not, every listener is bound to a port of its own
 */
public record Proxy(
    Type type,
    String id,
    List<String> addresses,
    String name,
    String namespace,
    String dnsDomain,
    Map<String, String> labels,
    boolean intercepts,
    String serviceAccount,
    String clusterId,
    Client client,
    Node node) {

  /** What a proxy is for. */
  public enum Type {
    SIDECAR,
    ROUTER
  }

  /** Which program asks; ours can do more than others. */
  public enum Client {
    WEIR,
    ENVOY,
    GRPC,
    OTHER
  }

  /** Thrown when a node cannot be served; the message tells its author why. */
  public static final class UnknownNodeException extends Exception {
    private static final long serialVersionUID = 1;

    UnknownNodeException(String message) {
      super(message);
    }
  }

  /** Reads a node. */
  public static Proxy of(Node node) throws UnknownNodeException {
    String[] parts = node.getId().split("~", -1);
    if (parts.length != 4) {
      throw new UnknownNodeException(
          "node id \""
              + node.getId()
              + "\" must have four parts, as in"
              + " sidecar~10.0.0.1~name.namespace~namespace.svc.cluster.local");
    }
    Type type =
        switch (parts[0]) {
          case "sidecar" -> Type.SIDECAR;
          case "router" -> Type.ROUTER;
          default ->
              throw new UnknownNodeException(
                  "node id \""
                      + node.getId()
                      + "\": the type must be sidecar or router, not "
                      + parts[0]);
        };
    Struct metadata = node.getMetadata();
    String namespace = text(metadata, "NAMESPACE");
    int dot = parts[2].lastIndexOf('.');
    if (namespace.isEmpty()) {
      namespace = dot < 0 ? "default" : parts[2].substring(dot + 1);
    }
    return new Proxy(
        type,
        node.getId(),
        addresses(parts[1], text(metadata, "INSTANCE_IPS")),
        dot < 0 ? parts[2] : parts[2].substring(0, dot),
        namespace,
        parts[3],
        labels(metadata),
        type == Type.SIDECAR && !text(metadata, "INTERCEPTION_MODE").equals("NONE"),
        text(metadata, "SERVICE_ACCOUNT"),
        text(metadata, "CLUSTER_ID"),
        client(node),
        node);
  }

  /** The mesh release that the client names, else the version of its program. */
  public String release() {
    String release = text(node.getMetadata(), "ISTIO_VERSION");
    if (!release.isEmpty()) {
      return release;
    }
    if (node.hasUserAgentBuildVersion()) {
      var version = node.getUserAgentBuildVersion().getVersion();
      return version.getMajorNumber() + "." + version.getMinorNumber() + "." + version.getPatch();
    }
    return node.getUserAgentVersion();
  }

  /** Whether redirected connections keep their source address. */
  public boolean transparent() {
    return text(node.getMetadata(), "INTERCEPTION_MODE").equals("TPROXY");
  }

  /** The port of the HTTP proxy that its node asks for, or 0. */
  public int httpProxyPort() {
    String port = text(node.getMetadata(), "HTTP_PROXY_PORT");
    return port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
  }

  /** What its node says to stand in front of it, if anything. */
  public @Nullable GatewayTopology topology() {
    Value topology =
        node.getMetadata()
            .getFieldsOrDefault("PROXY_CONFIG", Value.getDefaultInstance())
            .getStructValue()
            .getFieldsMap()
            .get("gatewayTopology");
    if (topology == null) {
      return null;
    }
    Struct fields = topology.getStructValue();
    Value hops = fields.getFieldsOrDefault("numTrustedProxies", Value.getDefaultInstance());
    return new GatewayTopology(
        (int) hops.getNumberValue(),
        certificates(text(fields, "forwardClientCertDetails")),
        fields.containsFields("proxyProtocol") ? new ProxyProtocol() : null);
  }

  private static @Nullable ForwardClientCert certificates(String name) {
    for (ForwardClientCert known : ForwardClientCert.values()) {
      if (known.name().equals(name)) {
        return known;
      }
    }
    return null;
  }

  public boolean isSidecar() {
    return type == Type.SIDECAR;
  }

  /** Whether a plugin's jar can be loaded there. */
  public boolean loadsJars() {
    return client == Client.WEIR || client == Client.OTHER;
  }

  private static Client client(Node node) {
    String agent = node.getUserAgentName();
    if (text(node.getMetadata(), "GENERATOR").equals("grpc")) {
      return Client.GRPC;
    }
    if (agent.startsWith("weir")) {
      return Client.WEIR;
    }
    if (agent.startsWith("envoy")) {
      return Client.ENVOY;
    }
    return agent.startsWith("grpc") || agent.startsWith("gRPC") ? Client.GRPC : Client.OTHER;
  }

  private static List<String> addresses(String first, String others) {
    List<String> addresses = new ArrayList<>();
    if (!first.isEmpty()) {
      addresses.add(first);
    }
    for (String other : others.split(",")) {
      if (!other.isBlank() && !addresses.contains(other.strip())) {
        addresses.add(other.strip());
      }
    }
    return List.copyOf(addresses);
  }

  private static Map<String, String> labels(Struct metadata) {
    Map<String, String> labels = new TreeMap<>();
    @Nullable Value value = metadata.getFieldsMap().get("LABELS");
    if (value != null) {
      value
          .getStructValue()
          .getFieldsMap()
          .forEach((name, label) -> labels.put(name, label.getStringValue()));
    }
    return java.util.Collections.unmodifiableMap(labels);
  }

  private static String text(Struct metadata, String name) {
    @Nullable Value value = metadata.getFieldsMap().get(name);
    return value == null ? "" : value.getStringValue();
  }
}
