package io.weir.proxy.filter.headermutation;

import com.google.re2j.Pattern;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutationRules;
import io.weir.filter.Problems;
import io.weir.proxy.matcher.StringMatcher;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which headers an external service may change ({@code HeaderMutationRules}). Immutable.
 *
 * @param refusalIsError whether a change that is not allowed is an error, not just left out
 */
public record MutationRules(
    boolean routing,
    boolean envoy,
    boolean system,
    boolean none,
    @Nullable Pattern allow,
    @Nullable Pattern disallow,
    boolean refusalIsError) {
  private static final Set<String> ROUTING = Set.of("host", ":authority", ":scheme", ":method");

  /** Null when problems were reported. */
  public static @Nullable MutationRules load(HeaderMutationRules rules, Problems problems) {
    int before = problems.count();
    Pattern allow =
        rules.hasAllowExpression()
            ? StringMatcher.compile(
                rules.getAllowExpression().getRegex(), problems.at("allow_expression.regex"))
            : null;
    Pattern disallow =
        rules.hasDisallowExpression()
            ? StringMatcher.compile(
                rules.getDisallowExpression().getRegex(), problems.at("disallow_expression.regex"))
            : null;
    return problems.count() > before
        ? null
        : new MutationRules(
            rules.getAllowAllRouting().getValue(),
            rules.getAllowEnvoy().getValue(),
            !rules.getDisallowSystem().getValue(),
            rules.getDisallowAll().getValue(),
            allow,
            disallow,
            rules.getDisallowIsError().getValue());
  }

  /**
   * @param name in lower case
   */
  public boolean allows(String name) {
    if (none || disallow != null && disallow.matcher(name).matches()) {
      return false;
    }
    if (allow != null && allow.matcher(name).matches()) {
      return true;
    }
    if (!routing && ROUTING.contains(name) || !envoy && name.startsWith("x-envoy")) {
      return false;
    }
    return system || !name.startsWith(":");
  }
}
