package io.weir.proxy.tls.pem;

import static io.weir.proxy.tls.TestCertificates.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.proxy.tls.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final char[] SECRET = "secret".toCharArray();

  @ParameterizedTest
  @CsvSource({
    "rsa.pem, rsa.key",
    "rsa.pem, rsa-pkcs1.key",
    "rsa.pem, rsa-encrypted.key",
    "rsa.pem, rsa-pkcs1-encrypted.key",
    "server.pem, server.key",
    "server.pem, server-sec1.key",
    "server.pem, server-sec1-encrypted.key"
  })
  void readsKeysInEveryForm(String chain, String key) throws Exception {
    Identity identity = Identity.of(bytes(chain), bytes(key), SECRET);

    assertThat(identity.leaf()).isEqualTo(identity.chain().getFirst());
    assertThat(identity.ecdsa()).isEqualTo(chain.startsWith("server"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rsa-encrypted.key", "rsa-pkcs1-encrypted.key", "server-sec1-encrypted.key"})
  void saysNothingOfTheKeyWhenThePasswordIsWrong(String key) {
    assertThatThrownBy(() -> PrivateKeys.read(bytes(key), "wrong".toCharArray()))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("password");
  }

  @Test
  void refusesTheKeyOfAnotherCertificate() {
    assertThatThrownBy(() -> Identity.of(bytes("server.pem"), bytes("second.key"), new char[0]))
        .hasMessageContaining("does not belong");
    assertThatThrownBy(() -> Identity.of(bytes("server.pem"), bytes("rsa.key"), new char[0]))
        .hasMessageContaining("does not belong");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIG\n",
        "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMIGHAgEA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----\n"
      })
  void refusesGarbage(String pem) {
    assertThatThrownBy(() -> PrivateKeys.read(pem.getBytes(StandardCharsets.US_ASCII), new char[0]))
        .isInstanceOf(CredentialException.class);
  }

  @Test
  void readsPkcs12() throws Exception {
    Identity server = TestCertificates.identity("server");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("k", server.key(), SECRET, server.chain().toArray(Certificate[]::new));
    var out = new ByteArrayOutputStream();
    store.store(out, SECRET);

    assertThat(Identity.pkcs12(out.toByteArray(), SECRET).leaf()).isEqualTo(server.leaf());
    assertThatThrownBy(() -> Identity.pkcs12(out.toByteArray(), new char[0]))
        .isInstanceOf(CredentialException.class);
  }
}
