package io.weir.wasm.vm;

import java.util.List;
import java.util.Map;

/**
 * What a scan of a module's bytes tells, before anything is compiled.
 *
 * @param imports imported functions in index order
 * @param exports exported functions by name, with their function index
 * @param exportsMemory whether a memory is exported
 * @param functionBodies start and end offsets of each function body, pairs, in index order
 * @param codeStart offset of the code section's content
 * @param codeEnd offset behind it
 */
public record ModuleInfo(
    List<ImportName> imports,
    Map<String, Integer> exports,
    boolean exportsMemory,
    int[] functionBodies,
    int codeStart,
    int codeEnd) {

  /** An import's two names. */
  public record ImportName(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  public ModuleInfo {
    imports = List.copyOf(imports);
    exports = Map.copyOf(exports);
  }
}
