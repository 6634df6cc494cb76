package io.weir.proxy.router;

import io.weir.filter.Problems;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path built from the variables of the template that matched. Immutable. */
final class UriTemplateRewrite {
  /** A literal, or a variable's name in braces. */
  private final List<String> pieces;

  private UriTemplateRewrite(List<String> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /** Null when problems were reported. */
  static @Nullable UriTemplateRewrite compile(
      String text, UriTemplate template, Problems problems) {
    var pieces = new ArrayList<String>();
    int at = 0;
    while (at < text.length()) {
      int open = text.indexOf('{', at);
      int end = open < 0 ? text.length() : open;
      if (end > at) {
        pieces.add(text.substring(at, end));
      }
      if (open < 0) {
        break;
      }
      int close = text.indexOf('}', open);
      String name = close < 0 ? "" : text.substring(open + 1, close);
      if (!template.variables().contains(name)) {
        problems.add("", text + " uses a variable that " + template + " does not have", "");
        return null;
      }
      pieces.add("{" + name);
      at = close + 1;
    }
    return new UriTemplateRewrite(pieces);
  }

  @Nullable String apply(UriTemplate template, String path) {
    String[] values = template.capture(path);
    if (values == null) {
      return null;
    }
    var out = new StringBuilder();
    for (String piece : pieces) {
      out.append(
          piece.startsWith("{") ? values[template.variables().indexOf(piece.substring(1))] : piece);
    }
    return out.toString();
  }
}
