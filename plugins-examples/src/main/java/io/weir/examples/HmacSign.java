package io.weir.examples;

import io.weir.plugin.Action;
import io.weir.plugin.Default;
import io.weir.plugin.Doc;
import io.weir.plugin.Hex;
import io.weir.plugin.HttpExchange;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.Plugin;
import io.weir.plugin.Secret;
import io.weir.plugin.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * Signs requests for an upstream that knows the secret: HMAC-SHA-256 over method, path and date,
 * each on its line. Configuration: {@code {"key_id": "k1", "secret": "...", "date": ""}}; a fixed
 * date is for tests.
 */
@Plugin(name = "hmac-sign", description = "signs requests for the upstream")
public final class HmacSign implements HttpPlugin {
  /** What can be configured. */
  public record Config(
      @Doc("Tells the upstream which secret was used") String keyId,
      @Secret String secret,
      @Doc("A fixed date header, for tests") @Default("") String date) {}

  private final String keyId;
  private final byte[] secret;
  private final String date;

  public HmacSign(Config config) {
    keyId = config.keyId();
    secret = config.secret().getBytes(StandardCharsets.UTF_8);
    date = config.date();
  }

  @Override
  public Action onRequestHeaders(HttpExchange exchange, boolean endOfStream) {
    String now = date.isEmpty() ? Long.toString(System.currentTimeMillis() / 1000) : date;
    String signed =
        exchange.requestHeaders().first(":method")
            + "\n"
            + exchange.requestHeaders().first(":path")
            + "\n"
            + now;
    byte[] signature = Sha256.hmac(secret, signed.getBytes(StandardCharsets.UTF_8));
    exchange.requestHeaders().set("x-signature-date", now);
    exchange
        .requestHeaders()
        .set("x-signature", "keyId=" + keyId + ",signature=" + Hex.encode(signature));
    return Action.CONTINUE;
  }
}
