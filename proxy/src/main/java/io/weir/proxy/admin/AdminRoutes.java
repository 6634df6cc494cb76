package io.weir.proxy.admin;

import java.util.Collection;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the endpoint of a request and guards the ones that change something. */
final class AdminRoutes {
  private static final Logger LOG = LoggerFactory.getLogger("admin");

  private final TreeMap<String, AdminEndpoint> endpoints = new TreeMap<>();
  private final PathAllowlist allowed;

  AdminRoutes(PathAllowlist allowed) {
    this.allowed = allowed;
    add(AdminEndpoint.read("/help", "print out list of admin commands", _ -> help()));
  }

  /** Which paths may be asked for at all. */
  interface PathAllowlist {
    boolean allows(String pathAndQuery);
  }

  void add(AdminEndpoint endpoint) {
    endpoints.put(endpoint.path(), endpoint);
  }

  Collection<AdminEndpoint> endpoints() {
    return endpoints.values();
  }

  AdminResponse handle(AdminRequest request, String pathAndQuery) {
    if (!allowed.allows(pathAndQuery)) {
      return AdminResponse.text(403, "request to path " + request.path() + " not allowed");
    }
    AdminEndpoint endpoint = endpoints.get(request.path());
    if (endpoint == null) {
      return AdminResponse.text(404, "invalid path. " + commands());
    }
    if (endpoint.mutates() && !request.method().equals("POST")) {
      LOG.error(
          "admin path \"{}\" mutates state, method={} rather than POST",
          request.path(),
          request.method());
      return AdminResponse.text(405, "Method " + request.method() + " not allowed, POST required.");
    }
    try {
      return endpoint.handle(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AdminResponse.text(503, "interrupted\n");
    } catch (RuntimeException e) {
      LOG.error("{} failed", request.path(), e);
      return AdminResponse.text(500, "internal error\n");
    }
  }

  private AdminResponse help() {
    return AdminResponse.text(commands());
  }

  private String commands() {
    var text = new StringBuilder("admin commands are:\n");
    for (AdminEndpoint endpoint : endpoints.values()) {
      text.append("  ").append(endpoint.path()).append(endpoint.mutates() ? " (POST): " : ": ");
      text.append(endpoint.help()).append('\n');
      for (AdminEndpoint.Parameter parameter : endpoint.parameters()) {
        text.append("      ").append(parameter.name()).append(": ");
        text.append(parameter.help()).append('\n');
      }
    }
    return text.toString();
  }
}
