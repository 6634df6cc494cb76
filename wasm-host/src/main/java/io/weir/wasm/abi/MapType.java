package io.weir.wasm.abi;

/** The header maps that a guest names by number. */
public final class MapType {
  public static final int REQUEST_HEADERS = 0;
  public static final int REQUEST_TRAILERS = 1;
  public static final int RESPONSE_HEADERS = 2;
  public static final int RESPONSE_TRAILERS = 3;
  public static final int GRPC_INITIAL_METADATA = 4;
  public static final int GRPC_TRAILING_METADATA = 5;
  public static final int CALL_HEADERS = 6;
  public static final int CALL_TRAILERS = 7;
  static final int LAST = 7;

  private MapType() {}
}
