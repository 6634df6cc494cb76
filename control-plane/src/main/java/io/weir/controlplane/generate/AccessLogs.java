package io.weir.controlplane.generate;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLog;
import io.envoyproxy.envoy.config.accesslog.v3.AccessLogFilter;
import io.envoyproxy.envoy.config.accesslog.v3.ExtensionFilter;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.SubstitutionFormatString;
import io.envoyproxy.envoy.extensions.access_loggers.file.v3.FileAccessLog;
import io.envoyproxy.envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter;
import io.weir.controlplane.config.Config;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.config.Telemetry;
import io.weir.controlplane.config.Telemetry.AccessLogging;
import io.weir.controlplane.config.Telemetry.WorkloadMode;
import io.weir.xds.ProblemList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Access logs of one direction, from the mesh configuration and Telemetry resources. */
final class AccessLogs {

  /** The provider that Istio has without being told: a file log. */
  private static final String BUILT_IN = "envoy";

  private static final String STANDARD_OUTPUT = "/dev/stdout";

  /** The line that Istio writes where no format is given. */
  private static final String DEFAULT_FORMAT =
      "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\""
          + " %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS%"
          + " %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\""
          + " %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"
          + " \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\""
          + " \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW%"
          + " %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS%"
          + " %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

  private static final Map<String, String> JSON_FIELDS = jsonFields();

  private AccessLogs() {}

  /**
   * The logs of calls that a proxy makes for its workload, or receives for it.
   *
   * @param telemetry of the mesh, the namespace and the workload, in this order
   */
  static List<AccessLog> of(
      MeshConfig mesh, List<Config<Telemetry>> telemetry, boolean client, ProblemList reports) {
    Set<String> providers = new LinkedHashSet<>();
    if (!mesh.accessLogFile().isEmpty()) {
      providers.add(BUILT_IN);
    }
    String expression = "";
    for (Config<Telemetry> config : telemetry) {
      boolean replaced = false;
      for (AccessLogging logging : config.spec().accessLogging()) {
        if (!applies(logging, client)) {
          continue;
        }
        List<String> named = logging.providers().stream().map(Telemetry.Provider::name).toList();
        if (Boolean.TRUE.equals(logging.disabled())) {
          providers.removeIf(name -> named.isEmpty() || named.contains(name));
          continue;
        }
        if (!named.isEmpty()) {
          if (!replaced) {
            providers.clear();
            replaced = true;
          }
          providers.addAll(named);
        }
        if (logging.filter() != null) {
          expression = logging.filter().expression();
        }
      }
    }
    for (String name : providers) {
      if (!name.equals(BUILT_IN)) {
        reports.warn(
            "Telemetry", "the access log provider " + name + " is not known", "use " + BUILT_IN);
      }
    }
    return providers.contains(BUILT_IN) ? List.of(file(mesh, expression)) : List.of();
  }

  private static boolean applies(AccessLogging logging, boolean client) {
    WorkloadMode mode =
        logging.match() == null ? WorkloadMode.CLIENT_AND_SERVER : logging.match().mode();
    return switch (mode) {
      case CLIENT_AND_SERVER -> true;
      case CLIENT -> client;
      case SERVER -> !client;
    };
  }

  private static AccessLog file(MeshConfig mesh, String expression) {
    FileAccessLog.Builder file =
        FileAccessLog.newBuilder()
            .setPath(mesh.accessLogFile().isEmpty() ? STANDARD_OUTPUT : mesh.accessLogFile())
            .setLogFormat(format(mesh));
    AccessLog.Builder log =
        AccessLog.newBuilder()
            .setName("envoy.access_loggers.file")
            .setTypedConfig(Messages.any(file.build()));
    if (!expression.isEmpty()) {
      log.setFilter(
          AccessLogFilter.newBuilder()
              .setExtensionFilter(
                  ExtensionFilter.newBuilder()
                      .setName("envoy.access_loggers.extension_filters.cel")
                      .setTypedConfig(
                          Messages.any(
                              ExpressionFilter.newBuilder().setExpression(expression).build()))));
    }
    return log.build();
  }

  private static SubstitutionFormatString format(MeshConfig mesh) {
    SubstitutionFormatString.Builder format = SubstitutionFormatString.newBuilder();
    if (mesh.accessLogEncoding() == MeshConfig.LogEncoding.JSON) {
      Struct.Builder fields = Struct.newBuilder();
      JSON_FIELDS.forEach((name, value) -> fields.putFields(name, Messages.text(value)));
      return format.setJsonFormat(fields).build();
    }
    String text = mesh.accessLogFormat().isEmpty() ? DEFAULT_FORMAT : mesh.accessLogFormat();
    return format
        .setTextFormatSource(
            DataSource.newBuilder().setInlineString(text.endsWith("\n") ? text : text + "\n"))
        .build();
  }

  private static Map<String, String> jsonFields() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("start_time", "%START_TIME%");
    fields.put("route_name", "%ROUTE_NAME%");
    fields.put("method", "%REQ(:METHOD)%");
    fields.put("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%");
    fields.put("protocol", "%PROTOCOL%");
    fields.put("response_code", "%RESPONSE_CODE%");
    fields.put("response_flags", "%RESPONSE_FLAGS%");
    fields.put("response_code_details", "%RESPONSE_CODE_DETAILS%");
    fields.put("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%");
    fields.put("bytes_received", "%BYTES_RECEIVED%");
    fields.put("bytes_sent", "%BYTES_SENT%");
    fields.put("duration", "%DURATION%");
    fields.put("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%");
    fields.put("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%");
    fields.put("user_agent", "%REQ(USER-AGENT)%");
    fields.put("request_id", "%REQ(X-REQUEST-ID)%");
    fields.put("authority", "%REQ(:AUTHORITY)%");
    fields.put("upstream_host", "%UPSTREAM_HOST%");
    fields.put("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%");
    fields.put("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%");
    fields.put("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%");
    fields.put("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%");
    fields.put("requested_server_name", "%REQUESTED_SERVER_NAME%");
    fields.put("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%");
    return fields;
  }
}
