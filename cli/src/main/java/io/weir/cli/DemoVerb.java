package io.weir.cli;

import io.weir.cli.demo.Demo;
import io.weir.cli.demo.DemoChecks;
import io.weir.cli.demo.DemoException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the main job: control plane, gateway, sidecar and upstream over a folder of Istio YAML. */
@Command(
    name = "demo",
    description =
        "Run a control plane, a gateway proxy, a sidecar proxy and an upstream over a folder of"
            + " Istio configuration that puts wasm, Lua and Java filters into the chain.")
final class DemoVerb implements Callable<Integer> {

  @Option(
      names = "--port-base",
      paramLabel = "N",
      description = "Use ports N to N+6 instead of 8080, 15000 and free ones.")
  private int portBase;

  @Option(
      names = "--once",
      description = "Send the requests, edit a file, print what each filter did, and exit.")
  private boolean once;

  @Override
  public Integer call() throws IOException, InterruptedException {
    String root = System.getProperty("weir.root");
    if (root == null) {
      throw new VerbException(Main.USAGE, "start the demo as ./weir demo");
    }
    try (EchoServer echo = EchoServer.start(new InetSocketAddress("127.0.0.1", 0));
        Demo demo = Demo.start(Path.of(root), portBase, echo.address().getPort(), System.out)) {
      var stopped = new CountDownLatch(1);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    stopped.countDown();
                    demo.close();
                  }));
      if (once) {
        return DemoChecks.run(demo, System.out) ? Main.OK : Main.FINDINGS;
      }
      demo.describe(System.out);
      while (!stopped.await(1, TimeUnit.SECONDS)) {
        demo.checkAlive();
      }
      return Main.OK;
    } catch (DemoException e) {
      throw new VerbException(Main.FINDINGS, String.valueOf(e.getMessage()));
    }
  }
}
