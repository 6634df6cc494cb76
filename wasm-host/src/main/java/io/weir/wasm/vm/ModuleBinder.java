package io.weir.wasm.vm;

import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Checks a parsed module's imports and exports against what the host offers and calls. */
final class ModuleBinder {
  private static final int INTERNAL_FAILURE = 10;
  private static final int WASI_NOT_CAPABLE = 76;

  private final com.dylibso.chicory.wasm.WasmModule module;
  private final HostTable host;
  private final ExportTable table;
  private final Capabilities capabilities;

  ModuleBinder(
      com.dylibso.chicory.wasm.WasmModule module,
      HostTable host,
      ExportTable table,
      Capabilities capabilities) {
    this.module = module;
    this.host = host;
    this.table = table;
    this.capabilities = capabilities;
  }

  /** The imports' bindings in index order. */
  List<ImportBinding> imports() throws UnsupportedModuleException {
    var bindings = new ArrayList<ImportBinding>();
    for (FunctionImport function : functionImports(module)) {
      FunctionType type = module.typeSection().getType(function.typeIndex());
      String name = function.name();
      if (!capabilities.allows(name)) {
        boolean wasi = function.module().startsWith("wasi");
        bindings.add(new ImportBinding.Refused(wasi ? WASI_NOT_CAPABLE : INTERNAL_FAILURE));
        continue;
      }
      Integer constant = host.constant(function.module(), name);
      if (constant != null) {
        bindings.add(new ImportBinding.Refused(constant));
        continue;
      }
      HostMethod method = host.find(function.module(), name, type);
      if (method == null) {
        throw new UnsupportedModuleException(
            "the module imports "
                + function.module()
                + "."
                + name
                + " with the type "
                + text(type)
                + "; the host has "
                + host.signatures(function.module(), name));
      }
      bindings.add(new ImportBinding.Bound(method));
    }
    return bindings;
  }

  static List<FunctionImport> functionImports(com.dylibso.chicory.wasm.WasmModule module) {
    return module.importSection().stream()
        .filter(FunctionImport.class::isInstance)
        .map(FunctionImport.class::cast)
        .toList();
  }

  /** The function index by slot, −1 where the export is absent or not allowed. */
  int[] exports(ModuleInfo info) throws UnsupportedModuleException {
    int[] functions = new int[table.slots().size()];
    for (int i = 0; i < functions.length; i++) {
      ExportTable.Slot slot = table.slots().get(i);
      Integer index = info.exports().get(slot.name());
      functions[i] = index == null || !allowed(slot.name()) ? -1 : index;
      if (index != null) {
        check(slot, type(index));
      }
    }
    return functions;
  }

  private boolean allowed(String export) {
    return !export.startsWith("proxy_")
        || export.equals("proxy_on_memory_allocate")
        || capabilities.allows(export);
  }

  FunctionType type(int function) {
    List<FunctionImport> imports = functionImports(module);
    int type =
        function < imports.size()
            ? imports.get(function).typeIndex()
            : module.functionSection().getFunctionType(function - imports.size());
    return module.typeSection().getType(type);
  }

  private static void check(ExportTable.Slot slot, FunctionType type)
      throws UnsupportedModuleException {
    boolean fits =
        type.params().size() >= slot.minParameters()
            && type.params().size() <= slot.maxParameters()
            && type.params().stream().allMatch(ValType.I32::equals)
            && type.returns().equals(slot.returnsValue() ? List.of(ValType.I32) : List.of());
    if (!fits) {
      throw new UnsupportedModuleException(
          "bad function signature for export "
              + slot.name()
              + ": "
              + text(type)
              + ", expected "
              + slot.maxParameters()
              + " i32 parameters and "
              + (slot.returnsValue() ? "an i32 result" : "no result"));
    }
  }

  private static String text(FunctionType type) {
    return type.toString().toLowerCase(Locale.ROOT);
  }
}
