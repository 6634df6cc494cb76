package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators about headers, trailers and the request's path. */
final class HeaderOperators {
  private enum Source {
    REQUEST,
    RESPONSE,
    TRAILER;

    @Nullable HeaderMap of(FormatContext context) {
      return switch (this) {
        case REQUEST -> context.requestHeaders();
        case RESPONSE -> context.responseHeaders();
        case TRAILER -> context.responseTrailers();
      };
    }
  }

  private HeaderOperators() {}

  static void register(Map<String, Operators.Builder> builders) {
    builders.put("REQ", (command, _, problems) -> header(command, Source.REQUEST, problems));
    builders.put(
        "REQUEST_HEADER", (command, _, problems) -> header(command, Source.REQUEST, problems));
    builders.put("RESP", (command, _, problems) -> header(command, Source.RESPONSE, problems));
    builders.put(
        "RESPONSE_HEADER", (command, _, problems) -> header(command, Source.RESPONSE, problems));
    builders.put("TRAILER", (command, _, problems) -> header(command, Source.TRAILER, problems));
    builders.put(
        "RESPONSE_TRAILER", (command, _, problems) -> header(command, Source.TRAILER, problems));
    builders.put("REQ_WITHOUT_QUERY", HeaderOperators::withoutQuery);
    builders.put("PATH", HeaderOperators::path);
    builders.put("QUERY_PARAM", HeaderOperators::queryParameter);
    builders.put("QUERY_PARAMS", HeaderOperators::queryParameters);
  }

  private static @Nullable Operator header(Command command, Source source, Problems problems) {
    HeaderName[] names = names(command, problems);
    if (names == null) {
      return null;
    }
    return (context, out) -> {
      HeaderMap headers = source.of(context);
      int entry = find(headers, names);
      if (headers == null || entry < 0) {
        return false;
      }
      out.append(headers, entry);
      return true;
    };
  }

  private static HeaderName @Nullable [] names(Command command, Problems problems) {
    String[] names = command.argument().split("\\?", -1);
    if (names.length > 2 || names[0].isEmpty()) {
      command.invalid(problems, "needs the name of a header", "%REQ(NAME)% or %REQ(NAME?OTHER)%");
      return null;
    }
    var compiled = new HeaderName[names.length];
    for (int i = 0; i < names.length; i++) {
      compiled[i] = HeaderName.of(names[i]);
    }
    return compiled;
  }

  private static int find(@Nullable HeaderMap headers, HeaderName[] names) {
    if (headers == null) {
      return -1;
    }
    for (HeaderName name : names) {
      int entry = headers.find(name == HeaderName.HOST ? HeaderName.AUTHORITY : name);
      if (entry >= 0) {
        return entry;
      }
    }
    return -1;
  }

  private static @Nullable Operator withoutQuery(
      Command command, FormatOptions options, Problems problems) {
    if (!options.extensions().contains("REQ_WITHOUT_QUERY")) {
      return command.invalid(
          problems,
          "belongs to an extension",
          "add envoy.formatter.req_without_query to formatters");
    }
    HeaderName[] names = names(command, problems);
    return names == null ? null : (context, out) -> appendPath(context, names, false, out);
  }

  private static boolean appendPath(
      FormatContext context, HeaderName[] names, boolean withQuery, FormatOutput out) {
    HeaderMap headers = context.requestHeaders();
    int entry = find(headers, names);
    if (headers == null || entry < 0) {
      return false;
    }
    int start = out.length();
    out.append(headers, entry);
    if (!withQuery) {
      for (int i = start; i < out.length(); i++) {
        if (out.bytes()[i] == '?') {
          out.truncate(i);
        }
      }
    }
    return true;
  }

  private static @Nullable Operator path(
      Command command, FormatOptions options, Problems problems) {
    String[] parts = command.argument().split(":", -1);
    boolean withQuery = !parts[0].equals("NQ");
    if (withQuery && !parts[0].isEmpty() && !parts[0].equals("WQ") || parts.length > 2) {
      return command.invalid(problems, "unknown argument", "%PATH(WQ)%, %PATH(NQ:ORIG)%");
    }
    HeaderName[] names =
        switch (parts.length < 2 ? "" : parts[1]) {
          case "", "ORIG_OR_PATH" ->
              new HeaderName[] {HeaderName.X_ENVOY_ORIGINAL_PATH, HeaderName.PATH};
          case "ORIG" -> new HeaderName[] {HeaderName.X_ENVOY_ORIGINAL_PATH};
          case "PATH" -> new HeaderName[] {HeaderName.PATH};
          default -> null;
        };
    if (names == null) {
      return command.invalid(problems, "unknown path " + parts[1], "ORIG, PATH or ORIG_OR_PATH");
    }
    return (context, out) -> appendPath(context, names, withQuery, out);
  }

  private static @Nullable Operator queryParameter(
      Command command, FormatOptions options, Problems problems) {
    String name = command.argument();
    if (name.isEmpty()) {
      return command.invalid(problems, "needs the name of a parameter", "%QUERY_PARAM(q)%");
    }
    return TextOperator.of(
        context -> {
          String query = query(context);
          return query == null ? null : QueryText.parameter(query, name);
        });
  }

  private static @Nullable Operator queryParameters(
      Command command, FormatOptions options, Problems problems) {
    return switch (command.argument()) {
      case "", "ORIG" -> TextOperator.of(HeaderOperators::query);
      case "DECODED" ->
          TextOperator.of(
              context -> {
                String query = query(context);
                return query == null ? null : QueryText.printable(QueryText.decode(query));
              });
      default -> command.invalid(problems, "unknown argument", "ORIG or DECODED");
    };
  }

  private static @Nullable String query(FormatContext context) {
    HeaderMap headers = context.requestHeaders();
    String path = headers == null ? null : headers.get(HeaderName.PATH);
    int question = path == null ? -1 : path.indexOf('?');
    if (path == null || question < 0) {
      return null;
    }
    int fragment = path.indexOf('#', question);
    return path.substring(question + 1, fragment < 0 ? path.length() : fragment);
  }
}
