package io.weir.plugin.wasm.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayDeque;
import java.util.HashSet;

/** What the classes of a plugin use, read from their constant pools. */
final class PluginCode {
  private PluginCode() {}

  /** Whether the plugin's class, or one of its package that it reaches, calls that method. */
  static boolean calls(Class<?> plugin, String owner, String method) {
    String home = plugin.getPackageName().replace('.', '/');
    var seen = new HashSet<String>();
    var open = new ArrayDeque<String>();
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
      for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
        if (entry instanceof MemberRefEntry member) {
          String of = member.owner().asInternalName();
          if (of.equals(owner) && member.name().equalsString(method)) {
            return true;
          }
          if (of.startsWith(home + "/") && !of.startsWith("io/weir/plugin/")) {
            open.add(of);
          }
        }
      }
    }
    return false;
  }

  private static byte[] read(ClassLoader loader, String name) {
    try (InputStream in = loader.getResourceAsStream(name + ".class")) {
      return in == null ? new byte[0] : in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
