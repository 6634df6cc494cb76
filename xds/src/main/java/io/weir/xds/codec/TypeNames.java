package io.weir.xds.codec;

import com.google.protobuf.Descriptors.Descriptor;
import io.weir.xds.Nearest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Set;
import java.util.TreeSet;

/** All type names there are. Slow (it walks a jar), so only for telling somebody what is wrong. */
final class TypeNames {

  private static final String ROOT = "io/envoyproxy/envoy/";

  private TypeNames() {}

  static String hint(String unknown) {
    Set<String> names = all();
    String simple = unknown.substring(unknown.lastIndexOf('.') + 1);
    Set<String> sameEnd = new TreeSet<>();
    for (String name : names) {
      if (name.endsWith("." + simple)) {
        sameEnd.add(name);
      }
    }
    String near = Nearest.find(unknown, names);
    if (near == null && !sameEnd.isEmpty()) {
      near = sameEnd.size() == 1 ? sameEnd.iterator().next() : Nearest.find(unknown, sameEnd);
    }
    return near == null ? "" : "did you mean " + near + "?";
  }

  private static Set<String> all() {
    Set<String> names = NewerTable.get().messageNames();
    URL any = Descriptor.class.getClassLoader().getResource(ROOT + "config/core/v3/Node.class");
    if (any == null) {
      return names;
    }
    try {
      if (any.openConnection() instanceof JarURLConnection connection) {
        connection.setUseCaches(true);
        connection.getJarFile().stream()
            .map(java.util.zip.ZipEntry::getName)
            .filter(TypeNames::isMessageClass)
            .forEach(name -> names.add(typeName(name)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the API's jar cannot be read", e);
    }
    return names;
  }

  private static boolean isMessageClass(String name) {
    return name.startsWith(ROOT)
        && name.contains("/v3/")
        && name.endsWith(".class")
        && name.indexOf('$') < 0
        && !name.endsWith("OrBuilder.class")
        && !name.endsWith("Proto.class")
        && !name.endsWith("Grpc.class");
  }

  private static String typeName(String classFile) {
    return classFile
        .substring("io/envoyproxy/".length(), classFile.length() - ".class".length())
        .replace('/', '.');
  }
}
