package io.weir.plugin.test;

import io.weir.filter.http.RouteConfig;
import io.weir.filter.testkit.ConnectionHarness;
import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An emulated proxy with one plugin: the test plays client, upstream, clusters and clock. Strict: a
 * call to a cluster that the test did not announce, and a plugin that fails without the test having
 * said so, fail the test.
 */
public final class TestProxy {
  // The bytes in front of a gRPC message.
  private static final int FRAME = 5;
  // Answers come between timers, as they would.
  private static final long STEP_MILLIS = 10;
  private final PluginSource source;
  private final FakeWorker worker = new FakeWorker();
  private final List<String> trace = new ArrayList<>();
  private final List<TestExchange> exchanges = new ArrayList<>();
  private final Map<String, String> replies = new HashMap<>();
  private final Map<String, GrpcAnswer> grpcReplies = new HashMap<>();
  private final List<TestConnection> connections = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private String configuration = "";
  private @Nullable LoadedPlugin plugin;
  private int answered;
  private int answeredGrpc;
  private boolean failing;
  private boolean failOpen;
  private @Nullable RouteConfig route;

  private record GrpcAnswer(int status, String message) {}

  TestProxy(PluginSource source) {
    this.source = source;
    worker.clusters().names.clear();
  }

  /** Where the plugin runs. */
  public BackEnd backEnd() {
    return source.backEnd();
  }

  /**
   * Gives the plugin a configuration; again, to give it another: exchanges under way end with the
   * old one.
   *
   * @throws PluginRefused when it does not fit
   */
  public TestProxy configure(String json) {
    LoadedPlugin old = plugin;
    plugin = LoadedPlugin.load(source, settings(json), worker);
    configuration = json;
    if (old != null) {
      exchanges.forEach(TestExchange::end);
      old.close();
    }
    worker.run();
    return this;
  }

  /** The proxy's configuration says {@code FAIL_OPEN}; before {@link #configure}. */
  public TestProxy failOpen() {
    failOpen = true;
    return this;
  }

  /** Requests from now on are for a route with a configuration of its own for the plugin. */
  public TestProxy route(String json) {
    route = LoadedPlugin.loadRoute(source, settings(json), worker);
    return this;
  }

  private LoadedPlugin.Settings settings(String json) {
    return new LoadedPlugin.Settings(json, failOpen);
  }

  /** Why a configuration does not fit; fails when it does. */
  public String refusal(String json) {
    try {
      LoadedPlugin.load(source, settings(json), worker).close();
    } catch (PluginRefused e) {
      return String.valueOf(e.getMessage());
    }
    throw new AssertionError("the plugin takes the configuration " + json);
  }

  /**
   * Announces a cluster whose every answer is the same.
   *
   * @param status 503 and 504 also stand for what the proxy says in its place
   */
  public TestProxy cluster(String name, int status, String body) {
    worker.clusters().names.add(name);
    replies.put(name, status + " " + body);
    return this;
  }

  /** Announces a cluster whose calls the test answers one by one with {@link #answer}. */
  public TestProxy cluster(String name) {
    worker.clusters().names.add(name);
    replies.put(name, "");
    return this;
  }

  /** Answers the oldest call that waits. */
  public TestProxy answer(int status, String body) {
    if (answered >= worker.clusters().calls.size()) {
      throw new AssertionError("no call waits for an answer");
    }
    worker.clusters().calls.get(answered++).respond(status, body);
    settle();
    return this;
  }

  /**
   * Announces a gRPC service whose every answer is the same.
   *
   * @param status gRPC's code
   * @param message what the serialised message is, as text; without effect unless the status is 0
   */
  public TestProxy grpc(String cluster, int status, String message) {
    worker.clusters().names.add(cluster);
    grpcReplies.put(cluster, new GrpcAnswer(status, message));
    return this;
  }

  /** gRPC calls so far, as {@code cluster /service/method message}. */
  public List<String> grpcCalls() {
    return worker.clusters().streams.stream()
        .map(call -> call.cluster + " " + call.headers.get(":path") + " " + message(call))
        .toList();
  }

  private static String message(FakeClusters.Stream call) {
    String framed = call.data.toText();
    return framed.length() < FRAME ? framed : framed.substring(FRAME);
  }

