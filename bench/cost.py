#!/usr/bin/env python3
"""What bodies and idle connections cost: CPU per MB, memory, bytes per connection, of Weir and a stock Envoy in one run.

usage: cost.py [--systems envoy,weir] [--tcp] [--rounds N] [--mb N] [--idle N] [download] [upload] [idle]
download, upload: one body of --mb MB each round, no filter, one worker on CPU 0, origin and client on CPU 1; CPU us per MB of the
proxy's process when it is warm, medians, and of its first body; the most memory it had meanwhile. idle: --idle keep-alive connections that have had one response each;
memory per connection. --tcp: bodies pass the TCP proxy instead of HTTP. Environment as for perf.py.
"""
import argparse, importlib.util, os, resource, select, shutil, signal, socket, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("perf", os.path.join(HERE, "perf.py"))
perf = importlib.util.module_from_spec(spec)
spec.loader.exec_module(perf)

REQUEST = "{} {} HTTP/1.1\r\nhost: x\r\nuser-agent: cost\r\n{}\r\n"


def rss(pid):
    return perf.cpu(pid)[2]


class Peak:
    """The most memory a process has while something runs."""
    def __init__(self, pid):
        self.pid = pid; self.most = rss(pid); self.stop = threading.Event(); self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.stop.wait(0.05):
            self.most = max(self.most, rss(self.pid))

    def __enter__(self):
        self.thread.start(); return self

    def __exit__(self, *_):
        self.stop.set(); self.thread.join()


def exchange(port, method, path, length=0, chunk=bytes(1 << 16)):
    """One request with a body of length bytes; returns the response's body length."""
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.settimeout(120)
        s.sendall(REQUEST.format(method, path, f"content-length: {length}\r\n" if length else "").encode())
        left = length
        while left > 0:
            left -= s.send(chunk[:left] if left < len(chunk) else chunk)
        head = b""
        while b"\r\n\r\n" not in head:
            got = s.recv(4096)
            if not got: raise OSError("closed: " + head[:80].decode("latin1"))
            head += got
        text, rest = head.split(b"\r\n\r\n", 1)
        if not text.startswith(b"HTTP/1.1 200"): raise OSError(text[:80].decode("latin1"))
        want = int([l.split(b":")[1] for l in text.lower().split(b"\r\n") if l.startswith(b"content-length")][0])
        buffer = bytearray(1 << 18); have = len(rest)
        while have < want:
            n = s.recv_into(buffer)
            if n == 0: raise OSError("closed")
            have += n
        return have


def body(arm, kind, mb):
    """One body: CPU us per MB, the most memory meanwhile, MB/s."""
    u0, s0, _ = perf.cpu(arm["pid"])
    with Peak(arm["pid"]) as peak:
        t0 = time.time()
        if kind == "download": assert exchange(arm["port"], "GET", "/body") == mb << 20
        else: exchange(arm["port"], "POST", "/sink", mb << 20)
        took = time.time() - t0
    u1, s1, _ = perf.cpu(arm["pid"])
    return (u1 - u0 + s1 - s0) * 1e6 / mb, peak.most, mb / took


