package io.weir.controlplane.config;

import org.jspecify.annotations.Nullable;

/** One way to compare a text; none set means "matches by presence". */
public record StringMatch(
    @Nullable String exact, @Nullable String prefix, @Nullable String regex) {}
