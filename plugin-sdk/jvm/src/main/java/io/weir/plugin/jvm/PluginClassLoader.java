package io.weir.plugin.jvm;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classes of one version of a jar. It shows a plugin the JDK and the plugin API and nothing of
 * the proxy; two versions of a jar share no class. The jar's bytes are held in memory, so that the
 * file may be replaced while it runs.
 */
final class PluginClassLoader extends ClassLoader {
  private static final String API = "io.weir.plugin.";

  private final Map<String, byte[]> entries;
  private final ClassLoader sdk;

  /**
   * @param entries the jar's files by path
   * @param sdk knows the plugin API
   */
  PluginClassLoader(String name, Map<String, byte[]> entries, ClassLoader sdk) {
    super(name, ClassLoader.getPlatformClassLoader());
    this.entries = entries;
    this.sdk = sdk;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    boolean api = name.startsWith(API) && name.indexOf('.', API.length()) < 0;
    if (api || name.equals(Budget.class.getName())) {
      return sdk.loadClass(name);
    }
    return super.loadClass(name, resolve);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] classFile = entries.get(name.replace('.', '/') + ".class");
    if (classFile == null) {
      throw new ClassNotFoundException(
          name + " is not in the jar " + getName() + ", nor in the JDK or the plugin API");
    }
    byte[] guarded = PollInserter.insert(classFile, this);
    return defineClass(name, guarded, 0, guarded.length);
  }

  /** A class file of the jar by its internal name; null when the jar has none. */
  byte @Nullable [] classFile(String internalName) {
    return entries.get(internalName + ".class");
  }

  @Override
  public @Nullable InputStream getResourceAsStream(String name) {
    byte[] content = entries.get(name);
    return content == null ? super.getResourceAsStream(name) : new ByteArrayInputStream(content);
  }
}
