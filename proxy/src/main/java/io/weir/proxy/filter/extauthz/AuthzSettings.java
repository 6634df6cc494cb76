package io.weir.proxy.filter.extauthz;

import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.matcher.MetadataMatcher;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code ExtAuthz} with an {@code http_service}.
 *
 * @param pathPrefix in front of the request's path
 * @param toService request headers that the service gets
 * @param notToService request headers that it never gets
 * @param added what the service gets besides
 * @param replaced the service's headers that replace those of an admitted request
 * @param appended those that are added to them
 * @param toClient those that a refused client gets; empty for all
 * @param toAdmittedClient those that go into the response of an admitted request
 * @param toMetadata those that become dynamic metadata
 * @param body null when the service does not get the body
 * @param denyAtDisable whether a request is refused when the filter is not enabled for it
 * @param enabledBy null when no metadata decides
 */
record AuthzSettings(
    String cluster,
    long timeoutMillis,
    String pathPrefix,
    HeaderNames toService,
    HeaderNames notToService,
    List<AddedHeader> added,
    HeaderNames replaced,
    HeaderNames appended,
    HeaderNames toClient,
    HeaderNames toAdmittedClient,
    HeaderNames toMetadata,
    @Nullable BodyLimit body,
    boolean failureModeAllow,
    boolean markAllowedFailures,
    int statusOnError,
    boolean clearRouteCache,
    RuntimeFraction enabled,
    @Nullable MetadataMatcher enabledBy,
    BooleanSupplier denyAtDisable,
    boolean chargeCluster,
    String statPrefix) {

  AuthzSettings {
    added = List.copyOf(added);
  }

  record AddedHeader(HeaderName name, String value) {}

  /**
   * How much of the body the service gets.
   *
   * @param partial whether a longer body is cut; otherwise it is answered 413
   */
  record BodyLimit(int maxBytes, boolean partial) {}
}
