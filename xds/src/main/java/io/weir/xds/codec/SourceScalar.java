package io.weir.xds.codec;

/**
 * A scalar.
 *
 * @param text as written, without quotes and with escapes resolved
 */
public record SourceScalar(String text, Kind kind, int line, int column) implements SourceNode {

  /** How YAML's core schema (which contains JSON's) reads the text. */
  public enum Kind {
    STRING,
    INTEGER,
    FLOAT,
    BOOLEAN,
    NULL
  }

  private static final int SHOWN = 60;

  public static SourceScalar ofString(String text) {
    return new SourceScalar(text, Kind.STRING, 0, 0);
  }

  public boolean isNull() {
    return kind == Kind.NULL;
  }

  public boolean isString() {
    return kind == Kind.STRING;
  }

  @Override
  public String describe() {
    String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN - 3) + "...";
    return switch (kind) {
      case STRING -> "the string \"" + shown + "\"";
      case INTEGER, FLOAT -> "the number " + shown;
      case BOOLEAN -> "the boolean " + shown;
      case NULL -> "null";
    };
  }
}
