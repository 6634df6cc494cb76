package io.weir.proxy.admin;

import io.weir.proxy.config.ConfigHome;
import io.weir.proxy.config.ServerState;
import io.weir.proxy.worker.ControlThread;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state of the process, and what an operator may do to it. */
final class ServerEndpoints {
  private final ServerState state;
  private final ConfigHome home;
  private final ControlThread control;
  private final AdminInterface.Operations operations;

  ServerEndpoints(
      ServerState state,
      ConfigHome home,
      ControlThread control,
      AdminInterface.Operations operations) {
    this.state = state;
    this.home = home;
    this.control = control;
    this.operations = operations;
  }

  List<AdminEndpoint> all() {
    List<AdminEndpoint> all = new ArrayList<>();
    all.add(
        AdminEndpoint.read(
            "/ready", "print server state, 200 if LIVE, otherwise 503", _ -> ready()));
    all.add(AdminEndpoint.read("/memory", "print heap and direct memory", _ -> memory()));
    all.add(
        AdminEndpoint.read(
            "/memory/tcmalloc",
            "print allocator statistics (there is none here)",
            _ -> AdminResponse.text("no tcmalloc in a JVM; see /memory\n")));
    all.add(
        AdminEndpoint.read(
            "/hot_restart_version",
            "print the hot restart compatibility version",
            _ -> AdminResponse.text("disabled")));
    all.add(
        AdminEndpoint.read("/init_dump", "dump what is not ready yet", this::initDump)
            .with(new AdminEndpoint.Parameter("mask", "listener: only that of listeners")));
    all.add(AdminEndpoint.read("/threads", "dump all threads with their stacks", _ -> threads()));
    all.add(
        AdminEndpoint.read(
            "/contention",
            "dump mutex contention (not traced here)",
            _ ->
                AdminResponse.text(
                    "Mutex contention tracing is not enabled. To enable, run Envoy with flag"
                        + " --enable-mutex-tracing.")));
    all.add(
        AdminEndpoint.change(
            "/healthcheck/fail", "cause the server to fail health checks", _ -> health(true)));
    all.add(
        AdminEndpoint.change(
            "/healthcheck/ok", "cause the server to pass health checks", _ -> health(false)));
    all.add(
        AdminEndpoint.change(
            "/quitquitquit",
            "exit the server",
            _ -> {
              operations.quit();
              return AdminResponse.text("OK\n");
            }));
    all.add(drain());
    all.add(
        AdminEndpoint.change(
            "/reopen_logs",
            "reopen access logs",
            _ -> {
              operations.reopenLogs();
              return AdminResponse.text("OK\n");
            }));
    profilers(all);
    return all;
  }

  private AdminEndpoint drain() {
    AdminEndpoint.Handler handler =
        request -> {
          operations.drainListeners(
              request.has("inboundonly"), request.has("graceful"), request.has("skip_exit"));
          return AdminResponse.text("OK\n");
        };
    return new AdminEndpoint.Simple(
        "/drain_listeners",
        "drain listeners",
        true,
        List.of(
            new AdminEndpoint.Parameter("graceful", "let connections end before listeners close"),
            new AdminEndpoint.Parameter("skip_exit", "end connections but keep listening"),
            new AdminEndpoint.Parameter(
                "inboundonly", "only listeners whose traffic_direction is INBOUND")),
        handler);
  }

  /** Profilers of C++ programs; a JVM is profiled with JFR. */
  private static void profilers(List<AdminEndpoint> all) {
    AdminEndpoint.Handler none =
        request ->
            request.method().equals("POST")
                    && !List.of("y", "n").contains(request.parameter("enable", ""))
                ? AdminResponse.text(400, "?enable=<y|n>\n")
                : AdminResponse.text(501, "not in a JVM: record with jcmd PID JFR.start\n");
    all.add(AdminEndpoint.change("/cpuprofiler", "not available here, use JFR", none));
    all.add(AdminEndpoint.change("/heapprofiler", "not available here, use JFR", none));
    all.add(AdminEndpoint.change("/allocprofiler", "not available here, use JFR", none));
    all.add(AdminEndpoint.read("/heap_dump", "not available here, use jcmd", none));
    all.add(AdminEndpoint.read("/peak_heap_dump", "not available here, use jcmd", none));
  }

  private AdminResponse ready() {
    ServerState.Phase phase = state.phase();
    return AdminResponse.text(phase == ServerState.Phase.LIVE ? 200 : 503, phase.name() + "\n");
  }

  private AdminResponse health(boolean fail) {
    operations.failHealthChecks(fail);
    return AdminResponse.text("OK\n");
  }

  private static AdminResponse memory() {
    MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
    long direct = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      direct += pool.getMemoryUsed();
    }
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("allocated", Long.toString(heap.getUsed() + direct));
    memory.put("heap_size", Long.toString(heap.getCommitted()));
    memory.put("pageheap_unmapped", "0");
    memory.put("pageheap_free", Long.toString(heap.getCommitted() - heap.getUsed()));
    memory.put("total_thread_cache", Long.toString(direct));
    memory.put(
        "total_physical_bytes", Long.toString(heap.getCommitted() + other.getCommitted() + direct));
    return AdminResponse.json(Json.pretty(memory));
  }

  private AdminResponse initDump(AdminRequest request) throws InterruptedException {
    List<Object> unready = new ArrayList<>();
    control.call(
        () -> {
          String mask = request.parameter("mask", "");
          if (!mask.equals("listener")) {
            home.clusters().unready().forEach((name, what) -> unready.add(dump(name, what)));
          }
          home.listeners().unready().forEach((name, what) -> unready.add(dump(name, what)));
          return unready;
        });
    return AdminResponse.json(
        unready.isEmpty() ? "{}\n" : Json.pretty(Map.of("unready_targets_dumps", unready)));
  }

  private static Object dump(String name, List<String> waitingFor) {
    Map<String, Object> dump = new LinkedHashMap<>();
    dump.put("name", name);
    dump.put("target_names", waitingFor);
    return dump;
  }

  private static AdminResponse threads() {
    var text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              text.append('"').append(thread.getName()).append("\" ").append(thread.getState());
              text.append('\n');
              for (StackTraceElement element : stack) {
                text.append("    at ").append(element).append('\n');
              }
            });
    return AdminResponse.text(text.toString());
  }
}
