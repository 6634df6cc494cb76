package io.weir.controlplane.module;

/** Where an image's parts come from. */
interface BlobSource {

  /** The manifest or index under a tag or digest. */
  byte[] manifest(String reference) throws FetchException;

  /** A blob; the caller checks its digest. */
  byte[] blob(String digest) throws FetchException;
}
