package io.weir.wasm.property;

import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;
import static io.weir.wasm.abi.WasmResult.SERIALIZATION_FAILURE;

import com.google.protobuf.Any;
import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.NodeInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Value;
import io.weir.filter.http.RouteInfo;
import io.weir.wasm.abi.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Resolves property paths, with the names and encodings of Envoy's attributes. One per VM, used on
 * its worker.
 */
public final class Properties {
  /** What guests store lies under this prefix in filter state. */
  public static final String STATE_PREFIX = "wasm.";

  private final boolean olderRoots;
  private final PathCache paths = new PathCache();
  private final RequestProperties requests = new RequestProperties();
  private final ConnectionProperties connections = new ConnectionProperties();

  /**
   * @param olderRoots whether {@code node}, {@code cluster_name} and the like are known without
   *     {@code xds}, as hosts before 2022 had them; Envoy does not know them
   */
  public Properties(boolean olderRoots) {
    this.olderRoots = olderRoots;
  }

  /** Puts the value at a path into {@code out}. */
  public int resolve(PropertySource source, byte[] path, int offset, int length, ByteSink out) {
    PropertyPath parsed = paths.get(path, offset, length);
    if (parsed.size() == 0) {
      return SERIALIZATION_FAILURE;
    }
    int status = root(source, parsed, out);
    if (status != NOT_FOUND) {
      return status;
    }
    out.clear();
    return custom(source, parsed, out);
  }

  private int root(PropertySource source, PropertyPath path, ByteSink out) {
    return switch (path.part(0)) {
      case "request" -> requests.request(source, path, out);
      case "response" -> requests.response(source, path, out);
      case "connection" -> connections.connection(source, path, out);
      case "source" -> connections.peer(source, path, true, out);
      case "destination" -> connections.peer(source, path, false, out);
      case "upstream" -> connections.upstream(source, path, out);
      case "connection_id" -> connections.id(source, path, out);
      case "metadata" -> dynamicMetadata(source, path, out);
      case "filter_state" -> filterState(source, path, out);
      case "upstream_filter_state" ->
          path.size() == 1 && hostChosen(source.streamInfo()) ? SERIALIZATION_FAILURE : NOT_FOUND;
      case "xds" -> path.size() < 2 ? SERIALIZATION_FAILURE : xds(source, path, 1, out);
      case "plugin_name" -> word(path, source.pluginName(), out);
      case "plugin_root_id" -> word(path, source.rootId(), out);
      // Ours: guests that catch what their plugins throw ask what becomes of the stream.
      case "plugin_fail_open" -> source.failsOpen() ? word(path, "true", out) : NOT_FOUND;
      case "plugin_vm_id" -> word(path, source.vmId(), out);
      // Roots that older hosts had, which Istio's modules of 2020 and 2021 read.
      case "node",
          "cluster_name",
          "cluster_metadata",
          "route_name",
          "route_metadata",
          "listener_direction",
          "listener_metadata",
          "upstream_host_metadata" ->
          olderRoots ? xds(source, path, 0, out) : NOT_FOUND;
      default -> NOT_FOUND;
    };
  }

  /** A single text; nothing lies below it. */
  private static int word(PropertyPath path, String text, ByteSink out) {
    if (path.size() > 1) {
      return NOT_FOUND;
    }
    out.put(text);
    return OK;
  }

  private static int custom(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    if (info == null) {
      return NOT_FOUND;
    }
    int status = state(info.filterState().get(STATE_PREFIX + path.trimmed()), null, out);
    return status == NOT_FOUND && !path.raw().equals(path.trimmed())
        ? state(info.filterState().get(STATE_PREFIX + path.raw()), null, out)
        : status;
  }

  private static int filterState(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    if (info == null) {
      return NOT_FOUND;
    }
    if (path.size() == 1) {
      return SERIALIZATION_FAILURE;
    }
    return state(info.filterState().get(path.part(1)), path.size() > 2 ? path.part(2) : null, out);
  }

  private static int state(@Nullable Object object, @Nullable String field, ByteSink out) {
    if (object == null) {
      return NOT_FOUND;
    }
    if (field == null && object instanceof StoredProperty stored) {
      out.put(stored.bytes());
      return OK;
    }
    if (!(object instanceof FilterState.Serializable serializable)) {
      return NOT_FOUND;
    }
    Object value = field == null ? serializable.serializeAsString() : serializable.field(field);
    return switch (value) {
      case null -> NOT_FOUND;
      case Long number -> {
        out.is(ByteSink.Kind.INTEGER);
        out.putLong(number);
        yield OK;
      }
      case Value tree -> ValueEncoder.encode(tree, out);
      default -> {
        out.put(value.toString());
        yield OK;
      }
    };
  }

  private static int dynamicMetadata(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    return info == null
        ? NOT_FOUND
        : metadata(
            info.dynamicMetadata().namespaces(),
            info.dynamicMetadata().typedNamespaces(),
            path,
            1,
            out);
  }

  // ---- xds

