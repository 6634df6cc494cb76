package io.weir.lua.api;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.IpText;
import io.weir.filter.Protocol;
import io.weir.filter.StreamInfo;
import io.weir.filter.TlsInfo;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Values;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** {@code handle:streamInfo()}. */
final class StreamInfoObject extends ApiObject {
  private final StreamInfo info;
  private @Nullable DynamicMetadataMap dynamicMetadata;
  private @Nullable FilterStateObject filterState;
  private @Nullable Ssl ssl;

  StreamInfoObject(LuaTable metatable, HandleHost host) {
    super(metatable, host);
    this.info = host.callbacks().streamInfo();
  }

  static ApiType<StreamInfoObject> type(LuaState state) {
    return new ApiType<>(state, StreamInfoObject.class)
        .getter("protocol", self -> protocol(self.info.protocol()))
        .getter("routeName", self -> LuaString.of(self.info.routeName()))
        .getter("virtualClusterName", self -> LuaString.of(self.info.virtualClusterName()))
        .getter("downstreamLocalAddress", self -> address(self.connection().localAddress()))
        .getter(
            "downstreamDirectLocalAddress", self -> address(self.connection().directLocalAddress()))
        .getter("downstreamRemoteAddress", self -> address(self.connection().remoteAddress()))
        .getter(
            "downstreamDirectRemoteAddress",
            self -> address(self.connection().directRemoteAddress()))
        .getter("dynamicMetadata", StreamInfoObject::dynamicMetadata)
        .method("dynamicTypedMetadata", StreamInfoObject::dynamicTypedMetadata)
        .getter("filterState", StreamInfoObject::filterState)
        .getter("downstreamSslConnection", StreamInfoObject::ssl)
        .getter("requestedServerName", StreamInfoObject::serverName)
        .getter("drainConnectionUponCompletion", StreamInfoObject::drain);
  }

  private ConnectionInfo connection() {
    return info.connection();
  }

  static LuaString protocol(@Nullable Protocol protocol) {
    return protocol == null ? LuaString.EMPTY : LuaString.of(protocol.text());
  }

  static LuaString address(@Nullable SocketAddress address) {
    return LuaString.of(
        address instanceof InetSocketAddress inet ? IpText.of(inet) : String.valueOf(address));
  }

  private Object dynamicMetadata() {
    if (dynamicMetadata == null) {
      dynamicMetadata =
          new DynamicMetadataMap(
              host().objects().dynamicMetadata.metatable(), host(), info.dynamicMetadata());
    }
    return dynamicMetadata;
  }

  private @Nullable Object dynamicTypedMetadata(Arguments a) {
    return TypedMetadata.toLua(info.dynamicMetadata().typed(a.string(2).text()));
  }

  private Object filterState() {
    if (filterState == null) {
      filterState =
          new FilterStateObject(
              host().objects().filterState.metatable(), host(), info.filterState());
    }
    return filterState;
  }

  private @Nullable Object ssl() {
    TlsInfo tls = connection().tls();
    if (ssl == null && tls != null) {
      ssl = new Ssl(host().objects().ssl.metatable(), host(), tls);
    }
    return ssl;
  }

  private Object serverName() {
    String name = connection().requestedServerName();
    return name == null ? LuaString.EMPTY : LuaString.of(name);
  }

  private Object drain() {
    host().callbacks().drainConnectionOnCompletion();
    return Values.NONE;
  }
}
