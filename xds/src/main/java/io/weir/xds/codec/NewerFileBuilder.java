package io.weir.xds.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.ExtensionRegistry;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.pgv.validate.Validate;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds the descriptor file that holds what is newer in one of Envoy's files. Single use. */
final class NewerFileBuilder {

  static final String PATH_PREFIX = "weir/newer/";

  private final NewerTable table;
  private final NewerTable.NewerFile source;
  private final FileDescriptorProto.Builder file;
  private final Map<String, FileDescriptor> dependencies = new LinkedHashMap<>();

  NewerFileBuilder(NewerTable table, NewerTable.NewerFile source) {
    this.table = table;
    this.source = source;
    this.file =
        FileDescriptorProto.newBuilder()
            .setName(PATH_PREFIX + source.path())
            .setPackage(source.packageName())
            .setSyntax("proto3");
  }

  FileDescriptor build() {
    for (NewerTable.Entry entry : source.entries().values()) {
      if (!entry.isEnum()) {
        file.addMessageType(message(entry));
      } else if (!entry.extension()) {
        file.addEnumType(enumType(entry));
      }
    }
    file.addAllDependency(dependencies.keySet());
    try {
      return FileDescriptor.buildFrom(
          file.build(), dependencies.values().toArray(FileDescriptor[]::new));
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("newer-messages.txt, file " + source.path(), e);
    }
  }

  private EnumDescriptorProto enumType(NewerTable.Entry entry) {
    String flat = NewerTable.flatName(entry.name(), source.packageName(), false);
    EnumDescriptorProto.Builder type = EnumDescriptorProto.newBuilder().setName(flat);
    for (String line : entry.lines()) {
      int space = line.indexOf(' ');
      type.addValueBuilder()
          .setNumber(Integer.parseInt(line.substring(0, space)))
          .setName(line.substring(space + 1));
    }
    return type.build();
  }

  private DescriptorProto message(NewerTable.Entry entry) {
    DescriptorProto.Builder message =
        DescriptorProto.newBuilder()
            .setName(NewerTable.flatName(entry.name(), source.packageName(), entry.extension()));
    entry.lines().forEach(line -> addField(message, line.split(" ")));
    return message.build();
  }

  private void addField(DescriptorProto.Builder message, String[] words) {
    FieldDescriptorProto.Builder field =
        FieldDescriptorProto.newBuilder()
            .setNumber(Integer.parseInt(words[0]))
            .setName(words[1])
            .setLabel(Label.LABEL_OPTIONAL);
    for (int i = 2; i < words.length; i++) {
      String word = words[i];
      if (word.equals("repeated")) {
        field.setLabel(Label.LABEL_REPEATED);
      } else if (word.equals("optional")) {
        field.setProto3Optional(true);
      } else if (word.startsWith("oneof=")) {
        addToOneof(message, field, word.substring("oneof=".length()));
      } else if (word.startsWith("rules=")) {
        field.setOptions(rules(word.substring("rules=".length())));
      } else if (word.startsWith("map<")) {
        mapType(message, field, word.substring("map<".length(), word.length() - 1));
      } else {
        type(field, word);
      }
    }
    if (field.getProto3Optional()) {
      message.addOneofDeclBuilder().setName("_" + field.getName());
      field.setOneofIndex(message.getOneofDeclCount() - 1);
    }
    message.addField(field);
  }

  private static void addToOneof(
      DescriptorProto.Builder message, FieldDescriptorProto.Builder field, String name) {
    boolean required = name.endsWith("!");
    String plain = required ? name.substring(0, name.length() - 1) : name;
    int index = 0;
    while (index < message.getOneofDeclCount()
        && !message.getOneofDecl(index).getName().equals(plain)) {
      index++;
    }
    if (index == message.getOneofDeclCount()) {
      OneofDescriptorProto.Builder oneof = message.addOneofDeclBuilder().setName(plain);
      if (required) {
        oneof.setOptions(OneofOptions.newBuilder().setExtension(Validate.required, true));
      }
    }
    field.setOneofIndex(index);
  }

  private static FieldOptions rules(String base64) {
    try {
      return FieldOptions.newBuilder()
          .setExtension(
              Validate.rules,
              io.envoyproxy.pgv.validate.Validate.FieldRules.parseFrom(
                  ByteString.copyFrom(Base64.getDecoder().decode(base64)),
                  ExtensionRegistry.getEmptyRegistry()))
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("newer-messages.txt holds bad rules: " + base64, e);
    }
  }

  private void mapType(
      DescriptorProto.Builder message, FieldDescriptorProto.Builder field, String types) {
    int comma = types.indexOf(',');
    String entryName = "Entry" + field.getNumber();
    DescriptorProto.Builder entry =
        message
            .addNestedTypeBuilder()
            .setName(entryName)
            .setOptions(MessageOptions.newBuilder().setMapEntry(true));
    FieldDescriptorProto.Builder key =
        entry.addFieldBuilder().setName("key").setNumber(1).setLabel(Label.LABEL_OPTIONAL);
    type(key, types.substring(0, comma));
    FieldDescriptorProto.Builder value =
        entry.addFieldBuilder().setName("value").setNumber(2).setLabel(Label.LABEL_OPTIONAL);
    type(value, types.substring(comma + 1));
    field
        .setLabel(Label.LABEL_REPEATED)
        .setType(Type.TYPE_MESSAGE)
        .setTypeName("." + source.packageName() + "." + message.getName() + "." + entryName);
  }

  private void type(FieldDescriptorProto.Builder field, String word) {
    if (word.startsWith("enum:")) {
      String name = word.substring("enum:".length());
      field.setType(Type.TYPE_ENUM).setTypeName("." + resolveEnum(name));
    } else if (word.indexOf('.') < 0) {
      field.setType(Type.valueOf("TYPE_" + word.toUpperCase(Locale.ROOT)));
    } else {
      field.setType(Type.TYPE_MESSAGE).setTypeName("." + resolveMessage(word));
    }
  }

  private String resolveMessage(String name) {
    if (source.entries().containsKey(name) && table.isNewerMessage(name)) {
      return source.packageName() + "." + NewerTable.flatName(name, source.packageName(), false);
    }
    Descriptor type = MessageTypes.descriptor(name);
    if (type == null) {
      throw new IllegalStateException("newer-messages.txt refers to an unknown type " + name);
    }
    depend(type.getFile());
    return type.getFullName();
  }

  private String resolveEnum(String name) {
    if (table.isNewerMessage(name)) {
      if (source.entries().containsKey(name)) {
        return source.packageName() + "." + NewerTable.flatName(name, source.packageName(), false);
      }
      var type = table.enumType(name);
      depend(type.getFile());
      return type.getFullName();
    }
    depend(compiledEnumFile(name));
    return name;
  }

  private static FileDescriptor compiledEnumFile(String name) {
    @Nullable FileDescriptor file = MessageTypes.enumFile(name);
    return Objects.requireNonNull(
        file, () -> "newer-messages.txt refers to an unknown enum " + name);
  }

  private void depend(FileDescriptor dependency) {
    dependencies.put(dependency.getName(), dependency);
  }
}
