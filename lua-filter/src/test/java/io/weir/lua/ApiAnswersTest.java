package io.weir.lua;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.testkit.FilterHarness;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every method with arguments of every kind, and every error: {@code api/answers.txt} holds
 * scripts, the request that each got and what a stock Envoy 1.40 answered.
 */
class ApiAnswersTest {
  private static final String PRELUDE =
      """
      function envoy_on_request(h)
        local out = {}
        local function p(...)
          local t = {}
          for i = 1, select('#', ...) do t[i] = tostring((select(i, ...))) end
          out[#out + 1] = table.concat(t, "|")
        end
        local function msg(f, ...)
          local r = { pcall(f, ...) }
          if r[1] then p("ok", unpack(r, 2))
          else
            p("error", (tostring(r[2]):gsub("^%[string .-%]:%d+: ", "")))
          end
        end
      """;
  private static final String END =
      """
        h:respond({ [":status"] = "200", ["content-type"] = "text/plain" }, table.concat(out, "\\n"))
      end
      """;

  private record Case(String name, List<String> request, String script, String answer) {}

  @TestFactory
  Stream<DynamicTest> answersAsEnvoy() throws IOException {
    return cases().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> check(c)));
  }

  private static List<Case> cases() throws IOException {
    var cases = new ArrayList<Case>();
    try (InputStream in = ApiAnswersTest.class.getResourceAsStream("api/answers.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      for (String block : text.split("(?m)^=== ", -1)) {
        if (block.isEmpty()) {
          continue;
        }
        String[] parts = block.split("(?m)^---\n", -1);
        List<String> head = parts[0].lines().toList();
        cases.add(new Case(head.getFirst(), head.subList(1, head.size()), parts[1], parts[2]));
      }
    }
    return cases;
  }

  private static void check(Case c) {
    var harness = new ScriptHarness(PRELUDE + c.script() + END);
    var pairs = new ArrayList<>(List.of(":authority", "example.com", ":scheme", "http"));
    String body = "";
    String method = "GET";
    String path = "/";
    for (String line : c.request()) {
      int colon = line.indexOf(": ");
      String value = line.substring(colon + 2);
      switch (line.substring(0, colon)) {
        case "body" -> body = value;
        case ":method" -> method = value;
        case ":path" -> path = value;
        default -> pairs.addAll(List.of(line.substring(0, colon), value));
      }
    }
    boolean withBody = !body.isEmpty();
    pairs.addAll(0, List.of(":method", withBody ? "POST" : method, ":path", path));
    if (withBody) {
      pairs.addAll(List.of("content-length", Integer.toString(body.length())));
    }
    FilterHarness stream = harness.stream().request(!withBody, pairs.toArray(String[]::new));
    if (withBody) {
      stream.requestData(body, true);
    }
    String answer = new String(stream.response.bodyOut.toByteArray(), StandardCharsets.ISO_8859_1);
    assertThat(normal(answer)).isEqualTo(normal(c.answer().stripTrailing()));
  }

  /** Addresses differ from run to run, and Envoy shows the C++ names of its classes. */
  private static String normal(String answer) {
    return answer
        .stripTrailing()
        .replaceAll("0x[0-9a-f]{6,}", "0x")
        .replaceAll("\\([A-Z]\\w+ expected", "(object expected")
        .replaceAll("__gc(:function)? ", "");
  }
}
