package io.weir.proxy.filter.extauthz;

import io.weir.proxy.extension.RuntimeFraction;
import io.weir.proxy.filter.headermutation.MutationRules;
import io.weir.proxy.matcher.MetadataMatcher;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A compiled {@code ExtAuthz}.
 *
 * @param body null when the service does not get the body
 * @param validate whether changes that no request may carry are an error
 * @param rules which request headers the service may change; null for any
 * @param takeMetadata whether the service's metadata is taken over
 * @param denyAtDisable whether a request is refused when the filter is not enabled for it
 * @param enabledBy null when no metadata decides
 * @param maxDeniedBody how many bytes of a refusal's body are sent; 0 for all
 */
record AuthzSettings(
    AuthzService service,
    @Nullable BodyLimit body,
    boolean failureModeAllow,
    boolean markAllowedFailures,
    int statusOnError,
    boolean validate,
    @Nullable MutationRules rules,
    boolean takeMetadata,
    boolean clearRouteCache,
    RuntimeFraction enabled,
    @Nullable MetadataMatcher enabledBy,
    BooleanSupplier denyAtDisable,
    long maxDeniedBody,
    String statPrefix,
    String clusterStatPrefix) {

  /**
   * How much of the body the service gets.
   *
   * @param partial whether a longer body is cut; otherwise it is answered 413
   */
  record BodyLimit(int maxBytes, boolean partial) {}
}
