package io.weir.proxy.formatter;

import io.weir.filter.FilterState;
import io.weir.filter.Metadata;
import io.weir.filter.Problems;
import io.weir.filter.StreamInfo.UpstreamInfo;
import io.weir.filter.Value;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators about metadata and filter state. */
final class MetadataOperators {
  private interface Source {
    Value.@Nullable MapValue namespace(FormatContext context, String name);
  }

  private MetadataOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    builders.put(
        "DYNAMIC_METADATA",
        (command, _, problems) ->
            build(command, command.argument(), MetadataOperators::dynamic, problems));
    builders.put(
        "CLUSTER_METADATA",
        (command, _, problems) ->
            build(command, command.argument(), MetadataOperators::cluster, problems));
    builders.put(
        "UPSTREAM_METADATA",
        (command, _, problems) ->
            build(command, command.argument(), MetadataOperators::host, problems));
    builders.put("METADATA", MetadataOperators::metadata);
    builders.put("FILTER_STATE", MetadataOperators::filterState);
    // The old name of the same objects' texts.
    builders.put(
        "PER_REQUEST_STATE",
        (command, options, problems) ->
            filterState(
                new Command(command.name(), command.argument() + ":PLAIN", command.limit()),
                options,
                problems));
    builders.put(
        "UPSTREAM_FILTER_STATE",
        (command, _, problems) ->
            command.argument().isEmpty()
                ? command.invalid(problems, "needs a key", "%UPSTREAM_FILTER_STATE(KEY)%")
                : TextOperator.of(_ -> null));
  }

  private static @Nullable Operator metadata(
      Command command, FormatOptions options, Problems problems) {
    String arguments = command.argument();
    int colon = arguments.indexOf(':');
    String type = colon < 0 ? arguments : arguments.substring(0, colon);
    Source source =
        switch (type) {
          case "DYNAMIC" -> MetadataOperators::dynamic;
          case "CLUSTER" -> MetadataOperators::cluster;
          case "ROUTE" -> (c, name) -> c.streamInfo().routeMetadata().namespace(name);
          case "UPSTREAM_HOST" -> MetadataOperators::host;
          case "LISTENER" ->
              (c, name) -> c.streamInfo().connection().listenerMetadata().namespace(name);
          case "VIRTUAL_HOST" -> (c, name) -> c.streamInfo().virtualHostMetadata().namespace(name);
          case "LISTENER_FILTER_CHAIN" ->
              (c, name) -> c.streamInfo().connection().filterChainMetadata().namespace(name);
          default -> null;
        };
    if (source == null || colon < 0) {
      return command.invalid(
          problems,
          "unknown kind of metadata",
          "%METADATA(KIND:NAMESPACE:KEY)% with DYNAMIC, CLUSTER, ROUTE, UPSTREAM_HOST, LISTENER,"
              + " LISTENER_FILTER_CHAIN or VIRTUAL_HOST");
    }
    return build(command, arguments.substring(colon + 1), source, problems);
  }

  private static @Nullable Operator build(
      Command command, String arguments, Source source, Problems problems) {
    String[] parts = arguments.split(":", -1);
    if (parts[0].isEmpty()) {
      return command.invalid(problems, "needs a namespace", "%" + command.name() + "(NAME:KEY)%");
    }
    String namespace = parts[0];
    String[] path = Arrays.copyOfRange(parts, 1, parts.length);
    return ValueOperator.of(
        context -> {
          Value value = source.namespace(context, namespace);
          for (String key : path) {
            value = value instanceof Value.MapValue map ? map.get(key) : null;
          }
          return value;
        });
  }

  private static Value.@Nullable MapValue dynamic(FormatContext context, String name) {
    return context.streamInfo().dynamicMetadata().get(name);
  }

  private static Value.@Nullable MapValue cluster(FormatContext context, String name) {
    return context.streamInfo().upstreamClusterMetadata().namespace(name);
  }

  private static Value.@Nullable MapValue host(FormatContext context, String name) {
    UpstreamInfo upstream = context.streamInfo().upstream();
    Metadata metadata = upstream == null ? Metadata.EMPTY : upstream.hostMetadata();
    return metadata.namespace(name);
  }

  private static @Nullable Operator filterState(
      Command command, FormatOptions options, Problems problems) {
    String[] parts = command.argument().split(":", -1);
    String form = parts.length > 1 ? parts[1] : "TYPED";
    boolean field = form.equals("FIELD");
    if (parts[0].isEmpty()
        || parts.length != (field ? 3 : Math.min(parts.length, 2))
        || !field && !form.equals("PLAIN") && !form.equals("TYPED")) {
      return command.invalid(
          problems, "unknown form", "%FILTER_STATE(KEY)%, (KEY:PLAIN), (KEY:FIELD:NAME)");
    }
    String key = parts[0];
    if (field) {
      String name = parts[2];
      return ValueOperator.of(c -> fieldOf(c.streamInfo().filterState().get(key), name));
    }
    boolean plain = form.equals("PLAIN");
    return (context, out) -> {
      Object object = context.streamInfo().filterState().get(key);
      String json =
          !plain && object instanceof FilterState.Serializable s ? s.serializeAsJson() : null;
      if (json != null) {
        out.append(json);
        return true;
      }
      String text = object instanceof FilterState.Serializable s ? s.serializeAsString() : null;
      if (text == null) {
        return false;
      }
      int start = out.length();
      out.append(text);
      if (!plain) {
        out.quoteFrom(start);
      }
      return true;
    };
  }

  private static @Nullable Value fieldOf(@Nullable Object object, String name) {
    return switch (object instanceof FilterState.Serializable s ? s.field(name) : null) {
      case String text -> Value.of(text);
      case Long number -> Value.of((double) number);
      case Value value -> value;
      case null, default -> null;
    };
  }
}
