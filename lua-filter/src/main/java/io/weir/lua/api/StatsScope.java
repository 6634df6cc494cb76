package io.weir.lua.api;

import io.weir.filter.Stats;
import io.weir.filter.Stats.HistogramUnit;
import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;

/** {@code handle:stats()}. */
final class StatsScope extends ApiObject {

  StatsScope(LuaTable metatable, HandleHost host) {
    super(metatable, host);
  }

  static ApiType<StatsScope> type(LuaState state) {
    return new ApiType<>(state, StatsScope.class)
        .text("counter", StatsScope::counter)
        .text("gauge", StatsScope::gauge)
        .method("histogram", StatsScope::histogram);
  }

  private Object counter(LuaString name) {
    Stats stats = host().stats();
    String prefix = host().statPrefix();
    return new CounterObject(
        host().objects().counter.metatable(), () -> stats.counter(prefix, name.cutAtNul().text()));
  }

  private Object gauge(LuaString name) {
    Stats stats = host().stats();
    String prefix = host().statPrefix();
    return new GaugeObject(
        host().objects().gauge.metatable(), () -> stats.gauge(prefix, name.cutAtNul().text()));
  }

  private Object histogram(Arguments a) {
    LuaString name = a.string(2);
    String unit = a.absent(3) ? "unspecified" : a.string(3).text();
    HistogramUnit known =
        switch (unit) {
          case "ms", "milliseconds" -> HistogramUnit.MILLISECONDS;
          case "microseconds", "nanoseconds" -> HistogramUnit.MICROSECONDS;
          case "bytes" -> HistogramUnit.BYTES;
          case "unspecified" -> HistogramUnit.UNSPECIFIED;
          default ->
              throw a.state()
                  .error(
                      "invalid histogram unit '"
                          + unit
                          + "', expected 'ms', 'milliseconds', 'microseconds', 'nanoseconds',"
                          + " 'bytes', or 'unspecified'");
        };
    Stats stats = host().stats();
    String prefix = host().statPrefix();
    return new HistogramObject(
        host().objects().histogram.metatable(),
        () -> stats.histogram(prefix, name.cutAtNul().text(), known));
  }
}
