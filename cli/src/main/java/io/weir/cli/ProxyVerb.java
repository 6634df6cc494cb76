package io.weir.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** {@code weir proxy} for help, completion and command lines that are wrong. */
final class ProxyVerb implements Callable<Integer> {
  private final ProxyArguments arguments = new ProxyArguments();

  private ProxyVerb() {}

  static CommandSpec command() {
    var verb = new ProxyVerb();
    CommandSpec spec = CommandSpec.wrapWithoutInspection(verb).name("proxy");
    spec.usageMessage()
        .description("Run the data plane over an Envoy v3 bootstrap (YAML or JSON).")
        .sortOptions(false);
    for (ProxyFlag flag : ProxyFlag.values()) {
      spec.addOption(verb.option(flag));
    }
    return spec;
  }

  private OptionSpec option(ProxyFlag flag) {
    OptionSpec.Builder option =
        OptionSpec.builder(flag.names().toArray(String[]::new))
            .description(flag.description())
            .hidden(flag.description().isEmpty());
    String label = flag.paramLabel();
    if (label == null) {
      option.type(boolean.class);
    } else {
      option.type(String.class).arity("1").paramLabel(label);
    }
    return option.setter(new Put(arguments, flag)).build();
  }

  /** The library also sets what the command line does not name, to null. */
  private record Put(ProxyArguments arguments, ProxyFlag flag) implements ISetter {
    @Override
    public <T> @Nullable T set(@Nullable T value) {
      if (value instanceof String text) {
        arguments.put(flag, text);
      }
      return null;
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return ProxyRun.run(arguments, System.out, System.err);
  }
}
