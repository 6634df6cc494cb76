package io.weir.cli.inspect;

import io.weir.xds.Problem;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is wrong in a running proxy: refused resources, what never gets ready, dead clusters. */
public final class RunningProxy {

  /** A resource that the proxy refuses; the old one, if any, stays. */
  static final String REFUSED = "WEIR0301";

  /** A resource that waits for something. */
  static final String WARMING = "WEIR0302";

  /** A cluster whose endpoints are all out of use. */
  static final String NO_HEALTHY_ENDPOINT = "WEIR0303";

  private RunningProxy() {}

  /**
   * Findings.
   *
   * @param source the proxy's address
   * @param clusters of {@code /clusters?format=json}
   */
  public static List<Problem> analyze(
      String source, ProxyDump dump, @Nullable SourceNode clusters) {
    List<Problem> findings = new ArrayList<>();
    for (ProxyDump.Section section : ProxyDump.Section.values()) {
      for (ProxyDump.Item item : dump.of(section)) {
        String what = section.name().toLowerCase(Locale.ROOT) + " " + item.name();
        if (!item.error().isEmpty()) {
          findings.add(finding(source, what, "is refused: " + item.error(), "", REFUSED, false));
        } else if (item.state().equals("warming")) {
          findings.add(
              finding(
                  source,
                  what,
                  "is warming: it waits for endpoints, routes, secrets or extension configs",
                  "look at what it refers to",
                  WARMING,
                  true));
        }
      }
    }
    for (SourceMap cluster : Fields.list(clusters, "cluster_statuses")) {
      List<SourceMap> hosts = Fields.list(cluster, "host_statuses");
      if (!hosts.isEmpty() && hosts.stream().noneMatch(RunningProxy::healthy)) {
        findings.add(
            finding(
                source,
                "cluster " + Fields.text(cluster, "name"),
                "has " + hosts.size() + " endpoints and none of them is healthy",
                "requests to it fail with 503",
                NO_HEALTHY_ENDPOINT,
                false));
      }
    }
    return findings;
  }

  private static boolean healthy(SourceMap host) {
    SourceNode health = Fields.get(host, "health_status");
    String eds = Fields.text(health, "eds_health_status");
    return !Fields.text(health, "failed_active_health_check").equals("true")
        && !Fields.text(health, "failed_outlier_check").equals("true")
        && !eds.equals("UNHEALTHY")
        && !eds.equals("TIMEOUT")
        && !eds.equals("DRAINING");
  }

  private static Problem finding(
      String source, String path, String reason, String hint, String code, boolean warning) {
    return new Problem(source, 0, 0, path, reason, hint, warning, code);
  }
}
