package io.weir.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DeltaStateTest {

  private final Map<String, Resource> current = new TreeMap<>();

  @Test
  void aFirstRequestWithoutNamesMeansAllOnlyForWildcardTypes() {
    have("a", "1");
    DeltaState clusters = new DeltaState(ResourceType.CLUSTER);
    DeltaState endpoints = new DeltaState(ResourceType.ENDPOINT);

    assertThat(clusters.request(List.of(), List.of(), Map.of())).isTrue();
    assertThat(endpoints.request(List.of(), List.of(), Map.of())).isTrue();

    assertThat(names(clusters.difference(current))).containsExactly("a");
    assertThat(endpoints.difference(current).isEmpty()).isTrue();
  }

  @Test
  void sendsOnlyWhatChanged() {
    DeltaState state = wildcard();
    have("a", "1");
    have("b", "1");
    state.sent(state.difference(current));
    have("b", "2");
    have("c", "1");
    current.remove("a");

    DeltaState.Delta delta = state.difference(current);

    assertThat(names(delta)).containsExactly("b", "c");
    assertThat(delta.removed()).containsExactly("a");
    state.sent(delta);
    assertThat(state.difference(current).isEmpty()).isTrue();
  }

  @Test
  void aReconnectResendsNothingThatTheClientHas() {
    have("a", "1");
    have("b", "2");
    DeltaState state = new DeltaState(ResourceType.CLUSTER);
    state.request(List.of("*"), List.of(), Map.of("a", "1", "b", "1", "gone", "1"));

    DeltaState.Delta delta = state.difference(current);

    assertThat(names(delta)).containsExactly("b");
    assertThat(delta.removed()).containsExactly("gone");
  }

  @Test
  void aNameThatDoesNotExistIsAnsweredOnceAsRemoved() {
    DeltaState state = new DeltaState(ResourceType.ENDPOINT);
    state.request(List.of("x"), List.of(), Map.of());

    DeltaState.Delta delta = state.difference(current);
    assertThat(delta.removed()).containsExactly("x");
    state.sent(delta);
    assertThat(state.difference(current).isEmpty()).isTrue();

    have("x", "1");
    assertThat(names(state.difference(current))).containsExactly("x");
  }

  @Test
  void aNameSubscribedAgainIsSentAgain() {
    have("x", "1");
    DeltaState state = new DeltaState(ResourceType.ENDPOINT);
    state.request(List.of("x"), List.of(), Map.of());
    state.sent(state.difference(current));

    assertThat(state.request(List.of("x"), List.of(), Map.of())).isTrue();
    assertThat(names(state.difference(current))).containsExactly("x");
  }

  @Test
  void unsubscribingForgets() {
    have("x", "1");
    DeltaState state = new DeltaState(ResourceType.ENDPOINT);
    state.request(List.of("x"), List.of(), Map.of());
    state.sent(state.difference(current));

    assertThat(state.request(List.of(), List.of("x"), Map.of())).isTrue();
    assertThat(state.wants("x")).isFalse();
    assertThat(state.versions()).isEmpty();
    assertThat(state.request(List.of(), List.of("x"), Map.of())).isFalse();
    current.clear();
    assertThat(state.difference(current).isEmpty()).isTrue();
  }

  @Test
  void leavingTheWildcardKeepsWhatIsSubscribedByName() {
    have("a", "1");
    have("b", "1");
    DeltaState state = wildcard();
    state.request(List.of("a"), List.of(), Map.of());
    state.sent(state.difference(current));

    state.request(List.of(), List.of("*"), Map.of());

    assertThat(state.wants("a")).isTrue();
    assertThat(state.wants("b")).isFalse();
    assertThat(state.versions()).containsOnlyKeys("a");
  }

  @Test
  void equalMessagesHaveEqualVersions() {
    Any one = Any.newBuilder().setTypeUrl("x").build();
    Any two = Any.newBuilder().setTypeUrl("y").build();

    assertThat(Resource.of("n", one).version()).isEqualTo(Resource.of("n", one).version());
    assertThat(Resource.of("n", one).version()).isNotEqualTo(Resource.of("n", two).version());
  }

  private DeltaState wildcard() {
    DeltaState state = new DeltaState(ResourceType.CLUSTER);
    state.request(List.of(), List.of(), Map.of());
    return state;
  }

  private void have(String name, String version) {
    current.put(name, new Resource(name, version, Any.getDefaultInstance()));
  }

  private static List<String> names(DeltaState.Delta delta) {
    return delta.changed().stream().map(Resource::name).toList();
  }
}
