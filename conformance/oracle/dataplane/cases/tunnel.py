"""WebSocket and CONNECT over HTTP/1 and HTTP/2 in every combination, CONNECT that ends in the proxy."""
from harness import *
from cases.manager import WebSocket, read_message, raw as rawlines
G = "tunnel"
H2 = lambda: h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="latin1", validate_outbound_headers=False, normalize_outbound_headers=False, validate_inbound_headers=False))


class H2Tunnel(H2Origin):
    """Accepts extended CONNECT and CONNECT, echoes data with 'echo:' in front; refuses paths with 'refuse' with 403."""
    def _serve(self, c):
        try:
            conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="latin1", validate_inbound_headers=False, validate_outbound_headers=False))
            conn.initiate_connection()
            conn.update_settings({8: 1})
            c.sendall(conn.data_to_send())
            while True:
                d = c.recv(65536)
                if not d:
                    return
                for e in conn.receive_data(d):
                    if isinstance(e, h2.events.RequestReceived):
                        self.requests.append({"headers": sorted([[k, v] for k, v in e.headers if k != "x-request-id"])})
                        p = dict(e.headers)
                        if "refuse" in p.get(":path", p.get(":authority", "")):
                            conn.send_headers(e.stream_id, [(":status", "403")], end_stream=True)
                        else:
                            conn.send_headers(e.stream_id, [(":status", "200"), ("x-seen", "yes")])
                    elif isinstance(e, h2.events.DataReceived):
                        conn.acknowledge_received_data(e.flow_controlled_length, e.stream_id)
                        self.requests.append({"data": e.data.decode()})
                        conn.send_data(e.stream_id, b"echo:" + e.data)
                    elif isinstance(e, h2.events.StreamEnded):
                        self.requests.append({"end": True})
                        conn.send_data(e.stream_id, b"bye", end_stream=True)
                    elif isinstance(e, h2.events.StreamReset):
                        self.requests.append({"reset": True})
                c.sendall(conn.data_to_send())
        except (OSError, h2.exceptions.H2Error, KeyError):
            pass
        finally:
            c.close()


class TcpEcho(H2Origin):
    def _serve(self, c):
        while True:
            d = c.recv(65536)
            self.requests.append(d.decode("latin1"))
            if not d:
                c.sendall(b"bye")
                c.close()
                return
            c.sendall(b"echo:" + d)


def via_h2(headers, early=None, end=True):
    def script(t):
        s, c = t.connect(), H2()
        s.settimeout(2)
        c.initiate_connection()
        c.send_headers(1, headers)
        if early:
            c.send_data(1, early)
        s.sendall(c.data_to_send())
        out, body, status, ended, reset = [], b"", None, False, None
        sent = 0
        stop = time.time() + 2.5
        while time.time() < stop:
            try:
                d = s.recv(65536)
            except socket.timeout:
                break
            if not d:
                out.append("closed")
                break
            try:
                got = c.receive_data(d)
            except h2.exceptions.H2Error:
                out.append("protocol")
                break
            for e in got:
                if isinstance(e, h2.events.ResponseReceived):
                    status = [list(x) for x in e.headers if x[0] not in ("date", "server", "x-envoy-upstream-service-time", "content-length")]
                    if status[0][1] == "200" and not early:
                        try:
                            c.send_data(1, b"one")
                        except h2.exceptions.H2Error:
                            pass
                elif isinstance(e, h2.events.DataReceived):
                    body += e.data
                    if body == b"echo:one" and sent == 0:
                        sent = 1
                        c.send_data(1, b"two")
                    if (body.endswith(b"two") or early and body) and sent < 2 and end:
                        sent = 2
                        c.end_stream(1)
                elif isinstance(e, h2.events.StreamEnded):
                    ended = True
                elif isinstance(e, h2.events.StreamReset):
                    reset = int(e.error_code)
            s.sendall(c.data_to_send())
            if ended or reset is not None:
                break
        s.close()
        time.sleep(0.3)
        reqs = t.ups["A"].requests if "A" in t.ups else []
        if reqs and isinstance(reqs[0], dict) and "method" in reqs[0]:
            reqs = [{"method": r["method"], "path": r["path"], "headers": sorted([[k.lower(), v] for k, v in r["headers"] if k.lower() != "x-request-id"])} for r in reqs]
        return [status, body.decode(), ended, reset, reqs]
    return script


