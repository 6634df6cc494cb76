package io.weir.controlplane.generate;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.MessageTypes;
import io.weir.xds.codec.ProtoWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints generated resources. */
public final class ResourceText {

  private static final Map<String, ResourceType> SECTIONS = sections();

  private ResourceText() {}

  private static Map<String, ResourceType> sections() {
    Map<String, ResourceType> sections = new LinkedHashMap<>();
    sections.put("listeners", ResourceType.LISTENER);
    sections.put("routes", ResourceType.ROUTE);
    sections.put("clusters", ResourceType.CLUSTER);
    sections.put("endpoints", ResourceType.ENDPOINT);
    sections.put("extensions", ResourceType.EXTENSION_CONFIG);
    return sections;
  }

  /** One object with a list for each type. */
  public static String json(ProxyResources resources) {
    StringBuilder out = new StringBuilder("{");
    String section = "\n";
    for (Map.Entry<String, ResourceType> entry : SECTIONS.entrySet()) {
      out.append(section).append('"').append(entry.getKey()).append("\": [");
      String separator = "\n";
      for (Resource resource : resources.of(entry.getValue()).values()) {
        out.append(separator).append(ProtoWriter.toPrettyJson(message(resource)));
        separator = ",\n";
      }
      out.append(']');
      section = ",\n";
    }
    return out.append("\n}\n").toString();
  }

  /** The same as YAML. */
  public static String yaml(ProxyResources resources) {
    StringBuilder out = new StringBuilder();
    SECTIONS.forEach(
        (name, type) -> {
          boolean empty = resources.of(type).isEmpty();
          out.append(name).append(empty ? ": []\n" : ":\n");
          for (Resource resource : resources.of(type).values()) {
            String mark = "- ";
            for (String line : ProtoWriter.toYaml(message(resource)).lines().toList()) {
              out.append(line.isEmpty() ? "" : mark).append(line).append('\n');
              mark = "  ";
            }
          }
        });
    return out.toString();
  }

  /** One line for each resource: type, name, version, size. */
  public static String table(ProxyResources resources) {
    StringBuilder out = new StringBuilder();
    SECTIONS.forEach(
        (name, type) ->
            resources
                .of(type)
                .values()
                .forEach(
                    r ->
                        out.append(
                            "%-10s %s  %6d  %s%n"
                                .formatted(
                                    name, r.version(), r.body().getValue().size(), r.name()))));
    return out.toString();
  }

  static Message message(Resource resource) {
    try {
      return MessageTypes.unpack(resource.body());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("our own resource cannot be read", e);
    }
  }
}
