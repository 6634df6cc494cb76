package io.weir.wasm.vm;

/**
 * What one instance may use.
 *
 * @param memoryPages pages of 64 KiB that its memory may have
 * @param callbackMillis CPU time of one call into the guest
 * @param startMillis CPU time of a start or configuration call
 */
public record Limits(int memoryPages, long callbackMillis, long startMillis) {
  public static final Limits DEFAULT = new Limits(4096, 200, 20_000);
}
