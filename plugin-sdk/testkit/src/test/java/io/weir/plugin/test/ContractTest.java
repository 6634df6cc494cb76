package io.weir.plugin.test;

import static org.assertj.core.api.Assertions.assertThat;

/** What the API promises, in process and as a module. */
class ContractTest {
  @PluginTest(Callbacks.class)
  void queuesTellWhoOpenedThem(TestProxy proxy) {
    proxy.get("/queue");
    proxy.get("/queue");

    assertThat(proxy.get("/taken").requestHeader("x-taken")).isEqualTo("jobs:job-ü jobs:job-ü ");
    assertThat(proxy.metric("done")).isEqualTo(2);
  }

  @PluginTest(Callbacks.class)
  void grpcCallsComeBack(TestProxy proxy) {
    assertThat(proxy.get("/grpc").requestHeader("x-reply")).isEqualTo("14 ");
    proxy.grpc("greeter", 0, "hello");
    assertThat(proxy.get("/grpc").requestHeader("x-reply")).isEqualTo("0 hello");
    proxy.grpc("greeter", 7, "");
    assertThat(proxy.get("/grpc").requestHeader("x-reply")).isEqualTo("7 ");
    assertThat(proxy.grpcCalls()).containsOnly("greeter /test.Greeter/Hello me");
  }

  @PluginTest(Sample.class)
  void grpcCallsCanBeWaitedFor(TestProxy proxy) {
    proxy.grpc("greeter", 0, "hello");

    assertThat(proxy.get("/grpc").requestHeader("x-sample")).isEqualTo("hello 14 no such cluster");
  }

  @PluginTest(Callbacks.class)
  void metadataAttributesAndRoutes(TestProxy proxy) {
    TestExchange metadata = proxy.get("/metadata");
    assertThat(metadata.requestHeader("x-written")).isEqualTo("true välue");
    assertThat(metadata.metadata("test.space", "key")).isEqualTo("välue");

    TestExchange attribute = proxy.get("/attribute");
    assertThat(attribute.requestHeader("x-mine")).isEqualTo("text");
    assertThat(attribute.attribute("mine")).isEqualTo("text");

    TestExchange route = proxy.get("/route");
    assertThat(route.routeCleared()).isTrue();
    assertThat(route.requestHeader(":path")).isEqualTo("/elsewhere");
  }

  @PluginTest(Callbacks.class)
  void failuresCloseUnlessThePluginOpens(TestProxy proxy) {
    proxy.expectFailure().cluster("auth", 200, "");
    assertThat(proxy.get("/throw").status()).isEqualTo(500);
    assertThat(proxy.get("/throw-in-reply").status()).isEqualTo(500);
    assertThat(proxy.get("/recurse-on").status()).isEqualTo(500);

    proxy.configure("{\"fail_open\": true}");
    for (String path : new String[] {"/throw", "/throw-in-reply", "/recurse-on"}) {
      TestExchange exchange = proxy.get(path).respond(200, "fine");
      assertThat(exchange.forwarded()).as(path).isTrue();
      assertThat(exchange.status()).as(path).isEqualTo(200);
      assertThat(exchange.responseHeader("x-seen")).as(path).isNull();
    }
    assertThat(proxy.request("POST", "/throw").body("a", "b").requestBody()).isEqualTo("ab");
    assertThat(proxy.get("/").respond(200, "").responseHeader("x-seen")).isEqualTo("1");
  }

  @PluginTest(Callbacks.class)
  void operatorsMayOpenAsWell(TestProxy proxy) {
    proxy.expectFailure().failOpen();

    TestExchange exchange = proxy.get("/throw").respond(200, "fine");

    assertThat(exchange.status()).isEqualTo(200);
  }

  @PluginTest(Sample.class)
  void routesHaveInstancesOfTheirOwn(TestProxy proxy) {
    proxy.configure("{\"header\": \"x-a\"}");
    assertThat(proxy.get("/fine").requestHeader("x-a")).isEqualTo("fine");
    proxy.route("{\"header\": \"x-b\"}");
    assertThat(proxy.get("/fine").requestHeader("x-b")).isEqualTo("fine");
    assertThat(proxy.get("/fine").requestHeader("x-a")).isNull();
  }

  @PluginTest(Callbacks.class)
  void endlessRecursionCanBeCaught(TestProxy proxy) {
    assertThat(proxy.get("/recurse").requestHeader("x-depth"))
        .isEqualTo("java.lang.StackOverflowError");
    assertThat(proxy.get("/recurse").requestHeader("x-depth"))
        .isEqualTo("java.lang.StackOverflowError");
  }

  @PluginTest(Callbacks.class)
  void mathIsThatOfAJvm(TestProxy proxy) {
    // 0x3ff6a09e667f3bcd is the square root of 2; the back ends are compared for all the others.
    assertThat(proxy.get("/math").requestHeader("x-math")).contains("3ff6a09e667f3bcd", "true");
  }

  @PluginTest(Gate.class)
  void connectionsMakeCalls(TestProxy proxy) {
    proxy.cluster("auth").grpc("greeter", 0, "");
    TestConnection allowed = proxy.connect().send("one").send(" two");
    assertThat(allowed.forwarded()).isEmpty();
    proxy.answer(200, "");
    assertThat(allowed.forwarded()).isEqualTo("one two");
    assertThat(allowed.send("more").forwarded()).isEqualTo("one twoMORE");
    assertThat(allowed.respond("reply").received()).isEqualTo("reply");

    TestConnection denied = proxy.connect().send("no");
    proxy.answer(403, "");
    assertThat(denied.closed()).isTrue();

    assertThat(proxy.connect().send("grpc").forwarded()).isEqualTo("grpc");
  }

  @PluginTest(Gate.class)
  void connectionsOfAFailingPluginClose(TestProxy proxy) {
    proxy.expectFailure();

    assertThat(proxy.connect().send("throw").closed()).isTrue();
  }
}
