package io.weir.plugin.jvm;

import io.weir.filter.Worker;
import java.util.concurrent.ConcurrentHashMap;

/** The accounts of one configured plugin, one a worker. Thread-safe; each is its worker's. */
final class Accounts {
  private final ConcurrentHashMap<Integer, Account> byWorker = new ConcurrentHashMap<>();

  Account of(Worker worker) {
    return byWorker.computeIfAbsent(worker.index(), _ -> new Account());
  }
}
