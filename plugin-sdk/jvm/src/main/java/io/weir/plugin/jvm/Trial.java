package io.weir.plugin.jvm;

import io.weir.filter.Problems;
import io.weir.plugin.ConfigurationException;
import io.weir.plugin.HttpPlugin;
import io.weir.plugin.NetworkPlugin;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts one instance of a plugin before a configuration is accepted, so that a bad one is refused.
 */
final class Trial {
  /** What a plugin's start may take; the control thread waits for it. */
  private static final long START_MILLIS = 2_000;

  private Trial() {}

  static @Nullable PluginMaker<HttpPlugin> http(ModuleConfig module, Problems problems) {
    return run(module, module.jar()::http, true, problems);
  }

  static @Nullable PluginMaker<NetworkPlugin> network(ModuleConfig module, Problems problems) {
    return run(module, module.jar()::network, false, problems);
  }

  private static <T> @Nullable PluginMaker<T> run(
      ModuleConfig module,
      Function<String, PluginMaker<T>> find,
      boolean waits,
      Problems problems) {
    var log = new PluginLog(module.plugin());
    Budget budget = Budget.ofThread(START_MILLIS);
    int outer = budget.enter();
    try {
      PluginMaker<T> maker = find.apply(module.plugin());
      maker.make(new TrialContext(module.configuration(), log, waits));
      return problems.isEmpty() ? maker : null;
    } catch (PluginException e) {
      problems.add("filter_name", String.valueOf(e.getMessage()));
    } catch (ConfigurationException e) {
      problems.add("filter_config", String.valueOf(e.getMessage()));
    } catch (Exception | LinkageError | StackOverflowError | BudgetExceededError e) {
      log.failure("start", e);
      problems.add(
          "filter_config",
          "plugin '" + module.plugin() + "' failed to start: " + cause(e),
          "see the log");
    } finally {
      budget.exit(outer);
    }
    return null;
  }

  private static Throwable cause(Throwable e) {
    return e instanceof ReflectiveOperationException && e.getCause() != null ? e.getCause() : e;
  }
}
