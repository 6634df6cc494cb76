package io.weir.plugin.wasm.build;

import io.weir.plugin.HttpPlugin;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.PluginContext;
import io.weir.plugin.PluginFactory;
import io.weir.plugin.wasm.FiberGuest;
import io.weir.plugin.wasm.HttpGuest;
import io.weir.plugin.wasm.NetworkGuest;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.teavm.interop.Address;
import org.teavm.interop.Export;

/**
 * Generates a module's main class: it makes the plugin and exports only the ABI callbacks that the
 * plugin overrides, since each export is a crossing that every request pays for.
 */
final class EntryClass {
  static final String NAME = "io.weir.plugin.wasm.generated.Entry";

  private static final ClassDesc ENTRY = ClassDesc.of(NAME);
  private static final ClassDesc EXPORT = Export.class.describeConstable().orElseThrow();
  private static final ClassDesc FACTORY = desc(PluginFactory.class);
  private static final ClassDesc CONTEXT = desc(PluginContext.class);
  private static final ClassDesc ADDRESS = Address.class.describeConstable().orElseThrow();
  private static final String INITIALIZE = "_initialize";

  /** Callback method of the plugin → export name and guest method with its int arity. */
  private record Callback(String export, String guestMethod, int arity, boolean result) {
    Callback kept() {
      return new Callback(export, guestMethod + "Kept", arity, result);
    }
  }

  private static final Map<String, Callback> HTTP = new LinkedHashMap<>();
  private static final Map<String, Callback> NETWORK = new LinkedHashMap<>();

  static {
    HTTP.put(
        "onRequestHeaders", new Callback("proxy_on_request_headers", "onRequestHeaders", 3, true));
    HTTP.put("onRequestBody", new Callback("proxy_on_request_body", "onRequestBody", 3, true));
    HTTP.put(
        "onRequestTrailers",
        new Callback("proxy_on_request_trailers", "onRequestTrailers", 2, true));
    HTTP.put(
        "onResponseHeaders",
        new Callback("proxy_on_response_headers", "onResponseHeaders", 3, true));
    HTTP.put("onResponseBody", new Callback("proxy_on_response_body", "onResponseBody", 3, true));
    HTTP.put(
        "onResponseTrailers",
        new Callback("proxy_on_response_trailers", "onResponseTrailers", 2, true));
    HTTP.put("onTick", new Callback("proxy_on_tick", "onTick", 1, false));
    HTTP.put("onQueue", new Callback("proxy_on_queue_ready", "onQueue", 2, false));
    HTTP.put("onEnd", new Callback("proxy_on_log", "onLog", 1, false));
    NETWORK.put(
        "onNewConnection", new Callback("proxy_on_new_connection", "onNewConnection", 1, true));
    NETWORK.put(
        "onDownstreamData", new Callback("proxy_on_downstream_data", "onDownstreamData", 3, true));
    NETWORK.put(
        "onUpstreamData", new Callback("proxy_on_upstream_data", "onUpstreamData", 3, true));
    NETWORK.put("onTick", new Callback("proxy_on_tick", "onTick", 1, false));
    NETWORK.put("onQueue", new Callback("proxy_on_queue_ready", "onQueue", 2, false));
    NETWORK.put("onClose", new Callback("proxy_on_log", "onLog", 1, false));
  }

  private EntryClass() {}

  /**
   * The class file for {@code plugin}.
   *
   * @param plugin implements {@link HttpPlugin} or {@link NetworkPlugin}
   */
  static byte[] generate(Class<?> plugin) {
    boolean http = HttpPlugin.class.isAssignableFrom(plugin);
    if (!http && !NetworkPlugin.class.isAssignableFrom(plugin)) {
      throw new BuildException(plugin.getName() + " is neither an HttpPlugin nor a NetworkPlugin");
    }
    Class<?> contract = http ? HttpPlugin.class : NetworkPlugin.class;
    boolean waits = PluginCode.waits(plugin);
    if (waits && !http) {
      throw new BuildException(
          plugin.getName()
              + " uses PluginContext.http or grpc, and callbacks of connections cannot wait; use"
              + " Connection.call or grpc");
    }
    ClassDesc guest = desc(waits ? FiberGuest.class : http ? HttpGuest.class : NetworkGuest.class);
    return ClassFile.of()
        .build(
            ENTRY,
            type -> {
              type.withFlags(AccessFlag.PUBLIC, AccessFlag.FINAL);
              type.withInterfaceSymbols(FACTORY);
              constructor(type);
              main(type);
              factory(type, plugin, desc(contract));
              initialize(type, desc(http ? HttpGuest.class : NetworkGuest.class));
              marker(type);
              allocator(type);
              forward(
                  type,
                  guest,
                  new Callback("proxy_on_context_create", "onContextCreate", 2, false));
              boolean sends = PluginCode.makesHttpCalls(plugin);
              boolean grpc = PluginCode.makesGrpcCalls(plugin);
              boolean calls = sends || grpc;
              forward(
                  type,
                  guest,
                  new Callback(
                      "proxy_on_delete", calls && !waits ? "onDeleteCalls" : "onDelete", 1, false));
              if (sends) {
                forward(
                    type,
                    guest,
                    new Callback("proxy_on_http_call_response", "onCallReply", 5, false));
              }
              if (grpc) {
                forward(
                    type, guest, new Callback("proxy_on_grpc_receive", "onGrpcReceive", 3, false));
                forward(type, guest, new Callback("proxy_on_grpc_close", "onGrpcClose", 3, false));
              }
              forward(type, guest, new Callback("proxy_on_configure", "onConfigure", 2, true));
              (http ? HTTP : NETWORK)
                  .forEach(
                      (name, callback) -> {
                        boolean kept = !waits && http && PluginCode.readsLater(plugin, name);
                        if (kept || overrides(plugin, contract, name)) {
                          forward(type, guest, kept ? callback.kept() : callback);
                        }
                      });
            });
  }

