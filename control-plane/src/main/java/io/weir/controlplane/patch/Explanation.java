package io.weir.controlplane.patch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The match report of {@code weir patch explain} in words. */
final class Explanation {

  private final Map<String, EnvoyFilterDocuments.Document> documents = new LinkedHashMap<>();
  private final StringBuilder out = new StringBuilder();

  Explanation(List<EnvoyFilterDocuments.Document> documents) {
    documents.forEach(document -> this.documents.put(document.filter().id(), document));
  }

  String text(List<PatchReport.Entry> entries, Profile profile) {
    order(entries, profile);
    String previous = "";
    for (PatchReport.Entry entry : entries) {
      String id = entry.filter().id();
      if (!id.equals(previous)) {
        out.append('\n').append(id).append('\n');
        previous = id;
      }
      entry(entry);
    }
    long matched = entries.stream().filter(PatchReport.Entry::matched).count();
    out.append('\n')
        .append(matched)
        .append(" of ")
        .append(entries.size())
        .append(entries.size() == 1 ? " patch matched\n" : " patches matched\n");
    return out.toString();
  }

  private void order(List<PatchReport.Entry> entries, Profile profile) {
    out.append("profile ").append(profile.name().toLowerCase(java.util.Locale.ROOT));
    out.append("; order of application (priority, root namespace, age, name):\n");
    List<String> ids = entries.stream().map(entry -> entry.filter().id()).distinct().toList();
    for (int i = 0; i < ids.size(); i++) {
      EnvoyFilterDocuments.Document document = documents.get(ids.get(i));
      out.append("  ").append(i + 1).append(". ").append(ids.get(i));
      if (document != null && document.filter().priority() != 0) {
        out.append(" (priority ").append(document.filter().priority()).append(')');
      }
      out.append('\n');
    }
  }

  private void entry(PatchReport.Entry entry) {
    Patch patch = entry.patch();
    out.append("  configPatches[").append(patch.index()).append("] ");
    out.append(patch.applyTo()).append(' ').append(patch.operation());
    EnvoyFilterDocuments.Document document = documents.get(entry.filter().id());
    if (document != null && patch.line() > 0) {
      out.append(" (").append(document.source()).append(':').append(patch.line()).append(')');
    }
    if (entry.matched()) {
      int times = entry.applied().size();
      out.append(": matched ").append(times == 1 ? "once" : times + " times").append('\n');
      entry.applied().forEach(place -> out.append("    ").append(place).append('\n'));
    } else {
      out.append(": did not match\n    ").append(entry.failure()).append('\n');
    }
    entry.notes().forEach(note -> out.append("    note: ").append(note).append('\n'));
  }
}
