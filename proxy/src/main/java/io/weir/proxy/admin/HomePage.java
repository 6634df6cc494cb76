package io.weir.proxy.admin;

/** {@code /}: every endpoint as a link or, where it changes something, as a button. */
final class HomePage implements AdminEndpoint {
  private final AdminRoutes routes;

  HomePage(AdminRoutes routes) {
    this.routes = routes;
  }

  @Override
  public String path() {
    return "/";
  }

  @Override
  public String help() {
    return "Admin home page";
  }

  @Override
  public AdminResponse handle(AdminRequest request) {
    var html = new StringBuilder(4096);
    html.append(
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Weir admin</title>
        <style>
        body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:60em;padding:0 1em}
        td{padding:.25em 1em .25em 0;vertical-align:top} form{margin:0}
        button{font:inherit} label{display:block;color:#555;font-size:.9em}
        </style></head><body><h1>Weir</h1><table>
        """);
    for (AdminEndpoint endpoint : routes.endpoints()) {
      if (!endpoint.path().equals("/")) {
        row(endpoint, html);
      }
    }
    return AdminResponse.html(html.append("</table></body></html>\n").toString());
  }

  private static void row(AdminEndpoint endpoint, StringBuilder html) {
    String path = endpoint.path().substring(1);
    html.append("<tr><td>");
    if (endpoint.mutates()) {
      html.append("<form method=\"post\" action=\"").append(path).append("\"><button>");
      html.append(path).append("</button></form>");
    } else {
      html.append("<a href=\"").append(path).append("\">").append(path).append("</a>");
    }
    html.append("</td><td>").append(escape(endpoint.help()));
    for (Parameter parameter : endpoint.parameters()) {
      html.append("<label>").append(escape(parameter.name() + ": " + parameter.help()));
      html.append("</label>");
    }
    html.append("</td></tr>\n");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
