package io.weir.plugin.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.plugin.jvm.fixture.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DynamicModuleFilterTest {
  @TempDir private Path plugins;

  private final FakeWorker worker = new FakeWorker();
  private final FakeContext context = new FakeContext(worker);

  @BeforeEach
  void packJar() throws IOException {
    context.pluginDir = plugins;
    PluginJars.write(plugins.resolve("fixtures.jar"), Fixtures.class.getDeclaredClasses());
  }

  private HttpFilterConfig load(String module, String plugin, String configuration) {
    var message =
        DynamicModuleFilter.newBuilder()
            .setDynamicModuleConfig(DynamicModuleConfig.newBuilder().setName(module))
            .setFilterName(plugin)
            .setFilterConfig(Any.pack(StringValue.of(configuration)))
            .build();
    return new DynamicModuleFilterFactory().load(Any.pack(message), context);
  }

  private FilterHarness stream(String plugin, String configuration) {
    HttpFilterConfig config = load("fixtures", plugin, configuration);
    assertThat(context.problems).isEmpty();
    return new FilterHarness(config.openWorker(worker), worker);
  }

  @Test
  void changesHeadersInBothDirections() {
    FilterHarness stream = stream("tag", "v1").get("/").response(200, true);

    assertThat(stream.request.headers.get("x-tag")).isEqualTo("v1");
    assertThat(stream.response.headers.get("x-tag")).isEqualTo("v1");
  }

  @Test
  void showsAPausedBodyAsAWhole() {
    FilterHarness stream =
        stream("upper", "")
            .request(false, ":method", "POST", ":path", "/", ":authority", "a")
            .requestData("one ", false)
            .requestData("two ", false)
            .requestData("three", true);

    assertThat(stream.request.bodyOut.toText()).isEqualTo("ONE TWO THREE");
    assertThat(stream.request.ended).isTrue();
  }

  @Test
  void answersInTheUpstreamsPlace() {
    FilterHarness stream = stream("trouble", "").get("/deny");

    assertThat(stream.localReply.code()).isEqualTo(403);
    assertThat(stream.response.headers.get("x-why")).isEqualTo("denied");
    assertThat(stream.request.headersOut).isFalse();
  }

  @Test
  void answers500WhenAPluginThrows() {
    FilterHarness stream = stream("trouble", "").get("/throw");

    assertThat(stream.events).containsExactly("localReply 500 plugin_error");
    assertThat(stream.request.headersOut).isFalse();
  }

  @Test
  void endsAnEndlessLoopAndServesOn() {
    HttpFilterConfig config = load("fixtures", "trouble", "");
    var filterWorker = config.openWorker(worker);

    FilterHarness looping = new FilterHarness(filterWorker, worker).get("/loop");
    FilterHarness next = new FilterHarness(filterWorker, worker).get("/fine");

    assertThat(looping.events).containsExactly("localReply 500 plugin_error");
    assertThat(next.request.headersOut).isTrue();
  }

  @Test
  void survivesEndlessRecursion() {
    FilterHarness stream = stream("trouble", "").get("/recurse");

    assertThat(stream.events).containsExactly("localReply 500 plugin_error");
  }

  @Test
  void hidesTheProxysClasses() {
    FilterHarness stream = stream("trouble", "").get("/peek");

    assertThat(stream.events).containsExactly("localReply 500 plugin_error");
  }

  @Test
  void runsTwoVersionsOfAJarSideBySide() throws IOException {
    FilterHarness old = stream("tag", "old");
    PluginJars.write(plugins.resolve("fixtures.jar"), Fixtures.Tag.class, Fixtures.Upper.class);
    FilterHarness fresh = stream("tag", "new");

    assertThat(old.get("/").request.headers.get("x-tag")).isEqualTo("old");
    assertThat(fresh.get("/").request.headers.get("x-tag")).isEqualTo("new");
  }

  @Test
  void refusesClassesThatTheWasmBuildWouldRefuse() {
    assertThat(load("fixtures", "reaching-out", "")).isNull();

    assertThat(context.problems.getFirst())
        .startsWith("filter_name: plugin 'reaching-out' uses what plugins do not have:")
        .contains("Fixtures.java:", "java.lang.Thread.start does not exist for plugins; callbacks");
  }

  @Test
  void findsJarsByTheirContent() throws Exception {
    Path jar = plugins.resolve("fixtures.jar");
    byte[] content = Files.readAllBytes(jar);
    String digest =
        java.util.HexFormat.of()
            .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(content));
    Files.createDirectories(plugins.resolve("sha256"));
    Files.move(jar, plugins.resolve("sha256/" + digest + ".jar"));
    PluginJars.write(jar, Fixtures.Upper.class);

    assertThat(load("fixtures@sha256:" + digest, "tag", "")).isNotNull();
    assertThat(load("fixtures", "tag", "")).isNull();
    assertThat(load("fixtures@sha256:" + "0".repeat(64), "tag", "")).isNull();
    assertThat(context.problems).hasSize(2);
    assertThat(context.problems.get(1)).contains("not the one asked for");
  }

  @Test
  void accountsForCallsAndFailures() {
    HttpFilterConfig config = load("fixtures", "trouble", "");
    var filterWorker = config.openWorker(worker);
    for (int i = 0; i < 200; i++) {
      new FilterHarness(filterWorker, worker).get(i == 7 ? "/throw" : "/fine");
    }

    Account.Report report = ((HttpPluginConfig) config).accounts().of(worker).report();
    assertThat(report.calls()).isEqualTo(200);
    assertThat(report.samples()).isEqualTo(3);
    assertThat(report.failures()).isOne();
    assertThat(report.lastFailure()).contains("onRequestHeaders", "on purpose");
    assertThat(report.nanos()).isPositive();
  }

  @Test
  void refusesWhatCannotBeUsed() throws IOException {
    Files.writeString(plugins.resolve("text.jar"), "not a jar");
    PluginJars.write(plugins.resolve("empty.jar"), DynamicModuleFilterTest.class);

    assertThat(load("missing", "tag", "")).isNull();
    assertThat(load("text", "tag", "")).isNull();
    assertThat(load("empty", "tag", "")).isNull();
    assertThat(load("fixtures", "nope", "")).isNull();
    assertThat(load("fixtures", "shout", "")).isNull();
    assertThat(load("fixtures", "tag", "bad")).isNull();
    assertThat(load("fixtures", "stuck", "")).isNull();
    assertThat(load("../fixtures", "tag", "")).isNull();

    assertThat(context.problems).hasSize(8);
    assertThat(context.problems.get(0)).contains("missing.jar does not exist");
    assertThat(context.problems.get(1)).contains("text.jar is not a jar");
    assertThat(context.problems.get(2)).contains("no class annotated with @Plugin");
    assertThat(context.problems.get(3))
        .contains("it has caller, reaching-out, shout, stuck, tag, trouble, upper");
    assertThat(context.problems.get(4)).contains("is not an HttpPlugin");
    assertThat(context.problems.get(5)).contains("filter_config: 'bad' is not a tag");
    assertThat(context.problems.get(6)).contains("longer than its budget");
    assertThat(context.problems.get(7)).contains("is not a module name");
  }
}
