/**
 * The demo: lays a folder of configuration out, runs the processes over it, checks what they do.
 */
@NullMarked
package io.weir.cli.demo;

import org.jspecify.annotations.NullMarked;
