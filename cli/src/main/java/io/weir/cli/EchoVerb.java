package io.weir.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the built-in upstream. */
@Command(
    name = "echo",
    description = "Run the built-in upstream: it answers with what it received, as JSON.")
final class EchoVerb implements Callable<Integer> {

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:9000",
      description = "Where to listen (default: ${DEFAULT-VALUE}).")
  private String address = "";

  @Override
  public Integer call() throws InterruptedException {
    try (EchoServer server = EchoServer.start(Addresses.parse(address))) {
      System.out.println(
          "echo listens on "
              + server.address().getAddress().getHostAddress()
              + ":"
              + server.address().getPort());
      var stopped = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
      stopped.await();
      return Main.OK;
    }
  }
}
