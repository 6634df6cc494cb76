package io.weir.proxy.upstream;

import io.weir.filter.Counter;
import io.weir.proxy.cluster.Endpoint;
import io.weir.proxy.worker.ControlThread;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Endpoints whose names are resolved, again and again: STRICT_DNS takes all addresses of a name,
 * LOGICAL_DNS the first, and the others when it cannot be reached. A name that cannot be resolved
 * keeps its last addresses. Used on the control thread.
 */
final class DnsDiscovery implements Discovery {
  /** How often is asked. Milliseconds. */
  record Schedule(
      long refreshMillis,
      long failureMillis,
      long failureMaxMillis,
      boolean respectTtl,
      long jitterMillis) {}

  /** What is counted; Envoy's names. */
  record DnsStats(Counter attempt, Counter success, Counter failure, Counter noRebuild) {}

  private final Assignment template;
  private final DnsResolver resolver;
  private final DnsResolver.Family family;
  private final Schedule schedule;
  private final boolean logical;
  private final ControlThread control;
  private final DnsStats stats;
  private final List<Target> targets = new ArrayList<>();
  private @Nullable Consumer<Assignment> receiver;
  private boolean closed;

  DnsDiscovery(
      Assignment template,
      DnsResolver resolver,
      DnsResolver.Family family,
      Schedule schedule,
      boolean logical,
      ControlThread control,
      DnsStats stats) {
    this.template = template;
    this.resolver = resolver;
    this.family = family;
    this.schedule = schedule;
    this.logical = logical;
    this.control = control;
    this.stats = stats;
    for (Endpoint endpoint : template.endpoints()) {
      targets.add(new Target(endpoint));
    }
  }

  /** One name. */
  private final class Target {
    private final Endpoint endpoint;
    private List<InetAddress> addresses = List.of();
    private boolean answered;
    private long failureDelay = schedule.failureMillis;
    private @Nullable Future<?> next;

    Target(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    boolean named() {
      return endpoint.address() instanceof InetSocketAddress inet && inet.isUnresolved();
    }

    void ask() {
      if (closed) {
        return;
      }
      String name = ((InetSocketAddress) endpoint.address()).getHostString();
      stats.attempt.inc();
      resolver
          .resolve(name, family)
          .whenComplete((answer, failure) -> control.execute(() -> onAnswer(answer, failure)));
    }

    private void onAnswer(DnsResolver.@Nullable Answer answer, @Nullable Throwable failure) {
      if (closed) {
        return;
      }
      boolean first = !answered;
      answered = true;
      long delay = schedule.refreshMillis;
      if (answer == null || failure != null) {
        stats.failure.inc();
        delay = failureDelay;
        failureDelay = Math.min(failureDelay * 2, schedule.failureMaxMillis);
        publish(first);
      } else {
        stats.success.inc();
        failureDelay = schedule.failureMillis;
        if (schedule.respectTtl && answer.ttlSeconds() < Long.MAX_VALUE / 1000) {
          delay = Math.max(1_000, answer.ttlSeconds() * 1_000);
        }
        // One address is kept until there is another; of several, those that are gone are gone.
        boolean changed =
            !same(addresses, answer.addresses()) && !(logical && answer.addresses().isEmpty());
        if (changed) {
          addresses = answer.addresses();
        } else {
          stats.noRebuild.inc();
        }
        publish(first || changed);
      }
      long jitter = schedule.jitterMillis == 0 ? 0 : System.identityHashCode(this);
      next = control.schedule(this::ask, delay + jitter % Math.max(1, schedule.jitterMillis));
    }

    private boolean same(List<InetAddress> old, List<InetAddress> fresh) {
      if (logical) {
        boolean sameFirst =
            old.isEmpty() == fresh.isEmpty()
                && (old.isEmpty() || old.getFirst().equals(fresh.getFirst()));
        return sameFirst && Set.copyOf(old).equals(Set.copyOf(fresh));
      }
      return Set.copyOf(old).equals(Set.copyOf(fresh));
    }

    void addTo(List<Endpoint> endpoints, Set<SocketAddress> seen) {
      if (!named()) {
        endpoints.add(endpoint);
        return;
      }
      var address = (InetSocketAddress) endpoint.address();
      var checked = (InetSocketAddress) endpoint.healthCheckAddress();
      for (InetAddress ip : logical && !addresses.isEmpty() ? addresses.subList(0, 1) : addresses) {
        var resolved = new InetSocketAddress(ip, address.getPort());
        if (seen.add(resolved)) {
          var check =
              checked.isUnresolved() ? new InetSocketAddress(ip, checked.getPort()) : checked;
          endpoints.add(
              named(resolved, check, address.getHostString())
                  .withAdditional(logical ? others(address.getPort()) : List.of()));
        }
      }
    }

    private List<SocketAddress> others(int port) {
      return addresses.stream()
          .skip(1)
          .<SocketAddress>map(ip -> new InetSocketAddress(ip, port))
          .toList();
    }

    private Endpoint named(SocketAddress resolved, SocketAddress check, String name) {
      Endpoint at = endpoint.at(resolved, check);
      return at.hostname().isEmpty() ? at.withHostname(name) : at;
    }
  }

  @Override
  public void start(Consumer<Assignment> target) {
    receiver = target;
    boolean asked = false;
    for (Target each : targets) {
      if (each.named()) {
        asked = true;
        each.ask();
      } else {
        each.answered = true;
      }
    }
    if (!asked) {
      publish(true);
    }
  }

  /** Delivers once every name has been asked. */
  private void publish(boolean changed) {
    if (!changed || receiver == null) {
      return;
    }
    var endpoints = new ArrayList<Endpoint>();
    var seen = new HashSet<SocketAddress>();
    for (Target target : targets) {
      if (!target.answered) {
        return;
      }
      target.addTo(endpoints, seen);
    }
    receiver.accept(template.with(endpoints));
  }

  @Override
  public void close() {
    closed = true;
    for (Target target : targets) {
      if (target.next != null) {
        target.next.cancel(false);
      }
    }
  }
}
