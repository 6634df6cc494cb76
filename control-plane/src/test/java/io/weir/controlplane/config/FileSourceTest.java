package io.weir.controlplane.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.xds.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileSourceTest {

  private final ConfigStore store = new ConfigStore();
  @TempDir private Path folder;

  private FileSource source() {
    return new FileSource(folder, new DocumentReader(List.of()), store);
  }

  private static String gateway(String name, String host) {
    return """
    apiVersion: networking.istio.io/v1
    kind: Gateway
    metadata: {name: %s}
    spec: {servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [%s]}]}
    ---
    """
        .formatted(name, host);
  }

  private List<String> hosts() {
    return store.snapshot().list(Kind.GATEWAY, Gateway.class).stream()
        .map(config -> config.spec().servers().getFirst().hosts().getFirst())
        .toList();
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve(file), text);
  }

  @Test
  void readsAllDocumentsOfAllFiles() throws IOException {
    write("a.yaml", gateway("a", "a.com") + gateway("b", "b.com"));
    Files.createDirectory(folder.resolve("sub"));
    write("sub/c.yml", gateway("c", "c.com"));
    write("readme.txt", "not ours");

    source().scan();

    assertThat(hosts()).containsExactly("a.com", "b.com", "c.com");
    assertThat(store.problems()).isEmpty();
  }

  @Test
  void aBrokenDocumentKeepsItsLastGoodVersion() throws IOException {
    FileSource source = source();
    write("a.yaml", gateway("a", "old.com") + gateway("b", "old.com"));
    source.scan();

    write("a.yaml", gateway("a", "new.com").replace("hosts", "host") + gateway("b", "new.com"));
    source.scan();

    assertThat(hosts()).containsExactly("old.com", "new.com");
    assertThat(store.problems()).extracting(Problem::reason).containsExactly("unknown field");
  }

  @Test
  void anUnreadableFileKeepsAllOfIt() throws IOException {
    FileSource source = source();
    write("a.yaml", gateway("a", "old.com"));
    source.scan();

    write("a.yaml", "apiVersion: [");
    source.scan();
    assertThat(hosts()).containsExactly("old.com");
    assertThat(store.problems()).isNotEmpty();

    write("a.yaml", gateway("a", "repaired.com"));
    source.scan();
    assertThat(hosts()).containsExactly("repaired.com");
    assertThat(store.problems()).isEmpty();
  }

  @Test
  void aFileThatGoesTakesItsConfigurationAlong() throws IOException {
    FileSource source = source();
    write("a.yaml", gateway("a", "a.com"));
    write("b.yaml", gateway("b", "b.com"));
    source.scan();

    Files.delete(folder.resolve("a.yaml"));
    source.scan();

    assertThat(hosts()).containsExactly("b.com");
  }

  @Test
  void theSameResourceInTwoFilesIsToldAndTheFirstUsed() throws IOException {
    write("a.yaml", gateway("a", "first.com"));
    write("b.yaml", gateway("a", "second.com"));

    source().scan();

    assertThat(hosts()).containsExactly("first.com");
    assertThat(store.problems())
        .extracting(Problem::reason)
        .singleElement()
        .asString()
        .startsWith("Gateway default/a also stands in ");
  }

  @Test
  void onlyChangesOfContentAreChanges() throws IOException {
    FileSource source = source();
    write("a.yaml", gateway("a", "a.com"));
    source.scan();
    long revision = store.snapshot().revision();

    write("a.yaml", "# a comment\n" + gateway("a", "a.com"));
    source.scan();

    assertThat(store.snapshot().revision()).isEqualTo(revision);
  }

  @Test
  void followsTheFolder() throws Exception {
    write("a.yaml", gateway("a", "old.com"));
    try (FileSource source = source()) {
      source.start();
      CountDownLatch changed = new CountDownLatch(1);
      store.onChange(_ -> changed.countDown());

      write("a.yaml", gateway("a", "new.com"));

      assertThat(changed.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(hosts()).containsExactly("new.com");
    }
  }

  @Test
  void aFolderThatVanishesKeepsTheConfiguration() throws IOException {
    Path vanishing = Files.createDirectory(folder.resolve("config"));
    FileSource source = new FileSource(vanishing, new DocumentReader(List.of()), store);
    Files.writeString(vanishing.resolve("a.yaml"), gateway("a", "a.com"));
    source.scan();

    Files.delete(vanishing.resolve("a.yaml"));
    Files.delete(vanishing);
    source.scan();

    assertThat(hosts()).containsExactly("a.com");
  }
}
