package io.weir.proxy.admin;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the administration interface on blocking sockets, one virtual thread a connection, so that
 * it answers when every worker is busy.
 */
final class AdminServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("admin");
  private static final int BACKLOG = 128;

  private final ServerSocket socket;
  private final AdminRoutes routes;
  private final AdminStats stats;
  private final Consumer<AdminLog.Line> log;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private AdminServer(
      ServerSocket socket, AdminRoutes routes, AdminStats stats, Consumer<AdminLog.Line> log) {
    this.socket = socket;
    this.routes = routes;
    this.stats = stats;
    this.log = log;
  }

  static AdminServer start(
      InetSocketAddress address, AdminRoutes routes, AdminStats stats, Consumer<AdminLog.Line> log)
      throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(address, BACKLOG);
    var server = new AdminServer(socket, routes, stats, log);
    Thread.ofVirtual().name("admin").start(server::accept);
    return server;
  }

  InetSocketAddress address() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        open.add(accepted);
        Thread.ofVirtual().start(() -> serve(accepted));
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        LOG.warn("accept: {}", e.getMessage());
      }
    }
  }

  private void serve(Socket accepted) {
    long begin = System.nanoTime();
    boolean locally = false;
    stats.open();
    try (accepted) {
      accepted.setTcpNoDelay(true);
      locally = new AdminConnection(accepted, routes, stats, log).run();
    } catch (IOException e) {
      LOG.debug("connection: {}", e.getMessage());
    } finally {
      stats.close(locally, System.nanoTime() - begin);
      open.remove(accepted);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket accepted : open) {
        accepted.close();
      }
    } catch (IOException e) {
      LOG.debug("closing: {}", e.getMessage());
    }
  }
}
