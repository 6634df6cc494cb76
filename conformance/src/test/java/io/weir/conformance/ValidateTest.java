package io.weir.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --mode validate}: plugins are loaded, started and configured; no socket is opened. */
class ValidateTest {
  @TempDir Path folder;

  @Test
  void aConfigurationWithPluginsOfEveryKindIsFine() throws Exception {
    CaseFile file = CaseFile.read(Path.of("src/test/resources/cases/wasm-and-lua.yaml"));
    Path bootstrap =
        Files.writeString(
            folder.resolve("bootstrap.yaml"), file.bootstrap(1, 2, 3, CaseRun.plugins()));

    WeirCommand command = validate(bootstrap);

    assertThat(command.out()).isEqualTo("configuration '" + bootstrap + "' OK\n");
    assertThat(command.exit()).isZero();
  }

  @Test
  void aModuleThatIsNoneIsReportedWithItsPlace() throws Exception {
    CaseFile file = CaseFile.read(Path.of("src/test/resources/cases/wasm-and-lua.yaml"));
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    Files.writeString(plugins.resolve("my-custom-filter.wasm"), "no module");
    Files.writeString(plugins.resolve("add-header.wasm"), "no module");
    Path bootstrap =
        Files.writeString(folder.resolve("bootstrap.yaml"), file.bootstrap(1, 2, 3, plugins));

    WeirCommand command = validate(bootstrap);

    assertThat(command.out())
        .contains("bootstrap.yaml:", "vm_config.code: ", "not a WebAssembly module", "2 problems");
    assertThat(command.exit()).isEqualTo(1);
  }

  private WeirCommand validate(Path bootstrap) throws Exception {
    return WeirCommand.run(
        folder,
        "proxy",
        "-c",
        bootstrap.toString(),
        "--mode",
        "validate",
        "-l",
        "warning",
        "--plugin-dir",
        CaseRun.plugins().toString());
  }
}
