package io.weir.controlplane.module;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Fetches modules by the scheme of their URL. Any thread; blocks. */
final class ModuleFetcher implements AutoCloseable {

  static final long MAX_BYTES = 256L << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String LATEST = "latest";

  private final HttpFetch http;
  private final PullSecrets secrets;
  private final long maxBytes;

  ModuleFetcher(PullSecrets secrets) {
    this(secrets, TIMEOUT, MAX_BYTES);
  }

  ModuleFetcher(PullSecrets secrets, Duration timeout, long maxBytes) {
    this.http = new HttpFetch(timeout, maxBytes);
    this.secrets = secrets;
    this.maxBytes = maxBytes;
  }

  WasmModule fetch(ModuleRequest request) throws FetchException {
    return switch (request.scheme()) {
      case "oci" -> image(request);
      case "http", "https" -> download(request);
      case "file" -> file(request);
      default ->
          throw FetchException.lasting(
              request.url() + ": modules come from oci, http, https or file");
    };
  }

  private WasmModule image(ModuleRequest request) throws FetchException {
    ImageReference image = ImageReference.parse(request.location());
    String basic = secrets.basic(request.secret(), image.registry());
    return ImagePull.pull(
        new RegistrySource(http, image, basic),
        image.reference(),
        request.sha256(),
        request.url(),
        maxBytes);
  }

  private WasmModule download(ModuleRequest request) throws FetchException {
    URI uri;
    try {
      uri = URI.create(request.url());
    } catch (IllegalArgumentException e) {
      throw FetchException.lasting(request.url() + " is no URL");
    }
    HttpFetch.Answer answer = http.get(uri, Map.of());
    if (answer.status() != 200) {
      throw FetchException.lasting(request.url() + " answers " + answer.status());
    }
    return checked(WasmArchive.unwrap(answer.body(), request.url(), maxBytes), request);
  }

  /** A module, or a folder that is an OCI image layout; its image may follow after a colon. */
  private WasmModule file(ModuleRequest request) throws FetchException {
    String location = request.location();
    Path path = Path.of(location);
    String tag = LATEST;
    int colon = location.lastIndexOf(':');
    if (!Files.exists(path) && colon > location.lastIndexOf('/')) {
      path = Path.of(location.substring(0, colon));
      tag = location.substring(colon + 1);
    }
    if (LayoutSource.isLayout(path)) {
      return ImagePull.pull(
          new LayoutSource(path, maxBytes), tag, request.sha256(), request.url(), maxBytes);
    }
    try {
      if (Files.size(path) > maxBytes) {
        throw FetchException.lasting(path + " is larger than " + (maxBytes >> 20) + " MiB");
      }
      return checked(
          WasmArchive.unwrap(Files.readAllBytes(path), request.url(), maxBytes), request);
    } catch (IOException e) {
      throw FetchException.passing(path + " cannot be read: " + e);
    }
  }

  private static WasmModule checked(byte[] bytes, ModuleRequest request) throws FetchException {
    WasmModule module = WasmModule.of(bytes);
    if (!request.sha256().isEmpty() && !request.sha256().equals(module.sha256())) {
      throw FetchException.lasting(
          request.url() + ": sha256 should be " + request.sha256() + " but is " + module.sha256());
    }
    return module;
  }

  @Override
  public void close() {
    http.close();
  }
}
