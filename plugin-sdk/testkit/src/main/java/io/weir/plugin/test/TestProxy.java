package io.weir.plugin.test;

import io.weir.filter.testkit.FakeClusters;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An emulated proxy with one plugin: the test plays client, upstream, clusters and clock. Strict: a
 * call to a cluster that the test did not announce, and a plugin that fails without the test having
 * said so, fail the test.
 */
public final class TestProxy {
  // Answers come between timers, as they would.
  private static final long STEP_MILLIS = 10;
  private final PluginSource source;
  private final FakeWorker worker = new FakeWorker();
  private final List<String> trace = new ArrayList<>();
  private final List<TestExchange> exchanges = new ArrayList<>();
  private final Map<String, String> replies = new HashMap<>();
  private final List<String> complaints = new ArrayList<>();
  private String configuration = "";
  private @Nullable LoadedPlugin plugin;
  private int answered;
  private boolean failing;

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
    plugin = LoadedPlugin.load(source, json, worker);
    configuration = json;
    if (old != null) {
      exchanges.forEach(TestExchange::end);
      old.close();
    }
    worker.run();
    return this;
  }

  /** Why a configuration does not fit; fails when it does. */
  public String refusal(String json) {
    try {
      LoadedPlugin.load(source, json, worker).close();
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
    if (plugin == null) {
      configure(configuration);
    }
    LoadedPlugin loaded = java.util.Objects.requireNonNull(plugin);
    var exchange =
        new TestExchange(this, new FilterHarness(loaded.worker(), worker), method, path, headers);
    exchanges.add(exchange);
    return exchange;
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
    calls().forEach(call -> trace.add("call " + call));
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
