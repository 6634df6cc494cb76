package io.weir.xds.codec;

import io.weir.xds.ProblemList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Builds the trees of one piece of YAML from the parser's events. Single use. */
final class YamlDocument {

  private static final String TAG_PREFIX = "tag:yaml.org,2002:";
  private static final String MERGE_KEY = "<<";
  private static final int SMALLEST_CHUNK = 1 << 10;
  private static final int LARGEST_CHUNK = 1 << 22;

  private final ProblemList problems;
  private final int firstLine;
  private final Map<String, SourceNode> anchors = new HashMap<>();
  private final Map<SourceNode, Integer> sizes = new IdentityHashMap<>();
  private int nodes;

  YamlDocument(ProblemList problems, int firstLine) {
    this.problems = problems;
    this.firstLine = firstLine;
  }

  void read(String text, List<SourceNode> documents) {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(YamlReader.MAX_CHARACTERS)
            .setParseComments(false)
            // A token longer than a chunk is copied once a chunk: small ones make that quadratic.
            .setBufferSize(Math.clamp(text.length(), SMALLEST_CHUNK, LARGEST_CHUNK))
            .build();
    try {
      Iterator<Event> events = new ParserImpl(settings, new StreamReader(settings, text));
      while (events.hasNext()) {
        Event event = events.next();
        if (event.getEventId() == Event.ID.DocumentStart) {
          anchors.clear();
          SourceNode root = node(events.next(), events, 0);
          if (!(root instanceof SourceScalar scalar && scalar.isNull())) {
            documents.add(root);
          }
        }
      }
    } catch (Refused e) {
      problems.add(e.line, e.column, "", e.reason, e.hint);
    } catch (MarkedYamlEngineException e) {
      Mark mark = e.getProblemMark().orElse(null);
      String context = e.getContext() == null ? "" : " " + e.getContext();
      problems.add(
          mark == null ? firstLine + 1 : mark.getLine() + 1 + firstLine,
          mark == null ? 1 : mark.getColumn() + 1,
          "",
          "not YAML: " + e.getProblem() + context,
          "");
    } catch (YamlEngineException e) {
      problems.add(firstLine + 1, 1, "", "not YAML: " + firstLineOf(e.getMessage()), "");
    }
  }

  private SourceNode node(Event event, Iterator<Event> events, int depth) {
    Mark mark = event.getStartMark().orElseThrow();
    int line = mark.getLine() + 1 + firstLine;
    int column = mark.getColumn() + 1;
    if (depth > YamlReader.MAX_DEPTH) {
      throw new Refused(line, column, "nested deeper than " + YamlReader.MAX_DEPTH + " levels", "");
    }
    if (event instanceof AliasEvent alias) {
      return aliased(alias.getAlias().getValue(), line, column);
    }
    int before = nodes;
    count(1, line, column);
    SourceNode node =
        switch (event.getEventId()) {
          case Scalar -> scalar((ScalarEvent) event, line, column);
          case SequenceStart -> list((CollectionStartEvent) event, events, depth, line, column);
          case MappingStart -> map((CollectionStartEvent) event, events, depth, line, column);
          default -> throw new IllegalStateException("a node cannot begin with " + event);
        };
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(
            anchor -> {
              anchors.put(anchor.getValue(), node);
              sizes.put(node, nodes - before);
            });
    return node;
  }

  private SourceNode aliased(String anchor, int line, int column) {
    SourceNode target = anchors.get(anchor);
    if (target == null) {
      throw new Refused(
          line,
          column,
          "*" + anchor + " refers to no anchor before it",
          "an anchor cannot contain itself, and does not reach over documents");
    }
    count(sizes.getOrDefault(target, 1), line, column);
    return target;
  }

  private void count(int more, int line, int column) {
    nodes += more;
    if (nodes > YamlReader.MAX_NODES || nodes < 0) {
      throw new Refused(line, column, "more than " + YamlReader.MAX_NODES + " values", "");
    }
  }

