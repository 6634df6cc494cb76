package io.weir.plugin.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.extensions.dynamic_modules.v3.DynamicModuleConfig;
import io.envoyproxy.envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterWorker;
import io.weir.filter.testkit.FakeContext;
import io.weir.filter.testkit.FakeWorker;
import io.weir.filter.testkit.FilterHarness;
import io.weir.plugin.jvm.fixture.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plugin that nobody uses any more leaves nothing behind. */
class UnloadTest {
  private static final int RELOADS = 1_000;

  @TempDir private Path plugins;

  private final FakeWorker worker = new FakeWorker();
  private final FakeContext context = new FakeContext(worker);
  private final DynamicModuleFilterFactory factory = new DynamicModuleFilterFactory();

  @Test
  void aThousandVersionsLeaveNoClassLoader() throws Exception {
    context.pluginDir = plugins;
    List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    for (int version = 0; version < RELOADS; version++) {
      writeJar(version);
      loaders.add(runOnce(version % 2 == 0 ? "tag" : "caller"));
    }

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (loaders.stream().anyMatch(loader -> loader.get() != null)) {
      assertThat(System.nanoTime()).as("some class loader is still held").isLessThan(deadline);
      System.gc();
    }
  }

  @Test
  void oneVersionInSeveralPlacesHasOneClassLoader() throws Exception {
    context.pluginDir = plugins;
    writeJar(1);

    assertThat(load("tag").module().jar()).isSameAs(load("upper").module().jar());
  }

  private void writeJar(int version) throws IOException {
    Path plain = plugins.resolve("plain.jar");
    if (!Files.exists(plain)) {
      PluginJars.write(plain, Fixtures.class.getDeclaredClasses());
    }
    var content = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(content);
        var in = new java.util.zip.ZipInputStream(Files.newInputStream(plain))) {
      out.setLevel(0);
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(in.readAllBytes());
      }
      out.putNextEntry(new ZipEntry("version-" + version));
      out.write(version);
    }
    Files.write(plugins.resolve("fixtures.jar"), content.toByteArray());
  }

  private HttpPluginConfig load(String plugin) {
    var message =
        DynamicModuleFilter.newBuilder()
            .setDynamicModuleConfig(DynamicModuleConfig.newBuilder().setName("fixtures"))
            .setFilterName(plugin)
            .setFilterConfig(Any.pack(StringValue.of("v")))
            .build();
    return (HttpPluginConfig) factory.load(Any.pack(message), context);
  }

  private WeakReference<ClassLoader> runOnce(String plugin) {
    HttpFilterConfig config = load(plugin);
    assertThat(context.problems).isEmpty();
    HttpFilterWorker filter = config.openWorker(worker);
    var stream = new FilterHarness(filter, worker).get("/");
    assertThat(stream.request.headersOut).isTrue();
    stream.close();
    var loader =
        new WeakReference<>(((HttpPluginWorker) filter).plugin().getClass().getClassLoader());
    filter.close();
    config.close();
    return loader;
  }
}
