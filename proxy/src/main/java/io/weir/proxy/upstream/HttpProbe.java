package io.weir.proxy.upstream;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.buffer.NettyBuffer;
import io.weir.proxy.cluster.Host;
import io.weir.proxy.formatter.FormatContext;
import io.weir.proxy.http.codec.ClientCodec;
import io.weir.proxy.http.codec.CodecConnection;
import io.weir.proxy.http.codec.Http1ClientCodec;
import io.weir.proxy.http.codec.RequestEncoder;
import io.weir.proxy.http.codec.ResponseDecoder;
import io.weir.proxy.http.codec.StreamCallbacks;
import io.weir.proxy.worker.EventLoopWorker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends an HTTP request and judges the answer. */
final class HttpProbe implements HealthProbe, ProbeLink.Listener {
  private static final HeaderName CHECKED_CLUSTER =
      HeaderName.of("x-envoy-upstream-healthchecked-cluster");
  private static final HeaderName DEGRADED = HeaderName.of("x-envoy-degraded");
  private static final HeaderName IMMEDIATE = HeaderName.of("x-envoy-immediate-health-check-fail");

  private final HealthCheckSettings.Http settings;
  private final UpstreamCluster cluster;
  private final Host host;
  private final EventLoopWorker worker;
  private final ProbeLink link;
  private final Outcome outcome;
  private @Nullable ClientCodec codec;
  private @Nullable Exchange exchange;
  private boolean mustClose;

  HttpProbe(
      HealthCheckSettings.Http settings,
      UpstreamCluster cluster,
      Host host,
      EventLoopWorker worker,
      ProbeLink link,
      Outcome outcome) {
    this.settings = settings;
    this.cluster = cluster;
    this.host = host;
    this.worker = worker;
    this.link = link;
    this.outcome = outcome;
  }

  @Override
  public void send() {
    if (link.connected() && codec != null && !mustClose) {
      ask(codec);
    } else {
      link.connect(this);
    }
  }

  @Override
  public void onConnected() {
    mustClose = false;
    codec = new Http1ClientCodec(worker, new Wire(), new Events(), cluster.config().http1());
    ask(codec);
  }

  private void ask(ClientCodec over) {
    var current = new Exchange();
    exchange = current;
    RequestEncoder encoder = over.newStream(current);
    encoder.stream().addCallbacks(current);
    HeaderMap headers = headers();
    if (encoder.encodeHeaders(headers, settings.send().length == 0) != null) {
      abandon();
      outcome.onFailure(Outcome.Failure.ACTIVE);
      return;
    }
    if (settings.send().length > 0) {
      Buffer body = worker.newBuffer();
      body.append(settings.send());
      encoder.encodeData(body, true);
    }
  }

  private HeaderMap headers() {
    var headers = new HeaderMap();
    headers.add(HeaderName.METHOD, settings.method());
    headers.add(HeaderName.AUTHORITY, authority());
    headers.add(HeaderName.PATH, settings.path());
    headers.add(HeaderName.SCHEME, cluster.transport() == null ? "http" : "https");
    headers.add(HeaderName.USER_AGENT, "Envoy/HC");
    if (settings.send().length > 0) {
      headers.set(HeaderName.CONTENT_LENGTH, settings.send().length);
    }
    settings
        .headers()
        .apply(headers, FormatContext.ofStream(headers, null, new ProbeInfo(worker, host)));
    return headers;
  }

  private String authority() {
    if (!host.endpoint().healthCheckHostname().isEmpty()) {
      return host.endpoint().healthCheckHostname();
    }
    return settings.host().isEmpty() ? cluster.name() : settings.host();
  }

  @Override
  public void onData(NettyBuffer data) {
    if (codec == null) {
      data.release();
    } else if (codec.dispatch(data) != null) {
      abandon();
      outcome.onFailure(Outcome.Failure.NETWORK);
    }
  }

  @Override
  public void onClosed() {
    ClientCodec old = codec;
    codec = null;
    Exchange open = exchange;
    if (old != null) {
      old.onConnectionClosed("");
    }
    if (open == null || !open.judged) {
      exchange = null;
      outcome.onFailure(Outcome.Failure.NETWORK);
    }
  }

  @Override
  public void abandon() {
    exchange = null;
    codec = null;
    link.close();
  }

  private void judge(HeaderMap headers, byte[] body) {
    exchange = null;
    if (mustClose) {
      abandon();
    }
    if (headers.contains(IMMEDIATE)) {
      outcome.onImmediateFailure();
      return;
    }
    int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
    if (!contains(settings.expected(), status)) {
      outcome.onFailure(
          contains(settings.retriable(), status)
              ? Outcome.Failure.RETRIABLE
              : Outcome.Failure.ACTIVE);
      return;
    }
    if (settings.serviceName() != null) {
      String name = headers.get(CHECKED_CLUSTER);
      if (!settings.serviceName().matches(name == null ? "" : name)) {
        outcome.onFailure(Outcome.Failure.ACTIVE);
        return;
      }
    }
    if (!TcpProbe.matches(body, settings.receive())) {
      outcome.onFailure(Outcome.Failure.ACTIVE);
      return;
    }
    outcome.onSuccess(headers.contains(DEGRADED));
  }

  private static boolean contains(List<HealthCheckSettings.StatusRange> ranges, int status) {
    for (HealthCheckSettings.StatusRange range : ranges) {
      if (range.contains(status)) {
        return true;
      }
    }
    return false;
  }

  /** One request and its answer. */
  private final class Exchange implements ResponseDecoder, StreamCallbacks {
    private final NettyBuffer body = new NettyBuffer(worker.allocator());
    private @Nullable HeaderMap headers;
    private boolean judged;

    @Override
    public void decode1xxHeaders(HeaderMap informational) {}

    @Override
    public void decodeHeaders(HeaderMap received, boolean endStream) {
      headers = received;
      if (endStream) {
        complete();
      }
    }

    @Override
    public void decodeData(Buffer data, boolean endStream) {
      if (body.length() < settings.bodyLimit() && !settings.receive().isEmpty()) {
        data.moveTo(body);
      } else {
        data.clear();
      }
      if (endStream) {
        complete();
      }
    }

    @Override
    public void decodeTrailers(HeaderMap trailers) {
      complete();
    }

    private void complete() {
      HeaderMap received = headers;
      if (exchange != this || judged || received == null) {
        return;
      }
      judged = true;
      byte[] bytes = body.toByteArray();
      body.release();
      judge(received, bytes);
    }

    @Override
    public void onResetStream(StreamResetReason reason, String transportFailure) {
      body.release();
      if (exchange == this && !judged) {
        judged = true;
        abandon();
        outcome.onFailure(Outcome.Failure.NETWORK);
      }
    }

    @Override
    public void onAboveWriteBufferHighWatermark() {}

    @Override
    public void onBelowWriteBufferLowWatermark() {}
  }

  private final class Wire implements CodecConnection {
    @Override
    public void write(Buffer data) {
      link.write(((NettyBuffer) data).takeAll());
    }

    @Override
    public void readDisable(boolean disable) {}

    @Override
    public void closeAfterReset(String details) {
      mustClose = true;
    }

    @Override
    public long bufferLimit() {
      return 0;
    }
  }

  private final class Events implements ClientCodec.Callbacks {
    @Override
    public void onGoAway() {
      mustClose = true;
    }

    @Override
    public void onMaxStreamsChanged(int maxStreams) {}
  }
}
