package io.weir.proxy.filter.composite;

import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.RuntimeFraction;

/** What a match does. */
sealed interface FilterAction {

  /** The filter stays out of the stream. */
  record Skip() implements FilterAction {}

  /**
   * A composite filter becomes another one.
   *
   * @param sample the share of streams that it does so for
   */
  record Execute(HttpFilterSlot slot, RuntimeFraction sample) implements FilterAction {}
}
