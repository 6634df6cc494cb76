package io.weir.xds.validate;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourceScalar;
import io.weir.xds.codec.YamlReader;
import io.weir.xds.validate.SupportedFields.Support;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the manifests; a wrong one is a defect of the build, so it throws. Single use. */
final class SupportedFieldsReader {

  private static final String FOLDER = "META-INF/weir/";
  private static final String MANIFEST = FOLDER + "supported-fields.yaml";

  private final ClassLoader loader;
  private final Map<String, Support> messages = new HashMap<>();

  SupportedFieldsReader(ClassLoader loader) {
    this.loader = loader;
  }

  SupportedFields read() {
    try {
      for (URL manifest : loader.resources(MANIFEST).distinct().toList()) {
        read(manifest);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(MANIFEST, e);
    }
    return new SupportedFields(messages);
  }

  private void read(URL url) throws IOException {
    String text;
    try (InputStream in = url.openStream()) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    ProblemList problems = new ProblemList();
    SourceNode root = YamlReader.read(text, url.getPath(), problems);
    if (root == null && problems.isEmpty()) {
      return;
    }
    if (!(root instanceof SourceMap manifest)) {
      throw new IllegalStateException("not a manifest: " + url + " " + problems);
    }
    if (manifest.get("include") instanceof SourceList includes) {
      for (SourceNode include : includes.items()) {
        String path = url.toString();
        read(
            java.net
                .URI
                .create(
                    path.substring(0, path.lastIndexOf('/') + 1) + ((SourceScalar) include).text())
                .toURL());
      }
    }
    if (manifest.get("messages") instanceof SourceMap entries) {
      for (SourceMap.Entry entry : entries.entries()) {
        messages.merge(entry.key(), support(entry, url), SupportedFieldsReader::union);
      }
    }
  }

  private static Support support(SourceMap.Entry entry, URL url) {
    Map<String, String> accepted = new TreeMap<>();
    switch (entry.value()) {
      case SourceScalar scalar when scalar.text().equals("all") -> {
        return new Support(null, accepted);
      }
      case SourceMap map -> {
        if (map.get("accepted") instanceof SourceMap reasons) {
          reasons.entries().forEach(e -> accepted.put(e.key(), ((SourceScalar) e.value()).text()));
        }
        SourceNode implemented = map.get("implemented");
        if (implemented instanceof SourceScalar scalar && scalar.text().equals("all")) {
          return new Support(null, accepted);
        }
        TreeSet<String> names = new TreeSet<>();
        if (implemented instanceof SourceList list) {
          list.items().forEach(item -> names.add(((SourceScalar) item).text()));
        }
        return new Support(names, accepted);
      }
      default ->
          throw new IllegalStateException(
              url + ":" + entry.line() + ": " + entry.key() + " takes 'all' or a map");
    }
  }

  /** Two jars may each implement a part of a shared message. */
  private static Support union(Support a, Support b) {
    Map<String, String> accepted = new LinkedHashMap<>(a.accepted());
    accepted.putAll(b.accepted());
    if (a.implemented() == null || b.implemented() == null) {
      return new Support(null, accepted);
    }
    TreeSet<String> implemented = new TreeSet<>(a.implemented());
    implemented.addAll(b.implemented());
    accepted.keySet().removeAll(implemented);
    return new Support(implemented, accepted);
  }
}
