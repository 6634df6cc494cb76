package io.weir.proxy.filter.compressor;

import io.weir.filter.Counter;
import io.weir.filter.Stats;

/** Statistics of one direction on one worker. */
final class CompressorStats {
  final Counter compressed;
  final Counter notCompressed;
  final Counter plainBytes;
  final Counter compressedBytes;
  final Counter tooSmall;
  final Counter noAcceptHeader;
  final Counter identity;
  final Counter used;
  final Counter wildcard;
  final Counter notValid;
  final Counter etag;

  /**
   * @param accept where what clients accept is counted
   */
  CompressorStats(Stats stats, String accept, String prefix) {
    compressed = stats.counter(prefix, "compressed");
    notCompressed = stats.counter(prefix, "not_compressed");
    plainBytes = stats.counter(prefix, "total_uncompressed_bytes");
    compressedBytes = stats.counter(prefix, "total_compressed_bytes");
    tooSmall = stats.counter(prefix, "content_length_too_small");
    noAcceptHeader = stats.counter(accept, "no_accept_header");
    identity = stats.counter(accept, "header_identity");
    used = stats.counter(accept, "header_compressor_used");
    wildcard = stats.counter(accept, "header_wildcard");
    notValid = stats.counter(accept, "header_not_valid");
    etag = stats.counter(prefix, "not_compressed_etag");
    stats.counter(accept, "header_compressor_overshadowed");
  }

  void count(AcceptedEncodings accepted) {
    switch (accepted) {
      case NAMED -> used.inc();
      case WILDCARD -> wildcard.inc();
      case IDENTITY -> identity.inc();
      case NOT_VALID -> notValid.inc();
      case NO_HEADER -> noAcceptHeader.inc();
    }
  }
}