def bodies(arms, kind, mb, rounds):
    for arm in arms:
        arm["first"] = last = body(arm, kind, mb)[0]
        for _ in range(6):  # until it changes no more, as perf.py does
            us = body(arm, kind, mb)[0]
            if us > 0.95 * last: break
            last = us
        arm["rows"] = []
    for round_ in range(rounds):
        for arm in arms: arm["rows"].append(body(arm, kind, mb))
    base = None
    for arm in arms:
        us = sorted(r[0] for r in arm["rows"])[len(arm["rows"]) // 2]; most = max(r[1] for r in arm["rows"])
        base = base or ((us, arm["first"]) if arm["system"] == "envoy" else None)
        ratio = f" {us / base[0]:.2f} x envoy, first {arm['first'] / base[1]:.2f} x" if base and arm["system"] != "envoy" else ""
        print(f"{kind:8} {arm['system']:6} {us:7.0f} us/MB (first body {arm['first']:.0f}), at most {most:.1f} MB, {max(r[2] for r in arm['rows']):.0f} MB/s{ratio}", flush=True)


def sink(port):
    """An origin that takes bodies of a known length and answers when it has them."""
    listener = socket.create_server(("127.0.0.1", port), backlog=64); buffer = bytearray(1 << 18)

    def serve(s):
        with s:
            while True:
                head = b""
                while b"\r\n\r\n" not in head:
                    got = s.recv(65536)
                    if not got: return
                    head += got
                text, rest = head.split(b"\r\n\r\n", 1)
                left = sum(int(l.split(b":")[1]) for l in text.lower().split(b"\r\n") if l.startswith(b"content-length")) - len(rest)
                while left > 0:
                    n = s.recv_into(buffer)
                    if n == 0: return
                    left -= n
                s.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")

    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def idle(arms, count):
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65536),) * 2)
    for arm in arms:
        for _ in range(500): exchange(arm["port"], "GET", "/small")
        time.sleep(6); before = rss(arm["pid"]); held = []
        for start in range(0, count, 500):
            batch = []
            for _ in range(min(500, count - start)):
                s = socket.socket(); s.connect(("127.0.0.1", arm["port"])); batch.append(s)
                s.sendall(REQUEST.format("GET", "/small", "").encode())
            for s in batch:
                s.settimeout(30); data = b""
                while b"\r\n\r\n" not in data or not data.endswith(b"xx"): data += s.recv(4096)
            held += batch
        time.sleep(12); after = rss(arm["pid"])
        print(f"idle     {arm['system']:6} {count} connections: {before:.1f} -> {after:.1f} MB, {(after - before) * 1e6 / count / 1024:.2f} KiB each", flush=True)
        for s in held: s.close()
        time.sleep(1)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--systems", default="envoy,weir"); ap.add_argument("--rounds", type=int, default=5); ap.add_argument("--mb", type=int, default=1024)
    ap.add_argument("--idle", type=int, default=10000); ap.add_argument("--tcp", action="store_true"); ap.add_argument("--sink", type=int, help=argparse.SUPPRESS); ap.add_argument("what", nargs="*")
    a = ap.parse_args()
    if a.sink: return sink(a.sink)
    what = a.what or ["download", "upload", "idle"]; tmp = tempfile.mkdtemp(prefix="cost"); procs = []; arms = []

    def start(cmd):
        p = subprocess.Popen(cmd, stdout=open(f"{tmp}/{len(procs)}.log", "w"), stderr=subprocess.STDOUT, start_new_session=True)
        procs.append(p); return p

    try:
        os.sched_setaffinity(0, {1}); origin = perf.free_port(); os.mkdir(tmp + "/www"); os.chmod(tmp, 0o755)
        with open(tmp + "/www/body", "wb") as f: f.truncate(a.mb << 20)
        open(f"{tmp}/origin.conf", "w").write(f"""daemon off; worker_processes 1; error_log {tmp}/o.err; pid {tmp}/o.pid; user root;
events {{ worker_connections 30000; }}
http {{ access_log off; sendfile on; keepalive_requests 100000000; keepalive_timeout 3600s; 
server {{ listen 127.0.0.1:{origin} backlog=4096; root {tmp}/www; location = /small {{ return 200 "{'x' * 360}"; }} }} }}""")
        start(["taskset", "-c", "1", "nginx", "-c", f"{tmp}/origin.conf", "-p", tmp]); assert perf.wait(origin)
        sink_port = perf.free_port(); start(["taskset", "-c", "1", sys.executable, __file__, "--sink", str(sink_port)]); assert perf.wait(sink_port)
        for system in a.systems.split(","):
            port, admin = perf.free_port(), perf.free_port(); cfg = f"{tmp}/{system}.yaml"
            if a.tcp:
                open(cfg, "w").write(perf.bootstrap("tcp", port, admin, sink_port if what == ["upload"] else origin))
            else: open(cfg, "w").write(perf.bootstrap("plain", port, admin, origin).replace("routes: [", "routes: [{match: {path: /sink}, route: {cluster: sink, timeout: 0s}}, ").replace("route: {cluster: origin}", "route: {cluster: origin, timeout: 0s}")
                + f"  - name: sink\n    type: STATIC\n    connect_timeout: 5s\n    load_assignment: {{cluster_name: sink, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {sink_port}}}}}}}}}]}}]}}\n")
            cmd = [perf.envoy_binary(), "--disable-hot-restart"] if system == "envoy" else [perf.launcher(), "proxy"]
            p = start(["taskset", "-c", "0", *cmd, "-c", cfg, "--concurrency", "1", "-l", "error"])
            end = time.time() + 60; up = False; small = ("POST", "/sink", 100) if a.tcp and what == ["upload"] else ("GET", "/small")
            while not up and time.time() < end:
                try: exchange(port, *small); up = True
                except OSError: time.sleep(0.05)
            if not up: print(system, "did not serve", open(f"{tmp}/{len(procs) - 1}.log").read()[-300:]); continue
            for _ in range(3000): exchange(port, *small)
            arms.append(dict(system=system, port=port, pid=p.pid))
        for kind in what:
            idle(arms, a.idle) if kind == "idle" else bodies(arms, kind, a.mb, a.rounds)
    finally:
        for p in procs:
            if p.poll() is None:
                try: os.killpg(p.pid, signal.SIGTERM); p.wait(10)
                except Exception: os.killpg(p.pid, signal.SIGKILL)
        shutil.rmtree(tmp, ignore_errors=True)


main()
