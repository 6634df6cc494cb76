package io.weir.cli.plugin;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tests of a project, {@code tests/*.yaml}: requests, and what is to be seen at the upstream
 * and at the client. The same file runs against every artifact of the plugin.
 *
 * <pre>
 * name: adds the header
 * configuration: '{"name": "x-a"}'         # for all steps of this file
 * steps:
 * - request: {method: GET, path: /, headers: {accept: text/plain}, body: ""}
 *   upstream: {headers: {x-a: "1", x-gone: null}, body: text}   # or: upstream: none
 *   response: {status: 200, headers: {x-b: "2"}, body: text}
 * </pre>
 */
public final class PluginTests {
  private static final Set<String> FILE_FIELDS = Set.of("name", "configuration", "steps");
  private static final Set<String> STEP_FIELDS = Set.of("request", "upstream", "response");

  /** One file. */
  public record Test(Path file, String name, @Nullable String configuration, List<Step> steps) {}

  /**
   * One exchange.
   *
   * @param reached whether the request must reach the upstream; null when either is fine
   * @param upstreamHeaders expected values by name, null for absent
   */
  record Step(
      String method,
      String path,
      Map<String, @Nullable String> headers,
      String body,
      @Nullable Boolean reached,
      Map<String, @Nullable String> upstreamHeaders,
      @Nullable String upstreamBody,
      int status,
      Map<String, @Nullable String> responseHeaders,
      @Nullable String responseBody) {}

  /** What an exchange showed. */
  record Seen(
      boolean reached,
      Map<String, String> upstreamHeaders,
      String upstreamBody,
      int status,
      HttpHeaders responseHeaders,
      String responseBody) {}

  private PluginTests() {}

  /** Reads all tests of a project. */
  public static List<Test> read(PluginProject project) throws IOException {
    Path folder = project.directory().resolve("tests");
    var tests = new ArrayList<Test>();
    if (!Files.isDirectory(folder)) {
      return tests;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        tests.addAll(read(file));
      }
    }
    return tests;
  }

  /**
   * Reads the tests of one file, a YAML document each.
   *
   * @throws PluginToolException with everything that is wrong
   */
  public static List<Test> read(Path file) throws IOException {
    var problems = new ProblemList(file.toString());
    var tests = new ArrayList<Test>();
    for (SourceNode document :
        YamlReader.readAll(Files.readString(file), file.toString(), problems)) {
      tests.add(test(file, document, problems));
    }
    if (!problems.isEmpty()) {
      throw new PluginToolException(problems.toString().strip());
    }
    return tests;
  }

  private static Test test(Path file, SourceNode document, ProblemList problems) {
    SourceMap map = map(document, "", problems);
    known(map, FILE_FIELDS, "", problems);
    var steps = new ArrayList<Step>();
    if (map.get("steps") instanceof SourceList list) {
      for (int i = 0; i < list.items().size(); i++) {
        String path = "steps[" + i + "]";
        steps.add(step(map(list.items().get(i), path, problems), path, problems));
      }
    } else {
      problems.add("steps", "a test needs a list of steps", "");
    }
    String name = map.text("name");
    return new Test(
        file,
        name == null ? file.getFileName().toString() : name,
        map.text("configuration"),
        steps);
  }

  private static Step step(SourceMap map, String path, ProblemList problems) {
    known(map, STEP_FIELDS, path, problems);
    SourceMap request = map(map.get("request"), path + ".request", problems);
    SourceNode upstreamNode = map.get("upstream");
    boolean none = upstreamNode instanceof SourceScalar scalar && scalar.text().equals("none");
    SourceMap upstream = none ? SourceMap.empty() : map(upstreamNode, path + ".upstream", problems);
    SourceMap response = map(map.get("response"), path + ".response", problems);
    String status = response.text("status");
    return new Step(
        orElse(request.text("method"), "GET"),
        orElse(request.text("path"), "/"),
        headers(request, path + ".request", problems),
        orElse(request.text("body"), ""),
        none ? Boolean.FALSE : upstreamNode == null ? null : Boolean.TRUE,
        headers(upstream, path + ".upstream", problems),
        upstream.text("body"),
        status == null ? 0 : Integer.parseInt(status),
        headers(response, path + ".response", problems),
        response.text("body"));
  }

  private static String orElse(@Nullable String text, String fallback) {
    return text == null ? fallback : text;
  }

  private static Map<String, @Nullable String> headers(
      SourceMap of, String path, ProblemList problems) {
    var headers = new LinkedHashMap<String, @Nullable String>();
    SourceMap map = map(of.get("headers"), path + ".headers", problems);
    for (SourceMap.Entry entry : map.entries()) {
      boolean absent = entry.value() instanceof SourceScalar scalar && scalar.isNull();
      headers.put(entry.key().toLowerCase(Locale.ROOT), absent ? null : map.text(entry.key()));
    }
    return headers;
  }

  private static SourceMap map(@Nullable SourceNode node, String path, ProblemList problems) {
    if (node == null) {
      return SourceMap.empty();
    }
    if (node instanceof SourceMap map) {
      return map;
    }
    problems.add(path, "must be a mapping, not " + node.describe(), "");
    return SourceMap.empty();
  }

  private static void known(SourceMap map, Set<String> fields, String path, ProblemList problems) {
    for (String key : map.keys()) {
      if (!fields.contains(key)) {
        problems.add(ProblemList.join(path, key), "is not known", String.join(", ", fields));
      }
    }
  }

  /** How an exchange differs from what a step wants; empty when it does not. */
  static List<String> differences(Step step, Seen seen) {
    var differences = new ArrayList<String>();
    if (step.reached != null && step.reached != seen.reached) {
      differences.add(
          step.reached
              ? "the request did not reach the upstream"
              : "the request reached the upstream");
    }
    if (step.status != 0 && step.status != seen.status) {
      differences.add("response status: expected " + step.status + ", found " + seen.status);
    }
    step.upstreamHeaders.forEach(
        (name, value) ->
            compare("upstream header " + name, value, seen.upstreamHeaders.get(name), differences));
    step.responseHeaders.forEach(
        (name, value) ->
            compare(
                "response header " + name,
                value,
                seen.responseHeaders.map().containsKey(name)
                    ? String.join(",", seen.responseHeaders.allValues(name))
                    : null,
                differences));
    if (step.upstreamBody != null) {
      compare("upstream body", step.upstreamBody, seen.upstreamBody, differences);
    }
    if (step.responseBody != null) {
      compare("response body", step.responseBody, seen.responseBody, differences);
    }
    return differences;
  }

  private static void compare(
      String what, @Nullable String expected, @Nullable String found, List<String> differences) {
    if (expected == null ? found != null : !expected.equals(found)) {
      differences.add(what + ": expected " + show(expected) + ", found " + show(found));
    }
  }

  private static String show(@Nullable String text) {
    return text == null ? "none" : "'" + text + "'";
  }
}
