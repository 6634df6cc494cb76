package io.weir.proxy.filter.extauthz;

import io.weir.filter.Value;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a service says about a request. */
sealed interface Verdict {

  /** It said nothing usable. */
  record Failed() implements Verdict {}

  /**
   * The request may pass.
   *
   * @param removed names of request headers
   * @param query parameters to set
   * @param removedQuery parameters to remove
   * @param metadata null when there is none
   */
  record Allowed(
      List<HeaderChange> request,
      List<String> removed,
      List<HeaderChange> response,
      Map<String, String> query,
      List<String> removedQuery,
      Value.@Nullable MapValue metadata)
      implements Verdict {

    boolean changesRequest() {
      return !request.isEmpty()
          || !removed.isEmpty()
          || !query.isEmpty()
          || !removedQuery.isEmpty();
    }

    boolean valid() {
      return request.stream().allMatch(HeaderChange::valid)
          && response.stream().allMatch(HeaderChange::valid)
          && removed.stream().allMatch(HeaderChange::validName);
    }
  }

  /**
   * The request is answered.
   *
   * @param metadata null when there is none
   */
  record Denied(
      int status, byte[] body, List<HeaderChange> headers, Value.@Nullable MapValue metadata)
      implements Verdict {}
}
