package io.weir.proxy.filter.setfilterstate;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.common.set_filter_state.v3.FilterStateValue;
import io.envoyproxy.envoy.extensions.filters.network.set_filter_state.v3.Config;
import io.weir.filter.FactoryContext;
import io.weir.filter.FilterState.LifeSpan;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.network.FilterStatus;
import io.weir.filter.network.NetworkFilter;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.network.NetworkFilterConfig;
import io.weir.filter.network.NetworkFilterFactory;
import io.weir.proxy.formatter.FormatContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code envoy.filters.network.set_filter_state}. */
public final class NetworkSetFilterStateFactory implements NetworkFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.network.set_filter_state";
  }

  @Override
  public List<String> configTypes() {
    return List.of(Config.getDescriptor().getFullName());
  }

  @Override
  public @Nullable NetworkFilterConfig load(Any config, FactoryContext context) {
    Config message = context.unpack(config, Config.getDefaultInstance());
    if (message == null) {
      return null;
    }
    int before = context.problems().count();
    // Filters start after the handshake, so that both moments are one.
    var onStart =
        new ArrayList<>(
            StateValue.load(message.getOnNewConnectionList(), context, "on_new_connection"));
    onStart.addAll(newer(message, "on_downstream_tls_handshake", context));
    List<StateValue> onData = newer(message, "on_downstream_data", context);
    return context.problems().count() > before
        ? null
        : _ -> callbacks -> new SetFilterState(onStart, onData, callbacks);
  }

  private static List<StateValue> newer(Config message, String field, FactoryContext context) {
    if (!(context.field(message, field) instanceof List<?> list)) {
      return List.of();
    }
    var values = new ArrayList<FilterStateValue>();
    for (Object element : list) {
      try {
        values.add(FilterStateValue.parseFrom(((Message) element).toByteString()));
      } catch (InvalidProtocolBufferException e) {
        context.problems().add(field, "not readable: " + e.getMessage());
      }
    }
    return StateValue.load(values, context, field);
  }

  private static final class SetFilterState implements NetworkFilter {
    private final List<StateValue> onStart;
    private final List<StateValue> onData;
    private final NetworkFilterCallbacks callbacks;
    private boolean dataSeen;

    SetFilterState(
        List<StateValue> onStart, List<StateValue> onData, NetworkFilterCallbacks callbacks) {
      this.onStart = onStart;
      this.onData = onData;
      this.callbacks = callbacks;
    }

    private FormatContext context() {
      return FormatContext.ofStream(null, null, callbacks.streamInfo());
    }

    @Override
    public FilterStatus onNewConnection() {
      onStart.forEach(value -> value.apply(context(), LifeSpan.CONNECTION));
      return FilterStatus.CONTINUE;
    }

    @Override
    public FilterStatus onData(Buffer data, boolean endStream) {
      if (!dataSeen) {
        dataSeen = true;
        onData.forEach(value -> value.apply(context(), LifeSpan.CONNECTION));
      }
      return FilterStatus.CONTINUE;
    }
  }
}
