package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The wire form of Struct, Value and ListValue. */
final class StructEncoding {

  private StructEncoding() {}

  static ByteString struct(SourceNode node, String path) {
    if (!(node instanceof SourceMap map)) {
      throw new WrongValue(node, path, "a map is wanted, not " + node.describe(), "");
    }
    ByteString.Output all = ByteString.newOutput();
    for (SourceMap.Entry entry : WellKnown.sorted(map)) {
      ByteString value = value(entry.value(), path + "[\"" + entry.key() + "\"]");
      ByteString pair =
          MessageEncoder.encode(
              out -> {
                out.writeString(1, ScalarEncoding.string(SourceScalar.ofString(entry.key())));
                out.writeBytes(2, value);
              });
      append(all, MessageEncoder.encode(out -> out.writeBytes(1, pair)));
    }
    return all.toByteString();
  }

  static ByteString listValue(SourceNode node, String path) {
    if (!(node instanceof SourceList list)) {
      throw new WrongValue(node, path, "a list is wanted, not " + node.describe(), "");
    }
    ByteString.Output all = ByteString.newOutput();
    for (int i = 0; i < list.items().size(); i++) {
      ByteString value = value(list.items().get(i), path + "[" + i + "]");
      append(all, MessageEncoder.encode(out -> out.writeBytes(1, value)));
    }
    return all.toByteString();
  }

  static ByteString value(SourceNode node, String path) {
    return switch (node) {
      case SourceMap map -> {
        ByteString struct = struct(map, path);
        yield MessageEncoder.encode(out -> out.writeBytes(5, struct));
      }
      case SourceList list -> {
        ByteString items = listValue(list, path);
        yield MessageEncoder.encode(out -> out.writeBytes(6, items));
      }
      case SourceScalar scalar -> scalar(scalar, path);
    };
  }

  private static ByteString scalar(SourceScalar scalar, String path) {
    try {
      return switch (scalar.kind()) {
        case NULL -> MessageEncoder.encode(out -> out.writeEnum(1, 0));
        case INTEGER, FLOAT -> {
          double number = ScalarEncoding.real(scalar);
          if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new WrongValue(scalar.text() + " cannot be a value in a Struct", "");
          }
          yield MessageEncoder.encode(out -> out.writeDouble(2, number));
        }
        case STRING -> {
          String text = ScalarEncoding.string(scalar);
          yield MessageEncoder.encode(out -> out.writeString(3, text));
        }
        case BOOLEAN -> {
          boolean value = ScalarEncoding.bool(scalar);
          yield MessageEncoder.encode(out -> out.writeBool(4, value));
        }
      };
    } catch (WrongValue e) {
      throw e.node() == null ? new WrongValue(scalar, path, e.reason(), e.hint()) : e;
    }
  }

  private static void append(ByteString.Output all, ByteString more) {
    try {
      more.writeTo(all);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
  }
}
