package io.weir.controlplane.generate;

import com.google.protobuf.Message;
import io.weir.controlplane.push.Proxy;
import io.weir.xds.Problem;
import io.weir.xds.ProblemList;
import io.weir.xds.ResourceType;
import io.weir.xds.validate.PgvValidator;
import io.weir.xds.validate.ResourceValidator;
import java.util.List;
import java.util.ServiceLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client would refuse: ours by its own code, others by the rules that the messages carry.
 * Files are on the client's machine, so whether they exist is not asked. Any thread.
 */
final class ClientValidation {

  private static final Logger LOG = LoggerFactory.getLogger("validation");

  private static final ResourceValidator BY_RULES =
      (_, resource) -> {
        ProblemList problems = new ProblemList();
        PgvValidator.validate(resource, problems);
        return problems.all();
      };

  private final ResourceValidator ours;

  private ClientValidation(ResourceValidator ours) {
    this.ours = ours;
  }

  /** With the proxy's own validator, if it is on the class path. */
  static ClientValidation load() {
    for (ResourceValidator found : ServiceLoader.load(ResourceValidator.class)) {
      return new ClientValidation((type, resource) -> ask(found, type, resource));
    }
    return new ClientValidation(BY_RULES);
  }

  /** A validator that fails says nothing: a push must not depend on it. */
  private static List<Problem> ask(
      ResourceValidator validator, ResourceType type, Message resource) {
    try {
      return elsewhere(validator.validate(type, resource));
    } catch (RuntimeException | LinkageError e) {
      LOG.error("the proxy's validator failed on a {}", type, e);
      return List.of();
    }
  }

  ResourceValidator of(Proxy proxy) {
    return switch (proxy.client()) {
      case WEIR, OTHER -> ours;
      case ENVOY, GRPC -> BY_RULES;
    };
  }

  /** What is wrong on any machine. */
  private static List<Problem> elsewhere(List<Problem> problems) {
    return problems.stream()
        .filter(
            problem ->
                !problem.path().endsWith("filename")
                    && !problem.path().endsWith("dynamic_module_config.name"))
        .toList();
  }
}
