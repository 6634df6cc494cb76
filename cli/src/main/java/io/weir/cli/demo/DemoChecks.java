package io.weir.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Sends the demo's requests and says, per request, which filter did what and who put it there. */
public final class DemoChecks {
  static final String AUTHORITY = "demo.example.com";
  private static final long LIVE_WITHIN_MILLIS = 1_000;

  private final Demo demo;
  private final PrintStream out;
  private final DemoSources sources;
  private final List<String> failures = new ArrayList<>();

  private DemoChecks(Demo demo, PrintStream out) throws IOException {
    this.demo = demo;
    this.out = out;
    this.sources = DemoSources.ask(demo.ports().controlPlaneHttp());
  }

  /**
   * Runs every check.
   *
   * @return whether all of it happened
   */
  public static boolean run(Demo demo, PrintStream out) throws IOException, InterruptedException {
    var checks = new DemoChecks(demo, out);
    checks.request("GET /hello through gateway and sidecar", "");
    checks.request("POST /hello with a body", "some text");
    checks.translatedFilterIsReported();
    checks.layer4();
    checks.editUnderTraffic();
    out.println();
    checks.failures.forEach(failure -> out.println("FAILED  " + failure));
    out.println(checks.failures.isEmpty() ? "demo: all of it happened" : "demo: failed");
    return checks.failures.isEmpty();
  }

  private void request(String title, String body) throws IOException, InterruptedException {
    out.println();
    out.println(title);
    long processed = demo.process("sidecar").countInLog("Processing request");
    int port = demo.ports().gateway();
    Http.Answer answer =
        body.isEmpty()
            ? Http.get(port, AUTHORITY, "/hello")
            : Http.post(port, AUTHORITY, "/hello", body);
    check(
        answer.status() == 200,
        "router",
        "answered " + answer.status(),
        "VirtualService istio-system/demo");
    awaitLine("Processing request", processed);
    check(
        demo.process("sidecar").countInLog("Processing request") > processed,
        "lua",
        "logged 'Processing request'",
        "EnvoyFilter default/custom-filter");
    check(
        answer.body().contains("\"x-custom-header\":\"my-value\""),
        "wasm",
        "request x-custom-header: my-value",
        "WasmPlugin default/my-custom-filter");
    check(
        answer.body().contains("\"x-demo-wasm\":\"add-header\"")
            && answer.hasHeader("x-demo-wasm: add-header"),
        "wasm",
        "request and response x-demo-wasm: add-header",
        "TrafficExtension default/add-header");
    check(
        answer.body().contains("\"x-demo-lua\":\"v1 saw /hello\"")
            && answer.hasHeader("x-demo-lua: v1"),
        "lua",
        "request x-demo-lua: v1 saw /hello, response x-demo-lua: v1",
        "EnvoyFilter default/demo-lua");
    check(
        answer.body().contains("\"x-demo-java\":\"add-header\"")
            && answer.hasHeader("x-demo-java: add-header"),
        "java",
        "request and response x-demo-java: add-header",
        "EnvoyFilter default/demo-java");
    if (!body.isEmpty()) {
      check(
          answer.body().contains("\"body\":\"" + body + "\""), "router", "forwarded the body", "");
    }
  }

  private void translatedFilterIsReported() throws IOException {
    out.println();
    out.println("the EnvoyFilter of 2019, in the control plane's report");
    DemoProcess controlPlane = demo.process("control-plane");
    check(
        controlPlane.countInLog("WEIR0106") > 0 && controlPlane.countInLog("WEIR0107") > 0,
        "control plane",
        "warned: WEIR0106 (old name), WEIR0107 (config instead of typed_config)",
        "EnvoyFilter default/custom-filter");
    String report =
        Http.get(
                demo.ports().controlPlaneHttp(), "localhost", "/debug/patches?proxyID=echo.default")
            .body();
    check(
        report.contains("default/custom-filter")
            && report.contains("put in envoy.filters.http.lua"),
        "control plane",
        "reported where it was put in: /debug/patches?proxyID=echo.default",
        "EnvoyFilter default/custom-filter");
  }

