package io.weir.wasm.vm;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The names of a module's functions for people: from its name section, else from an import or
 * export, else the number. Keeps the section's bytes and reads them when somebody asks.
 */
public final class FunctionNames {
  private static final int CUSTOM = 0;
  private static final int FUNCTIONS = 1;

  private final ModuleInfo info;
  private final byte[] section;

  private FunctionNames(ModuleInfo info, byte[] section) {
    this.info = info;
    this.section = section;
  }

  static FunctionNames of(byte[] module, ModuleInfo info) {
    try {
      return new FunctionNames(info, section(module));
    } catch (IndexOutOfBoundsException _) {
      return new FunctionNames(info, new byte[0]);
    }
  }

  /** The function names of the custom section {@code name}; empty when there is none. */
  private static byte[] section(byte[] module) {
    var in = new ByteReader(module, 8, module.length);
    while (in.remaining() > 0) {
      int id = in.u8();
      int length = in.u32();
      int end = in.position() + length;
      if (id == CUSTOM && text(in).equals("name")) {
        while (in.position() < end) {
          int kind = in.u8();
          byte[] content = in.bytes(in.u32());
          if (kind == FUNCTIONS) {
            return content;
          }
        }
      }
      in.seek(end);
    }
    return new byte[0];
  }

  private static String text(ByteReader in) {
    return new String(in.bytes(in.u32()), StandardCharsets.UTF_8);
  }

  /** The name of the function with that index. */
  public String of(int function) {
    String named = inSection(function);
    if (named != null) {
      return named;
    }
    if (function < info.imports().size()) {
      return info.imports().get(function).toString();
    }
    for (Map.Entry<String, Integer> export : info.exports().entrySet()) {
      if (export.getValue() == function) {
        return export.getKey();
      }
    }
    return "function " + function;
  }

  /** The name under which a function is imported. */
  String ofImport(int function) {
    return info.imports().get(function).name();
  }

  private @Nullable String inSection(int function) {
    try {
      var in = new ByteReader(section, 0, section.length);
      for (int n = section.length == 0 ? 0 : in.u32(); n > 0; n--) {
        int index = in.u32();
        String name = text(in);
        if (index == function) {
          return name;
        }
      }
    } catch (IndexOutOfBoundsException _) {
      // A damaged section names nothing; it has no meaning for execution.
    }
    return null;
  }
}
