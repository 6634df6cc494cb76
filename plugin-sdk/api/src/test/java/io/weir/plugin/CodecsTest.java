package io.weir.plugin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The replacements for what a sandbox lacks, against the JDK's own. */
class CodecsTest {
  private final Random random = new Random(11);

  @Test
  void digestsAreThoseOfTheJdk() throws Exception {
    for (int length = 0; length < 200; length++) {
      byte[] message = bytes(length);
      assertThat(Sha256.digest(message))
          .isEqualTo(MessageDigest.getInstance("SHA-256").digest(message));
      byte[] key = bytes(1 + length);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      assertThat(Sha256.hmac(key, message)).isEqualTo(mac.doFinal(message));
    }
  }

  @Test
  void base64IsThatOfTheJdk() {
    for (int length = 0; length < 100; length++) {
      byte[] bytes = bytes(length);
      String text = java.util.Base64.getEncoder().encodeToString(bytes);
      String url = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      assertThat(Base64.encode(bytes)).isEqualTo(text);
      assertThat(Base64.encodeUrl(bytes)).isEqualTo(url);
      assertThat(Base64.decode(text)).isEqualTo(bytes);
      assertThat(Base64.decode(url)).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "ab!=", "====", "a b c", "YR==", "YWJ"})
  void whatIsNoBase64IsRefused(String text) {
    assertThat(Base64.decode(text)).isNull();
  }

  @Test
  void hexGoesBothWays() {
    byte[] bytes = "weir \u00e9".getBytes(UTF_8);
    assertThat(Hex.encode(bytes)).isEqualTo("7765697220c3a9");
    assertThat(Hex.decode("7765697220C3A9")).isEqualTo(bytes);
    assertThatThrownBy(() -> Hex.decode("zz")).hasMessageContaining("no hexadecimal digit");
    assertThatThrownBy(() -> Hex.decode("abc")).hasMessageContaining("odd");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.0.0.1, 10.0.0.1:4711, true",
    "192.168.4.0/22, 192.168.7.255, true",
    "192.168.4.0/22, 192.168.8.0, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "2001:db8::/32, 2001:db8:1::5, true",
    "2001:db8::/32, 2001:db9::5, false",
    "::1, '[::1]:80', true",
    "10.0.0.0/8, ::1, false",
    "10.0.0.0/8, nonsense, false"
  })
  void rangesContainTheirAddresses(String range, String ip, boolean contained) {
    assertThat(Cidr.parse(range).contains(ip)).isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0/8", "10.0.0.0/33", "300.0.0.1", "::g", "1::2::3", "", "/8"})
  void whatIsNoRangeIsRefused(String text) {
    assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
