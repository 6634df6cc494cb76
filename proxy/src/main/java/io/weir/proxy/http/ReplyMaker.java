package io.weir.proxy.http;

import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.LocalReply;
import io.weir.proxy.http.StreamHost.PreparedReply;
import io.weir.proxy.route.Route;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the headers and the body of the proxy's own answers. */
final class ReplyMaker {
  private final LocalReplies replies;
  private final Worker worker;

  ReplyMaker(LocalReplies replies, Worker worker) {
    this.replies = replies;
    this.worker = worker;
  }

  /**
   * @param request null when the request's head could not be read
   * @param route of the request, when it has one
   * @param grpc whether the client reads the status as gRPC's
   * @param head whether no body may follow
   */
  PreparedReply make(
      LocalReply reply,
      @Nullable HeaderMap request,
      @Nullable Route route,
      HttpStreamInfo info,
      boolean grpc,
      boolean head) {
    var headers = new HeaderMap(512, 12);
    headers.set(HeaderName.STATUS, reply.code());
    // The status is not known to formats yet, as in Envoy.
    if (route != null) {
      route.finalizeLocalReply(request, headers, info);
    }
    if (reply.modifyHeaders() != null) {
      reply.modifyHeaders().accept(headers);
    }
    info.setResponseCode(reply.code());
    String typeBefore = headers.get(HeaderName.CONTENT_TYPE);
    LocalReplies.Body body = replies.rewrite(request, headers, info, reply.body(), worker);
    boolean typeMapped = !Objects.equals(typeBefore, headers.get(HeaderName.CONTENT_TYPE));
    byte[] bytes = body.bytes();
    if (grpc) {
      makeGrpc(headers, reply, body.message());
      return new PreparedReply(headers, null);
    }
    if (bytes.length == 0) {
      headers.remove(HeaderName.CONTENT_LENGTH);
      headers.remove(HeaderName.CONTENT_TYPE);
      return new PreparedReply(headers, null);
    }
    headers.set(HeaderName.CONTENT_LENGTH, bytes.length);
    if (bytes != reply.body() && !typeMapped || !headers.contains(HeaderName.CONTENT_TYPE)) {
      headers.set(HeaderName.CONTENT_TYPE, body.contentType());
    }
    if (head) {
      return new PreparedReply(headers, null);
    }
    Buffer buffer = worker.newBuffer();
    buffer.append(bytes);
    return new PreparedReply(headers, buffer);
  }

  private static void makeGrpc(HeaderMap headers, LocalReply reply, byte[] body) {
    int entry = headers.find(HeaderName.STATUS);
    int code = entry < 0 ? reply.code() : (int) headers.valueAsLong(entry);
    Integer status = reply.grpcStatus();
    headers.set(HeaderName.STATUS, "200");
    headers.set(HeaderName.CONTENT_TYPE, "application/grpc");
    headers.set(HeaderName.GRPC_STATUS, status == null ? GrpcReplies.status(code) : status);
    if (body.length > 0) {
      byte[] message = GrpcReplies.message(body);
      headers.set(HeaderName.GRPC_MESSAGE, message, 0, message.length);
    }
    headers.remove(HeaderName.CONTENT_LENGTH);
  }
}
