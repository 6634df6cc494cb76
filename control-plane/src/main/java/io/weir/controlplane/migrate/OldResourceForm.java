package io.weir.controlplane.migrate;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The EnvoyFilter of before Istio 1.3: {@code workloadLabels} and {@code filters}. */
final class OldResourceForm {

  private static final String CONNECTION_MANAGER = "envoy.filters.network.http_connection_manager";
  private static final String ROUTER = "envoy.filters.http.router";

  private final ProblemList problems;

  OldResourceForm(ProblemList problems) {
    this.problems = problems;
  }

  /** The spec with config patches; the same object when it has nothing of the old form. */
  SourceMap translate(SourceMap spec) {
    SourceMap.Entry labels = Trees.entry(spec, "workload_labels");
    SourceMap.Entry filters = Trees.entry(spec, "filters");
    SourceMap result = spec;
    if (labels != null) {
      warn(labels, "workloadLabels became workloadSelector.labels");
      result =
          result
              .without(labels.key())
              .with("workloadSelector", Trees.map(labels.value(), "labels", labels.value()));
    }
    if (filters != null && filters.value() instanceof SourceList list) {
      warn(filters, "filters became configPatches");
      List<SourceNode> patches = new ArrayList<>();
      if (Trees.get(spec, "config_patches") instanceof SourceList present) {
        patches.addAll(present.items());
      }
      for (int i = 0; i < list.items().size(); i++) {
        if (list.items().get(i) instanceof SourceMap filter) {
          patches.add(patch(filter, filters.key() + "[" + i + "]"));
        }
      }
      result =
          result
              .without(filters.key())
              .with("configPatches", new SourceList(patches, list.line(), list.column()));
    }
    return result;
  }

  private SourceMap patch(SourceMap filter, String path) {
    boolean network = "NETWORK".equals(Trees.text(filter, "filter_type"));
    SourceMap position =
        Trees.get(filter, "insert_position") instanceof SourceMap map ? map : SourceMap.empty();
    String index = Trees.text(position, "index");
    String relativeTo = Trees.text(position, "relative_to");
    String operation = operation(index, network);
    String beside = operation.equals("INSERT_FIRST") ? null : relativeTo;
    if ("LAST".equals(index) && !network) {
      beside = ROUTER;
    }
    SourceMap match = match(filter, network, beside, path);
    String name = Trees.text(filter, "filter_name");
    SourceMap value = Trees.map(filter, "name", name == null ? "" : name);
    SourceNode config = Trees.get(filter, "filter_config");
    if (config != null) {
      value = value.with("config", config);
    }
    return Trees.map(
        filter,
        "applyTo",
        network ? "NETWORK_FILTER" : "HTTP_FILTER",
        "match",
        match,
        "patch",
        Trees.map(filter, "operation", operation, "value", value));
  }

  private static String operation(@Nullable String index, boolean network) {
    return switch (index) {
      case "LAST" -> network ? "ADD" : "INSERT_BEFORE";
      case "BEFORE" -> "INSERT_BEFORE";
      case "AFTER" -> "INSERT_AFTER";
      case null, default -> "INSERT_FIRST";
    };
  }

  private SourceMap match(SourceMap filter, boolean network, @Nullable String beside, String path) {
    SourceMap old =
        Trees.get(filter, "listener_match") instanceof SourceMap map ? map : SourceMap.empty();
    for (String lost : List.of("port_name_prefix", "address")) {
      SourceMap.Entry entry = Trees.entry(old, lost);
      if (entry != null) {
        problems
            .coded(LegacyTranslator.OLD_RESOURCE)
            .warn(
                entry.line(),
                entry.column(),
                path + ".listenerMatch." + entry.key(),
                entry.key() + " has no counterpart today and is left out",
                "match by portNumber or listener name");
      }
    }
    String context = Trees.text(old, "listener_type");
    SourceMap listener = Trees.map(filter);
    SourceNode port = Trees.get(old, "port_number");
    if (port != null) {
      listener = listener.with("portNumber", port);
    }
    SourceMap filterMatch = null;
    if (!network) {
      filterMatch = Trees.map(filter, "name", CONNECTION_MANAGER);
      if (beside != null) {
        filterMatch = filterMatch.with("subFilter", Trees.map(filter, "name", beside));
      }
    } else if (beside != null) {
      filterMatch = Trees.map(filter, "name", beside);
    }
    if (filterMatch != null) {
      listener = listener.with("filterChain", Trees.map(filter, "filter", filterMatch));
    }
    return Trees.map(
        filter, "context", Objects.requireNonNullElse(context, "ANY"), "listener", listener);
  }

  private void warn(SourceMap.Entry entry, String reason) {
    problems
        .coded(LegacyTranslator.OLD_RESOURCE)
        .warn(
            entry.line(),
            entry.column(),
            entry.key(),
            reason,
            "Istio gave up this form in 1.3 and ignores it");
  }
}
