package io.weir.proxy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * The filter manager against an executable model of the rules: random filters, random events, the
 * same log. A failure names the seed; {@link #run} with that seed repeats it.
 */
final class FilterManagerModelTest {
  private static final int RUNS = 10_000;
  private static final int EVENTS = 24;

  @Test
  void behavesAsTheModelInTenThousandRandomRuns() {
    int completed = 0;
    for (int seed = 0; seed < RUNS; seed++) {
      completed += run(seed) ? 1 : 0;
    }
    // The runs are worth something: most streams get through to their end.
    assertThat(completed).isGreaterThan(RUNS / 2);
  }

  /**
   * @return whether the response was sent in full
   */
  private static boolean run(long seed) {
    var random = new SplittableRandom(seed);
    int n = 1 + random.nextInt(4);
    int limit = 6 + random.nextInt(20);
    var script = new FilterScript(seed);
    var model = new ModelChain(script, n, limit);
    var real = new RealChain(script, n, limit);
    var both = new Driver(random, n, model, real);
    both.play();
    assertThat(real.log())
        .as("seed %d, %d filters, limit %d%n%s", seed, n, limit, both.events)
        .isEqualTo(model.log());
    assertThat(real.leaks()).as("leaks with seed %d", seed).isFalse();
    String log = String.join("\n", real.log());
    assertInvariants(seed, n, real.log());
    if (both.mustEnd) {
      assertThat(real.ended()).as("stuck with seed %d%n%s%n%s", seed, both.events, log).isTrue();
    }
    return log.contains("wire") && log.contains(" end") && !log.contains("wire reset");
  }

  /** What holds whatever filters do, said without the model. */
  private static void assertInvariants(long seed, int n, List<String> log) {
    for (int filter = 0; filter < n; filter++) {
      for (String way : List.of(" decode ", " encode ")) {
        boolean headers = false;
        boolean ended = false;
        for (String line : log) {
          String prefix = filter + way;
          if (!line.startsWith(prefix) || line.contains("INFORMATIONAL")) {
            continue;
          }
          String what = line.substring(prefix.length());
          assertThat(ended && !what.equals("complete"))
              .as("after the end, seed %d: %s%n%s", seed, line, log)
              .isFalse();
          if (what.startsWith("HEADERS")) {
            assertThat(headers).as("headers twice, seed %d: %s%n%s", seed, line, log).isFalse();
            headers = true;
          } else {
            assertThat(headers).as("%s before headers, seed %d%n%s", what, seed, log).isTrue();
          }
          ended |= what.endsWith(" end") || what.startsWith("TRAILERS");
        }
      }
    }
    int destroyed = 0;
    for (String line : log) {
      if (line.endsWith(" destroy")) {
        destroyed++;
      } else {
        assertThat(destroyed).as("%s after destroy, seed %d", line, seed).isZero();
      }
    }
  }

  /** Makes events happen to several chains at once. */
  private static final class Driver {
    private final SplittableRandom random;
    private final int n;
    private final List<ChainUnderTest> chains;
    private final ModelChain first;
    private final Set<String> injectors = new HashSet<>();
    final List<String> events = new ArrayList<>();
    private boolean requestBegun;
    private boolean requestEnded;
    private boolean responseBegun;
    private boolean responseEnded;
    boolean mustEnd = true;

    Driver(SplittableRandom random, int n, ModelChain model, ChainUnderTest real) {
      this.random = random;
      this.n = n;
      this.chains = List.of(model, real);
      this.first = model;
    }

    void play() {
      request();
      for (int i = 0; i < EVENTS && !first.ended(); i++) {
        event();
      }
      while (!requestEnded && !first.ended()) {
        request();
      }
      settle();
      while (!responseEnded && !first.ended()) {
        response();
      }
      settle();
      if (!mustEnd && !first.ended()) {
        all("disconnect", ChainUnderTest::disconnect);
      }
    }

    private void all(String what, java.util.function.Consumer<ChainUnderTest> event) {
      events.add(what);
      for (ChainUnderTest chain : chains) {
        event.accept(chain);
      }
    }

    private void event() {
      switch (random.nextInt(20)) {
        case 0, 1, 2, 3, 4 -> request();
        case 5, 6, 7, 8 -> response();
        case 9 -> {
          if (!responseBegun) {
            all("informational", ChainUnderTest::informational);
          }
        }
        case 10 -> late();
        default -> resumeOne(random.nextInt(n), random.nextBoolean());
      }
    }

    /** What filters do outside callbacks, now and then. */
    private void late() {
      int filter = random.nextInt(n);
      boolean decode = random.nextBoolean();
      boolean stopped = first.stopped(filter, decode);
      switch (random.nextInt(12)) {
        case 0 -> {
          if (filter < n - 1) {
            all("reply " + filter, chain -> chain.reply(filter, 450));
          }
        }
        case 1 -> all("reset " + filter, chain -> chain.reset(filter));
        case 2, 3, 4, 5 -> {
          if (stopped && !injectors.contains(filter + "" + decode)) {
            all("add " + filter + decode, chain -> chain.add(filter, decode, "zz", true));
          }
        }
        case 6 -> {
          mustEnd = false;
          all("disconnect", ChainUnderTest::disconnect);
        }
        default -> {
          if (stopped && filter < n - 1) {
            boolean end = random.nextBoolean() && first.endArrived(filter, decode);
            if (injectors.contains(filter + "" + decode + "end")) {
              return;
            }
            mustEnd = false;
            injectors.add(filter + "" + decode + (end ? "end" : ""));
            all(
                "inject " + filter + decode + end,
                chain -> chain.inject(filter, decode, "yy", end));
          }
        }
      }
    }

    private void request() {
      if (requestEnded) {
        return;
      }
      boolean end = random.nextInt(3) == 0;
      if (!requestBegun) {
        requestBegun = true;
        requestEnded = end;
        all("request headers " + end, chain -> chain.requestHeaders(end));
      } else if (end && random.nextBoolean()) {
        requestEnded = true;
        all("request trailers", ChainUnderTest::requestTrailers);
      } else {
        requestEnded = end;
        String data = "ABCDEFG".substring(0, random.nextInt(6));
        all("request data " + data + end, chain -> chain.requestData(data, end));
      }
    }

    private void response() {
      boolean arrived =
          first.log().stream().anyMatch(line -> line.startsWith((n - 1) + " decode HEADERS"));
      if (responseEnded || !arrived && !responseBegun) {
        responseEnded |= !arrived && requestEnded && nothingStopped();
        return;
      }
      boolean end = random.nextInt(3) == 0;
      if (!responseBegun) {
        responseBegun = true;
        responseEnded = end;
        all("response headers " + end, chain -> chain.responseHeaders(end));
      } else if (end && random.nextBoolean()) {
        responseEnded = true;
        all("response trailers", ChainUnderTest::responseTrailers);
      } else {
        responseEnded = end;
        String data = "abcdefg".substring(0, random.nextInt(6));
        all("response data " + data + end, chain -> chain.responseData(data, end));
      }
    }

    private boolean nothingStopped() {
      for (int i = 0; i < n; i++) {
        if (i < n - 1 && first.stopped(i, true) || first.stopped(i, false)) {
          return false;
        }
      }
      return true;
    }

    private void resumeOne(int filter, boolean decode) {
      boolean terminal = decode && filter == n - 1;
      for (ChainUnderTest chain : chains) {
        assertThat(chain.stopped(filter, decode))
            .as("whether filter %d is stopped%n%s%n%s", filter, events, first.log())
            .isEqualTo(first.stopped(filter, decode));
      }
      if (!terminal
          && first.stopped(filter, decode)
          && !injectors.contains(filter + "" + decode + "end")) {
        all("resume " + filter + decode, chain -> chain.resume(filter, decode));
      }
    }

    /** Lets every filter go on until none holds anything. */
    private void settle() {
      for (int round = 0; round < 200 && !first.ended(); round++) {
        if (nothingStopped()) {
          if (first.owed.isEmpty()) {
            return;
          }
          ModelChain.Owed owed = first.owed.removeFirst();
          all("end " + owed, chain -> chain.inject(owed.filter(), owed.decode(), "", true));
        }
        for (int filter = 0; filter < n; filter++) {
          resumeOne(filter, true);
          resumeOne(filter, false);
        }
      }
    }
  }
}
