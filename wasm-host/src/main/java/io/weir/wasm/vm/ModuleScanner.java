package io.weir.wasm.vm;

import io.weir.wasm.vm.ModuleInfo.ImportName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a module's sections without decoding it: imports, exports, where the code lies, and
 * instructions that the engine cannot run, so that those are refused with their name instead of
 * failing somewhere inside the compiler. Cheap enough for the control thread.
 */
public final class ModuleScanner {
  private static final int IMPORT = 2;
  private static final int EXPORT = 7;
  private static final int CODE = 10;

  private final ByteReader in;
  private final List<ImportName> imports = new ArrayList<>();
  private final Map<String, Integer> exports = new HashMap<>();
  private boolean exportsMemory;
  private int[] bodies = {};
  private int codeStart;
  private int codeEnd;

  private ModuleScanner(byte[] module) {
    this.in = new ByteReader(module, 0, module.length);
  }

  /**
   * Scans a module.
   *
   * @throws UnsupportedModuleException when it is not wasm, is cut short, or needs what the engine
   *     does not have
   */
  public static ModuleInfo scan(byte[] module) throws UnsupportedModuleException {
    if (module.length < 8
        || module[0] != 0
        || module[1] != 'a'
        || module[2] != 's'
        || module[3] != 'm') {
      throw new UnsupportedModuleException("the code is not a WebAssembly module");
    }
    if (module[4] != 1 || module[5] != 0 || module[6] != 0 || module[7] != 0) {
      throw new UnsupportedModuleException(
          "the code is a WebAssembly binary of another version (a component?), not a core module");
    }
    var scanner = new ModuleScanner(module);
    try {
      scanner.sections();
    } catch (IndexOutOfBoundsException e) {
      throw new UnsupportedModuleException("the WebAssembly module is truncated or damaged", e);
    }
    return new ModuleInfo(
        scanner.imports,
        scanner.exports,
        scanner.exportsMemory,
        scanner.bodies,
        scanner.codeStart,
        scanner.codeEnd);
  }

  private void sections() throws UnsupportedModuleException {
    in.skip(8);
    while (in.remaining() > 0) {
      int id = in.u8();
      int length = in.u32();
      int end = in.position() + length;
      in.check(length);
      switch (id) {
        case IMPORT -> imports();
        case EXPORT -> exports();
        case CODE -> code(end);
        default -> {
          // Types, data and names are the parser's business.
        }
      }
      in.seek(end);
    }
  }

  private void imports() throws UnsupportedModuleException {
    for (int n = in.u32(); n > 0; n--) {
      var name = new ImportName(name(), name());
      int kind = in.u8();
      switch (kind) {
        case 0 -> {
          in.u32();
          imports.add(name);
        }
        case 1 -> {
          in.u8();
          limits();
        }
        case 2 -> limits();
        default ->
            throw new UnsupportedModuleException(
                "the module imports "
                    + name
                    + ", a global or tag; a proxy-wasm host offers functions, memory and tables");
      }
    }
  }

  private void limits() {
    int flags = in.u8();
    in.u32();
    if ((flags & 1) != 0) {
      in.u32();
    }
  }

  private void exports() {
    for (int n = in.u32(); n > 0; n--) {
      String name = name();
      int kind = in.u8();
      int index = in.u32();
      if (kind == 0) {
        exports.put(name, index);
      } else if (kind == 2) {
        exportsMemory = true;
      }
    }
  }

  private String name() {
    int length = in.u32();
    return new String(in.bytes(length), StandardCharsets.UTF_8);
  }

  private void code(int end) throws UnsupportedModuleException {
    codeStart = in.position();
    codeEnd = end;
    int count = in.u32();
    in.check(count);
    bodies = new int[count * 2];
    for (int i = 0; i < count; i++) {
      int length = in.u32();
      int start = in.position();
      in.check(length);
      bodies[i * 2] = start;
      bodies[i * 2 + 1] = start + length;
      String unsupported = new InstructionWalk(in.slice(start, start + length)).unsupported();
      if (unsupported != null) {
        throw new UnsupportedModuleException(reason(unsupported, i + imports.size()));
      }
      in.seek(start + length);
    }
  }

  private @Nullable String exportOf(int function) {
    for (var export : exports.entrySet()) {
      if (export.getValue() == function) {
        return export.getKey();
      }
    }
    return null;
  }

  private String reason(String unsupported, int function) {
    String export = exportOf(function);
    return "the module uses "
        + unsupported
        + " (function "
        + function
        + (export == null ? "" : ", " + export)
        + "), which this runtime does not have; build it without that feature";
  }
}
