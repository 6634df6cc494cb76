/**
 * Tests of plugins without a proxy: {@link io.weir.plugin.test.PluginTest} runs a method on every
 * back end, {@link io.weir.plugin.test.TestProxy} plays the proxy.
 */
@NullMarked
package io.weir.plugin.test;

import org.jspecify.annotations.NullMarked;
