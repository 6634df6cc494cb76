package io.weir.proxy.stats;

/** Prints statistics as a page. */
final class HtmlStats {
  private HtmlStats() {}

  static String print(String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><title>Weir stats</title></head><body>\n"
        + "<form action=\"stats\"><input type=\"hidden\" name=\"format\" value=\"html\">"
        + "<label>filter <input name=\"filter\"></label> "
        + "<label><input type=\"checkbox\" name=\"usedonly\"> used only</label> "
        + "<input type=\"submit\" value=\"show\"></form>\n<pre>\n"
        + escaped
        + "</pre>\n</body></html>\n";
  }
}
