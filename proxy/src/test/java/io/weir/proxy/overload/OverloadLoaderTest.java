package io.weir.proxy.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.proxy.LiveProxy;
import io.weir.proxy.config.InvalidConfigurationException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an overload manager is said where it is. */
class OverloadLoaderTest {
  private static final String MONITOR =
      "{name: m, typed_config: {'@type':"
          + " type.googleapis.com/envoy.extensions.resource_monitors.injected_resource.v3"
          + ".InjectedResourceConfig, filename: /none}}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "actions: [{name: envoy.overload_actions.nap, triggers: [{name: m, threshold: {value: 1}}]}]"
            + " | unknown overload action envoy.overload_actions.nap",
        "actions: [{name: envoy.overload_actions.shrink_heap, triggers: [{name: x, threshold: {value: 1}}]}]"
            + " | unknown trigger resource x",
        "actions: [{name: envoy.overload_actions.shrink_heap, triggers: [{name: m, scaled:"
            + " {scaling_threshold: 0.9, saturation_threshold: 0.8}}]}]"
            + " | scaling_threshold must be less than saturation_threshold",
        "actions: [{name: envoy.overload_actions.reduce_timeouts, triggers: [{name: m, threshold: {value: 1}}]}]"
            + " | requires a configuration",
        "actions: [{name: envoy.overload_actions.shrink_heap, triggers: [{name: m, threshold: {value: 1}},"
            + " {name: m, threshold: {value: 1}}]}] | duplicate trigger resource m",
        "loadshed_points: [{name: envoy.load_shed_points.none, triggers: [{name: m, threshold: {value: 1}}]}]"
            + " | unknown load shed point envoy.load_shed_points.none",
      })
  void refusesWhatCannotWork(String part, String reason) {
    String bootstrap = "overload_manager: {resource_monitors: [" + MONITOR + "], " + part + "}";
    assertThatThrownBy(() -> LiveProxy.start(folder, bootstrap).close())
        .isInstanceOfSatisfying(
            InvalidConfigurationException.class,
            e -> {
              assertThat(e.problems().errors()).hasSize(1);
              assertThat(e.problems().errors().getFirst().toString())
                  .contains("overload_manager", reason);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "0.4, 0",
    "0.5, 0",
    "0.7, 0.5",
    "0.9, 1",
    "1, 1",
  })
  void aScaledTriggerGrowsBetweenItsMarks(double pressure, double value) {
    assertThat(new Trigger.Scaled(0.5, 0.9).value(pressure))
        .isCloseTo(value, org.assertj.core.data.Offset.offset(1e-9));
  }
}
