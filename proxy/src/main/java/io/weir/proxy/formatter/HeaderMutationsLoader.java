package io.weir.proxy.formatter;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.common.mutation_rules.v3.HeaderMutation;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.weir.filter.Problems;
import io.weir.filter.http.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compiles {@code *_headers_to_add} and {@code *_headers_to_remove}. */
public final class HeaderMutationsLoader {
  private HeaderMutationsLoader() {}

  /**
   * Compiles one level's mutations of one direction.
   *
   * @param field {@code request} or {@code response}, the beginning of the fields' names
   */
  public static HeaderMutations load(
      List<HeaderValueOption> add, List<String> remove, String field, Problems problems) {
    if (add.isEmpty() && remove.isEmpty()) {
      return HeaderMutations.NONE;
    }
    var removals = new ArrayList<HeaderName>(remove.size());
    for (int i = 0; i < remove.size(); i++) {
      String path = field + "_headers_to_remove[" + i + "]";
      if (mutable(remove.get(i), path, problems)) {
        removals.add(HeaderName.of(remove.get(i)));
      }
    }
    return new HeaderMutations(removals, additions(add, field + "_headers_to_add", problems));
  }

  /**
   * Compiles headers to add, where none are removed.
   *
   * @param field the field that lists them
   */
  public static HeaderMutations adding(
      List<HeaderValueOption> add, String field, Problems problems) {
    return add.isEmpty()
        ? HeaderMutations.NONE
        : new HeaderMutations(List.of(), additions(add, field, problems));
  }

  private static List<HeaderMutations.Addition> additions(
      List<HeaderValueOption> add, String field, Problems problems) {
    var additions = new ArrayList<HeaderMutations.Addition>(add.size());
    for (int i = 0; i < add.size(); i++) {
      HeaderMutations.Addition addition = addition(add.get(i), problems.at(field + "[" + i + "]"));
      if (addition != null) {
        additions.add(addition);
      }
    }
    return additions;
  }

  /** Compiles one header to add, reporting problems relative to the option itself. */
  public static HeaderMutations one(HeaderValueOption option, Problems problems) {
    HeaderMutations.Addition addition = addition(option, problems);
    return addition == null
        ? HeaderMutations.NONE
        : new HeaderMutations(List.of(), List.of(addition));
  }

  /** Compiles one change, or reports why it cannot be made and returns null. */
  public static @Nullable HeaderChange change(HeaderMutation mutation, Problems problems) {
    return switch (mutation.getActionCase()) {
      case REMOVE -> {
        String name = mutation.getRemove();
        if (!mutable(name, "remove", problems)) {
          yield null;
        }
        HeaderName header = HeaderName.of(name);
        yield (headers, _) -> headers.remove(header);
      }
      case APPEND -> one(mutation.getAppend(), problems.at("append"))::apply;
      case ACTION_NOT_SET -> {
        problems.add("", "no action is given", "set append or remove");
        yield null;
      }
    };
  }

  private static HeaderMutations.@Nullable Addition addition(
      HeaderValueOption option, Problems problems) {
    String key = option.getHeader().getKey();
    if (!mutable(key, "header.key", problems)) {
      return null;
    }
    HeaderMutations.Action action = action(option, problems);
    ByteString raw = option.getHeader().getRawValue();
    SubstitutionFormat format =
        raw.isEmpty()
            ? SubstitutionFormat.compile(option.getHeader().getValue(), problems.at("header.value"))
            : null;
    if (action == null || raw.isEmpty() && format == null) {
      return null;
    }
    HeaderName name = HeaderName.of(key);
    return new HeaderMutations.Addition(
        name,
        InlineHeaders.joins(name),
        format == null ? raw.toByteArray() : constant(format),
        format,
        action,
        option.getKeepEmptyValue());
  }

  private static byte @Nullable [] constant(SubstitutionFormat format) {
    String constant = format.constant();
    return constant == null ? null : constant.getBytes(StandardCharsets.UTF_8);
  }

  @SuppressWarnings("deprecation")
  private static HeaderMutations.@Nullable Action action(
      HeaderValueOption option, Problems problems) {
    if (option.hasAppend()) {
      if (option.getAppendAction()
          != HeaderValueOption.HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD) {
        problems.add("append", "stands beside append_action", "remove append");
        return null;
      }
      return option.getAppend().getValue()
          ? HeaderMutations.Action.APPEND_IF_EXISTS_OR_ADD
          : HeaderMutations.Action.OVERWRITE_IF_EXISTS_OR_ADD;
    }
    return switch (option.getAppendAction()) {
      case APPEND_IF_EXISTS_OR_ADD -> HeaderMutations.Action.APPEND_IF_EXISTS_OR_ADD;
      case ADD_IF_ABSENT -> HeaderMutations.Action.ADD_IF_ABSENT;
      case OVERWRITE_IF_EXISTS_OR_ADD -> HeaderMutations.Action.OVERWRITE_IF_EXISTS_OR_ADD;
      case OVERWRITE_IF_EXISTS -> HeaderMutations.Action.OVERWRITE_IF_EXISTS;
      case UNRECOGNIZED -> {
        problems.add("append_action", "unknown action", "");
        yield null;
      }
    };
  }

  private static boolean mutable(String name, String path, Problems problems) {
    if (name.startsWith(":") || name.equalsIgnoreCase("host")) {
      problems.add(
          path,
          "pseudo-headers and host cannot be changed here: " + name,
          "use the route's rewrites");
      return false;
    }
    return true;
  }
}
