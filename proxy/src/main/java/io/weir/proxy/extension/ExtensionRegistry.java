package io.weir.proxy.extension;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.log.AccessLogFactory;
import io.weir.filter.log.BootstrapExtensionFactory;
import io.weir.filter.log.StatsSinkFactory;
import io.weir.filter.network.ListenerFilterFactory;
import io.weir.filter.network.NetworkFilterFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extensions of this process, found by {@link ServiceLoader} when a category is first asked
 * for. An extension is looked up by the type of its configuration, then by name. Thread-safe.
 */
public final class ExtensionRegistry implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("main");
  private static final String TYPE_PREFIX = "type.googleapis.com/";

  private final ClassLoader loader;
  private final Map<Class<?>, Factories<?>> loaded = new LinkedHashMap<>();

  /**
   * @param loader whose services are the extensions
   */
  public ExtensionRegistry(ClassLoader loader) {
    this.loader = loader;
  }

  /** The factories of one service, by configuration type and by name. */
  private record Factories<F extends ExtensionFactory>(
      Map<String, F> byType, Map<String, F> byName) {

    static <F extends ExtensionFactory> Factories<F> load(Class<F> service, ClassLoader loader) {
      var factories = new Factories<F>(new LinkedHashMap<>(), new LinkedHashMap<>());
      for (F factory : ServiceLoader.load(service, loader)) {
        F other = factories.byName.put(factory.name(), factory);
        if (other != null) {
          throw new IllegalStateException(
              "two extensions are named " + factory.name() + ": " + other + ", " + factory);
        }
        factory.configTypes().forEach(type -> factories.byType.put(type, factory));
      }
      return factories;
    }
  }

  /**
   * The factory of one service for a configuration.
   *
   * @param name the configured name, looked up when {@code config} names no type
   */
  public <F extends ExtensionFactory> @Nullable F find(Class<F> service, String name, Any config) {
    Factories<F> factories = factories(service);
    String type = typeName(config);
    return type.isEmpty() ? factories.byName.get(name) : factories.byType.get(type);
  }

  public <F extends ExtensionFactory> Collection<F> all(Class<F> service) {
    return factories(service).byName.values();
  }

  /** All extensions by category, names sorted, as {@code Node.extensions} lists them. */
  public Map<ExtensionCategory, List<ExtensionFactory>> catalogue() {
    var catalogue = new EnumMap<ExtensionCategory, List<ExtensionFactory>>(ExtensionCategory.class);
    for (Class<? extends ExtensionFactory> service :
        List.of(
            HttpFilterFactory.class,
            NetworkFilterFactory.class,
            ListenerFilterFactory.class,
            AccessLogFactory.class,
            StatsSinkFactory.class,
            BootstrapExtensionFactory.class)) {
      Map<String, ? extends ExtensionFactory> byName = factories(service).byName;
      for (String name : new TreeSet<>(byName.keySet())) {
        ExtensionFactory factory = byName.get(name);
        if (factory != null) {
          catalogue.computeIfAbsent(factory.category(), _ -> new ArrayList<>()).add(factory);
        }
      }
    }
    return catalogue;
  }

  /** The message type that a configuration names; that inside for a {@code TypedStruct}. */
  public static String typeName(Any config) {
    String url = config.getTypeUrl();
    String type = url.substring(url.lastIndexOf('/') + 1);
    return isTypedStruct(type) ? TypedStructs.innerType(config) : type;
  }

  static boolean isTypedStruct(String type) {
    return type.equals("xds.type.v3.TypedStruct") || type.equals("udpa.type.v1.TypedStruct");
  }

  static String typeUrl(String type) {
    return TYPE_PREFIX + type;
  }

  /**
   * Closes the factories that hold something: writers of files, threads. Nothing is found later.
   */
  @Override
  public synchronized void close() {
    for (Factories<?> factories : loaded.values()) {
      for (ExtensionFactory factory : factories.byName.values()) {
        if (factory instanceof AutoCloseable held) {
          close(held);
        }
      }
    }
    loaded.clear();
  }

  private static void close(AutoCloseable factory) {
    try {
      factory.close();
    } catch (Exception e) {
      LOG.warn("closing {}: {}", factory, e.toString());
    }
  }

  @SuppressWarnings("unchecked")
  private synchronized <F extends ExtensionFactory> Factories<F> factories(Class<F> service) {
    return (Factories<F>) loaded.computeIfAbsent(service, _ -> Factories.load(service, loader));
  }
}
