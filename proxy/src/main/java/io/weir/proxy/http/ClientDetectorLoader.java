package io.weir.proxy.http;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig;
import io.envoyproxy.envoy.extensions.http.original_ip_detection.xff.v3.XffConfig;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.extension.LoadContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Loads {@code original_ip_detection_extensions}. */
final class ClientDetectorLoader {
  private static final int FORBIDDEN = 403;

  private ClientDetectorLoader() {}

  static List<ClientDetector> load(HttpConnectionManager message, LoadContext context) {
    int count = message.getOriginalIpDetectionExtensionsCount();
    String field = "original_ip_detection_extensions";
    if (count > 0 && message.getUseRemoteAddress().getValue()) {
      context
          .problems()
          .add(field, "cannot stand beside use_remote_address", "remove one of the two");
    }
    if (count > 0 && message.getXffNumTrustedHops() > 0) {
      context
          .problems()
          .add(
              field,
              "cannot stand beside xff_num_trusted_hops",
              "set it in the extension envoy.http.original_ip_detection.xff");
    }
    var detectors = new ArrayList<ClientDetector>(count);
    for (int i = 0; i < count; i++) {
      ClientDetector detector =
          detector(
              message.getOriginalIpDetectionExtensions(i),
              context.at(field + "[" + i + "].typed_config"));
      if (detector != null) {
        detectors.add(detector);
      }
    }
    return List.copyOf(detectors);
  }

  private static @Nullable ClientDetector detector(
      TypedExtensionConfig extension, LoadContext context) {
    if (extension.getTypedConfig().is(CustomHeaderConfig.class)) {
      var config =
          context.unpack(extension.getTypedConfig(), CustomHeaderConfig.getDefaultInstance());
      return config == null ? null : header(config);
    }
    if (extension.getTypedConfig().is(XffConfig.class)) {
      var config = context.unpack(extension.getTypedConfig(), XffConfig.getDefaultInstance());
      return config == null ? null : forwardedFor(config, context);
    }
    context
        .problems()
        .add(
            "",
            "unknown way to find the client's address: " + extension.getName(),
            "known: custom_header and xff");
    return null;
  }

  private static ClientDetector header(CustomHeaderConfig config) {
    int code = config.getRejectWithStatus().getCodeValue();
    boolean refuses = config.hasRejectWithStatus();
    return new ClientDetector.Header(
        HeaderName.of(config.getHeaderName()),
        config.getAllowExtensionToSetAddressAsTrusted(),
        // What is no error is taken for the usual one.
        refuses ? code >= 400 ? code : FORBIDDEN : 0);
  }

  private static ClientDetector forwardedFor(XffConfig config, LoadContext context) {
    boolean appends = config.hasSkipXffAppend() && !config.getSkipXffAppend().getValue();
    if (!config.hasXffTrustedCidrs()) {
      return new ClientDetector.Hops(config.getXffNumTrustedHops(), appends);
    }
    if (config.getXffNumTrustedHops() > 0) {
      context
          .problems()
          .add("xff_trusted_cidrs", "cannot stand beside xff_num_trusted_hops", "remove one");
    }
    return new ClientDetector.Trusted(
        ForwardingLoader.ranges(
            config.getXffTrustedCidrs().getCidrsList(), "xff_trusted_cidrs.cidrs", context),
        appends);
  }
}