  private void layer4() throws IOException, InterruptedException {
    out.println();
    out.println("GET /tcp through the sidecar's TCP port");
    long before = demo.process("sidecar").countInLog("bytes from downstream");
    Http.Answer answer = Http.get(demo.ports().sidecarTcp(), "tcp.example.com", "/tcp");
    check(answer.status() == 200, "tcp_proxy", "answered " + answer.status(), "");
    awaitLine("bytes from downstream", before);
    check(
        demo.process("sidecar").countInLog("bytes from downstream") > before,
        "java",
        "counted the connection's bytes",
        "EnvoyFilter default/demo-bytes");
  }

  /** Changes the script while requests run: the change must be live at once, no request lost. */
  private void editUnderTraffic() throws IOException, InterruptedException {
    out.println();
    out.println("edit of lua.yaml under traffic");
    var running = new AtomicBoolean(true);
    var sent = new AtomicInteger();
    var lost = new AtomicReference<>("");
    Thread traffic =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (running.get()) {
                    try {
                      Http.Answer answer = Http.get(demo.ports().gateway(), AUTHORITY, "/edit");
                      sent.incrementAndGet();
                      if (answer.status() != 200) {
                        lost.compareAndSet("", "status " + answer.status());
                      }
                    } catch (IOException | RuntimeException e) {
                      lost.compareAndSet("", e.toString());
                    }
                  }
                });
    try {
      long edited = System.nanoTime();
      demo.folder().edit("lua.yaml", "\"v1", "\"v2");
      demo.await("x-demo-lua: v2", () -> answersWith("x-demo-lua: v2"));
      long millis = (System.nanoTime() - edited) / 1_000_000;
      check(
          millis <= LIVE_WITHIN_MILLIS,
          "lua",
          "response x-demo-lua: v2, live after " + millis + " ms",
          "EnvoyFilter default/demo-lua");
    } finally {
      running.set(false);
      traffic.join();
    }
    String failure = lost.get();
    check(
        failure.isEmpty(),
        "proxies",
        sent.get()
            + " requests meanwhile, "
            + (failure.isEmpty() ? "none lost" : "lost: " + failure),
        "");
  }

  private boolean answersWith(String header) {
    try {
      return Http.get(demo.ports().gateway(), AUTHORITY, "/edit").hasHeader(header);
    } catch (IOException _) {
      return false;
    }
  }

  private void awaitLine(String text, long more) throws InterruptedException {
    demo.await(
        "'" + text + "' in the sidecar's log",
        () -> demo.process("sidecar").countInLog(text) > more);
  }

  /**
   * One line of the report.
   *
   * @param resource what the control plane must name as the source; empty for what is built in
   */
  private void check(boolean happened, String filter, String what, String resource) {
    String source = sources.of(resource);
    boolean fine = happened && (resource.isEmpty() || !source.isEmpty());
    out.printf("  %-6s %-13s %-70s %s%n", fine ? "ok" : "FAILED", filter, what, source);
    if (!happened) {
      failures.add(filter + ": " + what);
    } else if (!fine) {
      failures.add(filter + ": the control plane names no " + resource + " but " + sources);
    }
  }

  /** The names of the HTTP filters in the sidecar's inbound listener, as its admin shows them. */
  static List<String> chain(Demo demo) {
    try {
      String dump =
          Http.get(
                  demo.ports().sidecarAdmin(),
                  "localhost",
                  "/config_dump?resource=dynamic_listeners")
              .body();
      return HttpFilters.inDump(dump, demo.ports().sidecar());
    } catch (IOException e) {
      throw new DemoException("cannot read the sidecar's config_dump: " + e.getMessage());
    }
  }
}
