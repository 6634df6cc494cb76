package io.weir.plugin.wasm.build;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Turns the compiler's output into a module for proxies: exports that no proxy calls are dropped
 * (some hosts would run {@code _start} instead of {@code _initialize}), and the imports are checked
 * against what every proxy-wasm host provides. Function bodies are left alone.
 */
final class PostLink {
  private static final int HEADER_BYTES = 8;
  private static final int CUSTOM_SECTION = 0;
  private static final int FUNCTION_NAMES = 1;
  private static final int IMPORT_SECTION = 2;
  private static final int EXPORT_SECTION = 7;
  private static final int DATA_SECTION = 11;
  private static final int I32_CONST = 0x41;
  private static final int END = 0x0b;
  // What a segment of its own costs is less than this.
  private static final int ZERO_RUN = 10;
  private static final Set<String> WASI = Set.of("fd_write", "clock_time_get", "random_get");

  private final byte[] module;
  private int at;

  private PostLink(byte[] module) {
    this.module = module;
  }

  /** The linked module. */
  static byte[] link(byte[] module) {
    return new PostLink(module).run();
  }

  private byte[] run() {
    var out = new ByteArrayOutputStream(module.length);
    out.write(module, 0, HEADER_BYTES);
    at = HEADER_BYTES;
    while (at < module.length) {
      int id = module[at++];
      int length = readUnsigned();
      int end = at + length;
      if (id == IMPORT_SECTION) {
        checkImports();
      }
      byte[] body =
          id == EXPORT_SECTION
              ? filterExports()
              : id == CUSTOM_SECTION
                  ? functionNames(end)
                  : id == DATA_SECTION
                      ? withoutZeros(end)
                      : Arrays.copyOfRange(module, end - length, end);
      out.write(id);
      writeUnsigned(out, body.length);
      out.writeBytes(body);
      at = end;
    }
    return out.toByteArray();
  }

  /** A name section with the names of functions only: those of locals are of no use in a proxy. */
  private byte[] functionNames(int end) {
    int start = at;
    if (!readName().equals("name")) {
      return Arrays.copyOfRange(module, start, end);
    }
    var kept = new ByteArrayOutputStream();
    kept.write(module, start, at - start);
    while (at < end) {
      int part = at;
      int kind = module[at++];
      int length = readUnsigned();
      at += length;
      if (kind == FUNCTION_NAMES) {
        kept.write(module, part, at - part);
      }
    }
    return kept.toByteArray();
  }

  /** Memory is zero at first: runs of zeros need no bytes in the module. */
  private byte[] withoutZeros(int end) {
    int start = at;
    var segments = new ByteArrayOutputStream();
    int written = 0;
    int count = readUnsigned();
    for (int i = 0; i < count; i++) {
      if (module[at] != 0 || (module[at + 1] & 0xff) != I32_CONST) {
        return Arrays.copyOfRange(module, start, end);
      }
      at += 2;
      int offset = readSigned();
      at++;
      int length = readUnsigned();
      written += split(offset, length, segments);
      at += length;
    }
    var section = new ByteArrayOutputStream();
    writeUnsigned(section, written);
    section.writeBytes(segments.toByteArray());
    return section.toByteArray();
  }

  /** Writes the parts between runs of zeros; returns how many. */
  private int split(int offset, int length, ByteArrayOutputStream out) {
    int parts = 0;
    int from = 0;
    while (from < length) {
      while (from < length && module[at + from] == 0) {
        from++;
      }
      int to = from;
      int zeros = 0;
      while (to < length && zeros < ZERO_RUN) {
        zeros = module[at + to] == 0 ? zeros + 1 : 0;
        to++;
      }
      int size = to - zeros - from;
      if (size > 0) {
        out.write(0);
        out.write(I32_CONST);
        writeSigned(out, offset + from);
        out.write(END);
        writeUnsigned(out, size);
        out.write(module, at + from, size);
        parts++;
      }
      from = to;
    }
    return parts;
  }

  private int readSigned() {
    int value = 0;
    int shift = 0;
    while (true) {
      int b = module[at++];
      value |= (b & 0x7f) << shift;
      shift += 7;
      if (b >= 0) {
        return shift < 32 && (b & 0x40) != 0 ? value | -1 << shift : value;
      }
    }
  }

  private static void writeSigned(ByteArrayOutputStream out, int value) {
    int left = value;
    while (left < -64 || left > 63) {
      out.write(left & 0x7f | 0x80);
      left >>= 7;
    }
    out.write(left & 0x7f);
  }

  private void checkImports() {
    List<String> forbidden = new ArrayList<>();
    int count = readUnsigned();
    for (int i = 0; i < count; i++) {
      String from = readName();
      String name = readName();
      boolean allowed =
          from.equals("env")
              ? name.startsWith("proxy_")
              : from.equals("wasi_snapshot_preview1") && WASI.contains(name);
      if (!allowed) {
        forbidden.add(from + "." + name);
      }
      skipImportType();
    }
    if (!forbidden.isEmpty()) {
      throw new BuildException(
          "the module needs functions that proxies do not provide: "
              + String.join(", ", forbidden)
              + "; avoid threads, files, Math.sin and its like in the plugin");
    }
  }

  private void skipImportType() {
    int kind = module[at++];
    switch (kind) {
      case 0 -> readUnsigned();
      case 1 -> {
        at++;
        skipLimits();
      }
      case 2 -> skipLimits();
      case 3 -> at += 2;
      default -> throw new BuildException("unknown import kind " + kind);
    }
  }

  private void skipLimits() {
    int flags = module[at++];
    readUnsigned();
    if ((flags & 1) != 0) {
      readUnsigned();
    }
  }

  private byte[] filterExports() {
    var kept = new ByteArrayOutputStream();
    int keptCount = 0;
    int count = readUnsigned();
    for (int i = 0; i < count; i++) {
      int start = at;
      String name = readName();
      at++;
      readUnsigned();
      if (!name.equals("_start") && !name.equals("start") && !name.startsWith("teavm_")) {
        kept.write(module, start, at - start);
        keptCount++;
      }
    }
    var section = new ByteArrayOutputStream();
    writeUnsigned(section, keptCount);
    section.writeBytes(kept.toByteArray());
    return section.toByteArray();
  }

  private String readName() {
    int length = readUnsigned();
    String name = new String(module, at, length, StandardCharsets.UTF_8);
    at += length;
    return name;
  }

  private int readUnsigned() {
    int value = 0;
    int shift = 0;
    while (true) {
      int b = module[at++];
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
      shift += 7;
    }
  }

  private static void writeUnsigned(ByteArrayOutputStream out, int value) {
    int left = value;
    while (left >= 0x80 || left < 0) {
      out.write(left & 0x7f | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }
}
