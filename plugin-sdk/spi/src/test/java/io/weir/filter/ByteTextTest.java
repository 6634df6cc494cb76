package io.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "61",
        "ff",
        "61ff62",
        "c3a9",
        "c3",
        "c3a9c3",
        "eda080",
        "f09f9880",
        "f09f98",
        "f4908080",
        "c080",
        "efbfbd",
        "efbfbdff",
        "00ff00",
        "f09f9880ff",
        "eda0bdedb880"
      })
  void anyBytesComeBack(String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThat(ByteText.bytes(ByteText.of(bytes))).isEqualTo(bytes);
  }

  @Test
  void randomBytesComeBack() {
    var random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertThat(ByteText.bytes(ByteText.of(bytes))).isEqualTo(bytes);
    }
  }

  @Test
  void textIsText() {
    String text = "café € \uD83D\uDE00 \uFFFD";
    assertThat(ByteText.of(ByteText.bytes(text))).isEqualTo(text);
    assertThat(ByteText.plain(text)).isTrue();
    assertThat(ByteText.plain(ByteText.of(new byte[] {'a', (byte) 0xff}))).isFalse();
  }
}
