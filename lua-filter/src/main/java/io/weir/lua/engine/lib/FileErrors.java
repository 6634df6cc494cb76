package io.weir.lua.engine.lib;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * A failed file operation as C reports it.
 *
 * @param text what {@code strerror} gives
 * @param number {@code errno}
 */
record FileErrors(String text, int number) {

  static FileErrors of(Exception error) {
    return switch (error) {
      case NoSuchFileException _ -> new FileErrors("No such file or directory", 2);
      case AccessDeniedException _ -> new FileErrors("Permission denied", 13);
      case FileAlreadyExistsException _ -> new FileErrors("File exists", 17);
      case NotDirectoryException _ -> new FileErrors("Not a directory", 20);
      case DirectoryNotEmptyException _ -> new FileErrors("Directory not empty", 39);
      default -> {
        String message = String.valueOf(error.getMessage());
        yield message.contains("directory")
            ? new FileErrors("Is a directory", 21)
            : new FileErrors("Input/output error", 5);
      }
    };
  }
}
