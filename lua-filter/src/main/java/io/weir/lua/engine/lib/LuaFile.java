package io.weir.lua.engine.lib;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.LuaUserdata;
import io.weir.lua.engine.NumberReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import org.jspecify.annotations.Nullable;

/**
 * An open file of the {@code io} library: a file on disk, a standard stream or a process's pipe.
 */
final class LuaFile extends LuaUserdata {
  private static final int BUFFER = 4096;

  private final @Nullable RandomAccessFile file;
  private final @Nullable InputStream input;
  private final @Nullable OutputStream output;
  private final @Nullable Process process;
  private final boolean append;

  /** Allocated by the first read: every script has the three standard files. */
  private byte[] buffer = {};

  private int at;
  private int filled;
  private boolean closed;

  private LuaFile(
      LuaTable metatable,
      @Nullable RandomAccessFile file,
      @Nullable InputStream input,
      @Nullable OutputStream output,
      @Nullable Process process,
      boolean append) {
    super(metatable);
    this.file = file;
    this.input = input;
    this.output = output;
    this.process = process;
    this.append = append;
  }

  static LuaFile onDisk(LuaTable metatable, RandomAccessFile file, boolean append) {
    return new LuaFile(metatable, file, null, null, null, append);
  }

  static LuaFile stream(
      LuaTable metatable, @Nullable InputStream input, @Nullable OutputStream output) {
    return new LuaFile(metatable, null, input, output, null, false);
  }

  static LuaFile pipe(LuaTable metatable, Process process, boolean reading) {
    return new LuaFile(
        metatable,
        null,
        reading ? process.getInputStream() : null,
        reading ? null : process.getOutputStream(),
        process,
        false);
  }

  boolean closed() {
    return closed;
  }

  boolean standard() {
    return file == null && process == null;
  }

  /** The exit code of a pipe's process, −1 for other files. */
  int close() throws IOException {
    closed = true;
    if (file != null) {
      file.close();
    }
    if (output != null && process != null) {
      output.close();
    }
    if (process == null) {
      return -1;
    }
    try {
      return process.waitFor();
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  // ---- reading

  private int peek() throws IOException {
    if (at == filled) {
      at = 0;
      filled = 0;
      if (buffer.length == 0) {
        buffer = new byte[BUFFER];
      }
      int count = file != null ? file.read(buffer) : input != null ? input.read(buffer) : -1;
      if (count <= 0) {
        return -1;
      }
      filled = count;
    }
    return buffer[at] & 0xff;
  }

  @Nullable LuaString line(boolean keepEnd) throws IOException {
    var line = new ByteArrayOutputStream();
    int c = peek();
    if (c < 0) {
      return null;
    }
    for (; c >= 0; c = peek()) {
      at++;
      if (c == '\n') {
        if (keepEnd) {
          line.write(c);
        }
        break;
      }
      line.write(c);
    }
    return LuaString.own(line.toByteArray());
  }

  @Nullable LuaString bytes(int count) throws IOException {
    if (count == 0) {
      return peek() < 0 ? null : LuaString.EMPTY;
    }
    var read = new ByteArrayOutputStream();
    while (read.size() < count && peek() >= 0) {
      int more = Math.min(count - read.size(), filled - at);
      read.write(buffer, at, more);
      at += more;
    }
    return read.size() == 0 ? null : LuaString.own(read.toByteArray());
  }

  LuaString rest() throws IOException {
    LuaString rest = bytes(Integer.MAX_VALUE);
    return rest == null ? LuaString.EMPTY : rest;
  }

  @Nullable Double number() throws IOException {
    while (peek() == ' ' || peek() >= 9 && peek() <= 13) {
      at++;
    }
    var text = new ByteArrayOutputStream();
    boolean hex = false;
    int last = 0;
    while (text.size() < 64 && continuesNumber(peek(), last, text.size(), hex)) {
      last = peek();
      hex |= (last | 0x20) == 'x';
      text.write(last);
      at++;
    }
    return NumberReader.read(LuaString.own(text.toByteArray()));
  }

  private static boolean continuesNumber(int c, int last, int length, boolean hex) {
    if (c >= '0' && c <= '9' || c == '.') {
      return true;
    }
    int letter = c | 0x20;
    if (c == '+' || c == '-') {
      return length == 0 || (last | 0x20) == (hex ? 'p' : 'e');
    }
    if (letter == 'x') {
      return last == '0' && length <= 2 && !hex;
    }
    return hex ? letter >= 'a' && letter <= 'f' || letter == 'p' : letter == 'e' && length > 0;
  }

  // ---- writing

  void write(LuaString text) throws IOException {
    if (file != null) {
      if (append) {
        file.seek(file.length());
      } else {
        forgetReadAhead();
      }
      at = 0;
      filled = 0;
      file.write(text.bytes());
    } else if (output != null) {
      output.write(text.bytes());
    } else {
      throw new IOException("Bad file descriptor");
    }
  }

  void flush() throws IOException {
    if (output != null) {
      output.flush();
    }
  }

  private void forgetReadAhead() throws IOException {
    if (file != null && at < filled) {
      file.seek(file.getFilePointer() - (filled - at));
    }
    at = 0;
    filled = 0;
  }

  /**
   * Moves the position.
   *
   * @param whence 0 from the start, 1 from here, 2 from the end
   */
  long seek(int whence, long offset) throws IOException {
    if (file == null) {
      throw new IOException("Illegal seek");
    }
    forgetReadAhead();
    long base = whence == 0 ? 0 : whence == 1 ? file.getFilePointer() : file.length();
    if (base + offset < 0) {
      throw new IOException("Invalid argument");
    }
    file.seek(base + offset);
    return base + offset;
  }
}
