package io.weir.wasm.abi;

/**
 * {@code declare_property}: how a guest's property is stored.
 *
 * @param name the property
 * @param readOnly whether it can be set only once
 * @param type how its bytes are shown
 * @param schema the message type or schema, for the structured types
 * @param span how long it lives
 */
public record PropertyDeclaration(
    String name, boolean readOnly, Type type, String schema, Span span) {

  /** How a value's bytes are shown, by number. */
  public enum Type {
    BYTES,
    STRING,
    FLATBUFFERS,
    PROTOBUF
  }

  /** Life spans by number. */
  public enum Span {
    FILTER_CHAIN,
    DOWNSTREAM_REQUEST,
    DOWNSTREAM_CONNECTION
  }
}
