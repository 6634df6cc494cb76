package io.weir.proxy.stats;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a request to {@code /stats} asks for. */
record StatsQuery(
    Format format,
    Set<Type> types,
    boolean usedOnly,
    Predicate<String> filter,
    @Nullable BucketMode buckets,
    boolean textReadouts) {

  /** How statistics are printed. */
  enum Format {
    TEXT,
    JSON,
    PROMETHEUS,
    HTML
  }

  /** {@code type}. */
  enum Type {
    TEXT_READOUTS,
    COUNTERS,
    GAUGES,
    HISTOGRAMS
  }

  /** {@code histogram_buckets}. */
  enum BucketMode {
    CUMULATIVE,
    DISJOINT,
    DETAILED,
    SUMMARY
  }

  /** A query that cannot be answered; the message is the answer's body. */
  static final class BadQueryException extends Exception {
    private static final long serialVersionUID = 1;

    BadQueryException(String message) {
      super(message);
    }
  }

  static StatsQuery parse(Map<String, String> parameters, boolean prometheus)
      throws BadQueryException {
    Format format = prometheus ? Format.PROMETHEUS : format(parameters.getOrDefault("format", ""));
    BucketMode buckets = buckets(parameters.getOrDefault("histogram_buckets", ""), format);
    boolean onlyHidden = hidden(parameters.getOrDefault("hidden", ""));
    if (format == Format.PROMETHEUS
        && (buckets == BucketMode.DISJOINT || buckets == BucketMode.DETAILED)) {
      throw new BadQueryException("unsupported prometheus histogram bucket mode");
    }
    return new StatsQuery(
        format,
        types(parameters.getOrDefault("type", "")),
        parameters.containsKey("usedonly"),
        // Nothing is hidden here.
        onlyHidden ? _ -> false : filter(parameters.getOrDefault("filter", "")),
        buckets,
        parameters.containsKey("text_readouts"));
  }

  private static Format format(String text) throws BadQueryException {
    return switch (text) {
      case "", "text" -> Format.TEXT;
      case "json" -> Format.JSON;
      case "prometheus" -> Format.PROMETHEUS;
      case "html", "active-html" -> Format.HTML;
      default ->
          throw new BadQueryException(
              "usage: /stats?format=(html|active-html|json|prometheus|text)\n\n");
    };
  }

  private static Set<Type> types(String text) throws BadQueryException {
    return switch (text) {
      case "", "All" -> EnumSet.allOf(Type.class);
      case "Counters" -> EnumSet.of(Type.COUNTERS);
      case "Gauges" -> EnumSet.of(Type.GAUGES);
      case "Histograms" -> EnumSet.of(Type.HISTOGRAMS);
      case "TextReadouts" -> EnumSet.of(Type.TEXT_READOUTS);
      default -> throw new BadQueryException("invalid &type= param");
    };
  }

  /** Whether only hidden statistics are asked for. */
  private static boolean hidden(String text) throws BadQueryException {
    return switch (text) {
      case "", "include", "exclude" -> false;
      case "only" -> true;
      default -> throw new BadQueryException("usage: /stats?hidden=(include|only|exclude)\n\n");
    };
  }

  private static @Nullable BucketMode buckets(String text, Format format) throws BadQueryException {
    return switch (text) {
      case "" -> null;
      case "none" -> format == Format.PROMETHEUS ? BucketMode.SUMMARY : null;
      case "prometheusnative" ->
          throw new BadQueryException(
              format == Format.PROMETHEUS
                  ? "unsupported prometheusnative histogram type when not using protobuf"
                      + " exposition format"
                  : "Invalid histogram_buckets type for non prometheus stats type");
      case "cumulative" -> BucketMode.CUMULATIVE;
      case "disjoint" -> BucketMode.DISJOINT;
      case "detailed" -> BucketMode.DETAILED;
      case "summary" -> BucketMode.SUMMARY;
      default ->
          throw new BadQueryException(
              "usage:"
                  + " /stats?histogram_buckets=(cumulative|disjoint|detailed|summary"
                  + "|prometheusnative)\n");
    };
  }

  private static Predicate<String> filter(String text) throws BadQueryException {
    if (text.isEmpty()) {
      return _ -> true;
    }
    try {
      Pattern pattern = Pattern.compile(text);
      return name -> pattern.matcher(name).find();
    } catch (PatternSyntaxException e) {
      throw new BadQueryException(
          // RE2 itself says "missing )" where its Java port says "missing closing )".
          "Invalid re2 regex: "
              + e.getDescription().replace("missing closing", "missing")
              + ": "
              + e.getPattern());
    }
  }
}
