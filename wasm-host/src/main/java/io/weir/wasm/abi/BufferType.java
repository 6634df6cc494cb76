package io.weir.wasm.abi;

/** The buffers that a guest names by number. */
public final class BufferType {
  public static final int REQUEST_BODY = 0;
  public static final int RESPONSE_BODY = 1;
  public static final int DOWNSTREAM_DATA = 2;
  public static final int UPSTREAM_DATA = 3;
  public static final int CALL_BODY = 4;
  public static final int GRPC_MESSAGE = 5;
  public static final int VM_CONFIGURATION = 6;
  public static final int PLUGIN_CONFIGURATION = 7;
  public static final int CALL_DATA = 8;
  static final int LAST = 8;

  private BufferType() {}
}
