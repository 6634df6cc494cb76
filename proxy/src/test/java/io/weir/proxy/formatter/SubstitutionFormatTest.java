package io.weir.proxy.formatter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import io.weir.filter.FilterState;
import io.weir.filter.Problems;
import io.weir.filter.ResponseFlag;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.Value;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.log.AccessLogger.AccessLogType;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.extension.TestLoadContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubstitutionFormatTest {
  private final TestLoadContext load = new TestLoadContext();
  private final Problems problems = load.problems();

  @TestFactory
  Stream<DynamicTest> printsAsEnvoyDoes() throws IOException {
    String text;
    try (var in = SubstitutionFormatTest.class.getResourceAsStream("text.txt")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" => "))
        .map(
            parts ->
                DynamicTest.dynamicTest(
                    parts[0], () -> assertThat(log(parts[0])).isEqualTo(parts[1])));
  }

  private String log(String format) {
    var compiled = SubstitutionFormat.compile(format, FormatOptions.LOG, problems);
    assertThat(load.problems).isEmpty();
    return compiled.formatToString(context());
  }

  private static FormatContext context() {
    var request = new HeaderMap();
    request.add(":method", "GET");
    request.add(":path", "/up/x?q=1&r=a%20b");
    request.add(":authority", "h.test");
    request.add("user-agent", "ua");
    request.add("x-a", "A");
    var response = new HeaderMap();
    response.add("x-r", "R");
    var trailers = new HeaderMap();
    trailers.add("x-t", "T");
    var info = new FakeStreamInfo();
    info.responseCode = 503;
    info.details = "via_upstream{a b}";
    info.setResponseFlag(ResponseFlag.UPSTREAM_RETRY_LIMIT_EXCEEDED);
    info.setResponseFlag(ResponseFlag.UPSTREAM_REQUEST_TIMEOUT);
    info.bytesReceived = 5;
    info.bytesSent = 7;
    info.endNanos = 250_000_000;
    info.markTime(TimePoint.UPSTREAM_RX_BEGIN, 100_000_000);
    info.connection.remote = new InetSocketAddress("10.1.2.3", 4000);
    var fields = new LinkedHashMap<String, Value>();
    fields.put("b", Value.of("text"));
    fields.put("n", Value.of(2.5));
    fields.put("l", Value.list(List.of(Value.of(1), Value.of(true))));
    info.dynamicMetadata().merge("a", new Value.MapValue(fields));
    FilterState.Serializable object = () -> "value";
    info.filterState().set("s", object, false, FilterState.LifeSpan.REQUEST, false);
    return new FormatContext(request, response, trailers, info, "", AccessLogType.DownstreamEnd);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%NO_SUCH_OPERATOR%",
        "%",
        "%REQ(x",
        "%REQ%",
        "%REQ()%",
        "%REQ(a?b?c)%",
        "%START_TIME(%Q)%",
        "%COMMON_DURATION(a)%",
        "%COMMON_DURATION(DS_RX_BEG:DS_TX_END:s)%",
        "%PROTOCOL:3%",
        "%START_TIME(%Y):3%",
        "%HOSTNAME(x)%",
        "%UPSTREAM_FILTER_STATE()%",
        "%PATH(XX)%",
        "%PROTOCOL(x)%",
        "%METADATA(NOPE:a:b)%",
        "%GRPC_STATUS(LOUD)%",
        "%req(x)%"
      })
  void refusesWhatIsNoFormat(String format) {
    assertThat(SubstitutionFormat.compile(format, problems)).isNull();
    assertThat(load.problems).hasSize(1);
  }

  @Test
  void headersLeaveOutWhatHasNoValue() {
    var format = SubstitutionFormat.compile("a %REQ(x-a)% b %REQ(x-none)% c", problems);
    assertThat(format.formatToString(context())).isEqualTo("a A b  c");
  }

  @Test
  void jsonKeepsTypesAndSortsKeys() {
    Struct json =
        TestLoadContext.parse(
            """
            code: "%RESPONSE_CODE%"
            mixed: "a %RESPONSE_CODE% %REQ(x-none)%"
            none: "%REQ(x-none)%"
            nested: {m: "%REQ(:METHOD)%", l: ["%PROTOCOL%", 5, true, null]}
            number: 7
            flag: false
            md: "%DYNAMIC_METADATA(a:l)%"
            flags: "%RESPONSE_FLAGS%"
            quoted: "say \\"%REQ(x-a)%\\""
            """,
            Struct.getDefaultInstance());
    var format = JsonFormat.compile(json, FormatOptions.LOG, true, "application/json", problems);
    var out = new FormatOutput();
    format.format(context(), out);
    assertThat(out.toString())
        .isEqualTo(
            "{\"code\":503,\"flag\":false,\"flags\":\"URX,UT\",\"md\":[1,true],"
                + "\"mixed\":\"a 503 -\",\"nested\":{\"l\":[\"HTTP/1.1\",5,true,null],"
                + "\"m\":\"GET\"},\"none\":null,\"number\":7,"
                + "\"quoted\":\"say \\\"A\\\"\"}\n");
  }

  @Test
  void jsonEscapesWhatItMust() {
    var out = new FormatOutput();
    JsonText.appendString("q\"b\\n\nt\tz\u0001é", out);
    assertThat(out.toString()).isEqualTo("\"q\\\"b\\\\n\\nt\\tz\\u0001é\"");
  }
}
