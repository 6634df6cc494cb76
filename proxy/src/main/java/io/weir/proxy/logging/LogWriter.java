package io.weir.proxy.logging;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the log on a thread of its own, so that a worker never waits for a terminal or a full
 * pipe. When entries come faster than they are written, the surplus is dropped and counted.
 */
final class LogWriter implements LogLine.Sink {
  private static final int CAPACITY = 16_384;

  private final BlockingQueue<LogLine> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong dropped = new AtomicLong();
  private final OutputStream out;

  LogWriter(OutputStream out) {
    this.out = out;
  }

  /** Starts the thread, and writes the rest when the process ends. */
  void start() {
    Thread.ofPlatform().daemon().name("log").start(this::run);
    Runtime.getRuntime().addShutdownHook(new Thread(this::flushAtExit));
  }

  @Override
  public void write(LogLine line) {
    if (!queue.offer(line)) {
      dropped.incrementAndGet();
    }
  }

  private void run() {
    try {
      while (true) {
        LogLine first = queue.take();
        writeFrom(first);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Other hooks log while the process ends: wait for them a moment, then write what came. */
  private void flushAtExit() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    LogLine line = queue.poll();
    if (line != null) {
      writeFrom(line);
    }
  }

  private synchronized void writeFrom(LogLine first) {
    var text = new StringBuilder(256);
    long lost = dropped.getAndSet(0);
    if (lost > 0) {
      text.append("... ").append(lost).append(" log lines were dropped\n");
    }
    for (LogLine line = first; line != null && text.length() < 1 << 16; line = queue.poll()) {
      line.appendTo(text);
    }
    try {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (java.io.IOException _) {
      // The log's reader is gone; there is nowhere to say so.
    }
  }
}
