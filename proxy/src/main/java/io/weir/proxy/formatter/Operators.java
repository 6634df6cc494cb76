package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operators by name. */
final class Operators {

  /** Makes an operator from what was written, or reports what is wrong and returns null. */
  interface Builder {
    @Nullable Operator build(Command command, FormatOptions options, Problems problems);
  }

  // The operators that take a length, as in Envoy.
  private static final Set<String> CUT =
      Set.of(
          "CEL",
          "COALESCE",
          "DYNAMIC_METADATA",
          "ENVIRONMENT",
          "FILTER_STATE",
          "METADATA",
          "PATH",
          "QUERY_PARAM",
          "QUERY_PARAMS",
          "REQ",
          "REQUEST_HEADER",
          "REQ_WITHOUT_QUERY",
          "RESP",
          "RESPONSE_HEADER",
          "RESPONSE_TRAILER",
          "TRAILER",
          "TYPED_CEL",
          "UPSTREAM_FILTER_STATE");

  private static final Map<String, Builder> BUILDERS = builders();

  private Operators() {}

  private static Map<String, Builder> builders() {
    var builders = new HashMap<String, Builder>();
    StreamOperators.register(builders);
    TimeOperators.register(builders);
    HeaderOperators.register(builders);
    UpstreamOperators.register(builders);
    ConnectionOperators.register(builders);
    TlsOperators.register(builders);
    MetadataOperators.register(builders);
    builders.put("CEL", CelOperator.builder(false));
    builders.put("TYPED_CEL", CelOperator.builder(true));
    builders.put("COALESCE", CoalesceOperator::build);
    return Map.copyOf(builders);
  }

  static @Nullable Operator build(Command command, FormatOptions options, Problems problems) {
    Builder builder = BUILDERS.get(command.name());
    if (builder == null) {
      problems.add(
          "",
          "unknown operator %" + command.name() + "%",
          "operators and their arguments are listed in docs/formats.md");
      return null;
    }
    if (command.limit() >= 0 && !CUT.contains(command.name())) {
      return command.invalid(problems, "cannot be cut to a length", "remove :" + command.limit());
    }
    Operator operator = builder.build(command, options, problems);
    if (operator == null || command.limit() < 0) {
      return operator;
    }
    return operator.truncated(command.limit());
  }

  /** A builder of an operator that takes no arguments. */
  static Builder plain(Operator operator) {
    return (command, _, problems) ->
        command.arguments() == null || command.arguments().isEmpty()
            ? operator
            : command.invalid(problems, "takes no arguments", "remove the parentheses");
  }
}
