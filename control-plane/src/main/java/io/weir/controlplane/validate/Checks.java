package io.weir.controlplane.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.weir.controlplane.config.Percent;
import io.weir.controlplane.config.StringMatch;
import io.weir.xds.ProblemList;
import java.time.Duration;
import java.util.Map;
import java.util.regex.MatchResult;
import org.jspecify.annotations.Nullable;

/** Rules about values that many kinds have, and where problems go. Paths begin below the spec. */
final class Checks {

  private static final Duration MIN_DURATION = Duration.ofMillis(1);
  private static final int MAX_PORT = 65535;
  private static final java.util.regex.Pattern LABEL =
      java.util.regex.Pattern.compile("[a-z0-9A-Z_]([-a-z0-9A-Z_]*[a-z0-9A-Z_])?");
  private static final java.util.regex.Pattern IPV4 =
      java.util.regex.Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final java.util.regex.Pattern IPV6 =
      java.util.regex.Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  private final ProblemList problems;

  Checks(ProblemList problems) {
    this.problems = problems;
  }

  Checks at(String path) {
    return new Checks(problems.at(path));
  }

  void wrong(String path, String reason, String hint) {
    problems.add(path, reason, hint);
  }

  void warn(String path, String reason, String hint) {
    problems.warn(path, reason, hint);
  }

  void required(String path, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      wrong(path, "must be set", "");
    }
  }

  /** At least a millisecond, which is what a proxy can wait. */
  void duration(String path, @Nullable Duration duration) {
    if (duration != null && duration.compareTo(MIN_DURATION) < 0) {
      wrong(path, "must be at least 1ms", "leave it out for the default");
    }
  }

  void percent(String path, @Nullable Percent percent) {
    if (percent != null) {
      percent(path, percent.value());
    }
  }

  void percent(String path, double value) {
    if (value < 0 || value > 100 || Double.isNaN(value)) {
      wrong(path, "must be between 0 and 100", "");
    }
  }

  void port(String path, int port) {
    if (port < 1 || port > MAX_PORT) {
      wrong(path, "must be a port between 1 and 65535, not " + port, "");
    }
  }

  /** RE2 syntax, which the proxy uses. */
  void regex(String path, @Nullable String regex) {
    if (regex == null) {
      return;
    }
    try {
      var _ = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      wrong(path, "no regular expression: " + e.getDescription(), "RE2 syntax");
    }
  }

  void match(String path, @Nullable StringMatch match) {
    if (match == null) {
      return;
    }
    int set = (match.exact() == null ? 0 : 1) + (match.prefix() == null ? 0 : 1);
    set += match.regex() == null ? 0 : 1;
    if (set > 1) {
      wrong(path, "takes one of exact, prefix and regex", "keep one");
    }
    regex(ProblemList.join(path, "regex"), match.regex());
  }

  void matches(String path, Map<String, StringMatch> matches) {
    matches.forEach(
        (name, match) -> {
          if (name.isEmpty()) {
            wrong(path, "a name must not be empty", "");
          }
          match(path + "[" + name + "]", match);
        });
  }

  /** A DNS name, possibly with a wildcard as its first label; the wildcard alone is allowed. */
  void host(String path, String host) {
    if (host.isEmpty()) {
      wrong(path, "must be set", "");
    } else if (!host.equals("*") && !isDnsName(host.startsWith("*.") ? host.substring(2) : host)) {
      wrong(
          path,
          "\"" + host + "\" is no host name",
          "write a DNS name, with * as the first label if at all");
    }
  }

  static boolean isDnsName(String name) {
    String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (plain.isEmpty() || plain.length() > 253) {
      return false;
    }
    for (String label : plain.split("\\.", -1)) {
      if (label.length() > 63 || !LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return true;
  }

  static boolean isIp(String text) {
    java.util.regex.Matcher v4 = IPV4.matcher(text);
    if (v4.matches()) {
      MatchResult parts = v4.toMatchResult();
      for (int i = 1; i <= 4; i++) {
        if (Integer.parseInt(parts.group(i)) > 255) {
          return false;
        }
      }
      return true;
    }
    return IPV6.matcher(text).matches();
  }

  /** An address or a network. */
  void ipBlock(String path, String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    boolean good = isIp(address);
    if (good && slash >= 0) {
      try {
        int length = Integer.parseInt(text.substring(slash + 1));
        good = length >= 0 && length <= (address.contains(":") ? 128 : 32);
      } catch (NumberFormatException e) {
        good = false;
      }
    }
    if (!good) {
      wrong(path, "\"" + text + "\" is no address or network", "write 10.0.0.0/8");
    }
  }
}
