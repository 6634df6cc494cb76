package io.weir.proxy.tls;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.WatchedDirectory;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.weir.filter.Problems;
import io.weir.proxy.extension.LoadContext;
import io.weir.proxy.extension.ResourceWatcher;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A part of a TLS context that is given by a secret: inline, static, or by SDS, and that is read
 * again when its files change. What cannot be used leaves what was there before. Belongs to the
 * control thread.
 *
 * @param <T> what the secret is made into
 */
final class SecretPart<T> implements ResourceWatcher<Secret> {
  private static final Logger LOG = LoggerFactory.getLogger("secret");

  /** Makes the part of a secret's message; null when problems were reported. */
  interface Reader<T> {
    @Nullable T read(Secret secret, Problems problems);
  }

  private final String name;
  private final LoadContext context;
  private final Reader<T> reader;
  private final Runnable changed;
  private final Set<Path> watched = new HashSet<>();
  private @Nullable Secret secret;
  private @Nullable T value;
  private boolean settled;

  /**
   * @param name of the secret, for logs
   * @param changed told when there is another value, and when waiting for the first is in vain
   */
  SecretPart(String name, LoadContext context, Reader<T> reader, Runnable changed) {
    this.name = name;
    this.context = context;
    this.reader = reader;
    this.changed = changed;
  }

  /** The secret's name, empty for one that has none. */
  String name() {
    return name;
  }

  /** The value now; null before the first. */
  @Nullable T value() {
    return value;
  }

  /** Whether there is nothing to wait for: a value, or a failure to get one. */
  boolean settled() {
    return settled;
  }

  /** Takes a secret that stands in the configuration; problems are its loader's. */
  void set(Secret given, Problems problems, boolean watchFiles) {
    settled = true;
    secret = given;
    value = reader.read(given, problems);
    watch(given, watchFiles);
  }

  @Override
  public void onResource(Secret resource, String version, Problems problems) {
    int before = problems.count();
    T read = reader.read(resource, problems);
    if (problems.count() == before && read != null) {
      secret = resource;
      value = read;
      watch(resource, true);
    } else if (settled) {
      return;
    }
    settled = true;
    changed.run();
  }

  @Override
  public void onInitialFetchTimeout() {
    settled = true;
    changed.run();
  }

  private void reload() {
    Secret current = secret;
    if (current == null) {
      return;
    }
    var problems = new LoggedProblems(LOG, name);
    T read = reader.read(current, problems);
    if (problems.count() == 0 && read != null) {
      value = read;
      changed.run();
    }
  }

  private void watch(Secret given, boolean files) {
    WatchedDirectory directory =
        given.hasTlsCertificate()
            ? given.getTlsCertificate().getWatchedDirectory()
            : given.getValidationContext().getWatchedDirectory();
    if (!directory.getPath().isEmpty()) {
      watchFolder(Path.of(directory.getPath()));
    } else if (files) {
      watchFiles(given);
    }
  }

  private void watchFiles(Message message) {
    for (Object field : message.getAllFields().values()) {
      if (field instanceof DataSource source) {
        if (source.hasFilename()) {
          Path folder = Path.of(source.getFilename()).toAbsolutePath().getParent();
          if (folder != null) {
            watchFolder(folder);
          }
        }
      } else if (field instanceof Message inner) {
        watchFiles(inner);
      }
    }
  }

  private void watchFolder(Path folder) {
    if (watched.add(folder)) {
      context.watchFolder(folder, this::reload);
    }
  }
}
