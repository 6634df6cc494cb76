package io.weir.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PatchVerbTest {

  private static final String FILTER =
      """
      apiVersion: networking.istio.io/v1alpha3
      kind: EnvoyFilter
      metadata: {name: slower, namespace: istio-system}
      spec:
        configPatches:
        - applyTo: CLUSTER
          match: {cluster: {name: %s}}
          patch: {operation: MERGE, value: {connect_timeout: 3s}}
      """;

  @TempDir private Path folder;
  private Path dump;
  private Path filter;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void writeInputs() throws IOException {
    dump = Files.writeString(folder.resolve("dump.json"), "{\"clusters\": [{\"name\": \"a\"}]}");
    filter = Files.writeString(folder.resolve("filter.yaml"), FILTER.formatted("a"));
  }

  @Test
  void applyPrintsTheResources() {
    assertThat(run("apply", "--config-dump", dump, "--context", "GATEWAY", "-f", filter))
        .isEqualTo(Main.OK);
    assertThat(out.toString().replaceAll("\\s", ""))
        .isEqualTo(
            "{\"listeners\":[],\"routes\":[],\"clusters\":[{\"name\":\"a\",\"connect_timeout\":\"3s\"}]}");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void explainSaysWhyAPatchDoesNotMatch() throws IOException {
    Files.writeString(filter, FILTER.formatted("b"));

    assertThat(run("explain", "--config-dump", dump, "--context", "GATEWAY", "-f", filter))
        .isEqualTo(Main.FINDINGS);
    assertThat(out.toString())
        .contains("istio-system/slower")
        .contains("match.cluster.name: wanted b, there is a")
        .contains("0 of 1 patch matched");
  }

  @Test
  void applyTellsOfPatchesThatMatchNothing() throws IOException {
    Files.writeString(filter, FILTER.formatted("b"));

    assertThat(run("apply", "--config-dump", dump, "--context", "GATEWAY", "-f", filter))
        .isEqualTo(Main.OK);
    assertThat(err.toString())
        .startsWith("warning: WEIR0101: istio-system/slower configPatches[0]");
  }

  @Test
  void badFiltersAreFindingsAndTheRestIsApplied() throws IOException {
    Files.writeString(
        filter,
        FILTER.formatted("a")
            + "---\n"
            + FILTER.formatted("a").replace("3s", "3").replace("slower", "bad"));

    assertThat(run("apply", "--config-dump", dump, "--context", "GATEWAY", "-f", filter))
        .isEqualTo(Main.FINDINGS);
    assertThat(err.toString()).contains("filter.yaml:17:56:").contains("write \"3s\"");
    assertThat(out.toString()).contains("\"connect_timeout\": \"3s\"");
  }

  @Test
  void wrongUsage() {
    assertThat(run("apply", "--config-dump", dump, "-f", filter)).isEqualTo(Main.USAGE);
    assertThat(run("apply", "--config-dump", dump, "--context", "NOWHERE", "-f", filter))
        .isEqualTo(Main.USAGE);
  }

  private int run(Object... words) {
    CommandLine commands = new CommandLine(new PatchVerb());
    commands.setOut(new PrintWriter(out, true));
    commands.setErr(new PrintWriter(err, true));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    String[] line = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      line[i] = words[i].toString();
    }
    return commands.execute(line);
  }
}
