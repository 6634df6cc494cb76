package io.weir.proxy.tls;

import io.weir.filter.Problems;
import org.slf4j.Logger;

/** Problems of something that is read again later: they are logged, as nobody waits for them. */
final class LoggedProblems implements Problems {
  private final Logger log;
  private final String what;
  private int count;

  LoggedProblems(Logger log, String what) {
    this.log = log;
    this.what = what;
  }

  @Override
  public void add(String path, String reason, String hint) {
    count++;
    log.warn("secret {}: {}: {}; the one before stays in use", what, path, reason);
  }

  @Override
  public void warn(String path, String reason, String hint) {
    log.warn("secret {}: {}: {}", what, path, reason);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Problems at(String prefix) {
    return new Problems() {
      @Override
      public void add(String path, String reason, String hint) {
        LoggedProblems.this.add(join(prefix, path), reason, hint);
      }

      @Override
      public void warn(String path, String reason, String hint) {
        LoggedProblems.this.warn(join(prefix, path), reason, hint);
      }

      @Override
      public int count() {
        return count;
      }

      @Override
      public Problems at(String inner) {
        return LoggedProblems.this.at(join(prefix, inner));
      }
    };
  }

  private static String join(String prefix, String path) {
    return path.isEmpty() ? prefix : prefix + "." + path;
  }
}
