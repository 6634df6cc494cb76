/**
 * Runs functions as trees of lambdas: what runs once, what is loaded while traffic flows, and what
 * is too large to compile.
 */
@NullMarked
package io.weir.lua.engine.interpret;

import org.jspecify.annotations.NullMarked;
