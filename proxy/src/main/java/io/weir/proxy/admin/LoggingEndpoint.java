package io.weir.proxy.admin;

import io.weir.proxy.logging.LogLevel;
import io.weir.proxy.logging.Loggers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /logging}: levels of loggers. {@code level=L} sets all, {@code NAME=L} one, {@code
 * paths=NAME:L,...} several; nothing is changed when any part is wrong.
 */
final class LoggingEndpoint implements AdminEndpoint {
  private static final int BAD_REQUEST = 400;
  private static final String USAGE =
      """
      usage: /logging?<name>=<level> (change single level)
      usage: /logging?paths=name1:level1,name2:level2,... (change multiple levels)
      usage: /logging?level=<level> (change all levels)
      levels: trace debug info warning error critical off\s
      """;

  @Override
  public String path() {
    return "/logging";
  }

  @Override
  public String help() {
    return "query/change logging levels";
  }

  @Override
  public boolean mutates() {
    return true;
  }

  @Override
  public AdminResponse handle(AdminRequest request) {
    Loggers loggers = Loggers.installed();
    String error =
        switch (request.query().size()) {
          case 0 -> "";
          case 1 -> change(loggers, request.query().entrySet().iterator().next());
          default -> "invalid number of parameters";
        };
    var text = new StringBuilder();
    if (!error.isEmpty()) {
      text.append("error: ").append(error).append("\n\n").append(USAGE);
    }
    text.append("active loggers:\n");
    loggers
        .levels()
        .forEach(
            (name, level) ->
                text.append("  ").append(name).append(": ").append(level.label()).append('\n'));
    return AdminResponse.text(error.isEmpty() ? 200 : BAD_REQUEST, text.toString());
  }

  /** A level by the name that the list shows it with; here no other spelling is one. */
  private static Optional<LogLevel> level(String name) {
    return LogLevel.of(name).filter(level -> level.label().equals(name));
  }

  /** Carries out one parameter; returns what is wrong, or nothing. */
  private static String change(Loggers loggers, Map.Entry<String, String> parameter) {
    if (parameter.getValue().isEmpty()) {
      return "";
    }
    if (parameter.getKey().equals("level")) {
      Optional<LogLevel> level = level(parameter.getValue());
      level.ifPresent(loggers::setLevel);
      return level.isPresent() ? "" : "unknown logger level";
    }
    String pairs =
        parameter.getKey().equals("paths")
            ? parameter.getValue()
            : parameter.getKey() + ":" + parameter.getValue();
    Map<String, LogLevel> changes = new LinkedHashMap<>();
    for (String pair : pairs.split(",")) {
      int colon = pair.lastIndexOf(':');
      if (colon < 0) {
        return "empty logger name or empty logger level";
      }
      Optional<LogLevel> level = level(pair.substring(colon + 1));
      if (level.isEmpty()) {
        return "unknown logger level";
      }
      String name = pair.substring(0, colon);
      if (!loggers.levels().containsKey(name)) {
        return "unknown logger name";
      }
      changes.put(name, level.get());
    }
    changes.forEach(loggers::setLevel);
    return "";
  }
}
