package io.weir.proxy.admin;

import com.google.protobuf.Message;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.weir.proxy.upstream.ClusterManager;
import io.weir.proxy.upstream.UpstreamCluster;
import io.weir.proxy.worker.ControlThread;
import java.util.List;

/** {@code /clusters}. */
final class ClustersEndpoint implements AdminEndpoint {
  private final ClusterManager clusters;
  private final ControlThread control;

  ClustersEndpoint(ClusterManager clusters, ControlThread control) {
    this.clusters = clusters;
    this.control = control;
  }

  @Override
  public String path() {
    return "/clusters";
  }

  @Override
  public String help() {
    return "upstream cluster status";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter("format", "text or json"),
        new Parameter("filter", "only clusters whose name matches this regular expression"));
  }

  @Override
  public AdminResponse handle(AdminRequest request) throws InterruptedException {
    Pattern filter;
    try {
      filter = Pattern.compile(request.parameter("filter", ""));
    } catch (PatternSyntaxException e) {
      return AdminResponse.text(400, "Invalid re2 regex");
    }
    List<UpstreamCluster> shown =
        control.call(
            () ->
                clusters.clusters().stream()
                    .filter(cluster -> filter.matcher(cluster.name()).find())
                    .toList());
    return request.parameter("format", "text").equals("json")
        ? AdminResponse.json(Json.pretty(ClusterStatuses.json(shown)))
        : AdminResponse.text(ClusterStatuses.text(shown));
  }

  /** {@code ClusterLoadAssignment}s for {@code /config_dump?include_eds}; on the control thread. */
  List<Message> assignments(boolean isStatic) {
    return clusters.clusters().stream()
        .filter(cluster -> cluster.addedViaApi() != isStatic)
        .map(ClusterStatuses::assignment)
        .toList();
  }
}
