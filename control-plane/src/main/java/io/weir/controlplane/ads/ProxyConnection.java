package io.weir.controlplane.ads;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.weir.controlplane.generate.ProxyResources;
import io.weir.controlplane.push.Proxy;
import io.weir.controlplane.push.PushContext;
import io.weir.xds.Problem;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ADS stream. A virtual thread owns its state and takes events from a mailbox; a client that is
 * slow to read or to answer only holds itself up, and pushes that it missed become one.
 */
final class ProxyConnection {

  private static final Logger LOG = LoggerFactory.getLogger("ads");

  private final String id;
  private final boolean delta;
  private final ClientStream stream;
  private final PushSource source;
  private final Instant connected = Instant.now();
  private final LinkedBlockingQueue<ConnectionEvent> mailbox = new LinkedBlockingQueue<>();
  private final AtomicBoolean pushPending = new AtomicBoolean();
  private final ClientState state;
  private volatile @Nullable Proxy proxy;

  /** What the target was generated from. */
  private @Nullable PushContext generated;

  private boolean closed;

  ProxyConnection(String id, boolean delta, ClientStream stream, PushSource source) {
    this.id = id;
    this.delta = delta;
    this.stream = stream;
    this.source = source;
    this.state = new ClientState(delta);
  }

  void start() {
    Thread.ofVirtual().name("ads-" + id).start(this::run);
    stream.requestNext();
  }

  /** Hands over an event; any thread. */
  void post(ConnectionEvent event) {
    mailbox.add(event);
  }

  /** Says that there is a new push context; any thread. */
  void push() {
    if (pushPending.compareAndSet(false, true)) {
      mailbox.add(new ConnectionEvent.Push());
    }
  }

