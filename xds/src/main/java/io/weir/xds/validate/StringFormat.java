package io.weir.xds.validate;

import com.google.re2j.Pattern;
import io.envoyproxy.pgv.validate.Validate;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** The well-known formats of string rules. */
final class StringFormat {

  private static final Pattern HEADER_NAME = Pattern.compile("^:?[0-9a-zA-Z!#$%&'*+\\-.^_|~`]+$");
  private static final Pattern HEADER_VALUE = Pattern.compile("^[^\\x00-\\x08\\x0A-\\x1F\\x7F]*$");
  private static final Pattern LOOSE_HEADER_NAME = Pattern.compile("^[^\\x00\\x0A\\x0D]*$");
  private static final Pattern LOOSE_HEADER_VALUE = Pattern.compile("^[^\\x00\\x0A\\x0D]*$");
  private static final Pattern HOSTNAME =
      Pattern.compile(
          "^(?i:[a-z0-9]([a-z0-9\\-]{0,61}[a-z0-9])?\\.)*[a-zA-Z0-9]([a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?\\.?$");
  private static final Pattern UUID =
      Pattern.compile("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$");
  private static final Pattern IPV4 =
      Pattern.compile("^((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.|$)){4}$");

  private StringFormat() {}

  static @Nullable String violation(Validate.StringRules rules, String text, String shown) {
    return switch (rules.getWellKnownCase()) {
      case WELL_KNOWN_REGEX -> header(rules, text, shown);
      case ADDRESS -> wrong(isHostname(text) || isIp(text), shown, "a hostname or IP address");
      case HOSTNAME -> wrong(isHostname(text), shown, "a hostname");
      case IP -> wrong(isIp(text), shown, "an IP address");
      case IPV4 -> wrong(IPV4.matches(text), shown, "an IPv4 address");
      case IPV6 -> wrong(isIpv6(text), shown, "an IPv6 address");
      case UUID -> wrong(UUID.matches(text), shown, "a UUID");
      case EMAIL -> wrong(text.indexOf('@') > 0 && !text.endsWith("@"), shown, "an e-mail address");
      case URI -> wrong(isUri(text, true), shown, "an absolute URI");
      case URI_REF -> wrong(isUri(text, false), shown, "a URI");
      case WELLKNOWN_NOT_SET -> null;
    };
  }

  private static @Nullable String header(Validate.StringRules rules, String text, String shown) {
    boolean strict = !rules.hasStrict() || rules.getStrict();
    return switch (rules.getWellKnownRegex()) {
      case HTTP_HEADER_NAME ->
          wrong(
              (strict ? HEADER_NAME : LOOSE_HEADER_NAME).matcher(text).find(),
              shown,
              "a header name");
      case HTTP_HEADER_VALUE ->
          wrong(
              (strict ? HEADER_VALUE : LOOSE_HEADER_VALUE).matcher(text).find(),
              shown,
              "a header value: no control characters");
      case UNKNOWN -> null;
    };
  }

  private static @Nullable String wrong(boolean right, String shown, String wanted) {
    return right ? null : shown + " is not " + wanted;
  }

  private static boolean isHostname(String text) {
    return text.length() <= 253 && HOSTNAME.matches(text);
  }

  private static boolean isIp(String text) {
    return IPV4.matches(text) || isIpv6(text);
  }

  private static boolean isIpv6(String text) {
    int doubled = text.indexOf("::");
    if (text.indexOf(':') < 0 || (doubled >= 0 && text.indexOf("::", doubled + 1) >= 0)) {
      return false;
    }
    String[] groups = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < groups.length; i++) {
      String group = groups[i];
      if (group.isEmpty()) {
        boolean besideDouble =
            (i > 0 && groups[i - 1].isEmpty())
                || (i + 1 < groups.length && groups[i + 1].isEmpty())
                || (doubled >= 0 && i > 0 && i < groups.length - 1);
        if (!besideDouble) {
          return false;
        }
      } else if (i == groups.length - 1 && group.indexOf('.') > 0) {
        if (!IPV4.matches(group)) {
          return false;
        }
        count += 2;
      } else if (group.length() <= 4 && group.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
        count++;
      } else {
        return false;
      }
    }
    return doubled >= 0 ? count < 8 : count == 8;
  }

  private static boolean isUri(String text, boolean absolute) {
    try {
      URI uri = new URI(text);
      return !absolute || uri.isAbsolute();
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
