package io.weir.cli.inspect;

import io.weir.xds.codec.SourceNode;

/** Extension configs: what they are and where their code comes from. */
public final class ExtensionTable {

  private ExtensionTable() {}

  public static String text(ProxyDump dump, Filter filter) {
    TextTable table = new TextTable("ECDS NAME", "TYPE", "PLUGIN", "CODE");
    for (ProxyDump.Item item : dump.of(ProxyDump.Section.ECDS)) {
      if (!Filter.fits(filter.name(), item.name())) {
        continue;
      }
      SourceNode config = Fields.get(item.resource(), "typed_config");
      String type = Fields.text(config, "@type");
      table.row(
          item.name(),
          type.substring(type.lastIndexOf('.') + 1),
          first(Fields.text(config, "config", "name"), Fields.text(config, "filter_name")),
          first(
              Fields.text(config, "config", "vm_config", "code", "remote", "http_uri", "uri"),
              first(
                  Fields.text(config, "config", "vm_config", "code", "local", "filename"),
                  Fields.text(config, "dynamic_module_config", "name"))));
    }
    return table.toString();
  }

  private static String first(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }
}
