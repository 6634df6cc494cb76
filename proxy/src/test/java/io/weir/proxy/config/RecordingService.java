package io.weir.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.StringValue;
import io.weir.filter.FactoryContext;
import io.weir.filter.Worker;
import io.weir.filter.log.BootstrapExtensionFactory;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bootstrap extension that writes down what happens to it; found by its service file. */
public final class RecordingService implements BootstrapExtensionFactory {
  static final List<String> EVENTS = new CopyOnWriteArrayList<>();

  @Override
  public String name() {
    return "test.recording";
  }

  @Override
  public List<String> configTypes() {
    return List.of("google.protobuf.StringValue");
  }

  @Override
  public BootstrapExtension load(Any config, FactoryContext context) {
    StringValue text = context.unpack(config, StringValue.getDefaultInstance());
    String name = text == null ? "" : text.getValue();
    EVENTS.add("load " + name);
    return new BootstrapExtension() {
      @Override
      public CompletionStage<Void> warm() {
        return name.equals("broken")
            ? CompletableFuture.failedStage(new IllegalStateException("no luck"))
            : CompletableFuture.completedStage(null);
      }

      @Override
      public void openWorker(Worker worker) {
        EVENTS.add("open " + name + " on " + worker.index() + " " + worker.inWorker());
      }

      @Override
      public void close() {
        EVENTS.add("close " + name);
      }
    };
  }
}
