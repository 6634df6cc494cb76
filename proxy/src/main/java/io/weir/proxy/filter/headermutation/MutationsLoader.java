package io.weir.proxy.filter.headermutation;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.KeyValueAppend;
import io.envoyproxy.envoy.config.core.v3.KeyValueMutation;
import io.weir.filter.FactoryContext;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.formatter.HeaderMutations;
import io.weir.proxy.formatter.HeaderMutationsLoader;
import io.weir.proxy.formatter.SubstitutionFormat;
import io.weir.proxy.matcher.StringMatcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code envoy.extensions.filters.http.header_mutation.v3.Mutations}. */
final class MutationsLoader {
  private final FactoryContext context;

  private MutationsLoader(FactoryContext context) {
    this.context = context;
  }

  static Mutations load(
      io.envoyproxy.envoy.extensions.filters.http.header_mutation.v3.Mutations message,
      FactoryContext context) {
    var loader = new MutationsLoader(context);
    Problems problems = context.problems().at("mutations");
    return new Mutations(
        loader.steps(message.getRequestMutationsList(), "request_mutations", problems),
        loader.steps(
            loader.newer(message, "request_trailers_mutations"),
            "request_trailers_mutations",
            problems),
        loader.steps(message.getResponseMutationsList(), "response_mutations", problems),
        loader.steps(
            loader.newer(message, "response_trailers_mutations"),
            "response_trailers_mutations",
            problems),
        query(message.getQueryParameterMutationsList(), problems));
  }

  /** A repeated field that the compiled message may not have. */
  private List<HeaderMutation> newer(Message message, String field) {
    List<HeaderMutation> mutations = new ArrayList<>();
    try {
      if (context.field(message, field) instanceof List<?> items) {
        for (Object item : items) {
          mutations.add(HeaderMutation.parseFrom(((Message) item).toByteString()));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
    return mutations;
  }

  private List<Mutations.Step> steps(
      List<HeaderMutation> mutations, String field, Problems problems) {
    List<Mutations.Step> steps = new ArrayList<>(mutations.size());
    for (int i = 0; i < mutations.size(); i++) {
      Mutations.Step step = step(mutations.get(i), problems.at(field + "[" + i + "]"));
      if (step != null) {
        steps.add(step);
      }
    }
    return List.copyOf(steps);
  }

  private Mutations.@Nullable Step step(HeaderMutation mutation, Problems problems) {
    return switch (mutation.getActionCase()) {
      case REMOVE -> {
        String name = mutation.getRemove();
        if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
          problems.add("remove", "pseudo-headers and host cannot be removed");
          yield null;
        }
        HeaderName header = HeaderName.of(name);
        yield (headers, _) -> headers.remove(header);
      }
      case APPEND -> {
        HeaderMutations one =
            HeaderMutationsLoader.one(mutation.getAppend(), problems.at("append"));
        yield one::apply;
      }
      case ACTION_NOT_SET -> removeOnMatch(mutation, problems);
    };
  }

  private Mutations.@Nullable Step removeOnMatch(HeaderMutation mutation, Problems problems) {
    if (!(context.field(mutation, "remove_on_match") instanceof Message match)) {
      problems.add("", "no action is given", "set append, remove or remove_on_match");
      return null;
    }
    Object key = match.getField(match.getDescriptorForType().findFieldByName("key_matcher"));
    try {
      StringMatcher matcher =
          StringMatcher.load(
              io.envoyproxy.envoy.type.matcher.v3.StringMatcher.parseFrom(
                  ((Message) key).toByteString()),
              problems.at("remove_on_match.key_matcher"));
      return matcher == null ? null : (headers, _) -> removeMatching(headers, matcher);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
  }

  private static void removeMatching(HeaderMap headers, StringMatcher matcher) {
    for (int e = headers.first(); e >= 0; e = headers.next(e)) {
      int start = headers.nameStart(e);
      if (headers.bytes()[start] != ':'
          && matcher.matches(headers.bytes(), start, headers.nameLength(e))) {
        headers.removeEntry(e);
      }
    }
  }

  // ---- query parameters

  private static List<Mutations.QueryStep> query(
      List<KeyValueMutation> mutations, Problems problems) {
    List<Mutations.QueryStep> steps = new ArrayList<>(mutations.size());
    for (int i = 0; i < mutations.size(); i++) {
      KeyValueMutation mutation = mutations.get(i);
      Problems at = problems.at("query_parameter_mutations[" + i + "]");
      if (mutation.hasAppend()) {
        Mutations.QueryStep step = append(mutation.getAppend(), at.at("append"));
        if (step != null) {
          steps.add(step);
        }
      } else if (mutation.getRemove().isEmpty()) {
        at.add("", "neither append nor remove is given");
      } else {
        String name = mutation.getRemove();
        steps.add((query, _) -> query.remove(name));
      }
    }
    return List.copyOf(steps);
  }

  private static Mutations.@Nullable QueryStep append(KeyValueAppend append, Problems problems) {
    String key = append.getRecord().getKey();
    String text = append.getRecord().getValue().getStringValue();
    if (!append.hasRecord()) {
      key = append.getEntry().getKey();
      text = append.getEntry().getValue().toStringUtf8();
    } else if (!append.getRecord().getValue().hasStringValue()) {
      problems.add("record.value", "only texts can be appended to a query");
      return null;
    }
    SubstitutionFormat format = SubstitutionFormat.compile(text, problems.at("record.value"));
    if (format == null) {
      return null;
    }
    String name = key;
    return switch (append.getAction()) {
      case ADD_IF_ABSENT ->
          (query, context) -> {
            if (!query.contains(name)) {
              query.add(name, QueryText.encode(format.formatToString(context)));
            }
          };
      case OVERWRITE_IF_EXISTS_OR_ADD ->
          (query, context) -> query.set(name, QueryText.encode(format.formatToString(context)));
      case OVERWRITE_IF_EXISTS ->
          (query, context) -> {
            if (query.contains(name)) {
              query.set(name, QueryText.encode(format.formatToString(context)));
            }
          };
      default ->
          (query, context) -> query.add(name, QueryText.encode(format.formatToString(context)));
    };
  }
}
