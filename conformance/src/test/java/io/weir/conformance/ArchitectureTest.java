package io.weir.conformance;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The boundaries of docs/RATIONALE.md, "What may depend on what?", over every module's classes. */
@AnalyzeClasses(
    packages = "io.weir",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {

  /** Packages in which a request is served; loaders in them may read protobuf, streams may not. */
  private static final String[] DATA_PATH = {
    "io.weir.proxy.http..", "io.weir.proxy.router..", "io.weir.proxy.pool..",
    "io.weir.proxy.network..", "io.weir.proxy.buffer..", "io.weir.proxy.filter.."
  };

  // The SPI's packages are one contract and refer to each other; everywhere else a cycle is a
  // design
  // error.
  @ArchTest
  static final ArchRule proxyPackagesFormNoCycles =
      slices().matching("io.weir.proxy.(**)").should().beFreeOfCycles();

  /** From what everybody may use up to what nobody uses: a package sees its own layer and below. */
  @ArchTest
  static final ArchRule proxyLayersLookDown =
      layers(
          List.of("buffer", "hash", "matcher", "stats", "worker", "logging", "extension", "route"),
          List.of("formatter", "matcher.tree", "accesslog", "ratelimit"),
          List.of("tls"),
          List.of("http.codec", "http.hpack"),
          List.of("cluster", "loadbalancer"),
          List.of("network", "pool"),
          List.of("http", "router", "upstream", "filter.."),
          List.of("listener"),
          List.of("config"),
          List.of("admin"));

  @SafeVarargs
  private static ArchRule layers(List<String>... layers) {
    var rule = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (int i = 0; i < layers.length; i++) {
      String[] packages =
          layers[i].stream().map(name -> "io.weir.proxy." + name).toArray(String[]::new);
      rule = rule.optionalLayer("layer " + i).definedBy(packages);
    }
    for (int i = 0; i < layers.length; i++) {
      String[] above =
          IntStream.range(i + 1, layers.length).mapToObj(n -> "layer " + n).toArray(String[]::new);
      rule =
          above.length == 0
              ? rule.whereLayer("layer " + i).mayNotBeAccessedByAnyLayer()
              : rule.whereLayer("layer " + i).mayOnlyBeAccessedByLayers(above);
    }
    return rule;
  }

  /** Loaders read protobuf once, in static methods; objects that serve requests hold records. */
  @ArchTest
  static final ArchRule streamsMeetNoProtobuf =
      noCodeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(DATA_PATH)
          .and()
          .areDeclaredInClassesThat()
          .haveNameNotMatching(".*(Loader|Factory|Settings)(\\$.*)?")
          .and()
          .doNotHaveModifier(JavaModifier.STATIC)
          .should(meetProtobuf());

  private static ArchCondition<JavaCodeUnit> meetProtobuf() {
    return new ArchCondition<>("meet protobuf") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        for (JavaAccess<?> access : unit.getAccessesFromSelf()) {
          String target = access.getTargetOwner().getPackageName();
          boolean protobuf =
              target.startsWith("com.google.protobuf") || target.startsWith("io.envoyproxy");
          events.add(new SimpleConditionEvent(unit, protobuf, access.getDescription()));
        }
      }
    };
  }

  @ArchTest
  static final ArchRule wasmPackagesFormNoCycles =
      slices().matching("io.weir.wasm.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule luaPackagesFormNoCycles =
      slices().matching("io.weir.lua.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule controlPlanePackagesFormNoCycles =
      slices().matching("io.weir.controlplane.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule xdsPackagesFormNoCycles =
      slices().matching("io.weir.xds.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule proxyKnowsNoRuntime =
      noClasses()
          .that()
          .resideInAPackage("io.weir.proxy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.weir.wasm..", "io.weir.lua..", "io.weir.plugin..", "io.weir.controlplane..");

  @ArchTest
  static final ArchRule controlPlaneKnowsNoProxy =
      noClasses()
          .that()
          .resideInAPackage("io.weir.controlplane..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.weir.proxy..", "io.weir.filter..");

  @ArchTest
  static final ArchRule vocabularyKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("io.weir.xds..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.weir.proxy..", "io.weir.controlplane..", "io.weir.filter..");

  @ArchTest
  static final ArchRule pluginsSeeTheirApiOnly =
      noClasses()
          .that()
          .resideInAPackage("io.weir.examples..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.weir.filter..", "io.weir.proxy..", "io.weir.plugin.jvm..");

  @ArchTest
  static final ArchRule filterEngineKnowsNoFilter =
      noClasses()
          .that()
          .haveSimpleNameStartingWith("FilterManager")
          .or()
          .haveSimpleNameStartingWith("NetworkFilterChain")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.weir.proxy.filter..", "io.weir.proxy.router..");

  @ArchTest
  static final ArchRule dataPathTakesNoLocks =
      noClasses()
          .that()
          .resideInAnyPackage(DATA_PATH)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.concurrent.locks..");

  @ArchTest
  static final ArchRule dataPathHasNoMonitors =
      noMethods()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(DATA_PATH)
          .should()
          .haveModifier(JavaModifier.SYNCHRONIZED);

  @ArchTest
  static final ArchRule timeComesFromTheWorker =
      noClasses()
          .that()
          .resideInAnyPackage(DATA_PATH)
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom");

  @ArchTest
  static final ArchRule trafficMeetsNoBacktrackingRegex =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.weir.proxy.http..", "io.weir.proxy.router..", "io.weir.proxy.matcher..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.regex..");

  /** What serves a request: neither loaders nor the records that they make. */
  private static final String[] HOT_PATH = {
    "io.weir.proxy.http..",
    "io.weir.proxy.router..",
    "io.weir.proxy.pool..",
    "io.weir.proxy.network..",
    "io.weir.proxy.buffer.."
  };

  @ArchTest
  static final ArchRule requestsMeetNothingSlow =
      noCodeUnits()
          .that()
          .areDeclaredInClassesThat()
          .resideInAnyPackage(HOT_PATH)
          .and()
          .areDeclaredInClassesThat()
          .haveNameNotMatching(".*(Loader|Factory|Settings|Worker)(\\$.*)?")
          .and()
          .doNotHaveModifier(JavaModifier.STATIC)
          .and()
          .doNotHaveName("<init>")
          .should(meetSomethingSlow());

  /** Methods of strings that compile a pattern or parse a format each time. */
  private static final Set<String> SLOW_TEXT =
      Set.of("format", "formatted", "replaceAll", "replaceFirst", "matches", "split");

  private static ArchCondition<JavaCodeUnit> meetSomethingSlow() {
    return new ArchCondition<>("meet formats, patterns, streams, locks or shared counters") {
      @Override
      public void check(JavaCodeUnit unit, ConditionEvents events) {
        for (JavaAccess<?> access : unit.getAccessesFromSelf()) {
          JavaClass owner = access.getTargetOwner();
          boolean slow =
              owner.isEquivalentTo(String.class) && SLOW_TEXT.contains(access.getName())
                  || owner.getPackageName().equals("java.util.stream")
                  || owner.getPackageName().equals("java.util.regex")
                  || owner.getPackageName().equals("java.util.concurrent.locks")
                  || owner.getPackageName().equals("java.util.concurrent.atomic")
                  || owner.isEquivalentTo(ThreadLocal.class);
          events.add(new SimpleConditionEvent(unit, slow, access.getDescription()));
        }
      }
    };
  }

  @ArchTest
  static final ArchRule onlyToolsPrint =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.weir.cli..", "io.weir.plugin.wasm.build..")
          .should()
          .accessField(System.class, "out");

  @ArchTest
  static final ArchRule factoriesAreFoundByServiceLoader =
      classes()
          .that()
          .areAssignableTo("io.weir.filter.ExtensionFactory")
          .and()
          .areNotInterfaces()
          .and()
          .doNotHaveModifier(JavaModifier.ABSTRACT)
          .should()
          .bePublic();

  @ArchTest
  static void everyPackageIsNullMarked(JavaClasses all) {
    Set<String> unmarked =
        all.stream()
            .filter(type -> !type.getPackageName().contains(".generated"))
            .filter(
                type -> !type.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());

    assertThat(unmarked).isEmpty();
  }

  /** Contracts are public; of the rest at least 45 in 100 types stay inside their package. */
  @ArchTest
  static void mostTypesStayInTheirPackage(JavaClasses all) {
    for (String module :
        List.of("io.weir.proxy", "io.weir.wasm", "io.weir.lua", "io.weir.controlplane")) {
      List<JavaClass> types =
          all.stream()
              .filter(type -> type.getPackageName().startsWith(module))
              .filter(
                  type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
              .toList();
      long hidden =
          types.stream().filter(type -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count();

      assertThat(hidden * 100 / Math.max(1, types.size()))
          .as("package-private types of %s in percent", module)
          .isGreaterThanOrEqualTo(45);
    }
  }
}
