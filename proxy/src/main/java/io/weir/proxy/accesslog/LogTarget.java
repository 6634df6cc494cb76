package io.weir.proxy.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where lines go: a file, appended to, or one of the process's streams. */
sealed interface LogTarget {
  LogTarget STDOUT = new Standard(FileDescriptor.out);
  LogTarget STDERR = new Standard(FileDescriptor.err);

  /** The file of that path; {@code /dev/stdout} and {@code /dev/stderr} are our own streams. */
  static LogTarget of(String path) {
    return switch (path) {
      case "/dev/stdout" -> STDOUT;
      case "/dev/stderr" -> STDERR;
      default -> new File(Path.of(path));
    };
  }

  OutputStream open() throws IOException;

  /** A file; opened again after it was moved away. */
  record File(Path path) implements LogTarget {
    @Override
    public OutputStream open() throws IOException {
      return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  /** Standard output or error; never closed. */
  record Standard(FileDescriptor descriptor) implements LogTarget {
    @Override
    public OutputStream open() {
      return new FileOutputStream(descriptor);
    }
  }
}
