package io.weir.proxy.upstream;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.worker.EventLoopWorker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc_health_check}: asks {@code grpc.health.v1.Health/Check}.
 *
 * @param timeoutMillis told to the host
 */
record GrpcScript(
    HealthCheckSettings.Grpc settings,
    UpstreamCluster cluster,
    Host host,
    EventLoopWorker worker,
    long timeoutMillis)
    implements HttpProbe.Script {
  private static final HeaderName GRPC_TIMEOUT = HeaderName.of("grpc-timeout");
  private static final int PREFIX = 5;
  private static final int SERVICE_FIELD = 0x0a;
  private static final int STATUS_FIELD = 0x08;
  private static final int SERVING = 1;

  @Override
  public HeaderMap headers() {
    var headers = new HeaderMap();
    headers.add(HeaderName.METHOD, "POST");
    headers.add(HeaderName.AUTHORITY, HttpScript.authority(settings.authority(), host, cluster));
    headers.add(HeaderName.PATH, "/grpc.health.v1.Health/Check");
    headers.add(
        HeaderName.SCHEME, cluster.transports().of(host.metadata()) == null ? "http" : "https");
    headers.add(HeaderName.CONTENT_TYPE, "application/grpc");
    headers.add(HeaderName.TE, "trailers");
    headers.add(HeaderName.USER_AGENT, "Envoy/HC");
    headers.add(GRPC_TIMEOUT, timeoutMillis + "m");
    settings
        .metadata()
        .apply(headers, FormatContext.ofStream(headers, null, new ProbeInfo(worker, host)));
    return headers;
  }

  /** The length-prefixed message with the name of the service in its one field. */
  @Override
  public byte[] body() {
    byte[] service = settings.service().getBytes(StandardCharsets.UTF_8);
    int length = service.length == 0 ? 0 : 1 + varintLength(service.length) + service.length;
    var message = ByteBuffer.allocate(PREFIX + length).put((byte) 0).putInt(length);
    if (service.length > 0) {
      message.put((byte) SERVICE_FIELD);
      int rest = service.length;
      while (rest >= 0x80) {
        message.put((byte) (rest | 0x80));
        rest >>>= 7;
      }
      message.put((byte) rest).put(service);
    }
    return message.array();
  }

  private static int varintLength(int number) {
    return number < 0x80 ? 1 : 1 + varintLength(number >>> 7);
  }

  @Override
  public boolean http2() {
    return true;
  }

  @Override
  public int bodyLimit() {
    return 1024;
  }

  @Override
  public void judge(
      HeaderMap headers, byte[] body, @Nullable HeaderMap trailers, HealthProbe.Outcome outcome) {
    HeaderMap last = trailers == null ? headers : trailers;
    int status = last.find(HeaderName.GRPC_STATUS);
    boolean ok =
        headers.valueEquals(HeaderName.STATUS, "200")
            && status >= 0
            && last.valueAsLong(status) == 0;
    if (ok && serving(body)) {
      outcome.onSuccess(false);
    } else {
      outcome.onFailure(HealthProbe.Outcome.Failure.ACTIVE);
    }
  }

  private static boolean serving(byte[] body) {
    for (int i = PREFIX; i + 1 < body.length; i += 2) {
      if (body[i] == STATUS_FIELD) {
        return body[i + 1] == SERVING;
      }
    }
    return false;
  }
}
