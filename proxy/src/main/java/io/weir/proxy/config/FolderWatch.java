package io.weir.proxy.config;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when anything in a folder was created, changed or moved, on a virtual thread. */
final class FolderWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("file");

  private final @Nullable WatchService service;

  private FolderWatch(@Nullable WatchService service) {
    this.service = service;
  }

  static FolderWatch start(Path folder, Runnable changed) {
    try {
      WatchService service = folder.getFileSystem().newWatchService();
      folder.register(
          service,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
      Thread.ofVirtual().name("watch " + folder).start(() -> run(service, changed));
      return new FolderWatch(service);
    } catch (IOException e) {
      LOG.warn("cannot watch {}: {}", folder, e.getMessage());
      return new FolderWatch(null);
    }
  }

  private static void run(WatchService service, Runnable changed) {
    try {
      while (true) {
        WatchKey key = service.take();
        key.pollEvents();
        changed.run();
        if (!key.reset()) {
          return;
        }
      }
    } catch (ClosedWatchServiceException e) {
      // Closed with its owner.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    try {
      if (service != null) {
        service.close();
      }
    } catch (IOException e) {
      LOG.debug("closing a watch: {}", e.getMessage());
    }
  }
}
