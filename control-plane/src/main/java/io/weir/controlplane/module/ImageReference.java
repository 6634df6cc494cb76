package io.weir.controlplane.module;

/**
 * An image.
 *
 * @param registry host and port
 * @param reference a tag, or a digest with its algorithm
 */
record ImageReference(String registry, String repository, String reference) {

  /** {@code [HOST[:PORT]/]REPOSITORY[:TAG][@sha256:...]}, completed as Docker does. */
  static ImageReference parse(String text) throws FetchException {
    String rest = text;
    String digest = "";
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = rest.substring(at + 1);
      rest = rest.substring(0, at);
    }
    String tag = "";
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    int slash = rest.indexOf('/');
    String first = slash < 0 ? "" : rest.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    String registry = host ? first : "registry-1.docker.io";
    String repository = host ? rest.substring(slash + 1) : slash < 0 ? "library/" + rest : rest;
    if (repository.isEmpty() || !repository.matches("[a-z0-9._/-]+")) {
      throw FetchException.lasting("oci://" + text + " is no image");
    }
    return new ImageReference(
        registry, repository, !digest.isEmpty() ? digest : tag.isEmpty() ? "latest" : tag);
  }

  boolean pinned() {
    return reference.startsWith(Digests.PREFIX);
  }
}
