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
import org.jspecify.annotations.Nullable;
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

  private static final String ENGINE = "chicory-1.7.5";

  private final Mode mode;
  private final HostTable host;
  private final ExportTable exports;
  private final @Nullable ClassCache cache;

  /**
   * @param cache where compiled classes are kept, or null
   */
  public ChicoryRuntime(
      Mode mode, HostTable host, ExportTable exports, @Nullable ClassCache cache) {
    this.mode = mode;
    this.host = host;
    this.exports = exports;
    this.cache = cache;
  }

  @Override
  public String id() {
    return mode == Mode.INTERPRETED ? "interpreter" : "bytecode";
  }

  @Override
  public WasmModule compile(String sha256, byte[] code, ModuleInfo info, Capabilities capabilities)
      throws UnsupportedModuleException {
    try {
      if (mode == Mode.INTERPRETED) {
        com.dylibso.chicory.wasm.WasmModule parsed = Parser.parse(code);
        var binder = new ModuleBinder(parsed, host, exports, capabilities);
        List<ImportBinding> imports = binder.imports();
        int[] functions = binder.exports(info);
        return new WasmModule(
            info,
            parsed,
            imports,
            exports,
            functions,
            InterpreterMachine::new,
            null,
            true,
            FunctionNames.of(code, info),
            null);
      }
      String name = cacheName(sha256, capabilities);
      CompiledCode stored = cache == null ? null : cache.load(name);
      if (stored != null) {
        return load(stored, code, info, capabilities);
      }
      CompiledCode made = translate(code, info, capabilities, Parser.parse(code));
      WasmModule module = load(made, code, info, capabilities);
      if (cache != null) {
        cache.save(name, made);
      }
      return module;
    } catch (ChicoryException e) {
      throw new UnsupportedModuleException("the module is not valid: " + e.getMessage(), e);
    }
  }

  /** Whether the class cache holds the compiled code, as far as a look at the folder tells. */
  boolean cached(String sha256, Capabilities capabilities) {
    return cache != null && cache.holds(cacheName(sha256, capabilities));
  }

  /** Tells apart all that the class files depend on. */
  private String cacheName(String sha256, Capabilities capabilities) {
    return sha256
        + "-"
        + ENGINE
        + "-"
        + (mode == Mode.LINKED ? "link" + LinkPass.VERSION : "unlinked")
        + "-"
        + Integer.toHexString(host.fingerprint() * 31 + exports.toString().hashCode())
        + "-jdk"
        + Runtime.version().feature()
        + (capabilities.allowed().isEmpty()
            ? ""
            : "-" + Integer.toHexString(capabilities.key().hashCode()));
  }

  private CompiledCode translate(
      byte[] code,
      ModuleInfo info,
      Capabilities capabilities,
      com.dylibso.chicory.wasm.WasmModule parsed)
      throws UnsupportedModuleException {
    var binder = new ModuleBinder(parsed, host, exports, capabilities);
    List<ImportBinding> imports = binder.imports();
    int[] functions = binder.exports(info);
    CompilerResult result =
        Compiler.builder(parsed)
            .withInterpreterFallback(InterpreterFallback.SILENT)
            .withClassCollectorFactory(ByteClassCollector::new)
            .build()
            .compile();
    Set<Integer> interpreted = result.interpretedFunctions();
    var classes = new HashMap<String, byte[]>();
    // The compiler mixes binary and internal names.
    result.classBytes().forEach((name, bytes) -> classes.put(name.replace('/', '.'), bytes));
    boolean linked = mode == Mode.LINKED;
    Map<String, byte[]> loadable = classes;
    if (linked) {
      try {
        loadable = new LinkPass(imports, host).link(classes, exports, functions);
      } catch (LinkPass.LinkException e) {
        LOG.warn("wasm: compiled code is not linked, calls cost more: {}", e.getMessage());
        linked = false;
      }
    }
    return new CompiledCode(
        CodeStripper.strip(code, info, interpreted),
        result.collector().mainClassName(),
        linked,
        !interpreted.isEmpty(),
        loadable);
  }

  private WasmModule load(
      CompiledCode code, byte[] source, ModuleInfo info, Capabilities capabilities)
      throws UnsupportedModuleException {
    com.dylibso.chicory.wasm.WasmModule stripped = Parser.parse(code.stripped());
    var binder = new ModuleBinder(stripped, host, exports, capabilities);
    var loader =
        new GuestClassLoader(new HashMap<>(code.classes()), ChicoryRuntime.class.getClassLoader());
    return new WasmModule(
        info,
        stripped,
        binder.imports(),
        exports,
        binder.exports(info),
        machineFactory(loader, code.machineClass()),
        code.linked() ? exportsConstructor(loader) : null,
        !code.linked() || code.interpreted(),
        FunctionNames.of(source, info),
        null);
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
