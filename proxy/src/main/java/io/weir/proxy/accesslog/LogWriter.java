package io.weir.proxy.accesslog;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines off the event loops: workers hand over whole chunks, one thread writes them. When it
 * cannot keep up the queue fills, and chunks are dropped and counted rather than blocking a worker
 * or growing without bound. Thread-safe.
 */
final class LogWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("file");
  private static final int MAX_CHUNKS = 256;
  private static final long CLOSE_SECONDS = 5;

  /** Something for the thread to do. */
  private sealed interface Task {
    record Chunk(LogTarget target, byte[] bytes, int length) implements Task {}

    record Reopen() implements Task {}

    record Stop(CountDownLatch done) implements Task {}
  }

  private final BlockingQueue<Task> tasks = new ArrayBlockingQueue<>(MAX_CHUNKS);
  private final AtomicLong dropped = new AtomicLong();
  private final Map<LogTarget, OutputStream> streams = new HashMap<>();
  private @Nullable Thread thread;

  /**
   * Hands over a chunk of whole lines; the array belongs to the writer then.
   *
   * @return false when the queue is full and the chunk was dropped
   */
  boolean write(LogTarget target, byte[] bytes, int length) {
    if (tasks.offer(new Task.Chunk(target, bytes, length))) {
      return true;
    }
    dropped.incrementAndGet();
    return false;
  }

  /**
   * Makes sure that the target can be written to.
   *
   * @throws IOException why it cannot
   */
  synchronized void prepare(LogTarget target) throws IOException {
    if (target instanceof LogTarget.File) {
      target.open().close();
    }
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("access-log").start(this::run);
    }
  }

  /** Opens all files again by their names, after they were moved away. */
  void reopen() {
    tasks.offer(new Task.Reopen());
  }

  long droppedChunks() {
    return dropped.get();
  }

  /** Writes what was handed over before, then stops. */
  @Override
  public synchronized void close() {
    if (thread == null) {
      return;
    }
    var done = new CountDownLatch(1);
    try {
      if (tasks.offer(new Task.Stop(done), CLOSE_SECONDS, TimeUnit.SECONDS)) {
        done.await(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }

  private void run() {
    try {
      while (true) {
        switch (tasks.take()) {
          case Task.Chunk chunk -> write(chunk);
          case Task.Reopen _ -> closeStreams();
          case Task.Stop(CountDownLatch done) -> {
            closeStreams();
            done.countDown();
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      closeStreams();
    }
  }

  private void write(Task.Chunk chunk) {
    try {
      OutputStream stream = streams.get(chunk.target());
      if (stream == null) {
        stream = chunk.target().open();
        streams.put(chunk.target(), stream);
      }
      stream.write(chunk.bytes(), 0, chunk.length());
    } catch (IOException e) {
      LOG.warn("cannot write access log {}: {}", chunk.target(), e.toString());
      dropped.incrementAndGet();
    }
  }

  private void closeStreams() {
    streams.forEach(
        (target, stream) -> {
          if (target instanceof LogTarget.File) {
            try {
              stream.close();
            } catch (IOException e) {
              LOG.warn("closing access log {}: {}", target, e.toString());
            }
          }
        });
    streams.clear();
  }
}
