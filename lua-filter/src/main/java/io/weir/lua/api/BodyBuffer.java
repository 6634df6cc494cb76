package io.weir.lua.api;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;

/** {@code handle:body()} and the chunks of {@code handle:bodyChunks()}. */
final class BodyBuffer extends ApiObject {
  private final Body body;

  BodyBuffer(LuaTable metatable, HandleHost host, Body body) {
    super(metatable, host);
    this.body = body;
  }

  static ApiType<BodyBuffer> type(LuaState state) {
    return new ApiType<>(state, BodyBuffer.class)
        .getter("length", self -> (double) self.body.length())
        .method("getBytes", BodyBuffer::getBytes)
        .text("setBytes", BodyBuffer::setBytes);
  }

  private Object getBytes(Arguments a) {
    int index = a.lowInteger(2);
    int length = a.lowInteger(3);
    if (index < 0 || length < 0 || (long) index + length > body.length()) {
      throw a.state()
          .error("index/length must be >= 0 and (index + length) must be <= buffer size");
    }
    return LuaString.own(body.read(index, length));
  }

  private Object setBytes(LuaString bytes) {
    body.replace(bytes.bytes());
    return (double) body.length();
  }
}
