package io.weir.proxy.http.hpack;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.weir.filter.http.HeaderMap;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HpackTest {
  private static final long NO_LIMIT = 1 << 20;

  private static List<String> lines(HeaderMap headers) {
    return headers.toString().isEmpty() ? List.of() : headers.toString().lines().toList();
  }

  private static List<String> decode(HpackDecoder decoder, String hex) {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    var headers = new HeaderMap();
    assertThat(decoder.decode(block, 0, block.length, headers, NO_LIMIT, 100))
        .isEqualTo(HpackDecoder.Result.OK);
    return lines(headers);
  }

  /** RFC 7541, C.4: three requests with Huffman codes on one connection. */
  @Test
  void decodesTheRequestsOfTheSpecification() {
    var decoder = new HpackDecoder(4096);
    assertThat(decode(decoder, "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff"))
        .containsExactly(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertThat(decode(decoder, "8286 84be 5886 a8eb 1064 9cbf"))
        .contains("cache-control: no-cache", ":authority: www.example.com");
    assertThat(decode(decoder, "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
        .containsExactly(
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value");
  }

  /** RFC 7541, C.6: responses with a table of 256 bytes, so that entries are evicted. */
  @Test
  void evictsAsTheSpecificationSays() {
    var decoder = new HpackDecoder(256);
    assertThat(
            decode(
                decoder,
                "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6"
                    + " 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .contains(":status: 302", "cache-control: private", "location: https://www.example.com");
    assertThat(decode(decoder, "4883 640e ffc1 c0bf")).contains(":status: 307");
    assertThat(
            decode(
                decoder,
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + " 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                    + " 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"))
        .contains(
            ":status: 200",
            "content-encoding: gzip",
            "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");
  }

  @ParameterizedTest
  @CsvSource({
    "80, index 0",
    "be, an index behind the tables",
    "3fe21f, a table size above the announced one",
    "8220, a table size behind a field",
    "7fffffffffff0f, an integer without end",
    "4005, a string that is cut off",
    "418cf1, a Huffman string that is cut off",
    "0081ff00, a Huffman string of padding only",
    "008400000000, a name of zeros and no value",
  })
  void refusesBrokenBlocks(String hex, String why) {
    byte[] block = HexFormat.of().parseHex(hex);
    var result =
        new HpackDecoder(4096).decode(block, 0, block.length, new HeaderMap(), NO_LIMIT, 100);
    assertThat(result).as(why).isEqualTo(HpackDecoder.Result.ERROR);
  }

  @Test
  void keepsItsTableWhenABlockIsTooLarge() {
    var decoder = new HpackDecoder(4096);
    byte[] block = HexFormat.of().parseHex("40016103626364" + "40016203656667");
    var headers = new HeaderMap();
    assertThat(decoder.decode(block, 0, block.length, headers, 20, 100))
        .isEqualTo(HpackDecoder.Result.TOO_LARGE);
    assertThat(decode(decoder, "bf be")).containsExactly("a: bcd", "b: efg");
    assertThat(decoder.decode(block, 0, block.length, new HeaderMap(), NO_LIMIT, 1))
        .isEqualTo(HpackDecoder.Result.TOO_LARGE);
  }

  /** Random headers, thousands on one connection, through Netty's codec in both directions. */
  @Test
  void agreesWithAnotherImplementation() throws Exception {
    var random = new Random(11);
    var ours = new HpackEncoder(4096);
    var theirs = new DefaultHttp2HeadersEncoder();
    var ourDecoder = new HpackDecoder(4096);
    var theirDecoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    for (int message = 0; message < 2_000; message++) {
      List<Map.Entry<String, String>> fields = randomFields(random);
      assertThat(theyRead(theirDecoder, weWrite(ours, fields))).isEqualTo(fields);
      assertThat(weRead(ourDecoder, theyWrite(theirs, fields))).isEqualTo(fields);
    }
  }

  private static List<Map.Entry<String, String>> randomFields(Random random) {
    var fields = new ArrayList<Map.Entry<String, String>>();
    String[] names = {
      "x-p",
      "cookie",
      "authorization",
      "x-a",
      "x-b",
      "content-type",
      "user-agent",
      "set-cookie",
      "x-request-id",
      "accept",
      "server",
      "x-" + random.nextInt(50)
    };
    for (int i = random.nextInt(12); i >= 0; i--) {
      var value = new StringBuilder();
      int kind = random.nextInt(4);
      for (int c = random.nextInt(kind == 0 ? 400 : 30); c > 0; c--) {
        value.append((char) (kind == 1 ? random.nextInt(256) : ' ' + random.nextInt(95)));
      }
      String name = names[random.nextInt(names.length)];
      fields.add(Map.entry(name, kind == 2 ? "same" : value.toString()));
    }
    return fields;
  }

  private static ByteBuf weWrite(HpackEncoder encoder, List<Map.Entry<String, String>> fields) {
    var headers = new HeaderMap();
    fields.forEach(field -> headers.add(field.getKey(), field.getValue()));
    encoder.begin();
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      encoder.encode(headers, e);
    }
    return Unpooled.copiedBuffer(encoder.block(), 0, encoder.length());
  }

  private static List<Map.Entry<String, String>> theyRead(
      DefaultHttp2HeadersDecoder decoder, ByteBuf block) throws Exception {
    var fields = new ArrayList<Map.Entry<String, String>>();
    // Its map sorts by name, so the order is taken while it decodes.
    var recorder =
        new DefaultHttp2Headers(false) {
          @Override
          public io.netty.handler.codec.http2.Http2Headers add(
              CharSequence name, CharSequence value) {
            fields.add(Map.entry(name.toString(), value.toString()));
            return this;
          }
        };
    var hpack =
        new DefaultHttp2HeadersDecoder(false, 1 << 20) {
          @Override
          protected DefaultHttp2Headers newHeaders() {
            return recorder;
          }
        };
    var table = DefaultHttp2HeadersDecoder.class.getDeclaredField("hpackDecoder");
    table.setAccessible(true);
    table.set(hpack, table.get(decoder));
    hpack.decodeHeaders(1, block);
    return fields;
  }

  private static ByteBuf theyWrite(
      DefaultHttp2HeadersEncoder encoder, List<Map.Entry<String, String>> fields) throws Exception {
    ByteBuf out = Unpooled.buffer();
    var headers = new DefaultHttp2Headers(false, false, 16);
    fields.forEach(field -> headers.add(field.getKey(), field.getValue()));
    encoder.encodeHeaders(1, headers, out);
    return out;
  }

  private static List<Map.Entry<String, String>> weRead(HpackDecoder decoder, ByteBuf block) {
    byte[] bytes = new byte[block.readableBytes()];
    block.readBytes(bytes);
    var headers = new HeaderMap();
    assertThat(decoder.decode(bytes, 0, bytes.length, headers, NO_LIMIT, 100))
        .isEqualTo(HpackDecoder.Result.OK);
    var fields = new ArrayList<Map.Entry<String, String>>();
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      fields.add(Map.entry(headers.name(e), headers.value(e)));
    }
    return fields;
  }
}
