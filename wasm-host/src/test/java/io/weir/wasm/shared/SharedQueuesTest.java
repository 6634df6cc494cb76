package io.weir.wasm.shared;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SharedQueuesTest {
  private static final byte[] MEBIBYTE = new byte[1 << 20];

  @Test
  void aQueueHoldsAsManyBytesAsItMay() {
    var queues = new SharedQueues();
    int queue = queues.register("vm", "q", _ -> {});
    for (int i = 0; i < 64; i++) {
      assertThat(queues.enqueue(queue, MEBIBYTE)).isEqualTo(SharedQueues.Outcome.STORED);
    }
    assertThat(queues.enqueue(queue, new byte[1])).isEqualTo(SharedQueues.Outcome.FULL);
    assertThat(queues.dequeue(queue)).isSameAs(MEBIBYTE);
    assertThat(queues.enqueue(queue, MEBIBYTE)).isEqualTo(SharedQueues.Outcome.STORED);
    assertThat(queues.enqueue(queue, new byte[1])).isEqualTo(SharedQueues.Outcome.FULL);
  }

  @Test
  void aQueueHoldsAsManyEntriesAsItMay() {
    var queues = new SharedQueues();
    int queue = queues.register("vm", "q", _ -> {});
    for (int i = 0; i < 65_536; i++) {
      queues.enqueue(queue, new byte[0]);
    }
    assertThat(queues.enqueue(queue, new byte[0])).isEqualTo(SharedQueues.Outcome.FULL);
    assertThat(queues.enqueue(queue + 1, new byte[0])).isEqualTo(SharedQueues.Outcome.UNKNOWN);
  }
}
