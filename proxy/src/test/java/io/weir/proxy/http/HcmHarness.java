package io.weir.proxy.http;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.StreamInfo;
import io.weir.filter.Worker;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.log.AccessLogConfig;
import io.weir.filter.network.NetworkFilterCallbacks;
import io.weir.filter.testkit.FakeConnection;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.extension.HttpFilterSlot;
import io.weir.proxy.extension.Runtime;
import io.weir.proxy.http.ForwardingOptions.ClientCertificate;
import io.weir.proxy.http.ForwardingOptions.ForwardClientCertificate;
import io.weir.proxy.http.HcmConfig.AccessLogOptions;
import io.weir.proxy.http.HcmConfig.CodecType;
import io.weir.proxy.http.HcmConfig.Routes;
import io.weir.proxy.http.HcmConfig.ServerHeader;
import io.weir.proxy.http.HcmConfig.TimeoutOptions;
import io.weir.proxy.http.HcmConfig.UpgradeType;
import io.weir.proxy.http.PathNormalizer.EscapedSlashes;
import io.weir.proxy.http.codec.CodecWorker;
import io.weir.proxy.http.codec.Http1Settings;
import io.weir.proxy.http.codec.Http2Settings;
import io.weir.proxy.route.RouteTable;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A connection manager on a connection that the test writes and reads as text. */
final class HcmHarness implements NetworkFilterCallbacks {
  final CodecWorker worker = new CodecWorker();
  final List<HttpFilterSlot> slots = new ArrayList<>();
  final List<UpgradeType> upgrades = new ArrayList<>();
  final List<AccessLogConfig> logs = new ArrayList<>();
  final FakeConnection connection = new FakeConnection();
  private final StringBuilder written = new StringBuilder();
  private HttpConnectionManager manager;

  Http1Settings http1 = Http1Settings.DEFAULT;
  Http2Settings http2 = Http2Settings.DEFAULT;
  TimeoutOptions timeouts = new TimeoutOptions(300_000, 0, 0, 0, 3_600_000, 0, 5_000, 1_000);
  PathNormalizer paths = new PathNormalizer(false, false, EscapedSlashes.KEEP);
  HostNormalizer hosts = new HostNormalizer(HostNormalizer.StripPort.NONE, false);
  LocalReplies localReplies = LocalReplies.NONE;
  ServerHeader serverHeader = ServerHeader.OVERWRITE;
  boolean useRemoteAddress;
  boolean proxyInformational;
  boolean draining;
  RouteTable routes;
  long bufferLimit = 1 << 20;
  int readDisables;
  String closed = "";

  HcmHarness filter(String name, Function<HttpFilterCallbacks, HttpFilter> filter) {
    slots.add(new FakeSlot(name, false, filter));
    return this;
  }

  HcmHarness terminal(Function<HttpFilterCallbacks, HttpFilter> filter) {
    slots.add(new FakeSlot("terminal", true, filter));
    return this;
  }

  HcmHarness open() {
    var config =
        new HcmConfig(
            "http.test.",
            "listener.test.",
            CodecType.AUTO,
            new Routes(routes, null),
            slots,
            RouteGuard.of(slots, Runtime.EMPTY),
            upgrades,
            logs,
            new AccessLogOptions(0, false, false),
            http1,
            http2,
            forwarding(),
            paths,
            hosts,
            serverHeader,
            "weir",
            timeouts,
            localReplies,
            proxyInformational,
            0,
            new HcmConfig.OverloadOptions(false, false),
            null);
    manager = (HttpConnectionManager) config.openWorker(worker).newFilter(this);
    manager.onNewConnection();
    return this;
  }

  private ForwardingOptions forwarding() {
    return new ForwardingOptions(
        useRemoteAddress,
        0,
        false,
        false,
        List.of(),
        InetAddress.getLoopbackAddress(),
        false,
        "",
        "",
        "",
        true,
        false,
        false,
        "",
        false,
        new ClientCertificate(ForwardClientCertificate.SANITIZE, false, false, false, false, false),
        List.of(),
        EarlyMutations.NONE);
  }

  /** Bytes from the client. */
  void send(String latin1) {
    var buffer = worker.buffer(latin1);
    manager.onData(buffer, false);
    buffer.release();
  }

  /** What the client was sent since the last call, without date and server. */
  String receive() {
    String text = written.toString().replaceAll("(?m)^(date|server): .*\r\n", "");
    written.setLength(0);
    return text;
  }

  void disconnect() {
    manager.onClose(true);
  }

  void aboveHighWatermark() {
    manager.onAboveWriteBufferHighWatermark();
  }

  void belowLowWatermark() {
    manager.onBelowWriteBufferLowWatermark();
  }

  void advance(long millis) {
    worker.fake.advance(millis);
  }

  // ---- the connection

  @Override
  public Worker worker() {
    return worker;
  }

  @Override
  public void post(Runnable task) {
    worker.execute(task);
  }

  @Override
  public ConnectionInfo connection() {
    return connection;
  }

  @Override
  public StreamInfo streamInfo() {
    return new FakeStreamInfo();
  }

  @Override
  public void continueReading() {}

  @Override
  public void injectReadData(Buffer data, boolean endStream) {}

  @Override
  public void injectWriteData(Buffer data, boolean endStream) {}

  @Override
  public void write(Buffer data, boolean endStream) {
    byte[] bytes = data.toByteArray();
    data.drain(bytes.length);
    if (closed.isEmpty()) {
      written.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
  }

  @Override
  public void readDisable(boolean disable) {
    readDisables += disable ? 1 : -1;
  }

  @Override
  public void enableHalfClose(boolean enabled) {}

  @Override
  public boolean aboveWriteBufferHighWatermark() {
    return false;
  }

  @Override
  public long bufferLimit() {
    return bufferLimit;
  }

  @Override
  public boolean drainClose() {
    return draining;
  }

  @Override
  public void close(CloseType type, String details) {
    if (closed.isEmpty()) {
      closed = type.name();
    }
  }
}
