package io.weir.filter.log;

import com.google.protobuf.Any;
import io.weir.filter.ExtensionCategory;
import io.weir.filter.ExtensionFactory;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Makes services that live as long as the proxy ({@code bootstrap_extensions}). */
public interface BootstrapExtensionFactory extends ExtensionFactory {

  @Override
  default ExtensionCategory category() {
    return ExtensionCategory.BOOTSTRAP_EXTENSION;
  }

  /**
   * Loads one configuration.
   *
   * @return the service, or null when problems were reported
   */
  @Nullable BootstrapExtension load(Any config, FactoryContext context);

  /** A service of the whole process. */
  interface BootstrapExtension extends AutoCloseable {

    /** Completes when the service can run; if it fails, the bootstrap is refused. */
    default CompletionStage<Void> warm() {
      return CompletableFuture.completedStage(null);
    }

    /** Called once for each worker, on its thread, after the workers started. */
    void openWorker(Worker worker);

    @Override
    default void close() {}
  }
}
