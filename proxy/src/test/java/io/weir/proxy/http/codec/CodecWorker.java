package io.weir.proxy.http.codec;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.weir.filter.Stats;
import io.weir.filter.Timer;
import io.weir.filter.Worker;
import io.weir.filter.WorkerLocal;
import io.weir.filter.http.ClusterClient;
import io.weir.filter.testkit.FakeWorker;
import io.weir.proxy.buffer.NettyBuffer;
import java.util.random.RandomGenerator;

/** The test kit's worker with the proxy's own buffers. */
public final class CodecWorker implements Worker {
  public final FakeWorker fake = new FakeWorker();
  private final ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;

  @Override
  public NettyBuffer newBuffer() {
    return new NettyBuffer(allocator);
  }

  public NettyBuffer buffer(String latin1) {
    var buffer = newBuffer();
    buffer.append(latin1.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    return buffer;
  }

  @Override
  public int index() {
    return fake.index();
  }

  @Override
  public boolean inWorker() {
    return fake.inWorker();
  }

  @Override
  public void execute(Runnable task) {
    fake.execute(task);
  }

  @Override
  public Timer newTimer(Runnable task) {
    return fake.newTimer(task);
  }

  @Override
  public long nanoTime() {
    return fake.nanoTime();
  }

  @Override
  public long wallNanos() {
    return fake.wallNanos();
  }

  @Override
  public RandomGenerator random() {
    return fake.random();
  }

  @Override
  public Stats stats() {
    return fake.stats();
  }

  @Override
  public ClusterClient clusters() {
    return fake.clusters();
  }

  @Override
  public <T> T local(WorkerLocal<T> key) {
    return fake.local(key);
  }
}