  /** Whether the plugin, or a class above it, has its own version of a contract's method. */
  private static boolean overrides(Class<?> plugin, Class<?> contract, String name) {
    for (Method method : plugin.getMethods()) {
      if (method.getName().equals(name)
          && !method.isBridge()
          && method.getDeclaringClass() != contract) {
        return true;
      }
    }
    return false;
  }

  private static void constructor(ClassBuilder type) {
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        ConstantDescs.MTD_void,
        ClassFile.ACC_PUBLIC,
        code ->
            code.aload(0)
                .invokespecial(
                    ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_());
  }

  private static void main(ClassBuilder type) {
    type.withMethodBody(
        "main",
        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String.arrayType()),
        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
        CodeBuilder::return_);
  }

  /** The entry is the plugin's factory, or stands before the one that the processor wrote. */
  private static void factory(ClassBuilder type, Class<?> plugin, ClassDesc contract) {
    ClassDesc written = writtenFactory(plugin);
    type.withMethodBody(
        "make",
        MethodTypeDesc.of(ConstantDescs.CD_Object, CONTEXT),
        ClassFile.ACC_PUBLIC,
        code -> {
          ClassDesc made = written == null ? desc(plugin) : written;
          code.new_(made)
              .dup()
              .invokespecial(made, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void);
          if (written != null) {
            code.aload(1)
                .invokevirtual(written, "make", MethodTypeDesc.of(contract, CONTEXT))
                .areturn();
          } else {
            code.dup()
                .aload(1)
                .invokevirtual(made, "start", MethodTypeDesc.of(ConstantDescs.CD_void, CONTEXT))
                .areturn();
          }
        });
  }

  private static @Nullable ClassDesc writtenFactory(Class<?> plugin) {
    String home = plugin.getPackageName();
    String inPackage =
        home.isEmpty() ? plugin.getName() : plugin.getName().substring(home.length() + 1);
    String name = (home.isEmpty() ? "" : home + ".") + inPackage.replace('$', '_') + "_Factory";
    try {
      return desc(Class.forName(name, false, plugin.getClassLoader()));
    } catch (ClassNotFoundException e) {
      if (java.util.Arrays.stream(plugin.getConstructors())
          .noneMatch(constructor -> constructor.getParameterCount() == 0)) {
        throw new BuildException(
            plugin.getName()
                + " has no public constructor without arguments, and no factory: compile it with"
                + " weir-plugin-processor");
      }
      return null;
    }
  }

  private static void initialize(ClassBuilder type, ClassDesc guest) {
    export(
        type,
        INITIALIZE,
        "initialize",
        ConstantDescs.MTD_void,
        code ->
            code.new_(ENTRY)
                .dup()
                .invokespecial(ENTRY, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .invokestatic(guest, "install", MethodTypeDesc.of(ConstantDescs.CD_void, FACTORY))
                .return_());
  }

  private static void marker(ClassBuilder type) {
    export(
        type,
        "proxy_abi_version_0_2_1",
        "abiVersion",
        ConstantDescs.MTD_void,
        CodeBuilder::return_);
  }

  private static void allocator(ClassBuilder type) {
    var descriptor = MethodTypeDesc.of(ADDRESS, ConstantDescs.CD_int);
    export(
        type,
        "proxy_on_memory_allocate",
        "allocate",
        descriptor,
        code ->
            code.iload(0)
                .invokestatic(ClassDesc.of("io.weir.plugin.wasm.Memory"), "allocate", descriptor)
                .areturn());
  }

  private static void forward(ClassBuilder type, ClassDesc guest, Callback callback) {
    List<ClassDesc> arguments = new ArrayList<>();
    for (int i = 0; i < callback.arity; i++) {
      arguments.add(ConstantDescs.CD_int);
    }
    var descriptor =
        MethodTypeDesc.of(
            callback.result ? ConstantDescs.CD_int : ConstantDescs.CD_void, arguments);
    export(
        type,
        callback.export,
        callback.guestMethod,
        descriptor,
        code -> {
          for (int i = 0; i < callback.arity; i++) {
            code.iload(i);
          }
          code.invokestatic(guest, callback.guestMethod, descriptor);
          if (callback.result) {
            code.ireturn();
          } else {
            code.return_();
          }
        });
  }

  private static void export(
      ClassBuilder type,
      String export,
      String method,
      MethodTypeDesc descriptor,
      Consumer<CodeBuilder> body) {
    type.withMethod(
        method,
        descriptor,
        ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
        builder ->
            builder
                .with(
                    RuntimeVisibleAnnotationsAttribute.of(
                        Annotation.of(EXPORT, AnnotationElement.ofString("name", export))))
                .withCode(body));
  }

  private static ClassDesc desc(Class<?> type) {
    return Objects.requireNonNull(type.describeConstable().orElse(null));
  }
}
