"""More HTTP/2 cases."""
from harness import *

G = "http2more"
req = lambda path="/", method="GET", authority="example.com", scheme="http", extra=(): [(":method", method), (":path", path), (":scheme", scheme), (":authority", authority), *extra]
H = lambda *pairs: [tuple(p.split(": ", 1)) for p in pairs]
FR = lambda kind, flags, sid, payload=b"": len(payload).to_bytes(3, "big") + bytes([kind, flags]) + sid.to_bytes(4, "big") + payload
def case(name, *streams, **conf):
    options = {k: conf.pop(k) for k in ("together", "settings", "frames", "quiet", "seconds") if k in conf}
    conf.setdefault("hcm", {})
    Case(G, name, conf.pop("script", None) or (lambda t: t.h2(*streams, **options)), **conf)
V = {
 "upper name": req(extra=[("X-Up", "a")]), "underscore": req(extra=[("x_a", "a")]), "space in name": req(extra=[("x a", "a")]), "empty name": req(extra=[("", "a")]), "empty value": req(extra=[("x-a", "")]),
 "lead space value": req(extra=[("x-a", " a")]), "trail space value": req(extra=[("x-a", "a ")]), "tab value": req(extra=[("x-a", "a\tb")]), "nul value": req(extra=[("x-a", "a\0b")]), "lf value": req(extra=[("x-a", "a\nb")]), "cr value": req(extra=[("x-a", "a\rb")]), "del value": req(extra=[("x-a", "a\x7fb")]), "ctl value": req(extra=[("x-a", "a\x01b")]), "obs value": req(extra=[("x-a", "a\xe9b")]),
 "colon name": req(extra=[("x:a", "b")]), "unknown pseudo": req(extra=[(":foo", "b")]), "pseudo after": [(":method", "GET"), ("x-a", "1"), (":path", "/"), (":scheme", "http"), (":authority", "a")],
 "status in request": req(extra=[(":status", "200")]), "dup path": req(extra=[(":path", "/b")]), "dup method": req(extra=[(":method", "GET")]),
 "no method": [(":path", "/"), (":scheme", "http"), (":authority", "a")], "no path": [(":method", "GET"), (":scheme", "http"), (":authority", "a")], "no scheme": [(":method", "GET"), (":path", "/"), (":authority", "a")], "no authority": [(":method", "GET"), (":path", "/"), (":scheme", "http")],
 "host only": [(":method", "GET"), (":path", "/"), (":scheme", "http"), ("host", "h.test")], "host beside": req(extra=[("host", "h.test")]), "two hosts": [(":method", "GET"), (":path", "/"), (":scheme", "http"), ("host", "h.test"), ("host", "i.test")], "host equal beside": req(extra=[("host", "example.com")]),
 "empty path": req(path=""), "path x": req(path="x"), "path star": req(path="*"), "options star": req(path="*", method="OPTIONS"), "path absolute": req(path="http://a/b"), "path space": req(path="/a b"), "path frag": req(path="/a#b"), "path obs": req(path="/\xe9"), "path quote": req(path="/a\"b"), "path bracket": req(path="/a[b]<c>"), "path tab": req(path="/a\tb"), "path query": req(path="/?a=b c"),
 "method lower": req(method="get"), "method odd": req(method="FOO"), "method space": req(method="G T"), "method empty": req(method=""), "method msearch": req(method="M-SEARCH"), "method at": req(method="G@T"),
 "scheme upper": req(scheme="HTTP"), "scheme odd": req(scheme="foo"), "scheme empty": req(scheme=""), "scheme bad": req(scheme="h ttp"), "scheme https": req(scheme="https"), "scheme digit": req(scheme="1http"),
 "authority empty": req(authority=""), "authority userinfo": req(authority="u@a"), "authority port": req(authority="a:81"), "authority space": req(authority="a b"), "authority pct": req(authority="a%41"), "authority slash": req(authority="a/b"), "authority v6": req(authority="[::1]:80"),
 "connection": req(extra=H("connection: close")), "connection ka": req(extra=H("connection: keep-alive")), "keep-alive": req(extra=H("keep-alive: 1")), "proxy-connection": req(extra=H("proxy-connection: 1")), "transfer-encoding": req(extra=H("transfer-encoding: chunked")), "upgrade": req(extra=H("upgrade: websocket")), "te gzip": req(extra=H("te: gzip")), "te trailers": req(extra=H("te: trailers")), "te both": req(extra=H("te: trailers, gzip")), "te upper": req(extra=H("te: Trailers")), "http2-settings": req(extra=H("http2-settings: a")),
 "cl bad": req(extra=H("content-length: a")), "cl plus": req(extra=H("content-length: +0")), "cl neg": req(extra=H("content-length: -1")), "cl zero": req(extra=H("content-length: 0")), "cl nonzero end": req(extra=H("content-length: 3")), "cl empty": req(extra=[("content-length", "")]), "cl list": req(extra=H("content-length: 0, 0")), "cl leading zero": req(extra=H("content-length: 00")),
 "dup accept": req(extra=H("accept: a", "accept: b")), "dup ua": req(extra=H("user-agent: a", "user-agent: b")), "dup x": req(extra=H("x-a: a", "x-a: b")), "cookies three": req(extra=H("cookie: a=1", "x: 1", "cookie: b=2", "cookie: c=3; d=4")), "dup auth": req(extra=H("authorization: a", "authorization: b")),
 "big header": req(extra=[("x-a", "y" * 61000)]), "many headers": req(extra=[(f"x-{i}", "1") for i in range(110)]), "99 headers": req(extra=[(f"x-{i}", "1") for i in range(95)]),
 "100 headers a": req(extra=[(f"x-{i}", "1") for i in range(96)]), "100 headers b": req(extra=[(f"x-{i}", "1") for i in range(97)]),
 "trace": req(method="TRACE"), "head": req(method="HEAD"), "connect": [(":method", "CONNECT"), (":authority", "a:80")], "connect with path": req(method="CONNECT"), "connect noport": [(":method", "CONNECT"), (":authority", "a")], "connect proto": req(method="CONNECT", extra=[]) + [], "protocol on get": [(":protocol", "websocket")] + req(), "extended connect": [(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/"), (":scheme", "http"), (":authority", "a")],
 "expect odd": req(extra=H("expect: foo")), "xff": req(extra=H("x-forwarded-for: 1.2.3.4", "x-envoy-retry-on: 5xx", "x-request-id: a")), "trailer field": req(extra=H("trailer: x-a")), "proxy-authz": req(extra=H("proxy-authorization: a")),
}
for k, v in V.items():
    case("v " + k, (v,))
    case("o " + k, (v,), hcm={"http2_protocol_options": {"override_stream_error_on_invalid_http_message": True}})
for k in ("connect", "connect with path", "connect noport", "protocol on get", "extended connect"):
    case("ac " + k, (V[k],), hcm={"http2_protocol_options": {"allow_connect": True, "override_stream_error_on_invalid_http_message": True}})
    case("acu " + k, (V[k],), hcm={"upgrade_configs": [{"upgrade_type": "websocket"}, {"upgrade_type": "CONNECT"}], "http2_protocol_options": {"allow_connect": True, "override_stream_error_on_invalid_http_message": True}})
for a in ("ALLOW", "REJECT_REQUEST", "DROP_HEADER"):
    case("underscore " + a, (V["underscore"],), hcm={"common_http_protocol_options": {"headers_with_underscores_action": a}})
T_ = {"pseudo": [(":path", "/")], "upper": [("X-A", "1")], "connection": H("connection: close"), "cl": H("content-length: 1"), "te": H("te: trailers"), "nul": [("x-a", "a\0")], "ok": H("x-a: 1"), "host": H("host: a"), "transfer-encoding": H("transfer-encoding: chunked"), "big": [("x-a", "y" * 61000)], "status": [(":status", "1")], "under": H("x_a: 1"), "cookie": H("cookie: a", "cookie: b")}
for k, v in T_.items():
    case("t " + k, (req("/", "POST"), b"abc", v), ups={"A": "h2"})
    case("to " + k, (req("/", "POST"), b"abc", v), ups={"A": "h2"}, hcm={"http2_protocol_options": {"override_stream_error_on_invalid_http_message": True}})
case("trailers only request", (req("/", "POST"), None, H("x-a: 1")), ups={"A": "h2"})
case("empty data end", (req("/", "POST"), b""), ups={"A": "h2"})
case("empty data end h1", (req("/", "POST"), b""))
case("direct response unread body", (req("/", "POST"), b"x" * 100), routes=[route("/", action=text(200, "hi"))])
case("direct response 400", (req("/"),), (req("/"),), together=False, routes=[route("/", action=text(400, "hi"))])
case("head", (req("/", "HEAD"),))
case("head direct", (req("/", "HEAD"),), routes=[route("/", action=text(200, "hi"))])
case("redirect", (req("/a"),), routes=[route("/", action={"redirect": {"host_redirect": "b.test"}})])
case("h2 to h2", (req("/", "POST", extra=H("te: trailers", "cookie: a=1", "cookie: b=2")), b"hello"), ups={"A": "h2"})
case("h1 204", (req("/", extra=H("x-up-status: 204")),))
case("h1 304", (req("/", extra=H("x-up-status: 304")),))
case("h2 204", (req("/", extra=H("x-up-status: 204")),), ups={"A": "h2"})
case("conn header from upstream", (req("/", extra=H("x-up-header: connection: x-a", "x-up-header: keep-alive: 1", "x-up-header: upgrade: b")),))
case("request timeout", (req("/", "POST"), None), hcm={"request_timeout": "0.3s"}, script=lambda t: t.h2((req("/", "POST"), b"abc", None)))
case("stream idle", (req("/", extra=H("x-up-delay-ms: 900")),), hcm={"stream_idle_timeout": "0.3s"})
case("max requests", *[(req(f"/{i}"),) for i in range(4)], together=False, quiet=0.4, hcm={"common_http_protocol_options": {"max_requests_per_connection": 2}, "drain_timeout": "0.2s"})
case("max duration", (req(),), together=False, quiet=1.2, hcm={"common_http_protocol_options": {"max_connection_duration": "0.4s"}, "drain_timeout": "0.1s"})
case("unread large", (req("/", "POST", extra=H("content-length: 100000")), b"x" * 16000), routes=[route("/", action=text(200, "hi"))])
case("path normalize", (req("/a/../b"),), hcm={"normalize_path": True})
case("websocket to h1", ([(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/ws"), (":scheme", "http"), (":authority", "a"), ("sec-websocket-version", "13")], b"abc"), hcm={"upgrade_configs": [{"upgrade_type": "websocket"}], "http2_protocol_options": {"allow_connect": True}})
case("websocket to h2", ([(":method", "CONNECT"), (":protocol", "websocket"), (":path", "/ws"), (":scheme", "http"), (":authority", "a"), ("sec-websocket-version", "13")], b"abc"), ups={"A": "h2"}, hcm={"upgrade_configs": [{"upgrade_type": "websocket"}], "http2_protocol_options": {"allow_connect": True}})
case("connect forwarded h2", ([(":method", "CONNECT"), (":authority", "a:80")], b"abc"), ups={"A": "h2"}, routes=[{"match": {"connect_matcher": {}}, "route": {"cluster": "@A"}}], hcm={"upgrade_configs": [{"upgrade_type": "CONNECT"}], "http2_protocol_options": {"allow_connect": True}})
case("h1 websocket to h2", script=lambda t: t.raw(b"GET /ws HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\r\n", first=1), ups={"A": "h2"}, hcm={"upgrade_configs": [{"upgrade_type": "websocket"}]})
case("h1 connect to h2", script=lambda t: t.raw(b"CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n", first=1), ups={"A": "h2"}, routes=[{"match": {"connect_matcher": {}}, "route": {"cluster": "@A"}}], hcm={"upgrade_configs": [{"upgrade_type": "CONNECT"}]})


def raw_frames(*frames, wait=1.5, preface=True):
    """What comes back after frames, as (type, flags, stream, summary)."""
    def script(t):
        s = t.connect()
        s.sendall((b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + FR(4, 0, 0) if preface else b"") + b"".join(frames))
        data, end, closed = b"", time.time() + wait, False
        while time.time() < end:
            s.settimeout(max(0.05, end - time.time()))
            try:
                d = s.recv(65536)
                if not d:
                    closed = True
                    break
                data += d
            except socket.timeout:
                break
            except OSError:
                closed = True
                break
        out, i = [], 0
        while i + 9 <= len(data):
            n, kind, flags, sid = int.from_bytes(data[i:i + 3], "big"), data[i + 3], data[i + 4], int.from_bytes(data[i + 5:i + 9], "big")
            p = data[i + 9:i + 9 + n]
            i += 9 + n
            if kind in (3,):
                out.append(["RST", sid, int.from_bytes(p, "big")])
            elif kind == 7:
                out.append(["GOAWAY", int.from_bytes(p[:4], "big"), int.from_bytes(p[4:8], "big")])
            elif kind == 6:
                out.append(["PING", flags, p.hex()])
            elif kind in (0, 1):
                out.append([kind, flags, sid])
        return [out[:12], len(out), closed]
    return script


GETB = bytes([0x82, 0x86, 0x84, 0x41, 1, 97])  # GET http / a
POSTB = bytes([0x83, 0x86, 0x84, 0x41, 1, 97])
D = dict(routes=[route("/", action=text(200, "hi"))])
case("f get", script=raw_frames(FR(1, 5, 1, GETB)), **D)
case("f post rst", script=raw_frames(FR(1, 4, 1, POSTB), FR(3, 0, 1, b"\0\0\0\x08")), **D)
case("f post direct", script=raw_frames(FR(1, 4, 1, POSTB)), **D)
case("f ping flood", script=raw_frames(*[FR(6, 0, 0, bytes(8))] * 1500), **D)
case("f settings flood", script=raw_frames(*[FR(4, 0, 0)] * 1500), **D)
case("f empty data flood", script=raw_frames(FR(1, 4, 1, POSTB), *[FR(0, 0, 1)] * 10), ups={"A": "h2"})
case("f two empty data", script=raw_frames(FR(1, 4, 1, POSTB), FR(0, 0, 1), FR(0, 0, 1), FR(0, 1, 1)), ups={"A": "h2"})
case("f one empty data", script=raw_frames(FR(1, 4, 1, POSTB), FR(0, 0, 1), FR(0, 1, 1)), ups={"A": "h2"})
case("f empty padded data flood", script=raw_frames(FR(1, 4, 1, POSTB), *[FR(0, 8, 1, b"\x04\0\0\0\0")] * 10), ups={"A": "h2"})
case("f priority flood", script=raw_frames(*[FR(2, 0, 1, b"\0\0\0\0\x10")] * 300), **D)
case("f priority 100", script=raw_frames(*[FR(2, 0, 1, b"\0\0\0\0\x10")] * 100, FR(1, 5, 1, GETB)), **D)
case("f window flood", script=raw_frames(*[FR(8, 0, 0, b"\0\0\0\x01")] * 100), **D)
case("f continuation flood", script=raw_frames(FR(1, 1, 1, GETB), *[FR(9, 0, 1, b"\x40\x01a\x01b")] * 30000), **D)
case("f empty continuation flood", script=raw_frames(FR(1, 1, 1, GETB), *[FR(9, 0, 1)] * 10), **D)
case("f rapid reset", script=raw_frames(*[FR(1, 5, 1 + 2 * i, GETB) + FR(3, 0, 1 + 2 * i, b"\0\0\0\x08") for i in range(600)]), **D)
case("f rapid reset up", script=raw_frames(*[FR(1, 5, 1 + 2 * i, GETB) + FR(3, 0, 1 + 2 * i, b"\0\0\0\x08") for i in range(600)]))
case("f goaway from client", script=raw_frames(FR(1, 5, 1, GETB), FR(7, 0, 0, bytes(8)), FR(1, 5, 3, GETB)), **D)
case("f rst idle", script=raw_frames(FR(3, 0, 1, bytes(4))), **D)
case("f even stream", script=raw_frames(FR(1, 5, 2, GETB)), **D)
case("f ping", script=raw_frames(FR(6, 0, 0, b"12345678")), **D)
case("f unknown frame", script=raw_frames(FR(0x4d, 4, 1, b"abc"), FR(1, 5, 1, GETB)), **D)
case("f upstream resets later", script=raw_frames(FR(1, 5, 1, GETB[:3] + b"\x41\x01a" + b"\x40\x0ax-up-reset\x018")), ups={"A": "h2"})
case("f no preface", script=raw_frames(FR(1, 5, 1, GETB), preface=False))
