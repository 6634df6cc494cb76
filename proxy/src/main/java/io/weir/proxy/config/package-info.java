/**
 * The life of a configuration: sources of resources, loading, warming, and what is in use now.
 * Everything here runs on the control thread unless it says otherwise.
 */
@NullMarked
package io.weir.proxy.config;

import org.jspecify.annotations.NullMarked;
