package io.weir.proxy.filter.extauthz;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.proxy.filter.extauthz.AuthzSettings.BodyLimit;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whom requests are asked about, over HTTP or gRPC. Immutable. */
interface AuthzService {

  /**
   * A request.
   *
   * @param body so far, null when none goes along
   * @param limit how much of it goes along, null for none
   * @param complete whether {@code body} is all of it
   * @param extensions {@code context_extensions} of the route
   */
  record Question(
      HttpFilterCallbacks callbacks,
      HeaderMap request,
      @Nullable Buffer body,
      @Nullable BodyLimit limit,
      boolean complete,
      Map<String, String> extensions) {}

  /**
   * Asks. The verdict may come before this returns.
   *
   * @return to cancel with; null when the verdict has come
   */
  @Nullable HttpCall ask(Question question, Consumer<Verdict> verdict);
}
