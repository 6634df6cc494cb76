package io.weir.proxy.filter.headertometadata;

import io.weir.filter.DynamicMetadata;
import io.weir.filter.Value;
import io.weir.filter.Worker;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.RouteConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of one configuration, the filter's own or a route's. */
final class MetadataRules implements RouteConfig {
  private final List<MetadataRule> request;
  private final List<MetadataRule> response;
  private final String statPrefix;

  /** Each worker writes and reads its own element only; empty when nothing is counted. */
  private final @Nullable RuleStats[] stats;

  /**
   * @param statPrefix in front of the statistics; empty for none
   */
  MetadataRules(
      List<MetadataRule> request, List<MetadataRule> response, String statPrefix, int workers) {
    this.request = request;
    this.response = response;
    this.statPrefix = statPrefix;
    this.stats = new @Nullable RuleStats[workers];
  }

  @Override
  public void openWorker(Worker worker) {
    if (!statPrefix.isEmpty()) {
      stats[worker.index()] = RuleStats.open(worker.stats(), statPrefix);
    }
  }

  void applyToRequest(HeaderMap headers, DynamicMetadata metadata, Worker worker) {
    if (!request.isEmpty()) {
      RuleStats counted = stats[worker.index()];
      apply(request, headers, metadata, counted, counted == null ? null : counted.request());
    }
  }

  void applyToResponse(HeaderMap headers, DynamicMetadata metadata, Worker worker) {
    if (!response.isEmpty()) {
      RuleStats counted = stats[worker.index()];
      apply(response, headers, metadata, counted, counted == null ? null : counted.response());
    }
  }

  private static void apply(
      List<MetadataRule> rules,
      HeaderMap headers,
      DynamicMetadata metadata,
      @Nullable RuleStats stats,
      RuleStats.@Nullable Direction direction) {
    var found = new LinkedHashMap<String, Map<String, Value>>();
    for (int i = 0; i < rules.size(); i++) {
      MetadataRule rule = rules.get(i);
      String value = rule.source().take(headers);
      MetadataTarget target = value == null ? rule.missing() : rule.present();
      if (direction != null) {
        direction.processed().inc();
        if (value == null && target != null) {
          direction.notFound().inc();
        }
      }
      if (target == null) {
        continue;
      }
      Value made = make(target, value == null ? "" : value, stats);
      if (made != null) {
        found
            .computeIfAbsent(target.namespace(), _ -> new LinkedHashMap<>())
            .put(target.key(), made);
        if (direction != null) {
          direction.added().inc();
        }
      }
    }
    found.forEach((namespace, fields) -> metadata.merge(namespace, new Value.MapValue(fields)));
  }

  private static @Nullable Value make(
      MetadataTarget target, String found, @Nullable RuleStats stats) {
    String text = target.text(found);
    if (text.isEmpty()) {
      return null;
    }
    if (text.length() >= MetadataTarget.TOO_LONG) {
      if (stats != null) {
        stats.tooLong().inc();
      }
      return null;
    }
    byte[] bytes = target.decode(text);
    if (bytes == null) {
      if (stats != null) {
        stats.base64Failed().inc();
      }
      return null;
    }
    return target.value(bytes);
  }
}
