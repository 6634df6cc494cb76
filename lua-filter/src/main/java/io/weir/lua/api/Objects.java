package io.weir.lua.api;

import io.weir.lua.engine.LuaState;

/** The types of API objects in one state: their metatables, made once. */
public final class Objects {
  final ApiType<Handle> handle;
  final ApiType<Headers> headers;
  final ApiType<BodyBuffer> body;
  final ApiType<MetadataMap> metadata;
  final ApiType<DynamicMetadataMap> dynamicMetadata;
  final ApiType<DynamicMetadataMap> connectionMetadata;
  final ApiType<StreamInfoObject> streamInfo;
  final ApiType<ConnectionStreamInfo> connectionStreamInfo;
  final ApiType<FilterStateObject> filterState;
  final ApiType<Connection> connection;
  final ApiType<Ssl> ssl;
  final ApiType<ParsedName> parsedName;
  final ApiType<PublicKeyObject> publicKey;
  final ApiType<MetadataHolder> metadataHolder;
  final ApiType<StatsScope> stats;
  final ApiType<CounterObject> counter;
  final ApiType<GaugeObject> gauge;
  final ApiType<HistogramObject> histogram;

  public Objects(LuaState state) {
    handle = Handle.type(state);
    headers = Headers.type(state);
    body = BodyBuffer.type(state);
    metadata = MetadataMap.type(state);
    dynamicMetadata = DynamicMetadataMap.type(state, true);
    connectionMetadata = DynamicMetadataMap.type(state, false);
    streamInfo = StreamInfoObject.type(state);
    connectionStreamInfo = ConnectionStreamInfo.type(state);
    filterState = FilterStateObject.type(state);
    connection = Connection.type(state);
    ssl = Ssl.type(state);
    parsedName = ParsedName.type(state);
    publicKey = PublicKeyObject.type(state);
    metadataHolder = MetadataHolder.type(state);
    stats = StatsScope.type(state);
    counter = CounterObject.type(state);
    gauge = GaugeObject.type(state);
    histogram = HistogramObject.type(state);
  }
}
