package io.weir.controlplane.module;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the module out of an image, in each form in which tools write them: a Docker image, an OCI
 * image ("compat"), an artifact of configuration and module, and a single module layer.
 */
final class ImagePull {

  private static final List<String> RAW =
      List.of("application/vnd.module.wasm.content.layer.v1+wasm", "application/wasm");
  private static final List<String> ARCHIVES =
      List.of(
          "application/vnd.docker.image.rootfs.diff.tar.gzip",
          "application/vnd.oci.image.layer.v1.tar+gzip",
          "application/vnd.oci.image.layer.v1.tar",
          "application/vnd.docker.image.rootfs.diff.tar");

  private ImagePull() {}

  /**
   * The module of an image.
   *
   * @param sha256 that the manifest or the module must have; empty for any
   */
  static WasmModule pull(
      BlobSource source, String reference, String sha256, String what, long maxBytes)
      throws FetchException {
    byte[] bytes = source.manifest(reference);
    if (reference.startsWith(Digests.PREFIX)) {
      Digests.checked(bytes, reference, "the manifest of " + what);
    }
    String digest = Digests.sha256(bytes);
    SourceMap manifest = parse(bytes, what);
    if (manifest.get("manifests") instanceof SourceList choices) {
      String chosen = choose(choices, what);
      bytes = Digests.checked(source.manifest(chosen), chosen, "the manifest of " + what);
      manifest = parse(bytes, what);
    }
    SourceMap layer = layer(manifest, what);
    String layerDigest = text(layer, "digest");
    byte[] blob = Digests.checked(source.blob(layerDigest), layerDigest, "the layer of " + what);
    WasmModule module = WasmModule.of(WasmArchive.unwrap(blob, what, maxBytes));
    if (!sha256.isEmpty()
        && !sha256.equals(digest)
        && !sha256.equals(Digests.sha256(bytes))
        && !sha256.equals(module.sha256())) {
      throw FetchException.lasting(
          what
              + ": sha256 should be "
              + sha256
              + ", but the manifest has "
              + digest
              + " and the module "
              + module.sha256());
    }
    return module;
  }

  private static SourceMap parse(byte[] bytes, String what) throws FetchException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (YamlReader.read(text, what, new ProblemList()) instanceof SourceMap map) {
      return map;
    }
    throw FetchException.lasting("the manifest of " + what + " is no JSON object");
  }

  /** Of an index the manifest for wasm, else the first: modules do not differ by machine. */
  private static String choose(SourceList choices, String what) throws FetchException {
    String first = "";
    for (SourceNode node : choices.items()) {
      if (node instanceof SourceMap choice) {
        String digest = text(choice, "digest");
        first = first.isEmpty() ? digest : first;
        if (choice.get("platform") instanceof SourceMap platform
            && text(platform, "architecture").startsWith("wasm")) {
          return digest;
        }
      }
    }
    if (first.isEmpty()) {
      throw FetchException.lasting("the index of " + what + " is empty");
    }
    return first;
  }

  /** A layer that is a module, wherever it stands; else the last one that is an archive. */
  private static SourceMap layer(SourceMap manifest, String what) throws FetchException {
    SourceMap archive = null;
    List<String> types = new ArrayList<>();
    if (manifest.get("layers") instanceof SourceList layers) {
      for (SourceNode node : layers.items()) {
        if (node instanceof SourceMap layer) {
          String type = text(layer, "mediaType");
          types.add(type);
          if (RAW.contains(type)) {
            return layer;
          }
          archive = ARCHIVES.contains(type) ? layer : archive;
        }
      }
    }
    if (archive == null) {
      throw FetchException.lasting(what + " has no layer with a module, but " + types);
    }
    return archive;
  }

  private static String text(SourceMap map, String key) {
    String text = map.text(key);
    return text == null ? "" : text;
  }
}
