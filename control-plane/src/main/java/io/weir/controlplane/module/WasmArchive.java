package io.weir.controlplane.module;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Takes a module out of what it is wrapped in: gzip, tar, both or nothing. */
final class WasmArchive {

  private static final byte[] MAGIC = {0, 'a', 's', 'm'};
  private static final int BLOCK = 512;
  private static final int NAME_LENGTH = 100;
  private static final int SIZE_AT = 124;
  private static final int SIZE_LENGTH = 12;
  private static final int TYPE_AT = 156;
  private static final int USTAR_AT = 257;
  private static final String WANTED = "plugin.wasm";

  private WasmArchive() {}

  static byte[] unwrap(byte[] bytes, String what, long maxBytes) throws FetchException {
    byte[] plain = isGzip(bytes) ? gunzip(bytes, what, maxBytes) : bytes;
    byte[] module = isTar(plain) ? untar(plain, what) : plain;
    for (int i = 0; i < MAGIC.length; i++) {
      if (module.length <= i || module[i] != MAGIC[i]) {
        throw FetchException.lasting(what + " is no wasm module");
      }
    }
    return module;
  }

  private static boolean isGzip(byte[] bytes) {
    return bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
  }

  private static boolean isTar(byte[] bytes) {
    return bytes.length > USTAR_AT + 5
        && new String(bytes, USTAR_AT, 5, StandardCharsets.US_ASCII).equals("ustar");
  }

  private static byte[] gunzip(byte[] bytes, String what, long maxBytes) throws FetchException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] plain = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBytes + 1));
      if (plain.length > maxBytes) {
        throw FetchException.lasting(what + " unpacks to more than " + (maxBytes >> 20) + " MiB");
      }
      return plain;
    } catch (IOException e) {
      throw FetchException.lasting(what + " is broken gzip: " + e.getMessage());
    }
  }

  /** {@code plugin.wasm}, else the only file that ends with {@code .wasm}. */
  private static byte[] untar(byte[] tar, String what) throws FetchException {
    byte[] only = null;
    int found = 0;
    int at = 0;
    while (at + BLOCK <= tar.length && tar[at] != 0) {
      long size = octal(tar, at + SIZE_AT);
      String name = text(tar, at, NAME_LENGTH);
      String file = name.substring(name.lastIndexOf('/') + 1);
      boolean regular = tar[at + TYPE_AT] == '0' || tar[at + TYPE_AT] == 0;
      int start = at + BLOCK;
      if (size < 0 || size > tar.length - start) {
        throw FetchException.lasting(what + " is a tar that ends too early");
      }
      if (regular && file.endsWith(".wasm")) {
        byte[] content = java.util.Arrays.copyOfRange(tar, start, start + (int) size);
        if (file.equals(WANTED)) {
          return content;
        }
        only = content;
        found++;
      }
      at = start + (int) ((size + BLOCK - 1) / BLOCK * BLOCK);
    }
    if (only == null || found > 1) {
      throw FetchException.lasting(
          what + " holds " + found + " modules and no " + WANTED + "; name the module so");
    }
    return only;
  }

  private static String text(byte[] bytes, int start, int length) {
    int end = start;
    while (end < start + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private static long octal(byte[] bytes, int start) {
    try {
      String digits = text(bytes, start, SIZE_LENGTH).strip();
      return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
