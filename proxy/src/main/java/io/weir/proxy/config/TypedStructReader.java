package io.weir.proxy.config;

import com.github.xds.type.v3.TypedStruct;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.ProtoWriter;
import org.jspecify.annotations.Nullable;

/** Turns a configuration that travels as a {@code Struct} into its real type. */
final class TypedStructReader {
  private TypedStructReader() {}

  static <M extends Message> @Nullable M read(Any any, M prototype, ProblemList problems)
      throws InvalidProtocolBufferException {
    // udpa.type.v1.TypedStruct has the same fields.
    TypedStruct struct = TypedStruct.parseFrom(any.getValue());
    return ProtoReader.read(ProtoWriter.toTree(struct.getValue()), prototype, problems.at("value"));
  }
}
