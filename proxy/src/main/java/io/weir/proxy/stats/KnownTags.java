package io.weir.proxy.stats;

import com.google.re2j.Pattern;
import java.util.List;

/** The tags that Envoy finds by default, in its order. */
final class KnownTags {
  private static final String ADDRESS = "(?:[_.0-9]*|[_\\[\\]aAbBcCdDeEfF0-9]*)";

  static final List<TagRule> RULES =
      List.of(
          regex("response_code", "_rq(_(\\d{3}))$", "_rq_"),
          regex("response_code_class", "_rq_((\\d))xx$", "_rq_"),
          regex(
              "dynamo_partition_id",
              "^http\\.[^.]*?\\.dynamodb\\.table\\.[^.]*?\\.capacity\\.[^.]*?"
                  + "(\\.__partition_id=(\\w{7}))$",
              ".dynamodb.table."),
          regex(
              "dynamo_operation",
              "^http\\.[^.]*?\\.dynamodb\\.(?:operation|table\\.[^.]*?\\.capacity)"
                  + "(\\.([^.]*?))(?:\\.|$)",
              ".dynamodb."),
          words("mongo_callsite", "mongo.*.collection.*.callsite.$.query.**"),
          regex(
              "dynamo_table",
              "^http\\.[^.]*?\\.dynamodb\\.(?:table|error)\\.(([^.]*?)\\.)",
              ".dynamodb."),
          words("mongo_collection", "mongo.*.collection.$.**"),
          words("mongo_cmd", "mongo.*.cmd.$.**"),
          words("grpc_bridge_method", "cluster.*.grpc.*.$.**"),
          words("http_user_agent", "http.*.user_agent.$.**"),
          words("virtual_cluster", "vhost.*.vcluster.$.**"),
          words("fault_downstream_cluster", "http.*.fault.$.**"),
          regex("ssl_cipher", "^listener\\..*?\\.ssl\\.ciphers(\\.(.*?))$", ".ssl.ciphers."),
          words("ssl_cipher_suite", "cluster.*.ssl.ciphers.$"),
          words("grpc_bridge_service", "cluster.*.grpc.$.**"),
          words("tcp_prefix", "tcp.$.**"),
          words("udp_prefix", "udp.$.**"),
          words("clientssl_prefix", "auth.clientssl.$.**"),
          words("ratelimit_prefix", "ratelimit.$.**"),
          words("cluster_name", "cluster.$.**"),
          regex("http_conn_manager_prefix", "^listener\\..*?\\.http\\.((.*?)\\.)", ".http."),
          words("http_conn_manager_prefix", "http.$.**"),
          regex("listener_address", "^listener\\.((" + ADDRESS + ")\\.)", "listener."),
          words("virtual_host", "vhost.$.**"),
          words("mongo_prefix", "mongo.$.**"),
          regex("rds_route_config", "^http\\.[^.]*?\\.rds\\.((.+?)\\.)\\w+?$", ".rds."),
          words("route", "vhost.*.route.$.**"),
          regex("worker_id", "\\.(?:worker)(_(\\d+))\\.", ".worker_"),
          words("thrift_prefix", "thrift.$.**"),
          words("redis_prefix", "redis.$.**"),
          words("local_http_ratelimit_prefix", "$.http_local_rate_limit.**"),
          words("local_network_ratelimit_prefix", "local_rate_limit.$.**"),
          words("local_listener_ratelimit_prefix", "listener_local_ratelimit.$.**"),
          words("dns_filter_prefix", "dns_filter.$.**"),
          words("connection_limit_prefix", "connection_limit.$.**"),
          regex(
              "proxy_protocol_prefix",
              "^proxy_proto\\.(([^.]+)\\.)(?:not_found|versions)",
              "proxy_proto."),
          regex(
              "proxy_protocol_version",
              "^proxy_proto\\.(?:[^.]+\\.)?(versions\\.v(\\d)\\.)",
              "proxy_proto."),
          words("rbac_prefix", "$.rbac.**"));

  private KnownTags() {}

  private static TagRule words(String tag, String shape) {
    return TagRule.Words.of("envoy." + tag, shape);
  }

  private static TagRule regex(String tag, String pattern, String hint) {
    return new TagRule.Regex("envoy." + tag, Pattern.compile(pattern), hint);
  }
}