  private void run() {
    try {
      while (!closed) {
        ConnectionEvent event = take();
        if (event != null) {
          handle(event);
        }
        send();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("{}: stream given up", name(), e);
      stream.close(Status.INTERNAL.withDescription("see the control plane's log"));
    } finally {
      source.closed(this);
    }
  }

  private @Nullable ConnectionEvent take() throws InterruptedException {
    long deadline = state.holdDeadline();
    return deadline == 0
        ? mailbox.take()
        : mailbox.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  private void handle(ConnectionEvent event) {
    switch (event) {
      case ConnectionEvent.Request request -> request(request);
      case ConnectionEvent.Push _ -> {
        pushPending.set(false);
        refresh();
      }
      case ConnectionEvent.Writable _ -> {}
      case ConnectionEvent.Inspect inspect -> inspect.task().run();
      case ConnectionEvent.Closed _ -> closed = true;
    }
  }

  private void request(ConnectionEvent.Request event) {
    if (proxy == null && !identify(event.node())) {
      return;
    }
    ClientRequest request = event.request();
    boolean served = state.onRequest(request);
    String error = request.error();
    if (error != null) {
      LOG.warn("{} refused {}: {}{}", name(), request.typeUrl(), error, sources(request));
    }
    if (!served) {
      LOG.debug("{} asked for {}, which is not served", name(), request.typeUrl());
    }
    stream.requestNext();
  }

  /** What the refused resources were made from: that is where somebody must look. */
  private String sources(ClientRequest request) {
    Proxy known = proxy;
    PushContext context = generated;
    if (known == null || context == null) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    ResourceType.ofTypeUrl(request.typeUrl())
        .ifPresent(
            type -> {
              for (Resource resource : state.refused(type)) {
                List<String> sources = source.sources(context, known, type, resource);
                if (!sources.isEmpty()) {
                  text.append("; ").append(resource.name()).append(" comes from ");
                  text.append(String.join(", ", sources));
                }
              }
            });
    return text.toString();
  }

  /** Ends the stream; the client connects again. Any thread. */
  void disconnect() {
    post(
        new ConnectionEvent.Inspect(
            () -> {
              stream.close(Status.UNAVAILABLE.withDescription("disconnected by an operator"));
              closed = true;
            }));
  }

  private boolean identify(@Nullable Node node) {
    if (node == null || node.getId().isEmpty()) {
      fail(
          Status.INVALID_ARGUMENT.withDescription(
              "the first request must carry a node with an id"));
      return false;
    }
    try {
      proxy = Proxy.of(node);
    } catch (Proxy.UnknownNodeException e) {
      fail(Status.INVALID_ARGUMENT.withDescription(e.getMessage()));
      return false;
    }
    LOG.info("{} connected ({})", name(), delta ? "delta" : "state of the world");
    refresh();
    return true;
  }

  private void fail(Status status) {
    LOG.warn("connection {} refused: {}", id, status.getDescription());
    stream.close(status);
    closed = true;
  }

  private void refresh() {
    Proxy known = proxy;
    PushContext context = source.context();
    if (known == null || generated == context) {
      return;
    }
    generated = context;
    ProxyResources resources = source.generate(context, known);
    if (resources == state.target()) {
      return;
    }
    report(resources);
    state.onResources(resources);
  }

  /** Tells what could not be generated as configured, once. */
  private void report(ProxyResources resources) {
    ProxyResources before = state.target();
    List<Problem> known = before == null ? List.of() : before.reports();
    for (Problem problem : resources.reports()) {
      if (!known.contains(problem)) {
        LOG.warn("{}: {}", name(), problem);
      }
    }
  }

  private void send() {
    while (!closed && stream.isReady()) {
      ServerResponse response = state.next(System.nanoTime());
      if (response == null) {
        return;
      }
      stream.send(response);
      source.sent(response);
    }
  }

  /** A picture of the connection, taken by its own thread. */
  CompletableFuture<ConnectionStatus> status() {
    CompletableFuture<ConnectionStatus> result = new CompletableFuture<>();
    post(new ConnectionEvent.Inspect(() -> result.complete(picture())));
    return result;
  }

  /** What the client should have, taken by the connection's thread. */
  CompletableFuture<@Nullable ProxyResources> resources() {
    CompletableFuture<@Nullable ProxyResources> result = new CompletableFuture<>();
    post(new ConnectionEvent.Inspect(() -> result.complete(state.target())));
    return result;
  }

  /** What the client made of a resource; null when it does not ask for it. */
  CompletableFuture<@Nullable String> delivered(ResourceType type, String name) {
    CompletableFuture<@Nullable String> result = new CompletableFuture<>();
    post(new ConnectionEvent.Inspect(() -> result.complete(state.delivered(type, name))));
    return result;
  }

  private ConnectionStatus picture() {
    ProxyResources target = state.target();
    List<ConnectionStatus.TypeStatus> types = new ArrayList<>();
    for (WatchedResource watch : state.watched()) {
      boolean behind = target != null && watch.behind(target.of(watch.type()));
      String word =
          watch.lastError() != null
              ? "ERROR"
              : watch.underWay() ? "SENT" : behind ? "STALE" : "SYNCED";
      types.add(
          new ConnectionStatus.TypeStatus(
              watch.type().typeUrl(),
              word,
              watch.count(),
              watch.subscribedNames().size(),
              watch.wildcard(),
              watch.sentNonce(),
              watch.ackedNonce(),
              watch.responses(),
              watch.lastError(),
              watch.rejected()));
    }
    Proxy known = proxy;
    return new ConnectionStatus(
        id,
        known == null ? "" : known.id(),
        known == null ? "" : known.name() + "." + known.namespace(),
        known == null ? "" : known.clusterId(),
        known == null ? "" : known.node().getUserAgentName(),
        known == null ? "" : known.release(),
        delta ? "delta" : "sotw",
        connected,
        generated == null ? 0 : generated.revision(),
        state.synced(),
        types);
  }

  /** Who is connected; null before the first request. Any thread. */
  @Nullable Proxy proxy() {
    return proxy;
  }

  private String name() {
    Proxy known = proxy;
    return known == null ? id : known.id();
  }
}
