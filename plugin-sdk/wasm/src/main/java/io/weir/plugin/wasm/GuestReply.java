package io.weir.plugin.wasm;

import io.weir.plugin.CallReply;
import io.weir.plugin.Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reply that outlives the host's callback. */
record GuestReply(int status, List<Headers.Entry> headers, String body) implements CallReply {
  @Override
  public @Nullable String header(String name) {
    for (int i = 0; i < headers.size(); i++) {
      if (headers.get(i).name().equals(name)) {
        return headers.get(i).value();
      }
    }
    return null;
  }
}
