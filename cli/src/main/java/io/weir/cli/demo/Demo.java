package io.weir.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A running demo: control plane, gateway proxy and sidecar proxy as processes of their own over one
 * folder, in front of an upstream that the caller runs.
 */
public final class Demo implements AutoCloseable {
  private static final long START_SECONDS = 60;

  private final DemoPorts ports;
  private final DemoFolder folder;
  private final List<DemoProcess> processes = new ArrayList<>();

  private Demo(DemoPorts ports, DemoFolder folder) {
    this.ports = ports;
    this.folder = folder;
  }

  /**
   * Lays out the folder, starts the processes and waits until both proxies serve.
   *
   * @param root the project's folder
   * @param portBase the first of the demo's ports, or 0 for the usual ones
   * @param echoPort where the upstream listens
   */
  public static Demo start(Path root, int portBase, int echoPort, PrintStream out)
      throws IOException, InterruptedException {
    DemoPorts ports = DemoPorts.choose(portBase);
    Path plugins = root.resolve("plugins-examples/target/plugins");
    Map<String, String> values = new LinkedHashMap<>(ports.placeholders());
    values.put("ECHO_PORT", Integer.toString(echoPort));
    values.put("PLUGIN_DIR", plugins.toString());
    DemoFolder folder = DemoFolder.lay(root.resolve("demo"), root.resolve(".weir/demo"), values);
    var demo = new Demo(ports, folder);
    try {
      demo.startProcesses(root.resolve("weir"), plugins);
      out.println("weir: waiting for the proxies to be configured ...");
      demo.await("both proxies ready", demo::ready);
      return demo;
    } catch (DemoException | IOException | InterruptedException e) {
      demo.close();
      throw e;
    }
  }

  private void startProcesses(Path launcher, Path plugins) throws IOException {
    Path logs = folder.path();
    processes.add(
        DemoProcess.start(
            launcher,
            logs,
            "control-plane",
            List.of(
                "control-plane",
                "--config-dir",
                folder.config().toString(),
                "--mesh-config",
                folder.path().resolve("mesh.yaml").toString(),
                "--xds-address",
                "127.0.0.1:" + ports.xds(),
                "--http-address",
                "127.0.0.1:" + ports.controlPlaneHttp())));
    for (String proxy : List.of("sidecar", "gateway")) {
      processes.add(
          DemoProcess.start(
              launcher,
              logs,
              proxy,
              List.of(
                  "proxy",
                  "-c",
                  folder.bootstrap(proxy).toString(),
                  "--concurrency",
                  "1",
                  // As Istio starts its proxies: connections of a changed listener end at once, so
                  // that a change is live for kept-alive connections too.
                  "--drain-strategy",
                  "immediate",
                  "--plugin-dir",
                  plugins.toString())));
    }
  }

  private boolean ready() {
    return Http.ready(ports.sidecarAdmin()) && Http.ready(ports.gatewayAdmin()) && routed();
  }

  private boolean routed() {
    try {
      return Http.get(ports.gateway(), DemoChecks.AUTHORITY, "/").status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /** Waits for a condition, watching that no process ends meanwhile. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + START_SECONDS * 1_000_000_000;
    while (!condition.getAsBoolean()) {
      processes.forEach(DemoProcess::checkAlive);
      if (System.nanoTime() > deadline) {
        throw new DemoException(
            "not seen within " + START_SECONDS + " s: " + what + "; logs are in " + folder.path());
      }
      Thread.sleep(20);
    }
  }

  DemoPorts ports() {
    return ports;
  }

  DemoFolder folder() {
    return folder;
  }

  DemoProcess process(String name) {
    for (DemoProcess process : processes) {
      if (process.name().equals(name)) {
        return process;
      }
    }
    throw new IllegalArgumentException(name);
  }

  /** Prints where things are and what to try. */
  public void describe(PrintStream out) {
    out.println();
    out.println("gateway  http://127.0.0.1:" + ports.gateway() + "   (host: demo.example.com)");
    out.println("sidecar  http://127.0.0.1:" + ports.sidecar());
    out.println("L4       127.0.0.1:" + ports.sidecarTcp() + " (TCP, through a network filter)");
    out.println("admin    http://127.0.0.1:" + ports.sidecarAdmin() + " (sidecar)");
    out.println("         http://127.0.0.1:" + ports.gatewayAdmin() + " (gateway)");
    out.println("control  http://127.0.0.1:" + ports.controlPlaneHttp() + "/debug/syncz");
    out.println("config   " + folder.config() + "   (edit a file: it is live within a second)");
    out.println("logs     " + folder.path() + "/*.log");
    out.println();
    out.println("the sidecar's chain on port " + ports.sidecar() + ":");
    DemoChecks.chain(this).forEach(filter -> out.println("  " + filter));
    out.println();
    out.println(
        "try: curl -i -H 'host: demo.example.com' http://127.0.0.1:" + ports.gateway() + "/hello");
  }

  /** Whether every process still runs. */
  public void checkAlive() {
    processes.forEach(DemoProcess::checkAlive);
  }

  /** Ends the processes, the ones that take traffic first. */
  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).close();
    }
  }
}
