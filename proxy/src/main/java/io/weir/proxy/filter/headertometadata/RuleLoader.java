package io.weir.proxy.filter.headertometadata;

import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.KeyValuePair;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.Rule;
import io.envoyproxy.envoy.extensions.filters.http.header_to_metadata.v3.Config.ValueEncode;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.matcher.RegexSubstitution;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles rules and reports those that make no sense. */
final class RuleLoader {
  private final FactoryContext context;

  RuleLoader(FactoryContext context) {
    this.context = context;
  }

  List<MetadataRule> load(List<Rule> messages, String field) {
    var rules = new ArrayList<MetadataRule>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      rules.add(rule(messages.get(i), context.problems().at(field + "[" + i + "]")));
    }
    return List.copyOf(rules);
  }

  private static MetadataRule rule(Rule message, Problems problems) {
    boolean header = !message.getHeader().isEmpty();
    boolean cookie = !message.getCookie().isEmpty();
    if (header == cookie) {
      problems.add("", header ? "both header and cookie are set" : "no header or cookie is set");
    }
    if (cookie && message.getRemove()) {
      problems.add("remove", "a cookie cannot be removed", "take remove away");
    }
    if (!message.hasOnHeaderPresent() && !message.hasOnHeaderMissing()) {
      problems.add("", "does nothing", "set on_header_present or on_header_missing");
    }
    if (message.hasOnHeaderMissing() && message.getOnHeaderMissing().getValue().isEmpty()) {
      problems.add("on_header_missing.value", "is empty", "say which value to set");
    }
    Source source =
        header
            ? new Source.Header(HeaderName.of(message.getHeader()), message.getRemove())
            : new Source.Cookie(message.getCookie());
    return new MetadataRule(
        source,
        message.hasOnHeaderPresent() ? present(message.getOnHeaderPresent(), problems) : null,
        message.hasOnHeaderMissing() ? target(message.getOnHeaderMissing(), null) : null);
  }

  private static MetadataTarget present(KeyValuePair message, Problems problems) {
    Problems at = problems.at("on_header_present");
    if (!message.hasRegexValueRewrite()) {
      return target(message, null);
    }
    if (!message.getValue().isEmpty()) {
      at.add("value", "both value and regex_value_rewrite are set", "keep one");
    }
    return target(
        message,
        RegexSubstitution.load(message.getRegexValueRewrite(), at.at("regex_value_rewrite")));
  }

  private static MetadataTarget target(KeyValuePair message, @Nullable RegexSubstitution rewrite) {
    String namespace = message.getMetadataNamespace();
    return new MetadataTarget(
        namespace.isEmpty() ? "envoy.filters.http.header_to_metadata" : namespace,
        message.getKey(),
        message.getValue(),
        rewrite,
        switch (message.getType()) {
          case NUMBER -> MetadataTarget.Kind.NUMBER;
          case PROTOBUF_VALUE -> MetadataTarget.Kind.PROTOBUF_VALUE;
          case STRING, UNRECOGNIZED -> MetadataTarget.Kind.STRING;
        },
        message.getEncode() == ValueEncode.BASE64);
  }
}
