package io.weir.cli;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.YamlReader;
import java.util.List;
import picocli.CommandLine.Option;

/** Where the control plane's store is, and how it answers. */
final class StoreAddress {

  @Option(
      names = "--http-address",
      defaultValue = "127.0.0.1:15014",
      paramLabel = "HOST:PORT",
      description = "The control plane's HTTP address (default: ${DEFAULT-VALUE}).")
  private String address = "";

  HttpExchange.Answer send(
      String method, String path, @org.jspecify.annotations.Nullable String body) {
    return HttpExchange.send(method, address, path, body);
  }

  /** Asks, and ends the verb when the answer is no good one. */
  SourceMap read(String path) {
    HttpExchange.Answer answer = send("GET", path, null);
    if (!answer.good()) {
      throw new VerbException(Main.FINDINGS, answer.body().strip());
    }
    return parse(answer.body());
  }

  static SourceMap parse(String json) {
    List<SourceNode> documents = YamlReader.readAll(json, "answer", new ProblemList());
    if (!documents.isEmpty() && documents.getFirst() instanceof SourceMap map) {
      return map;
    }
    throw new VerbException(Main.UNREACHABLE, "no control plane answers there");
  }
}
