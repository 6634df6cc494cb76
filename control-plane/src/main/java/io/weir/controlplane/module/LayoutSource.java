package io.weir.controlplane.module;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An OCI image layout: a folder with {@code index.json} and blobs by digest. */
final class LayoutSource implements BlobSource {

  private static final String TAG = "org.opencontainers.image.ref.name";

  private final Path folder;
  private final long maxBytes;

  LayoutSource(Path folder, long maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
  }

  static boolean isLayout(Path folder) {
    return Files.isRegularFile(folder.resolve("oci-layout"));
  }

  @Override
  public byte[] manifest(String reference) throws FetchException {
    if (reference.startsWith(Digests.PREFIX)) {
      return blob(reference);
    }
    String index = new String(read("index.json"), java.nio.charset.StandardCharsets.UTF_8);
    if (YamlReader.read(index, "index.json", new ProblemList()) instanceof SourceMap map
        && map.get("manifests") instanceof SourceList manifests) {
      for (SourceNode node : manifests.items()) {
        if (node instanceof SourceMap manifest) {
          String tag =
              manifest.get("annotations") instanceof SourceMap annotations
                  ? annotations.text(TAG)
                  : null;
          String digest = manifest.text("digest");
          boolean only = manifests.items().size() == 1 && reference.equals("latest");
          if (digest != null && (only || reference.equals(tag))) {
            return blob(digest);
          }
        }
      }
    }
    throw FetchException.lasting(folder + " has no image " + reference);
  }

  @Override
  public byte[] blob(String digest) throws FetchException {
    if (!digest.matches("sha256:[0-9a-f]{64}")) {
      throw FetchException.lasting(digest + " is no digest");
    }
    return read("blobs/" + digest.replace(':', '/'));
  }

  private byte[] read(String name) throws FetchException {
    Path file = folder.resolve(name);
    try {
      if (Files.size(file) > maxBytes) {
        throw FetchException.lasting(file + " is larger than " + (maxBytes >> 20) + " MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FetchException.passing(file + " cannot be read: " + e);
    }
  }
}
