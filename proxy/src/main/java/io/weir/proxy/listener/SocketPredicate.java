package io.weir.proxy.listener;

import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilterChainMatchPredicate.MatchSet;
import io.weir.filter.Problems;
import io.weir.filter.network.ListenerFilterCallbacks;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A compiled {@code ListenerFilterChainMatchPredicate}: says something of an accepted socket. */
@FunctionalInterface
interface SocketPredicate {
  boolean matches(ListenerFilterCallbacks socket);

  static SocketPredicate load(ListenerFilterChainMatchPredicate message, Problems problems) {
    return switch (message.getRuleCase()) {
      case OR_MATCH -> {
        List<SocketPredicate> rules = rules(message.getOrMatch(), problems.at("or_match"));
        yield socket -> rules.stream().anyMatch(rule -> rule.matches(socket));
      }
      case AND_MATCH -> {
        List<SocketPredicate> rules = rules(message.getAndMatch(), problems.at("and_match"));
        yield socket -> rules.stream().allMatch(rule -> rule.matches(socket));
      }
      case NOT_MATCH -> {
        SocketPredicate not = load(message.getNotMatch(), problems.at("not_match"));
        yield socket -> !not.matches(socket);
      }
      case ANY_MATCH -> _ -> true;
      case DESTINATION_PORT_RANGE -> {
        int start = message.getDestinationPortRange().getStart();
        int end = message.getDestinationPortRange().getEnd();
        yield socket ->
            socket.localAddress() instanceof InetSocketAddress local
                && local.getPort() >= start
                && local.getPort() < end;
      }
      case RULE_NOT_SET -> {
        problems.add("", "no rule is given", "set any_match to disable the filter everywhere");
        yield _ -> false;
      }
    };
  }

  private static List<SocketPredicate> rules(MatchSet set, Problems problems) {
    var rules = new ArrayList<SocketPredicate>();
    for (int i = 0; i < set.getRulesCount(); i++) {
      rules.add(load(set.getRules(i), problems.at("rules[" + i + "]")));
    }
    return rules;
  }
}
