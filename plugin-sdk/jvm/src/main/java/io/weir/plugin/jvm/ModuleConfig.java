package io.weir.plugin.jvm;

import com.google.protobuf.Any;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.weir.filter.FactoryContext;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code DynamicModuleFilter} and {@code DynamicModuleNetworkFilter} say: a jar, a plugin in
 * it and the plugin's configuration as text.
 *
 * @param failOpen whether exchanges go on when the plugin fails
 */
record ModuleConfig(PluginJar jar, String plugin, String configuration, boolean failOpen) {
  private static final String OPTIONS = "weir.plugins.v1.PluginOptions";

  /** Reads the message and opens the jar, or reports why not. */
  static @Nullable ModuleConfig load(Any config, JarStore jars, FactoryContext context) {
    DynamicModuleFilter message = context.unpack(config, DynamicModuleFilter.getDefaultInstance());
    return message == null
        ? null
        : load(
            message.getDynamicModuleConfig().getName(),
            message.getFilterName(),
            message.getFilterConfig(),
            jars,
            context);
  }

  /**
   * @param filterConfig empty for none
   */
  static @Nullable ModuleConfig load(
      String name, String plugin, Any filterConfig, JarStore jars, FactoryContext context) {
    String path = "dynamic_module_config.name";
    Path directory = context.pluginDir();
    if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
      context
          .problems()
          .add(path, "'" + name + "' is not a module name", "name a jar without .jar");
      return null;
    }
    if (directory == null) {
      context
          .problems()
          .add(
              path,
              "there is no folder to find " + name + ".jar in",
              "start with --plugin-dir DIR");
      return null;
    }
    Any inner = filterConfig;
    boolean failOpen = false;
    if (filterConfig.getTypeUrl().endsWith("/" + OPTIONS)) {
      Message options = context.unpack(filterConfig);
      if (options == null) {
        return null;
      }
      failOpen =
          context.field(options, "failure_policy") instanceof EnumValueDescriptor policy
              && policy.getName().equals("FAIL_OPEN");
      inner = configuration(options, context);
    }
    try {
      return new ModuleConfig(jars.open(directory, name), plugin, text(inner, context), failOpen);
    } catch (IOException e) {
      context.problems().add(path, String.valueOf(e.getMessage()), "put the jar there");
      return null;
    }
  }

  private static Any configuration(Message options, FactoryContext context) {
    try {
      return context.field(options, "configuration") instanceof Message configuration
          ? Any.parseFrom(configuration.toByteString())
          : Any.getDefaultInstance();
    } catch (InvalidProtocolBufferException e) {
      context.problems().add("filter_config.configuration", "cannot be read");
      return Any.getDefaultInstance();
    }
  }

  /**
   * Text and bytes as they are, a Struct as JSON, nothing as nothing, any other message as JSON.
   */
  private static String text(Any config, FactoryContext context) {
    if (config.getTypeUrl().isEmpty()) {
      return "";
    }
    try {
      if (config.is(StringValue.class)) {
        return config.unpack(StringValue.class).getValue();
      }
      if (config.is(BytesValue.class)) {
        return config.unpack(BytesValue.class).getValue().toStringUtf8();
      }
      Message message = config.is(Struct.class) ? config.unpack(Struct.class) : config;
      return context.toJson(message);
    } catch (InvalidProtocolBufferException e) {
      context.problems().add("filter_config", "is not a " + config.getTypeUrl());
      return "";
    }
  }
}
