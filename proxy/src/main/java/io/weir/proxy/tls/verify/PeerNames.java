package io.weir.proxy.tls.verify;

import java.util.List;

/**
 * Subject alternative names of which a peer must have one, demanded by a connection.
 *
 * @param names empty for no demand
 * @param instead whether the names that the context demands do not count then; DNS names only
 */
public record PeerNames(List<String> names, boolean instead) {
  public static final PeerNames NONE = new PeerNames(List.of(), false);

  public PeerNames {
    names = List.copyOf(names);
  }

  /** Names beside those that the context demands. */
  public static PeerNames also(List<String> names) {
    return names.isEmpty() ? NONE : new PeerNames(names, false);
  }
}
