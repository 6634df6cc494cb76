package io.weir.xds.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.wasm.v3.PluginConfig;
import io.weir.xds.ProblemList;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class NewerTableTest {

  @Test
  void everyMessageOfTheTableCanBeBuilt() {
    for (String name : NewerTable.get().messageNames()) {
      Descriptor type = NewerFields.message(name);
      assertThat(type).as(name).isNotNull();
      assertThat(NewerFields.fullName(Objects.requireNonNull(type))).isEqualTo(name);
    }
  }

  @Test
  void everyExtendedMessageIsCompiledAndLacksTheFields() {
    for (String name : NewerTable.get().extendedNames()) {
      Message compiled = MessageTypes.prototype(name);
      assertThat(compiled).as(name).isNotNull();
      Descriptor type = Objects.requireNonNull(compiled).getDescriptorForType();
      Descriptor newer = Objects.requireNonNull(NewerFields.of(type));
      newer
          .getFields()
          .forEach(
              field -> assertThat(type.findFieldByNumber(field.getNumber())).as(name).isNull());
    }
  }

  @Test
  void readsNewerFieldsBack() {
    SourceNode tree =
        YamlReader.read("{name: p, allow_on_headers_stop_iteration: true}", "f", new ProblemList());
    PluginConfig config =
        ProtoReader.read(
            Objects.requireNonNull(tree), PluginConfig.getDefaultInstance(), new ProblemList());

    Message value =
        (Message)
            NewerFields.get(Objects.requireNonNull(config), "allow_on_headers_stop_iteration");

    assertThat(Objects.requireNonNull(value).toByteString())
        .isEqualTo(BoolValue.of(true).toByteString());
    assertThat(NewerFields.get(config, "name")).isEqualTo("p");
    assertThat(NewerFields.has(config, "root_id")).isTrue();
    assertThat(
            NewerFields.has(PluginConfig.getDefaultInstance(), "allow_on_headers_stop_iteration"))
        .isFalse();
    assertThat(NewerFields.get(config, "no_such_field")).isNull();
  }

  @Test
  void unpacksNewerMessages() throws Exception {
    Any any =
        Any.newBuilder()
            .setTypeUrl(
                "type.googleapis.com/envoy.extensions.filters.network.dynamic_modules.v3.DynamicModuleNetworkFilter")
            .setValue(ByteString.EMPTY)
            .build();

    assertThat(MessageTypes.unpack(any)).isInstanceOf(DynamicMessage.class);
  }

  @Test
  void namesThatAreNoTypesGiveNothing() {
    for (String name :
        new String[] {
          "",
          ".",
          "envoy",
          "envoy.",
          "envoy..Lua",
          "java.lang.String",
          "envoy.config.core.v3.node",
          "google.protobuf",
          "envoy/../x",
          "envoy.config.core.v3.Node$Builder",
          "x/y.Z"
        }) {
      assertThat(MessageTypes.prototype(name)).as(name).isNull();
    }
  }

  @Test
  void knowsTheSuccessorsOfVersion2() {
    assertThat(LegacyTypes.successor("type.googleapis.com/envoy.config.filter.http.lua.v2.Lua"))
        .isEqualTo("envoy.extensions.filters.http.lua.v3.Lua");
    assertThat(LegacyTypes.successor("envoy.api.v2.Cluster"))
        .isEqualTo("envoy.config.cluster.v3.Cluster");
    assertThat(LegacyTypes.successor("envoy.config.cluster.v3.Cluster")).isNull();
  }
}
