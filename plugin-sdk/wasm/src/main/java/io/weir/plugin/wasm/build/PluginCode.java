package io.weir.plugin.wasm.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the classes of a plugin use, read from their class files. */
final class PluginCode {
  private static final String API = "io.weir.plugin.";
  private static final String CONTEXT = "io/weir/plugin/PluginContext";
  private static final String EXCHANGE = "io/weir/plugin/HttpExchange";
  private static final String CONNECTION = "io/weir/plugin/Connection";
  private static final Set<String> AFTER_REQUEST_HEADERS =
      Set.of(
          "onRequestBody",
          "onRequestTrailers",
          "onResponseHeaders",
          "onResponseBody",
          "onResponseTrailers");
  private static final Set<String> AFTER_RESPONSE_HEADERS =
      Set.of("onResponseBody", "onResponseTrailers");

  private PluginCode() {}

  /** Whether the plugin makes straight-line calls. */
  static boolean waits(Class<?> plugin) {
    return calls(plugin, CONTEXT, "http") || calls(plugin, CONTEXT, "grpc");
  }

  static boolean makesHttpCalls(Class<?> plugin) {
    return calls(plugin, CONTEXT, "http")
        || calls(plugin, EXCHANGE, "call")
        || calls(plugin, CONNECTION, "call");
  }

  static boolean makesGrpcCalls(Class<?> plugin) {
    return calls(plugin, CONTEXT, "grpc")
        || calls(plugin, EXCHANGE, "grpc")
        || calls(plugin, CONNECTION, "grpc");
  }

  /** Whether the plugin's class, or one of its package that it reaches, calls that method. */
  private static boolean calls(Class<?> plugin, String owner, String method) {
    for (ClassModel type : reached(plugin)) {
      for (PoolEntry entry : type.constantPool()) {
        if (entry instanceof MemberRefEntry member
            && member.owner().asInternalName().equals(owner)
            && member.name().equalsString(method)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Whether the plugin may read the headers that a callback is for after that callback: it has
   * later callbacks, and asks for those headers elsewhere.
   *
   * @param callback {@code onRequestHeaders} or {@code onResponseHeaders}; no other is
   */
  static boolean readsLater(Class<?> plugin, String callback) {
    return switch (callback) {
      case "onRequestHeaders" ->
          readsLater(plugin, callback, "requestHeaders", AFTER_REQUEST_HEADERS);
      case "onResponseHeaders" ->
          readsLater(plugin, callback, "responseHeaders", AFTER_RESPONSE_HEADERS);
      default -> false;
    };
  }

  private static boolean readsLater(
      Class<?> plugin, String callback, String headers, Set<String> later) {
    boolean hasLater = false;
    boolean elsewhere = false;
    for (ClassModel type : reached(plugin)) {
      for (MethodModel method : type.methods()) {
        String name = method.methodName().stringValue();
        hasLater |= later.contains(name);
        // The log shows all headers again.
        boolean inTime =
            name.equals(callback)
                || name.equals("onEnd")
                || name.startsWith("lambda$" + callback + "$")
                || name.startsWith("lambda$onEnd$");
        elsewhere |= !inTime && invokes(method, headers);
      }
    }
    return hasLater && elsewhere;
  }

  private static boolean invokes(MethodModel method, String name) {
    if (method.code().isEmpty()) {
      return false;
    }
    for (CodeElement element : method.code().get()) {
      if (element instanceof InvokeInstruction call
          && call.owner().asInternalName().equals(EXCHANGE)
          && call.name().equalsString(name)) {
        return true;
      }
    }
    return false;
  }

  /** The plugin's class and those of its package, and packages below it, that it names. */
  private static List<ClassModel> reached(Class<?> plugin) {
    String home = plugin.getPackageName().replace('.', '/');
    var seen = new HashSet<String>();
    var open = new ArrayDeque<String>();
    var found = new ArrayList<ClassModel>();
    open.add(plugin.getName().replace('.', '/'));
    while (!open.isEmpty()) {
      String name = open.poll();
      if (!seen.add(name)) {
        continue;
      }
      byte[] bytes = read(plugin.getClassLoader(), name);
      if (bytes.length == 0) {
        continue;
      }
      ClassModel type = ClassFile.of().parse(bytes);
      found.add(type);
      for (PoolEntry entry : type.constantPool()) {
        if (entry instanceof ClassEntry named) {
          String other = named.asInternalName();
          if (other.startsWith(home + "/") && !ofSdk(other.replace('/', '.'))) {
            open.add(other);
          }
        }
      }
    }
    return found;
  }

  /** Whether a class, with dots in its name, is the API's or the guest side's. */
  static boolean ofSdk(String name) {
    String prefix = name.startsWith("io.weir.plugin.wasm.") ? "io.weir.plugin.wasm." : API;
    return name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0;
  }

  /** A class file that is the plugin's or its libraries' own; null for the JDK's and the API's. */
  static byte @Nullable [] ownClass(String name, ClassLoader loader) {
    boolean foreign =
        name.startsWith("[")
            || name.startsWith("java/")
            || name.startsWith("javax/")
            || ofSdk(name.replace('/', '.'))
            || name.startsWith("org/jspecify/");
    byte[] bytes = foreign ? new byte[0] : read(loader, name);
    return bytes.length == 0 ? null : bytes;
  }

  private static byte[] read(ClassLoader loader, String name) {
    try (InputStream in = loader.getResourceAsStream(name + ".class")) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
