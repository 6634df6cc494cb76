package io.weir.controlplane.patch;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.weir.controlplane.migrate.LegacyTranslator;
import io.weir.controlplane.patch.EnvoyFilter.TargetRef;
import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceScalar;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decodes EnvoyFilter resources: translates old spellings, turns each patch's value into the
 * message that its target takes, and checks what Istio's validation checks. Everything wrong is
 * found in one pass.
 */
public final class EnvoyFilterReader {

  /** Merges by RFC 7396, so that null deletes and false or 0 are set; an annotation of ours. */
  public static final String JSON_MERGE = "weir.io/merge";

  private static final int MAX_TARGET_REFS = 16;
  private static final int MAX_VERSION_EXPRESSION = 1024;

  private final ProblemList problems;
  private final Set<Integer> oldMatches;
  private final boolean jsonMerge;

  private EnvoyFilterReader(ProblemList problems, Set<Integer> oldMatches, boolean jsonMerge) {
    this.problems = problems;
    this.oldMatches = oldMatches;
    this.jsonMerge = jsonMerge;
  }

  /** Reads one resource, old spellings translated. */
  public static @Nullable EnvoyFilter read(
      String namespace,
      String name,
      @Nullable Instant created,
      Map<String, String> annotations,
      SourceMap spec,
      ProblemList problems) {
    return read(namespace, name, created, annotations, spec, Profile.WEIR, problems);
  }

  /**
   * Reads one resource.
   *
   * @param spec what stands under {@code spec:}
   * @param profile under Istio's, old spellings stay as they are and so do nothing
   * @param problems paths begin below the spec
   * @return null when problems were reported; warnings do not count
   */
  public static @Nullable EnvoyFilter read(
      String namespace,
      String name,
      @Nullable Instant created,
      Map<String, String> annotations,
      SourceMap spec,
      Profile profile,
      ProblemList problems) {
    int before = problems.count();
    LegacyTranslator.Translated translated =
        profile == Profile.ISTIO
            ? new LegacyTranslator.Translated(spec, Set.of())
            : LegacyTranslator.translate(spec, problems);
    boolean jsonMerge = "json".equals(annotations.get(JSON_MERGE));
    EnvoyFilter filter =
        new EnvoyFilterReader(problems, translated.oldMatches(), jsonMerge)
            .spec(namespace, name, created, translated.spec());
    return problems.count() > before ? null : filter;
  }

  private EnvoyFilter spec(
      String namespace, String name, @Nullable Instant created, SourceMap spec) {
    FieldReader fields = new FieldReader(spec, "", problems);
    int priority = fields.integer("priority", Integer.MIN_VALUE, Integer.MAX_VALUE);
    Map<String, String> selector = selector(fields);
    List<TargetRef> targetRefs = targetRefs(fields);
    if (selector != null && !targetRefs.isEmpty()) {
      fields.problem("targetRefs", "excludes workloadSelector", "keep one of the two");
    }
    List<Patch> patches = new ArrayList<>();
    List<FieldReader> entries = fields.children("configPatches");
    for (int i = 0; i < entries.size(); i++) {
      Patch patch = patch(entries.get(i), i);
      if (patch != null) {
        patches.add(patch);
      }
    }
    fields.finish();
    return new EnvoyFilter(namespace, name, created, priority, selector, targetRefs, patches);
  }

  private static @Nullable Map<String, String> selector(FieldReader fields) {
    FieldReader selector = fields.child("workloadSelector");
    if (selector == null) {
      return null;
    }
    Map<String, String> labels = selector.texts("labels");
    selector.finish();
    if (labels.isEmpty()) {
      fields.warning(
          "workloadSelector", "has no labels and so selects every workload", "remove it");
    }
    for (String value : labels.values()) {
      if (value.contains("*")) {
        selector.problem("labels", "wildcards are not supported: " + value, "");
      }
    }
    return labels;
  }

  private static List<TargetRef> targetRefs(FieldReader fields) {
    List<TargetRef> refs = new ArrayList<>();
    for (FieldReader ref : fields.children("targetRefs")) {
      TargetRef read = new TargetRef(ref.text("group"), ref.text("kind"), ref.text("name"));
      ref.text("namespace");
      ref.finish();
      if (read.kind().isEmpty() || read.name().isEmpty()) {
        ref.problem(read.kind().isEmpty() ? "kind" : "name", "must be set", "");
      }
      refs.add(read);
    }
    if (refs.size() > MAX_TARGET_REFS) {
      fields.problem("targetRefs", "takes at most " + MAX_TARGET_REFS, "");
    }
    return refs;
  }