  private SourceList list(
      CollectionStartEvent start, Iterator<Event> events, int depth, int line, int column) {
    checkTag(start, "seq", line, column);
    List<SourceNode> items = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.SequenceEnd;
        event = events.next()) {
      items.add(node(event, events, depth + 1));
    }
    return new SourceList(items, line, column);
  }

  private SourceMap map(
      CollectionStartEvent start, Iterator<Event> events, int depth, int line, int column) {
    checkTag(start, "map", line, column);
    Map<String, SourceMap.Entry> entries = new java.util.LinkedHashMap<>();
    List<SourceNode> merged = new ArrayList<>();
    for (Event event = events.next();
        event.getEventId() != Event.ID.MappingEnd;
        event = events.next()) {
      SourceNode key = node(event, events, depth + 1);
      boolean merge =
          event instanceof ScalarEvent scalar
              && scalar.isPlain()
              && scalar.getValue().equals(MERGE_KEY);
      SourceNode value = node(events.next(), events, depth + 1);
      if (!(key instanceof SourceScalar name)) {
        problems.add(key.line(), key.column(), "", key.describe() + " cannot be a key", "");
      } else if (merge) {
        merged.add(value);
      } else {
        put(entries, name, value);
      }
    }
    merged.forEach(value -> merge(entries, value));
    return new SourceMap(List.copyOf(entries.values()), line, column);
  }

  private void put(Map<String, SourceMap.Entry> entries, SourceScalar key, SourceNode value) {
    SourceMap.Entry entry = new SourceMap.Entry(key.text(), value, key.line(), key.column());
    SourceMap.Entry earlier = entries.putIfAbsent(key.text(), entry);
    if (earlier != null) {
      problems.add(
          key.line(),
          key.column(),
          key.text(),
          "the key " + key.text() + " stands here twice",
          "first on line " + earlier.line());
    }
  }

  /** YAML 1.1's merge key, which Istio's own reader understands: keys written here win. */
  private void merge(Map<String, SourceMap.Entry> entries, SourceNode value) {
    switch (value) {
      case SourceMap map -> map.entries().forEach(entry -> entries.putIfAbsent(entry.key(), entry));
      case SourceList list -> list.items().forEach(item -> merge(entries, item));
      case SourceScalar scalar ->
          problems.add(
              scalar.line(),
              scalar.column(),
              MERGE_KEY,
              "<< takes a map, not " + scalar.describe(),
              "");
    }
  }

  private SourceScalar scalar(ScalarEvent event, int line, int column) {
    String text = event.getValue();
    String tag = event.getTag().orElse(null);
    if (tag == null || tag.equals("!")) {
      boolean plain = tag == null && event.getScalarStyle() == ScalarStyle.PLAIN;
      return new SourceScalar(
          text, plain ? CoreSchema.kindOf(text) : SourceScalar.Kind.STRING, line, column);
    }
    SourceScalar.Kind wanted =
        switch (tag.startsWith(TAG_PREFIX) ? tag.substring(TAG_PREFIX.length()) : tag) {
          case "str", "binary", "timestamp" -> SourceScalar.Kind.STRING;
          case "int" -> SourceScalar.Kind.INTEGER;
          case "float" -> SourceScalar.Kind.FLOAT;
          case "bool" -> SourceScalar.Kind.BOOLEAN;
          case "null" -> SourceScalar.Kind.NULL;
          default ->
              throw new Refused(line, column, "the tag " + tag + " is not known", "remove it");
        };
    SourceScalar.Kind kind = CoreSchema.kindOf(text);
    boolean fits =
        wanted == SourceScalar.Kind.STRING
            || wanted == kind
            || wanted == SourceScalar.Kind.FLOAT && kind == SourceScalar.Kind.INTEGER;
    if (!fits) {
      throw new Refused(line, column, "\"" + text + "\" is no " + tag, "remove the tag");
    }
    return new SourceScalar(text, wanted, line, column);
  }

  private void checkTag(CollectionStartEvent start, String allowed, int line, int column) {
    @Nullable String tag = start.getTag().orElse(null);
    if (tag != null && !tag.equals("!") && !tag.equals(TAG_PREFIX + allowed)) {
      throw new Refused(line, column, "the tag " + tag + " is not known", "remove it");
    }
  }

  private static String firstLineOf(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }

  /** Ends the reading of this piece. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    final int line;
    final int column;
    final String reason;
    final String hint;

    Refused(int line, int column, String reason, String hint) {
      super(reason, null, false, false);
      this.line = line;
      this.column = column;
      this.reason = reason;
      this.hint = hint;
    }
  }
}