def via_h1(head, early=b""):
    def script(t):
        s = t.connect()
        s.sendall(rawlines(*head) + early)
        s.settimeout(2)
        f = s.makefile("rb")
        m = read_message(f, head_only=True)
        out = [t.message(m)]
        body = b""
        if m["status"] in (101, 200):
            try:
                if early:
                    body += f.read(5 + len(early))
                s.sendall(b"one")
                body += f.read(8)
                s.shutdown(socket.SHUT_WR)
                body += f.read(3)
                out.append("end" if not f.read(1) else "more")
            except socket.timeout:
                out.append("timeout")
        s.close()
        time.sleep(0.3)
        reqs = t.ups["A"].requests if "A" in t.ups else []
        if reqs and isinstance(reqs[0], dict) and "method" in reqs[0]:
            reqs = [{"method": r["method"], "path": r["path"], "headers": sorted([[k.lower(), v] for k, v in r["headers"] if k.lower() != "x-request-id"])} for r in reqs]
        return [out, body.decode(), reqs]
    return script


UC = {"upgrade_configs": [{"upgrade_type": "websocket"}, {"upgrade_type": "CONNECT"}], "http2_protocol_options": {"allow_connect": True}}
H2UP = [cluster("@A", "$A", typed_extension_protocol_options={"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {"@type": T("envoy.extensions.upstreams.http.v3.HttpProtocolOptions"), "explicit_http_config": {"http2_protocol_options": {"allow_connect": True}}}})]
WS = lambda path="/ws": [(":method", "CONNECT"), (":protocol", "websocket"), (":path", path), (":scheme", "http"), (":authority", "a"), ("sec-websocket-version", "13")]
W1 = lambda path="/ws": [f"GET {path} HTTP/1.1", "host: a", "connection: Upgrade", "upgrade: websocket"]
CR = [{"match": {"connect_matcher": {}}, "route": {"cluster": "@A"}}]
TERM = [{"match": {"connect_matcher": {}}, "route": {"cluster": "@A", "upgrade_configs": [{"upgrade_type": "CONNECT", "connect_config": {}}]}}]
C2 = [(":method", "CONNECT"), (":authority", "t.test:80")]
C1 = ["CONNECT t.test:80 HTTP/1.1", "host: t.test:80"]
Case(G, "ws h2 to h1", via_h2(WS(), end=False), ups={"A": WebSocket}, hcm=UC)
Case(G, "ws h2 to h1 refused", via_h2(WS("/refuse")), ups={"A": WebSocket}, hcm=UC)
Case(G, "ws h2 to h2", via_h2(WS()), ups={"A": H2Tunnel}, clusters=H2UP, hcm=UC)
Case(G, "ws h2 to h2 refused", via_h2(WS("/refuse")), ups={"A": H2Tunnel}, clusters=H2UP, hcm=UC)
Case(G, "ws h2 to h2 early", via_h2(WS(), early=b"early"), ups={"A": H2Tunnel}, clusters=H2UP, hcm=UC)
Case(G, "ws h1 to h2", via_h1(W1()), ups={"A": H2Tunnel}, clusters=H2UP, hcm=UC)
Case(G, "ws h1 to h2 refused", via_h1(W1("/refuse")), ups={"A": H2Tunnel}, clusters=H2UP, hcm=UC)
Case(G, "ws h1 to h2 early", via_h1(W1(), b"early"), ups={"A": H2Tunnel}, clusters=H2UP, hcm=UC)
Case(G, "ws h2 not enabled", via_h2(WS()), ups={"A": WebSocket}, hcm={"http2_protocol_options": {"allow_connect": True}})
Case(G, "connect h2 to h2", via_h2(C2), ups={"A": H2Tunnel}, clusters=H2UP, routes=CR, hcm=UC)
Case(G, "connect h1 to h2", via_h1(C1), ups={"A": H2Tunnel}, clusters=H2UP, routes=CR, hcm=UC)
Case(G, "connect h2 terminated", via_h2(C2), ups={"A": TcpEcho}, routes=TERM, hcm=UC)
Case(G, "connect h2 terminated early", via_h2(C2, early=b"early"), ups={"A": TcpEcho}, routes=TERM, hcm=UC)
Case(G, "connect h1 terminated", via_h1(C1), ups={"A": TcpEcho}, routes=TERM, hcm=UC)
Case(G, "connect h1 terminated early", via_h1(C1, b"early"), ups={"A": TcpEcho}, routes=TERM, hcm=UC)
Case(G, "connect terminated dead", via_h2(C2), routes=[{"match": {"connect_matcher": {}}, "route": {"cluster": "@Z", "upgrade_configs": [{"upgrade_type": "CONNECT", "connect_config": {}}]}}], clusters=[cluster("@Z", "$DEAD")], hcm=UC)
Case(G, "connect h2 no route", via_h2(C2), hcm=UC)
Case(G, "connect h2 refused", via_h2([(":method", "CONNECT"), (":authority", "refuse:80")]), ups={"A": H2Tunnel}, clusters=H2UP, routes=CR, hcm=UC)
Case(G, "connect h2 not enabled", via_h2(C2), ups={"A": TcpEcho}, routes=TERM, hcm={"http2_protocol_options": {"allow_connect": True}})
