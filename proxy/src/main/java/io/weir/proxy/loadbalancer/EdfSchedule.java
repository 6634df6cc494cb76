package io.weir.proxy.loadbalancer;

/**
 * Earliest deadline first: picks entries in proportion to their weights, evenly spread. An entry's
 * next deadline is one over its weight after its last. Entries with equal deadlines come in the
 * order in which they were put in. A binary heap over arrays; belongs to one worker.
 */
final class EdfSchedule {
  /** Weight of an entry at the moment when it is put back. */
  interface Weights {
    double of(int entry);
  }

  private final int[] heap;
  private final double[] deadlines;
  private final long[] order;
  private final Weights weights;
  private double now;
  private long nextOrder;

  EdfSchedule(int count, Weights weights) {
    this.heap = new int[count];
    this.deadlines = new double[count];
    this.order = new long[count];
    this.weights = weights;
    for (int i = 0; i < count; i++) {
      heap[i] = i;
      deadlines[i] = 1 / weights.of(i);
      order[i] = nextOrder++;
    }
    for (int i = count / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /** The next entry. There must be one. */
  int pick() {
    int entry = heap[0];
    now = deadlines[entry];
    deadlines[entry] = now + 1 / weights.of(entry);
    order[entry] = nextOrder++;
    siftDown(0);
    return entry;
  }

  private void siftDown(int start) {
    int at = start;
    int entry = heap[at];
    while (true) {
      int child = 2 * at + 1;
      if (child >= heap.length) {
        break;
      }
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], entry)) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = entry;
  }

  private boolean before(int a, int b) {
    return deadlines[a] < deadlines[b] || deadlines[a] == deadlines[b] && order[a] < order[b];
  }
}