  /**
   * @param at index of the part that names the attribute
   */
  private static int xds(PropertySource source, PropertyPath path, int at, ByteSink out) {
    StreamInfo info = source.streamInfo();
    RouteInfo route = source.route();
    return switch (path.part(at)) {
      case "node" -> node(source.node(), path, at + 1, out);
      case "cluster_name" -> text(source.clusterName(), out);
      case "cluster_metadata" ->
          source.clusterName() == null
              ? NOT_FOUND
              : metadata(source.clusterMetadata(), path, at + 1, out);
      case "route_name" ->
          text(route != null ? route.name() : info == null ? null : info.routeName(), out);
      case "route_metadata" ->
          route == null ? NOT_FOUND : metadata(route.metadata(), path, at + 1, out);
      case "virtual_host_name" -> text(route == null ? null : route.virtualHostName(), out);
      case "virtual_host_metadata" ->
          route == null ? NOT_FOUND : metadata(route.virtualHostMetadata(), path, at + 1, out);
      case "listener_direction" -> {
        if (info == null) {
          yield NOT_FOUND;
        }
        out.is(ByteSink.Kind.INTEGER);
        out.putLong(source.direction().ordinal());
        yield OK;
      }
      case "listener_metadata" ->
          info == null ? NOT_FOUND : metadata(source.listenerMetadata(), path, at + 1, out);
      case "upstream_host_metadata" -> hostMetadata(info, path, at + 1, out);
      case "upstream_host_locality_metadata" ->
          hostChosen(info) ? SERIALIZATION_FAILURE : NOT_FOUND;
      case "filter_chain_name" ->
          text(info == null ? null : info.connection().filterChainName(), out);
      default -> NOT_FOUND;
    };
  }

  private static boolean hostChosen(@Nullable StreamInfo info) {
    return info != null && info.upstream() != null && info.upstream().hostAddress() != null;
  }

  /** A host without metadata has no message to show. */
  private static int hostMetadata(
      @Nullable StreamInfo info, PropertyPath path, int at, ByteSink out) {
    StreamInfo.UpstreamInfo upstream = info == null ? null : info.upstream();
    if (upstream == null || upstream.hostAddress() == null) {
      return NOT_FOUND;
    }
    Metadata metadata = upstream.hostMetadata();
    return path.size() == at && metadata.equals(Metadata.EMPTY)
        ? SERIALIZATION_FAILURE
        : metadata(metadata, path, at, out);
  }

  private static int text(@Nullable String text, ByteSink out) {
    if (text == null) {
      return NOT_FOUND;
    }
    out.put(text);
    return OK;
  }

  private static int node(NodeInfo node, PropertyPath path, int at, ByteSink out) {
    if (path.size() == at) {
      ValueEncoder.node(node, out);
      return OK;
    }
    return switch (path.part(at)) {
      case "id" -> text(node.id(), out);
      case "cluster" -> text(node.cluster(), out);
      case "metadata" -> value(node.metadata(), path, at + 1, out);
      case "locality" -> locality(node.locality(), path, at + 1, out);
      default -> NOT_FOUND;
    };
  }

  private static int locality(NodeInfo.Locality locality, PropertyPath path, int at, ByteSink out) {
    if (path.size() == at) {
      out.put(ValueEncoder.locality(locality));
      return OK;
    }
    return switch (path.part(at)) {
      case "region" -> text(locality.region(), out);
      case "zone" -> text(locality.zone(), out);
      case "sub_zone" -> text(locality.subZone(), out);
      default -> NOT_FOUND;
    };
  }

  // ---- trees

  private static int metadata(Metadata metadata, PropertyPath path, int at, ByteSink out) {
    return metadata(metadata.namespaces(), metadata.typed(), path, at, out);
  }

  private static int metadata(
      Map<String, Value.MapValue> namespaces,
      Map<String, Any> typed,
      PropertyPath path,
      int at,
      ByteSink out) {
    if (path.size() == at) {
      ValueEncoder.metadata(namespaces, typed, out);
      return OK;
    }
    return switch (path.part(at)) {
      case "filter_metadata" -> {
        if (path.size() == at + 1) {
          yield ValueEncoder.map(namespaces, out);
        }
        Value.MapValue namespace = namespaces.get(path.part(at + 1));
        yield namespace == null ? NOT_FOUND : value(namespace, path, at + 2, out);
      }
      case "typed_filter_metadata" -> {
        Any any = path.size() == at + 1 ? null : typed.get(path.part(at + 1));
        if (any == null) {
          yield NOT_FOUND;
        }
        out.put(any.toByteArray());
        yield OK;
      }
      default -> NOT_FOUND;
    };
  }

  private static int value(Value root, PropertyPath path, int at, ByteSink out) {
    Value value = root;
    for (int i = at; i < path.size(); i++) {
      Value next =
          switch (value) {
            case Value.MapValue map -> map.get(path.part(i));
            case Value.ListValue list -> item(list, path.part(i));
            default -> null;
          };
      if (next == null) {
        return NOT_FOUND;
      }
      value = next;
    }
    return ValueEncoder.encode(value, out);
  }

  private static @Nullable Value item(Value.ListValue list, String index) {
    try {
      int i = Integer.parseInt(index);
      return i < 0 || i >= list.values().size() ? null : list.values().get(i);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /** The filter state name of a guest's own property. */
  public static String stateName(byte[] path) {
    return STATE_PREFIX + new String(path, StandardCharsets.ISO_8859_1);
  }
}
