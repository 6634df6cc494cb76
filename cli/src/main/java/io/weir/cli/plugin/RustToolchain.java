package io.weir.cli.plugin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Rust compiler with a wasm target: rustup's, or Debian's packages for browsers, which build the
 * standard library on the way.
 *
 * @param target the target's name
 * @param options what cargo needs beyond the target
 */
record RustToolchain(
    String cargo, String target, List<String> options, Map<String, String> environment) {
  private static final Path DEBIAN_RUSTC = Path.of("/usr/bin/rustc");
  private static final Path DEBIAN_CARGO = Path.of("/usr/bin/cargo");

  static RustToolchain find() throws IOException, InterruptedException {
    String cargo = Commands.find("cargo", "rustup, then: rustup target add wasm32-wasip1");
    String rustc = Commands.find("rustc", "rustup, then: rustup target add wasm32-wasip1");
    for (String target : List.of("wasm32-wasip1", "wasm32-unknown-unknown")) {
      if (has(rustc, target)) {
        return new RustToolchain(cargo, target, List.of(), Map.of());
      }
    }
    if (Files.isExecutable(DEBIAN_RUSTC)
        && Files.isExecutable(DEBIAN_CARGO)
        && Files.isExecutable(Path.of("/usr/bin/wasm-ld-14"))) {
      return new RustToolchain(
          DEBIAN_CARGO.toString(),
          "wasm32-unknown-unknown",
          List.of("-Z", "build-std=std,panic_abort"),
          Map.of(
              "RUSTC", DEBIAN_RUSTC.toString(),
              "RUSTC_BOOTSTRAP", "1",
              "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-14"));
    }
    throw new PluginToolException(
        "rustc has no wasm target: rustup target add wasm32-wasip1 (or, on Debian, apt-get install"
            + " rustc-web cargo-web rust-web-src lld-14)");
  }

  private static boolean has(String rustc, String target) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(rustc, "--target", target, "--print", "target-libdir")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String folder =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return process.waitFor() == 0 && !folder.isEmpty() && Files.isDirectory(Path.of(folder));
  }

  /** The command line of a release build. */
  String[] command(String targetDirectory) {
    var command =
        new ArrayList<>(
            List.of(
                cargo, "build", "--release", "--target", target, "--target-dir", targetDirectory));
    command.addAll(options);
    return command.toArray(String[]::new);
  }
}
