package io.weir.filter.testkit;

import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterWorker;

/**
 * One connection with one filter: the test plays downstream and upstream, the harness keeps what
 * the filter stopped and passes on what it let go.
 */
public final class ConnectionHarness {
  public final FakeNetworkCallbacks callbacks;
  public final HeapBuffer toUpstream = new HeapBuffer();
  public final HeapBuffer toDownstream = new HeapBuffer();
  private final NetworkFilter filter;
  private final HeapBuffer read = new HeapBuffer();
  private final HeapBuffer write = new HeapBuffer();
  private boolean ended;
  private int resumes;

  /** Opens the connection. */
  public ConnectionHarness(NetworkFilterWorker filterWorker, FakeWorker worker) {
    callbacks = new FakeNetworkCallbacks(worker);
    filter = filterWorker.newFilter(callbacks);
    filter.onNewConnection();
    settle();
  }

  /** Bytes from the client. */
  public ConnectionHarness send(String text) {
    HeapBuffer.of(text).moveTo(read);
    if (filter.onData(read, false) == FilterStatus.CONTINUE) {
      read.moveTo(toUpstream);
    }
    return settle();
  }

  /** Bytes from the upstream. */
  public ConnectionHarness respond(String text) {
    HeapBuffer.of(text).moveTo(write);
    if (filter.onWrite(write, false) == FilterStatus.CONTINUE) {
      write.moveTo(toDownstream);
    }
    return settle();
  }

  /** Whether the filter closed the connection. */
  public boolean closed() {
    return callbacks.events.stream().anyMatch(event -> event.startsWith("close "));
  }

  /** Runs what is queued; a filter that resumed lets go what is held. */
  public ConnectionHarness settle() {
    callbacks.worker.run();
    int now = (int) callbacks.events.stream().filter("continueReading"::equals).count();
    if (now > resumes) {
      resumes = now;
      read.moveTo(toUpstream);
    }
    return this;
  }

  /** Ends the connection: the last callbacks of the filter, once. */
  public void close() {
    if (!ended) {
      ended = true;
      filter.onClose(true);
      filter.onDestroy();
      callbacks.worker.run();
    }
  }
}