  /** Paths of all calls so far, as {@code cluster method path}. */
  public List<String> calls() {
    return worker.clusters().calls.stream()
        .map(
            call ->
                call.cluster + " " + call.headers.get(":method") + " " + call.headers.get(":path"))
        .toList();
  }

  /** A GET request without a body. */
  public TestExchange get(String path, String... headers) {
    return request("GET", path, headers).end();
  }

  /** A request; send its body, or {@link TestExchange#end} it. */
  public TestExchange request(String method, String path, String... headers) {
    var exchange =
        new TestExchange(
            this, new FilterHarness(loaded().http(), worker, route), method, path, headers);
    exchanges.add(exchange);
    return exchange;
  }

  /** A connection through a network plugin. */
  public TestConnection connect() {
    var connection = new TestConnection(this, new ConnectionHarness(loaded().network(), worker));
    connections.add(connection);
    settle();
    return connection;
  }

  private LoadedPlugin loaded() {
    if (plugin == null) {
      configure(configuration);
    }
    return Objects.requireNonNull(plugin);
  }

  /** Lets time pass: ticks and time-outs come when they are due. */
  public TestProxy advance(long millis) {
    for (long left = millis; left > 0; left -= STEP_MILLIS) {
      worker.advance(Math.min(left, STEP_MILLIS));
      settle();
    }
    return this;
  }

  /** The plugin's instance dies with all its exchanges; another one takes its place. */
  public TestProxy crash() {
    return configure(configuration);
  }

  /** The plugin is expected to fail: exchanges may be answered 500 or 503 by the proxy. */
  public TestProxy expectFailure() {
    failing = true;
    return this;
  }

  /** The value of a counter or gauge that the plugin defined; −1 when it did not. */
  public long metric(String name) {
    return worker
        .stats()
        .value((source.backEnd() == BackEnd.JVM ? "dynamicmodulescustom." : "wasmcustom.") + name);
  }

  /** Answers calls, and notes what happened. */
  void settle() {
    settleGrpc();
    settleHttp();
    connections.forEach(TestConnection::settle);
  }

  private void settleGrpc() {
    List<FakeClusters.Stream> calls = worker.clusters().streams;
    while (answeredGrpc < calls.size()) {
      FakeClusters.Stream call = calls.get(answeredGrpc++);
      GrpcAnswer answer = grpcReplies.get(call.cluster);
      if (answer == null) {
        complaints.add("an unannounced gRPC call to " + call.cluster);
        return;
      }
      call.respondGrpc(answer.status(), answer.message().getBytes(StandardCharsets.UTF_8));
      worker.run();
    }
  }

  private void settleHttp() {
    List<FakeClusters.Call> calls = worker.clusters().calls;
    while (answered < calls.size()) {
      FakeClusters.Call call = calls.get(answered);
      String reply = replies.get(call.cluster);
      if (reply == null) {
        complaints.add("an unannounced call to " + call.cluster);
        return;
      }
      if (reply.isEmpty()) {
        return;
      }
      answered++;
      int space = reply.indexOf(' ');
      call.respond(Integer.parseInt(reply.substring(0, space)), reply.substring(space + 1));
      worker.run();
    }
    worker.run();
  }

  /** What was seen from outside, in order; the same on every back end. */
  List<String> trace() {
    return trace;
  }

  void close() {
    for (TestExchange exchange : exchanges) {
      exchange.end();
      trace.addAll(exchange.seen());
      if (!failing && exchange.failed()) {
        complaints.add("the plugin failed at " + exchange.seen().getFirst());
      }
    }
    for (TestConnection connection : connections) {
      connection.close();
      trace.addAll(connection.seen());
      if (!failing && connection.failed()) {
        complaints.add("the plugin failed on a connection");
      }
    }
    calls().forEach(call -> trace.add("call " + call));
    grpcCalls().forEach(call -> trace.add("call " + call));
    if (route != null) {
      route.close();
    }
    if (plugin != null) {
      plugin.close();
    }
    worker.run();
  }

  /** Fails for what a strict proxy does not let pass. */
  void verify() {
    if (!complaints.isEmpty()) {
      throw new AssertionError(String.join("\n", complaints));
    }
  }
}
