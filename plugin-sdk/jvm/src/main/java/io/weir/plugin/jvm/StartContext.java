package io.weir.plugin.jvm;

import io.weir.plugin.Log;
import io.weir.plugin.PluginContext;

/** What a plugin is started with. */
record StartContext(String configuration, Log log) implements PluginContext {}
