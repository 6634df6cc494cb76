package io.weir.plugin.test;

import io.weir.plugin.Action;
import io.weir.plugin.Body;
import io.weir.plugin.Call;
import io.weir.plugin.Connection;
import io.weir.plugin.GrpcCall;
import io.weir.plugin.NetworkPlugin;
import io.weir.plugin.Plugin;
import java.nio.charset.StandardCharsets;

/** Asks a service about the first bytes of each connection. */
@Plugin(name = "gate")
public final class Gate implements NetworkPlugin {
  @Override
  public Action onDownstreamData(Connection connection, Body data, boolean endOfStream) {
    if ("asking".equals(connection.state())) {
      return Action.PAUSE;
    }
    if (connection.state() != null) {
      data.replace(data.text().toUpperCase());
      return Action.CONTINUE;
    }
    String hello = data.text();
    if (hello.equals("throw")) {
      throw new IllegalStateException("on purpose");
    }
    connection.setState("asking");
    if (hello.equals("grpc")) {
      connection.grpc(
          GrpcCall.of("greeter", "test.Greeter", "Hello", hello.getBytes(StandardCharsets.UTF_8)),
          reply -> decide(connection, reply.ok()));
    } else {
      connection.call(Call.get("auth", "/" + hello), reply -> decide(connection, reply.ok()));
    }
    return Action.PAUSE;
  }

  private static void decide(Connection connection, boolean yes) {
    if (yes) {
      connection.setState("open");
      connection.resumeDownstream();
    } else {
      connection.close();
    }
  }
}
