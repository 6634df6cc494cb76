package io.weir.wasm.vm;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ByteClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.compiler.internal.CompilerResult;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.InterpreterMachine;
import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import java.lang.reflect.Constructor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chicory: the bytecode compiler with the link pass, or the interpreter. Thread-safe. */
public final class ChicoryRuntime implements WasmRuntime {
  private static final Logger LOG = LoggerFactory.getLogger("wasm");

  /** How modules are run. */
  public enum Mode {
    /** Compiled to JVM bytecode and linked; falls back to unlinked. */
    LINKED,
    /** Compiled, called through the engine's dispatch. */
    UNLINKED,
    /** Interpreted. */
    INTERPRETED
  }

  private final Mode mode;
  private final HostTable host;
  private final ExportTable exports;

  public ChicoryRuntime(Mode mode, HostTable host, ExportTable exports) {
    this.mode = mode;
    this.host = host;
    this.exports = exports;
  }

  @Override
  public String id() {
    return mode == Mode.INTERPRETED ? "interpreter" : "bytecode";
  }

  @Override
  public WasmModule compile(byte[] code, ModuleInfo info, Capabilities capabilities)
      throws UnsupportedModuleException {
    try {
      return compileParsed(code, info, capabilities, Parser.parse(code));
    } catch (ChicoryException e) {
      throw new UnsupportedModuleException("the module is not valid: " + e.getMessage(), e);
    }
  }

  private WasmModule compileParsed(
      byte[] code,
      ModuleInfo info,
      Capabilities capabilities,
      com.dylibso.chicory.wasm.WasmModule parsed)
      throws UnsupportedModuleException {
    var binder = new ModuleBinder(parsed, host, exports, capabilities);
    List<ImportBinding> imports = binder.imports();
    int[] functions = binder.exports(info);
    if (mode == Mode.INTERPRETED) {
      return new WasmModule(
          info, parsed, imports, exports, functions, InterpreterMachine::new, null, true);
    }
    CompilerResult result =
        Compiler.builder(parsed)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .withClassCollectorFactory(ByteClassCollector::new)
            .build()
            .compile();
    Set<Integer> interpreted = result.interpretedFunctions();
    String machine = result.collector().mainClassName();
    boolean linked = mode == Mode.LINKED;
    var classes = new HashMap<String, byte[]>();
    // The compiler mixes binary and internal names.
    result.classBytes().forEach((name, bytes) -> classes.put(name.replace('/', '.'), bytes));
    Map<String, byte[]> loadable = classes;
    if (linked) {
      try {
        loadable = new LinkPass(imports, host).link(classes, exports, functions);
      } catch (LinkPass.LinkException e) {
        LOG.warn("wasm: compiled code is not linked, calls cost more: {}", e.getMessage());
        linked = false;
      }
    }
    com.dylibso.chicory.wasm.WasmModule stripped =
        Parser.parse(CodeStripper.strip(code, info, interpreted));
    var loader =
        new GuestClassLoader(new HashMap<>(loadable), ChicoryRuntime.class.getClassLoader());
    return new WasmModule(
        info,
        stripped,
        imports,
        exports,
        functions,
        machineFactory(loader, machine),
        linked ? exportsConstructor(loader) : null,
        !linked || !interpreted.isEmpty());
  }

  private static Function<Instance, Machine> machineFactory(ClassLoader loader, String name) {
    try {
      Constructor<?> constructor = loader.loadClass(name).getConstructor(Instance.class);
      return instance -> {
        try {
          return (Machine) constructor.newInstance(instance);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Constructor<?> exportsConstructor(ClassLoader loader) {
    try {
      return loader.loadClass(LinkPass.EXPORTS_CLASS).getConstructor(Instance.class, Memory.class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
