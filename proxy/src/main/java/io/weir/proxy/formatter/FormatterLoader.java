package io.weir.proxy.formatter;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.config.core.v3.SubstitutionFormatString}. */
public final class FormatterLoader {
  private static final String WITHOUT_QUERY =
      "envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery";
  private static final String METADATA = "envoy.extensions.formatter.metadata.v3.Metadata";

  private FormatterLoader() {}

  /**
   * Compiles the format of an access log: JSON ends with a line feed, text as written.
   *
   * @param path the field that holds the message
   * @return null when problems were reported
   */
  public static @Nullable Formatter forLog(
      SubstitutionFormatString message, FactoryContext context, String path) {
    return load(message, context, path, true);
  }

  /** Compiles the format of a body; JSON ends with a line feed there, too. */
  public static @Nullable Formatter forBody(
      SubstitutionFormatString message, FactoryContext context, String path) {
    return load(message, context, path, message.hasJsonFormat());
  }

  private static @Nullable Formatter load(
      SubstitutionFormatString message, FactoryContext context, String path, boolean log) {
    Problems problems = context.problems();
    FormatOptions options = options(message, context, path);
    return switch (message.getFormatCase()) {
      case TEXT_FORMAT ->
          SubstitutionFormat.compile(
              message.getTextFormat(),
              options,
              contentType(message, "text/plain"),
              problems.at(join(path, "text_format")));
      case TEXT_FORMAT_SOURCE -> {
        byte[] text = context.read(message.getTextFormatSource(), join(path, "text_format_source"));
        yield text == null
            ? null
            : SubstitutionFormat.compile(
                new String(text, StandardCharsets.UTF_8),
                options,
                contentType(message, "text/plain"),
                problems.at(join(path, "text_format_source")));
      }
      case JSON_FORMAT ->
          json(
              message.getJsonFormat(),
              options,
              log,
              message,
              problems.at(join(path, "json_format")));
      case FORMAT_NOT_SET -> {
        problems.add(path, "no format is given", "set text_format_source or json_format");
        yield null;
      }
    };
  }

  private static @Nullable Formatter json(
      Struct json,
      FormatOptions options,
      boolean log,
      SubstitutionFormatString message,
      Problems problems) {
    return JsonFormat.compile(
        json, options, log, contentType(message, "application/json"), problems);
  }

  private static String contentType(SubstitutionFormatString message, String otherwise) {
    return message.getContentType().isEmpty() ? otherwise : message.getContentType();
  }

  private static FormatOptions options(
      SubstitutionFormatString message, FactoryContext context, String path) {
    Set<String> extensions = new HashSet<>();
    for (int i = 0; i < message.getFormattersCount(); i++) {
      TypedExtensionConfig formatter = message.getFormatters(i);
      String type = formatter.getTypedConfig().getTypeUrl();
      switch (type.substring(type.lastIndexOf('/') + 1)) {
        case WITHOUT_QUERY -> extensions.add("REQ_WITHOUT_QUERY");
        case METADATA -> extensions.add("METADATA");
        default ->
            context
                .problems()
                .add(
                    join(path, "formatters[" + i + "]"),
                    "unknown formatter " + formatter.getName() + " (" + type + ")",
                    "known: envoy.formatter.req_without_query, envoy.formatter.metadata");
      }
    }
    return new FormatOptions(
        message.getOmitEmptyValues(),
        message.hasJsonFormatOptions() && message.getJsonFormatOptions().getSortProperties(),
        context.node(),
        extensions);
  }

  private static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }
}
