package io.weir.lua.engine.syntax;

import java.util.List;

/** Statements that share a scope. */
public record Block(List<Statement> statements) {}
