package io.weir.controlplane.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.controlplane.migrate.ExtensionNames.Category;
import io.weir.controlplane.migrate.ExtensionNames.Extension;
import io.weir.xds.codec.MessageTypes;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExtensionNamesTest {

  @Test
  void everyTypeExists() {
    for (Extension extension : ExtensionNames.all()) {
      if (!extension.type().isEmpty()) {
        assertThat(MessageTypes.prototype(extension.type())).as(extension.type()).isNotNull();
      }
    }
  }

  @Test
  void namesAreUniqueWithinACategory() {
    Set<String> seen = new HashSet<>();
    for (Extension extension : ExtensionNames.all()) {
      assertThat(seen.add(extension.category() + extension.name())).isTrue();
      for (String old : extension.oldNames()) {
        assertThat(seen.add(extension.category() + old)).as(old).isTrue();
      }
    }
    assertThat(ExtensionNames.all().stream().mapToInt(e -> e.oldNames().size()).sum())
        .isGreaterThanOrEqualTo(28);
  }

  @Test
  void anAliasThatTwoCategoriesShareIsTakenByCategory() {
    assertThat(Objects.requireNonNull(ExtensionNames.find(Category.HTTP, "envoy.ext_authz")).name())
        .isEqualTo("envoy.filters.http.ext_authz");
    assertThat(
            Objects.requireNonNull(ExtensionNames.find(Category.NETWORK, "envoy.ext_authz")).name())
        .isEqualTo("envoy.filters.network.ext_authz");
    assertThat(ExtensionNames.findOld(Category.HTTP, "envoy.filters.http.ext_authz")).isNull();
  }
}
