package io.weir.controlplane.patch;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TrafficDirection;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.JsonText;
import io.weir.xds.codec.ProtoWriter;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code weir patch} does: EnvoyFilters applied to a dump of resources, without a mesh. */
public final class PatchCommand {

  /** Istio's default. */
  public static final String ROOT_NAMESPACE = "istio-system";

  /** A file by its name and content. */
  public record TextFile(String name, String text) {}

  /**
   * What was asked.
   *
   * @param node the proxy's xDS Node as JSON; null when unknown: every filter is taken for it
   */
  public record Request(
      TextFile dump,
      PatchContext context,
      @Nullable TextFile node,
      List<TextFile> filters,
      String rootNamespace,
      Profile profile) {}

  /**
   * What came out.
   *
   * @param resources the patched resources as JSON
   * @param explanation what became of each patch, in words
   * @param problems of the inputs; warnings, too
   * @param modern filters with old spellings as they are written today, by resource
   * @param unmatched the patches that changed nothing
   */
  public record Result(
      String resources,
      String explanation,
      List<Problem> problems,
      Map<String, String> modern,
      List<PatchReport.Entry> unmatched) {

    /** Whether the inputs are free of errors. */
    public boolean valid() {
      return problems.stream().allMatch(Problem::warning);
    }
  }

  private final Request request;
  private final ProblemList problems = new ProblemList();

  private PatchCommand(Request request) {
    this.request = request;
  }

  public static Result run(Request request) {
    return new PatchCommand(request).run();
  }

  private Result run() {
    PatchProxy proxy = proxy();
    List<EnvoyFilterDocuments.Document> documents = new ArrayList<>();
    String namespace = proxy == null ? "default" : proxy.namespace();
    for (TextFile file : request.filters()) {
      documents.addAll(
          EnvoyFilterDocuments.read(
              file.text(), file.name(), namespace, request.profile(), problems));
    }
    Map<String, String> modern = new java.util.LinkedHashMap<>();
    for (EnvoyFilterDocuments.Document document : documents) {
      if (document.modern() != null) {
        modern.put(document.filter().id(), document.modernText());
      }
    }
    ResourceDump dump = dump();
    PatchSet set =
        PatchSet.reporting(
            documents.stream().map(EnvoyFilterDocuments.Document::filter).toList(),
            proxy,
            request.rootNamespace(),
            request.profile());
    String resources = JsonText.pretty(patched(set, dump));
    List<PatchReport.Entry> entries = set.report().entries();
    List<PatchReport.Entry> unmatched = entries.stream().filter(entry -> !entry.matched()).toList();
    String explanation = new Explanation(documents).text(entries, request.profile());
    return new Result(resources, explanation, problems.all(), modern, unmatched);
  }

  private @Nullable PatchProxy proxy() {
    TextFile file = request.node();
    if (file == null) {
      return null;
    }
    SourceNode node = YamlReader.read(file.text(), file.name(), problems);
    if (node instanceof SourceMap map) {
      return NodeReader.read(map, request.rootNamespace());
    }
    problems.in(file.name()).add("", "a node is a map", "");
    return null;
  }

  private ResourceDump dump() {
    TextFile file = request.dump();
    SourceNode node = YamlReader.read(file.text(), file.name(), problems);
    return node == null
        ? new ResourceDump(List.of(), List.of(), List.of())
        : ResourceDump.read(node, problems.in(file.name()));
  }

  private SourceMap patched(PatchSet set, ResourceDump dump) {
    PatchContext context = request.context();
    List<Listener> others = new ArrayList<>();
    List<Listener> mine = new ArrayList<>();
    for (Listener listener : dump.listeners()) {
      (isOf(context, listener) ? mine : others).add(listener);
    }
    List<Listener> listeners =
        new ArrayList<>(
            set.listeners(context, mine.stream().map(l -> set.inlineRoutes(context, l)).toList()));
    listeners.addAll(others);
    List<RouteConfiguration> routes =
        dump.routes().stream()
            .map(
                table ->
                    context == PatchContext.SIDECAR_INBOUND ? table : set.routes(context, table))
            .toList();
    List<Cluster> otherClusters = new ArrayList<>();
    List<Cluster> myClusters = new ArrayList<>();
    for (Cluster cluster : dump.clusters()) {
      (isOf(context, cluster) ? myClusters : otherClusters).add(cluster);
    }
    List<Cluster> clusters = new ArrayList<>(set.clusters(context, myClusters));
    clusters.addAll(otherClusters);
    List<SourceMap.Entry> sections = new ArrayList<>();
    sections.add(section("listeners", listeners));
    sections.add(section("routes", routes));
    sections.add(section("clusters", clusters));
    List<TypedExtensionConfig> extensions = set.extensionConfigs();
    if (!extensions.isEmpty()) {
      sections.add(section("extensions", extensions));
    }
    return new SourceMap(sections, 0, 0);
  }

  private static SourceMap.Entry section(String name, List<? extends Message> messages) {
    return new SourceMap.Entry(
        name, SourceList.of(messages.stream().map(ProtoWriter::toTree).toList()), 0, 0);
  }

  private static boolean isOf(PatchContext context, Listener listener) {
    boolean inbound =
        listener.getTrafficDirection() == TrafficDirection.INBOUND
            || listener.getName().equals("virtualInbound");
    return isOf(context, inbound);
  }

  private static boolean isOf(PatchContext context, Cluster cluster) {
    return isOf(
        context,
        cluster.getName().startsWith("inbound|")
            || cluster.getName().equals("InboundPassthroughCluster"));
  }

  private static boolean isOf(PatchContext context, boolean inbound) {
    return switch (context) {
      case SIDECAR_INBOUND -> inbound;
      case SIDECAR_OUTBOUND -> !inbound;
      case ANY, GATEWAY, WAYPOINT -> true;
    };
  }
}
