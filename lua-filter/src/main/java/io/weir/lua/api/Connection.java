package io.weir.lua.api;

import io.weir.filter.TlsInfo;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaTable;
import org.jspecify.annotations.Nullable;

/** {@code handle:connection()}. */
final class Connection extends ApiObject {
  private @Nullable Ssl ssl;

  Connection(LuaTable metatable, HandleHost host) {
    super(metatable, host);
  }

  static ApiType<Connection> type(LuaState state) {
    return new ApiType<>(state, Connection.class).getter("ssl", Connection::ssl);
  }

  private @Nullable Object ssl() {
    TlsInfo tls = host().callbacks().streamInfo().connection().tls();
    if (ssl == null && tls != null) {
      ssl = new Ssl(host().objects().ssl.metatable(), host(), tls);
    }
    return ssl;
  }
}