  private @Nullable Patch patch(FieldReader fields, int index) {
    ApplyTo applyTo = fields.constant("applyTo", ApplyTo.class);
    if (applyTo == null && !fields.has("applyTo")) {
      fields.problem("applyTo", "must be set", "");
    }
    MatchReader matches = new MatchReader(oldMatches.contains(index));
    FieldReader match = fields.child("match");
    PatchContext context = PatchContext.ANY;
    ProxyMatch proxy = ProxyMatch.ANY;
    ObjectMatch object = new ObjectMatch.Anything();
    if (match != null) {
      PatchContext read = match.constant("context", PatchContext.class);
      context = read == null ? PatchContext.ANY : read;
      proxy = proxy(match);
      object = matches.object(match, applyTo);
      match.finish();
    }
    FieldReader patch = fields.child("patch");
    if (patch == null) {
      if (!fields.has("patch")) {
        fields.problem("patch", "must be set", "");
      }
      fields.finish();
      return null;
    }
    Operation operation = patch.constant("operation", Operation.class);
    if (operation == null && !patch.has("operation")) {
      patch.problem("operation", "must be set", "");
    }
    FilterClass filterClass = patch.constant("filterClass", FilterClass.class);
    PatchValue value =
        applyTo == null || operation == null ? null : value(patch, applyTo, operation);
    patch.entry("value");
    patch.finish();
    fields.finish();
    if (applyTo == null || operation == null) {
      return null;
    }
    warnOfNoEffect(fields, applyTo, operation, context);
    return new Patch(
        index,
        fields.line(),
        applyTo,
        context,
        proxy,
        object,
        operation,
        filterClass == null ? FilterClass.UNSPECIFIED : filterClass,
        value);
  }

  private static void warnOfNoEffect(
      FieldReader fields, ApplyTo applyTo, Operation operation, PatchContext context) {
    if (!operation.worksOn(applyTo)) {
      fields.warning(
          PatchCodes.noEffect(operation),
          "applyTo",
          operation + " does nothing for " + applyTo,
          PatchCodes.hintFor(applyTo));
    }
    if (context == PatchContext.WAYPOINT) {
      fields.warning(
          "match", "the context WAYPOINT matches no proxy", "waypoints are patched as sidecars");
    }
  }

  private @Nullable PatchValue value(FieldReader patch, ApplyTo applyTo, Operation operation) {
    SourceMap.Entry entry = patch.entry("value");
    if (operation == Operation.REMOVE) {
      return null;
    }
    if (entry == null) {
      patch.problem("value", "must be set for " + operation, "");
      return null;
    }
    return new ValueReader(problems)
        .read(entry, applyTo, operation, ProblemList.join(patch.path(), "value"), jsonMerge);
  }

  private ProxyMatch proxy(FieldReader match) {
    FieldReader proxy = match.child("proxy");
    if (proxy == null) {
      return ProxyMatch.ANY;
    }
    String expression = proxy.text("proxyVersion");
    Map<String, String> metadata = proxy.texts("metadata");
    proxy.finish();
    if (expression.length() > MAX_VERSION_EXPRESSION) {
      proxy.warning("proxyVersion", "over 1024 characters never match", "shorten it");
      return new ProxyMatch(null, true, metadata);
    }
    try {
      Pattern version = expression.isEmpty() ? null : Pattern.compile(expression);
      return new ProxyMatch(version, false, metadata);
    } catch (PatternSyntaxException e) {
      proxy.problem("proxyVersion", "no regular expression: " + e.getDescription(), "RE2 syntax");
      return ProxyMatch.ANY;
    }
  }

  /** Whether a scalar says false or zero, which a protobuf merge cannot express. */
  static boolean isZero(SourceScalar scalar) {
    return switch (scalar.kind()) {
      case BOOLEAN -> scalar.text().equalsIgnoreCase("false");
      case INTEGER, FLOAT -> scalar.text().matches("[-+]?0*\\.?0*");
      case STRING, NULL -> false;
    };
  }
}
