package io.weir.plugin.test;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a {@link PluginTest} on each back end and compares what was seen. */
final class BackEnds implements TestTemplateInvocationContextProvider {
  private final Map<String, Map<BackEnd, List<String>>> traces = new TreeMap<>();

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return context.getRequiredTestMethod().isAnnotationPresent(PluginTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    PluginTest test = context.getRequiredTestMethod().getAnnotation(PluginTest.class);
    List<BackEnd> backEnds = backEnds(test);
    return backEnds.stream().map(backEnd -> new Run(test, backEnd));
  }

  private static List<BackEnd> backEnds(PluginTest test) {
    if (test.on().length > 0) {
      return List.of(test.on());
    }
    if (test.value() != void.class) {
      return List.of(BackEnd.JVM, BackEnd.WASM);
    }
    return List.of(test.file().endsWith(".lua") ? BackEnd.LUA : BackEnd.WASM);
  }

  private final class Run
      implements TestTemplateInvocationContext, ParameterResolver, AfterTestExecutionCallback {
    private final BackEnd backEnd;
    private final TestProxy proxy;

    Run(PluginTest test, BackEnd backEnd) {
      this.backEnd = backEnd;
      this.proxy = new TestProxy(source(test, backEnd));
    }

    @Override
    public String getDisplayName(int index) {
      return backEnd.toString();
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == TestProxy.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return proxy;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
      proxy.close();
      if (context.getExecutionException().isEmpty()) {
        proxy.verify();
        compare(context.getRequiredTestMethod().toString());
      }
    }

    private void compare(String method) {
      Map<BackEnd, List<String>> seen = traces.computeIfAbsent(method, _ -> new TreeMap<>());
      seen.put(backEnd, proxy.trace());
      seen.forEach(
          (other, trace) -> {
            if (!trace.equals(proxy.trace())) {
              throw new AssertionError(Parity.difference(other, trace, backEnd, proxy.trace()));
            }
          });
    }
  }

  private static PluginSource source(PluginTest test, BackEnd backEnd) {
    try {
      return test.value() == void.class
          ? PluginSource.ofFile(Path.of(test.file()))
          : PluginSource.ofClass(test.value(), backEnd);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
