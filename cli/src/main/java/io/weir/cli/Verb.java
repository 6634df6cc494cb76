package io.weir.cli;

import org.jspecify.annotations.Nullable;

/** The verbs, in the order in which help lists them. Making a command loads its class only. */
enum Verb {
  DEMO("demo") {
    @Override
    Object command() {
      return new DemoVerb();
    }
  },
  PROXY("proxy") {
    @Override
    Object command() {
      return ProxyVerb.command();
    }
  },
  ECHO("echo") {
    @Override
    Object command() {
      return new EchoVerb();
    }
  },
  CONTROL_PLANE("control-plane") {
    @Override
    Object command() {
      return new ControlPlaneVerb();
    }
  },
  APPLY("apply") {
    @Override
    Object command() {
      return new ApplyVerb();
    }
  },
  GET("get") {
    @Override
    Object command() {
      return new GetVerb();
    }
  },
  DELETE("delete") {
    @Override
    Object command() {
      return new DeleteVerb();
    }
  },
  PROXY_CONFIG("proxy-config") {
    @Override
    Object command() {
      return new ProxyConfigVerb();
    }
  },
  PROXY_STATUS("proxy-status") {
    @Override
    Object command() {
      return new ProxyStatusVerb();
    }
  },
  SIMULATE("simulate") {
    @Override
    Object command() {
      return new SimulateVerb();
    }
  },
  ANALYZE("analyze") {
    @Override
    Object command() {
      return new AnalyzeVerb();
    }
  },
  GENERATE("generate") {
    @Override
    Object command() {
      return new GenerateVerb();
    }
  },
  PATCH("patch") {
    @Override
    Object command() {
      return new PatchVerb();
    }
  },
  MIGRATE("migrate") {
    @Override
    Object command() {
      return new MigrateVerb();
    }
  },
  PLUGIN("plugin") {
    @Override
    Object command() {
      return new PluginVerb();
    }
  },
  DEV("dev") {
    @Override
    Object command() {
      return new DevVerb();
    }
  },
  VERSION("version") {
    @Override
    Object command() {
      return new VersionVerb();
    }
  },
  COMPLETION("completion") {
    @Override
    Object command() {
      return new CompletionVerb();
    }
  };

  private final String label;

  Verb(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }

  abstract Object command();

  /**
   * The verb that only needs itself on the command line, or null for help, completion and errors.
   */
  static @Nullable Verb of(String label) {
    for (Verb verb : values()) {
      if (verb != COMPLETION && verb.label.equals(label)) {
        return verb;
      }
    }
    return null;
  }
}
