package io.weir.wasm.property;

import static io.weir.wasm.abi.WasmResult.NOT_FOUND;
import static io.weir.wasm.abi.WasmResult.OK;
import static io.weir.wasm.abi.WasmResult.SERIALIZATION_FAILURE;

import io.weir.filter.ConnectionInfo;
import io.weir.filter.IpText;
import io.weir.filter.StreamInfo;
import io.weir.filter.StreamInfo.TimePoint;
import io.weir.filter.TlsInfo;
import io.weir.wasm.abi.ByteSink;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** {@code connection.*}, {@code source.*}, {@code destination.*}, {@code upstream.*}. */
final class ConnectionProperties {
  private static final int SAN_DNS = 2;
  private static final int SAN_URI = 6;

  int connection(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    if (info == null) {
      return NOT_FOUND;
    }
    if (path.size() == 1) {
      return SERIALIZATION_FAILURE;
    }
    if (path.size() > 2) {
      return NOT_FOUND;
    }
    ConnectionInfo connection = info.connection();
    TlsInfo tls = connection.tls();
    return switch (path.part(1)) {
      case "id" -> number(connection.id(), out);
      case "mtls" -> {
        out.is(ByteSink.Kind.BOOL);
        out.putByte(tls != null && !tls.peerCertificates().isEmpty() ? 1 : 0);
        yield OK;
      }
      case "requested_server_name" -> {
        String name = connection.requestedServerName();
        yield text(name == null ? "" : name, out);
      }
      case "termination_details" -> text(connection.terminationDetails(), out);
      case "transport_failure_reason" -> NOT_FOUND;
      default -> tls(tls, path.part(1), out);
    };
  }

  int id(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    return info == null || path.size() > 1 ? NOT_FOUND : number(info.connection().id(), out);
  }

  int peer(PropertySource source, PropertyPath path, boolean remote, ByteSink out) {
    StreamInfo info = source.streamInfo();
    if (info == null) {
      return NOT_FOUND;
    }
    if (path.size() == 1) {
      return SERIALIZATION_FAILURE;
    }
    if (path.size() > 2) {
      return NOT_FOUND;
    }
    ConnectionInfo connection = info.connection();
    return address(
        remote ? connection.remoteAddress() : connection.localAddress(), path.part(1), out);
  }

  int upstream(PropertySource source, PropertyPath path, ByteSink out) {
    StreamInfo info = source.streamInfo();
    StreamInfo.UpstreamInfo upstream = info == null ? null : info.upstream();
    if (info == null) {
      return NOT_FOUND;
    }
    if (path.size() == 1) {
      return SERIALIZATION_FAILURE;
    }
    if (path.size() > 2) {
      return NOT_FOUND;
    }
    switch (path.part(1)) {
      case "num_endpoints" -> {
        int endpoints = source.endpoints();
        return endpoints < 0 ? NOT_FOUND : number(endpoints, out);
      }
      case "request_attempt_count" -> {
        return number(info.attemptCount(), out);
      }
      default -> {
        return upstream == null ? NOT_FOUND : host(info, upstream, path, out);
      }
    }
  }

  /** What is known once a host was chosen. */
  private static int host(
      StreamInfo info, StreamInfo.UpstreamInfo upstream, PropertyPath path, ByteSink out) {
    return switch (path.part(1)) {
      case "address", "port" -> address(upstream.hostAddress(), path.part(1), out);
      case "local_address" -> address(upstream.localAddress(), "address", out);
      case "locality" -> {
        out.put(ValueEncoder.locality(upstream.locality()));
        yield OK;
      }
      case "transport_failure_reason" -> text(upstream.transportFailureReason(), out);
      case "cx_pool_ready_duration" -> {
        long ready = info.timeOf(TimePoint.UPSTREAM_CONNECT_END);
        long begin = info.timeOf(TimePoint.UPSTREAM_CONNECT_BEGIN);
        yield ready < 0 || begin < 0 ? NOT_FOUND : number(ready - begin, out);
      }
      default -> tls(upstream.tls(), path.part(1), out);
    };
  }

  private static int tls(@Nullable TlsInfo tls, String name, ByteSink out) {
    if (tls == null) {
      return NOT_FOUND;
    }
    X509Certificate peer =
        tls.peerCertificates().isEmpty() ? null : tls.peerCertificates().getFirst();
    X509Certificate local = tls.localCertificate();
    return switch (name) {
      case "tls_version" -> text(tls.version(), out);
      case "subject_local_certificate" -> text(subject(local), out);
      case "subject_peer_certificate" -> text(subject(peer), out);
      case "uri_san_local_certificate" -> text(san(local, SAN_URI), out);
      case "uri_san_peer_certificate" -> text(san(peer, SAN_URI), out);
      case "dns_san_local_certificate" -> text(san(local, SAN_DNS), out);
      case "dns_san_peer_certificate" -> text(san(peer, SAN_DNS), out);
      case "sha256_peer_certificate_digest" -> text(digest(peer), out);
      default -> NOT_FOUND;
    };
  }

  private static String subject(@Nullable X509Certificate certificate) {
    return certificate == null
        ? ""
        : certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
  }

  private static @Nullable String san(@Nullable X509Certificate certificate, int type) {
    try {
      var names = certificate == null ? null : certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> name : names) {
          if (name.get(0) instanceof Integer kind && kind == type) {
            return String.valueOf(name.get(1));
          }
        }
      }
    } catch (CertificateParsingException _) {
      // A certificate without readable names has none.
    }
    return null;
  }

  private static String digest(@Nullable X509Certificate certificate) {
    if (certificate == null) {
      return "";
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int address(@Nullable SocketAddress address, String part, ByteSink out) {
    return switch (part) {
      case "address" -> text(address == null ? null : addressText(address), out);
      case "port" ->
          address instanceof InetSocketAddress inet ? number(inet.getPort(), out) : NOT_FOUND;
      default -> NOT_FOUND;
    };
  }

  private static String addressText(SocketAddress address) {
    return address instanceof InetSocketAddress inet ? IpText.of(inet) : address.toString();
  }

  private static int number(long value, ByteSink out) {
    out.is(ByteSink.Kind.INTEGER);
    out.putLong(value);
    return OK;
  }

  private static int text(@Nullable String text, ByteSink out) {
    if (text == null) {
      return NOT_FOUND;
    }
    out.put(text);
    return OK;
  }
}
