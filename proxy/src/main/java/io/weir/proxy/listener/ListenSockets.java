package io.weir.proxy.listener;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.channel.epoll.EpollChannelOption;
import io.weir.proxy.worker.EventLoopWorker;
import io.weir.proxy.worker.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listening sockets of one listener: one per address and worker where the transport and the
 * listener allow several, else one per address. They outlive versions of the listener. Owned by the
 * control thread.
 */
final class ListenSockets {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private final List<EventLoopWorker> workers;
  private final ListenerConfig config;
  private final Executor control;
  private final List<Channel> channels = new ArrayList<>();
  private final List<Acceptor> acceptors = new ArrayList<>();
  private final List<SocketAddress> bound = new ArrayList<>();

  private ListenSockets(List<EventLoopWorker> workers, ListenerConfig config, Executor control) {
    this.workers = workers;
    this.config = config;
    this.control = control;
  }

  /**
   * Binds and listens.
   *
   * @param targets the listener on each worker
   * @return fails, with nothing left open, when an address cannot be bound
   */
  static CompletionStage<ListenSockets> open(
      List<EventLoopWorker> workers,
      ListenerConfig config,
      WorkerListener[] targets,
      Executor control) {
    var sockets = new ListenSockets(workers, config, control);
    CompletionStage<?> all = CompletableFuture.completedStage(null);
    if (config.bindToPort()) {
      for (SocketAddress address : config.addresses()) {
        all = all.thenCompose(_ -> sockets.openAddress(address, targets));
      }
    }
    return all.handleAsync(
        (_, failure) -> {
          if (failure != null) {
            sockets.close();
            throw BindException.of(failure);
          }
          return sockets;
        },
        control);
  }

  private boolean perWorker(SocketAddress address) {
    return config.sockets().reusePort()
        && address instanceof InetSocketAddress
        && workers.get(0).transport().reusePort();
  }

  private CompletionStage<?> openAddress(SocketAddress address, WorkerListener[] targets) {
    if (!perWorker(address)) {
      return bind(address, workers.get(0), targets).thenAccept(bound::add);
    }
    // The first bind settles the port when it is 0.
    CompletionStage<SocketAddress> last = bind(address, workers.get(0), only(targets, 0));
    last = last.thenApply(this::remember);
    for (int i = 1; i < workers.size(); i++) {
      int index = i;
      last = last.thenCompose(real -> bind(real, workers.get(index), only(targets, index)));
    }
    return last;
  }

  private SocketAddress remember(SocketAddress address) {
    bound.add(address);
    return address;
  }

  private static WorkerListener[] only(WorkerListener[] targets, int index) {
    return new WorkerListener[] {targets[index]};
  }

  private CompletionStage<SocketAddress> bind(
      SocketAddress address, EventLoopWorker worker, WorkerListener[] targets) {
    var acceptor = new Acceptor(targets);
    Transport transport = worker.transport();
    var bootstrap =
        new Bootstrap()
            .group(worker.loop())
            .channelFactory(new ReflectiveChannelFactory<>(transport.serverChannel(address)))
            .handler(acceptor)
            .option(ChannelOption.SO_BACKLOG, config.sockets().backlog());
    if (address instanceof InetSocketAddress) {
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
    }
    if (perWorker(address)) {
      bootstrap.option(EpollChannelOption.SO_REUSEPORT, true);
    }
    config.sockets().options().forEach((option, value) -> set(bootstrap, option, value));
    ChannelFuture binding = bootstrap.bind(address);
    var result = new CompletableFuture<SocketAddress>();
    binding.addListener(
        done ->
            control.execute(
                () -> {
                  Throwable failure = done.cause();
                  if (failure == null) {
                    setMode(binding.channel().localAddress());
                    channels.add(binding.channel());
                    acceptors.add(acceptor);
                    result.complete(binding.channel().localAddress());
                  } else {
                    result.completeExceptionally(new BindException(address, failure));
                  }
                }));
    return result;
  }

  /** Gives a Unix domain socket the permissions of {@code Pipe.mode}. */
  private void setMode(SocketAddress address) {
    int mode = config.sockets().pipeMode();
    if (mode == 0 || address instanceof InetSocketAddress) {
      return;
    }
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      // The enum goes from the owner's read bit, 0400, down to others' execute bit, 0001.
      if ((mode & 0400 >> permission.ordinal()) != 0) {
        permissions.add(permission);
      }
    }
    try {
      Files.setPosixFilePermissions(Path.of(address.toString()), permissions);
    } catch (IOException e) {
      LOG.warn("cannot set the mode of {}: {}", address, e.toString());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> void set(Bootstrap bootstrap, ChannelOption<T> option, Object value) {
    bootstrap.option(option, (T) value);
  }

  /** The addresses as bound, with real ports. */
  List<SocketAddress> bound() {
    return List.copyOf(bound);
  }

  /** Whether these sockets serve another version as they are. */
  boolean fit(ListenerConfig other) {
    return config.addresses().equals(other.addresses())
        && config.sockets().equals(other.sockets())
        && config.bindToPort() == other.bindToPort();
  }

  /** Hands connections accepted from now on to another version. */
  void retarget(WorkerListener[] targets) {
    for (int i = 0; i < acceptors.size(); i++) {
      Acceptor acceptor = acceptors.get(i);
      Channel channel = channels.get(i);
      int worker = workerOf(channel);
      WorkerListener[] all = targets.clone();
      boolean shared = !perWorker(channel.localAddress());
      channel.eventLoop().execute(() -> acceptor.retarget(shared ? all : only(all, worker)));
    }
  }

  private int workerOf(Channel channel) {
    for (EventLoopWorker worker : workers) {
      if (worker.loop() == channel.eventLoop()) {
        return worker.index();
      }
    }
    throw new IllegalStateException("a socket of no worker");
  }

  /** Takes what waits to be accepted, or leaves it waiting. */
  void setAccepting(boolean accepting) {
    for (Channel channel : channels) {
      // From another thread Netty would take one connection more.
      channel.eventLoop().execute(() -> channel.config().setAutoRead(accepting));
    }
  }

  /** Stops listening. */
  void close() {
    channels.forEach(Channel::close);
    channels.clear();
    acceptors.clear();
  }
}
