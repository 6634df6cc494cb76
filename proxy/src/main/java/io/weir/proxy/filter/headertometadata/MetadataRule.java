package io.weir.proxy.filter.headertometadata;

import org.jspecify.annotations.Nullable;

/** What becomes of one header or cookie. */
record MetadataRule(
    Source source, @Nullable MetadataTarget present, @Nullable MetadataTarget missing) {}
