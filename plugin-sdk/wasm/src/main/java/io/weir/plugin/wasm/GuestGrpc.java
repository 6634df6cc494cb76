package io.weir.plugin.wasm;

import io.weir.plugin.GrpcCall;
import io.weir.plugin.GrpcCalls;
import io.weir.plugin.GrpcReply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.teavm.interop.Address;

/** {@code proxy_grpc_call}; straight-line calls are made as {@link GuestHttp} makes its own. */
final class GuestGrpc implements GrpcCalls {
  static final GuestGrpc INSTANCE = new GuestGrpc();
  private static final GrpcReply REFUSED =
      new GrpcReply(GrpcReply.UNAVAILABLE, "no such cluster", new byte[0]);
  private static final byte[] WORD = new byte[4];

  private GuestGrpc() {}

  /** A function that waits for a reply. */
  record Callback(int context, Consumer<GrpcReply> then) implements GuestCalls.Waiting {}

  static void send(int context, GrpcCall call, Consumer<GrpcReply> then) {
    if (!send(call, new Callback(context, then))) {
      then.accept(REFUSED);
    }
  }

  private static boolean send(GrpcCall call, GuestCalls.Waiting waiting) {
    byte[] upstream = upstream(Bytes.encode(call.cluster()));
    byte[] service = Bytes.encode(call.service());
    byte[] method = Bytes.encode(call.method());
    byte[] metadata = GuestHeaders.serialise(call.metadata());
    byte[] message = call.message().length == 0 ? WORD : call.message();
    int status =
        Abi.grpcCall(
            Address.ofData(upstream),
            upstream.length,
            Address.ofData(service),
            service.length,
            Address.ofData(method),
            method.length,
            Address.ofData(metadata),
            metadata.length,
            Address.ofData(message),
            call.message().length,
            call.timeoutMillis(),
            Address.ofData(WORD));
    Address.pin(upstream);
    Address.pin(service);
    Address.pin(method);
    Address.pin(metadata);
    Address.pin(message);
    Address.pin(WORD);
    if (status != Abi.OK) {
      return false;
    }
    GuestCalls.wait(Address.ofData(WORD).getInt(), waiting);
    return true;
  }

  /** An {@code envoy.config.core.v3.GrpcService} that names a cluster: hosts parse it first. */
  private static byte[] upstream(byte[] cluster) {
    byte[] inner = field(cluster);
    return field(inner);
  }

  /** A message whose field 1 has that content. */
  private static byte[] field(byte[] content) {
    int digits = content.length < 0x80 ? 1 : content.length < 0x4000 ? 2 : 3;
    byte[] field = new byte[1 + digits + content.length];
    field[0] = 0x0a;
    int left = content.length;
    for (int i = 1; i <= digits; i++) {
      field[i] = (byte) (i < digits ? left & 0x7f | 0x80 : left);
      left >>= 7;
    }
    System.arraycopy(content, 0, field, 1 + digits, content.length);
    return field;
  }

  /** The message that the host shows now. */
  static GrpcReply received(int length) {
    return new GrpcReply(0, "", GuestBody.read(Abi.GRPC_MESSAGE, 0, length));
  }

  /** The failure that the host tells now. */
  static GrpcReply closed(int status) {
    Abi.getStatus(Address.ofData(WORD), Bytes.resultPointer(), Bytes.resultLength());
    Address.pin(WORD);
    return new GrpcReply(status, Bytes.decode(Bytes.takeResult()), new byte[0]);
  }

  @Override
  public List<GrpcReply> all(GrpcCall... calls) {
    var join = new GuestJoin(GuestHttp.caller(), calls.length);
    for (int i = 0; i < calls.length; i++) {
      if (!send(calls[i], new GuestCalls.Straight(join, i))) {
        join.arrived(i, REFUSED);
      }
    }
    join.await();
    var replies = new ArrayList<GrpcReply>();
    for (Object reply : join.replies()) {
      replies.add((GrpcReply) reply);
    }
    return replies;
  }
}
