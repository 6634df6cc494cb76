package io.weir.controlplane.validate;

import io.weir.controlplane.config.TrafficExtension;
import io.weir.controlplane.config.WasmPlugin;
import io.weir.controlplane.config.WasmPlugin.EnvVar;
import io.weir.controlplane.config.WasmPlugin.ValueFrom;
import io.weir.controlplane.config.WasmPlugin.VmConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rules about WasmPlugins and TrafficExtensions. */
final class PluginRules {

  private static final Set<String> SCHEMES = Set.of("oci", "file", "http", "https");
  private static final int SHA256_DIGITS = 64;
  private static final int MAX_NAME = 256;
  private static final int MAX_SECRET = 253;
  private static final int MAX_SCRIPT_BYTES = 65_536;

  private PluginRules() {}

  static void check(WasmPlugin spec, Checks checks) {
    wasm(
        spec.url(),
        spec.sha256(),
        spec.imagePullSecret(),
        spec.verificationKey(),
        spec.pluginName(),
        spec.vmConfig(),
        checks);
  }

  static void check(TrafficExtension spec, Checks checks) {
    int kinds =
        (spec.wasm() == null ? 0 : 1)
            + (spec.lua() == null ? 0 : 1)
            + (spec.java() == null ? 0 : 1);
    if (kinds != 1) {
      checks.wrong("", "takes one of wasm, lua and java", "");
    }
    TrafficExtension.Wasm wasm = spec.wasm();
    if (wasm != null) {
      wasm(
          wasm.url(),
          wasm.sha256(),
          wasm.imagePullSecret(),
          wasm.verificationKey(),
          wasm.pluginName(),
          wasm.vmConfig(),
          checks.at("wasm"));
    }
    if (spec.lua() != null) {
      String script = spec.lua().inlineCode();
      checks.required("lua.inlineCode", script);
      if (script.getBytes(StandardCharsets.UTF_8).length > MAX_SCRIPT_BYTES) {
        checks.wrong("lua.inlineCode", "is longer than " + MAX_SCRIPT_BYTES + " bytes", "");
      }
    }
    if (spec.java() != null) {
      checks.required("java.module", spec.java().module());
      checks.required("java.filterName", spec.java().filterName());
    }
  }

  private static void wasm(
      String url,
      String sha256,
      String secret,
      String verificationKey,
      String name,
      @Nullable VmConfig vm,
      Checks checks) {
    url(url, checks);
    if (!sha256.isEmpty()
        && (sha256.length() != SHA256_DIGITS
            || !sha256.chars().allMatch(c -> Character.digit(c, 16) >= 0))) {
      checks.wrong("sha256", "must be 64 hexadecimal digits", "");
    }
    if (!sha256.isEmpty() && url.startsWith("file://")) {
      checks.warn("sha256", "is not checked for files", "");
    }
    if (secret.length() > MAX_SECRET) {
      checks.wrong("imagePullSecret", "is longer than " + MAX_SECRET + " characters", "");
    }
    if (!verificationKey.isEmpty()) {
      checks.warn("verificationKey", "has no effect, in Istio neither", "pin sha256");
    }
    if (name.length() > MAX_NAME) {
      checks.wrong("pluginName", "is longer than " + MAX_NAME + " characters", "");
    }
    if (vm != null) {
      environment(vm, checks.at("vmConfig"));
    }
  }

  private static void url(String url, Checks checks) {
    if (url.isEmpty()) {
      checks.wrong("url", "must be set", "");
      return;
    }
    if (!url.contains("://")) {
      return; // an image
    }
    try {
      URI uri = new URI(url);
      if (!SCHEMES.contains(uri.getScheme())) {
        checks.wrong(
            "url", "the scheme " + uri.getScheme() + " is not known", "oci, file, http or https");
      }
    } catch (java.net.URISyntaxException e) {
      checks.wrong("url", "\"" + url + "\" is no URL: " + e.getReason(), "");
    }
  }

  private static void environment(VmConfig vm, Checks checks) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < vm.env().size(); i++) {
      EnvVar variable = vm.env().get(i);
      Checks at = checks.at("env[" + i + "]");
      at.required("name", variable.name());
      if (!names.add(variable.name())) {
        at.wrong("name", variable.name() + " stands here twice", "");
      }
      if (variable.valueFrom() == ValueFrom.HOST && !variable.value().isEmpty()) {
        at.wrong("value", "excludes valueFrom HOST", "");
      }
    }
  }
}
