/** The plugin author's workbench: projects, their builds, a proxy and an upstream around them. */
@NullMarked
package io.weir.cli.plugin;

import org.jspecify.annotations.NullMarked;
