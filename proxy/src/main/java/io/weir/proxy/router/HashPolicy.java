package io.weir.proxy.router;

import io.weir.filter.FilterState;
import io.weir.filter.StreamInfo;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.AddressText;
import io.weir.proxy.hash.XxHash64;
import io.weir.proxy.matcher.Cookies;
import io.weir.proxy.matcher.QueryParameters;
import io.weir.proxy.matcher.RegexSubstitution;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code hash_policy}: what of a request decides its host. Immutable. Hashes are XXH64 with seed 0,
 * combined as Envoy combines them, so that keys keep their hosts.
 */
final class HashPolicy {
  static final HashPolicy NONE = new HashPolicy(List.of());

  /** Receives the {@code set-cookie} of a cookie that was made for this request. */
  interface CookieSink {
    void setCookie(String value);
  }

  private final Rule[] rules;

  HashPolicy(List<Rule> rules) {
    this.rules = rules.toArray(new Rule[0]);
  }

  /** One entry; a terminal one ends the evaluation when it gave a hash. */
  record Rule(Source source, boolean terminal) {}

  /** Where a hash comes from. */
  sealed interface Source {}

  record Header(HeaderName name, @Nullable RegexSubstitution rewrite) implements Source {}

  /**
   * @param ttlSeconds −1 when no cookie is made
   * @param suffix the attributes of the cookie that is made
   */
  record Cookie(String name, long ttlSeconds, String suffix) implements Source {}

  record SourceIp() implements Source {}

  record Query(byte[] name) implements Source {}

  record State(String key) implements Source {}

  boolean isEmpty() {
    return rules.length == 0;
  }

  /** The hash, or null when no rule gave one. */
  @Nullable Long hash(HeaderMap headers, StreamInfo info, CookieSink cookies) {
    boolean found = false;
    long hash = 0;
    for (Rule rule : rules) {
      Long one = hash(rule.source, headers, info, cookies);
      if (one != null) {
        // Rotation keeps two equal hashes from cancelling each other.
        hash = found ? Long.rotateLeft(hash, 1) ^ one : one;
        found = true;
      }
      if (found && rule.terminal) {
        break;
      }
    }
    return found ? hash : null;
  }

  private static @Nullable Long hash(
      Source source, HeaderMap headers, StreamInfo info, CookieSink cookies) {
    return switch (source) {
      case Header header -> ofHeader(header, headers);
      case Cookie cookie -> ofCookie(cookie, headers, info, cookies);
      case SourceIp() ->
          info.connection().remoteAddress() instanceof InetSocketAddress inet
                  && inet.getAddress() != null
              ? of(io.weir.filter.IpText.of(inet.getAddress()))
              : null;
      case Query(byte[] name) -> ofQuery(name, headers);
      case State(String key) ->
          info.filterState().get(key) instanceof FilterState.Serializable object
              ? of(object.serializeAsString())
              : null;
    };
  }

  private static @Nullable Long ofHeader(Header header, HeaderMap headers) {
    int entry = headers.find(header.name);
    if (entry < 0) {
      return null;
    }
    if (header.rewrite == null && headers.find(header.name, entry) < 0) {
      return XxHash64.hash(
          headers.bytes(), headers.valueStart(entry), headers.valueLength(entry), 0);
    }
    var values = new ArrayList<>(headers.getAll(header.name));
    if (header.rewrite != null) {
      RegexSubstitution rewrite = header.rewrite;
      values.replaceAll(rewrite::apply);
    }
    Collections.sort(values);
    long hash = 0;
    for (String value : values) {
      byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
      hash = XxHash64.hash(bytes, 0, bytes.length, hash);
    }
    return hash;
  }

  private static @Nullable Long ofCookie(
      Cookie cookie, HeaderMap headers, StreamInfo info, CookieSink cookies) {
    String value = Cookies.get(headers, cookie.name);
    if ((value == null || value.isEmpty()) && cookie.ttlSeconds >= 0) {
      String addresses =
          AddressText.text(info.connection().remoteAddress())
              + AddressText.text(info.connection().localAddress());
      Long made = of(addresses);
      value = Long.toHexString(made == null ? 0 : made);
      cookies.setCookie(cookie.name + "=\"" + value + "\"" + cookie.suffix);
    }
    return value == null || value.isEmpty() ? null : of(value);
  }

  private static @Nullable Long ofQuery(byte[] name, HeaderMap headers) {
    int entry = headers.find(HeaderName.PATH);
    if (entry < 0) {
      return null;
    }
    int start = headers.valueStart(entry);
    long found =
        QueryParameters.find(headers.bytes(), start, start + headers.valueLength(entry), name);
    return found < 0 ? null : XxHash64.hash(headers.bytes(), (int) (found >>> 32), (int) found, 0);
  }

  private static @Nullable Long of(@Nullable String text) {
    if (text == null) {
      return null;
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return XxHash64.hash(bytes, 0, bytes.length, 0);
  }
}
