package io.weir.controlplane.config;

/** A percentage from 0 to 100, with fractions. */
public record Percent(double value) {}
