#!/usr/bin/env python3
"""What one more worker and one more route cost that run the same wasm module.

usage: wasm-memory.py MODULE.wasm [--weir PATH] [--requests N] [--routes N] [--jcmd PATH]

Starts Weir over direct responses with the module as a filter: one worker and one route, two workers, and one worker with many
routes. Prints for each: linear memory of the VMs, live heap after a collection, resident memory; then the differences.
Standard library and the JDK's jcmd; loopback only.
"""
import argparse, json, os, re, shutil, socket, subprocess, tempfile, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
T = "type.googleapis.com/envoy.extensions.filters."


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def address(p):
    return {"socket_address": {"address": "127.0.0.1", "port_value": p}}


def bootstrap(module, routes, front, admin):
    plugin = {"name": "measured", "vm_config": {"vm_id": "measured", "runtime": "envoy.wasm.runtime.v8", "code": {"local": {"filename": module}}}}
    table = [{"match": {"path": f"/{i}"}, "direct_response": {"status": 200, "body": {"inline_string": "hello"}}} for i in range(routes)]
    manager = {"@type": T + "network.http_connection_manager.v3.HttpConnectionManager", "stat_prefix": "front",
               "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": table}]},
               "http_filters": [{"name": "wasm", "typed_config": {"@type": T + "http.wasm.v3.Wasm", "config": plugin}},
                                {"name": "router", "typed_config": {"@type": T + "http.router.v3.Router"}}]}
    return {"admin": {"address": address(admin)}, "static_resources": {"listeners": [
        {"name": "front", "address": address(front), "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}]}]}}


def ask(p, path):
    return urllib.request.urlopen(f"http://127.0.0.1:{p}{path}", timeout=10).read().decode()


def java(pid):
    for child in open(f"/proc/{pid}/task/{pid}/children").read().split():
        found = java(int(child))
        if found:
            return found
    return pid if b"io.weir.cli.Main" in open(f"/proc/{pid}/cmdline", "rb").read() else None


def load(front, requests, routes):
    connections = [socket.create_connection(("127.0.0.1", front), 10) for _ in range(8)]
    files = [c.makefile("rb") for c in connections]
    for i in range(requests):
        c, f = connections[i % 8], files[i % 8]
        c.sendall(f"GET /{i % routes} HTTP/1.1\r\nhost: a\r\n\r\n".encode())
        length = 0
        while (line := f.readline()) not in (b"\r\n", b""):
            if line.lower().startswith(b"content-length"):
                length = int(line.split(b":")[1])
        f.read(length)
    for c in connections:
        c.close()


def measure(a, workers, routes):
    folder, front, admin = tempfile.mkdtemp(prefix="wasm-memory"), port(), port()
    json.dump(bootstrap(os.path.abspath(a.module), routes, front, admin), open(folder + "/b.json", "w"))
    process = subprocess.Popen([a.weir, "proxy", "-c", folder + "/b.json", "--concurrency", str(workers)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            try:
                ask(admin, "/ready")
                break
            except OSError:
                time.sleep(0.1)
        load(front, a.requests, routes)
        pid = java(process.pid)
        live = re.search(r"(?m)^Total +\d+ +(\d+)", subprocess.run([a.jcmd, str(pid), "GC.class_histogram"], capture_output=True, text=True).stdout)
        time.sleep(6)  # the native heap is trimmed every five seconds
        resident = re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read())
        plugin = json.loads(ask(admin, "/plugins?format=json"))["plugins"][0]
        return {"linear": plugin["memory_bytes"] / 1e6, "live heap": int(live.group(1)) / 1e6, "resident": int(resident.group(1)) / 1e3}
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("module")
    p.add_argument("--weir", default=os.path.join(HERE, "..", "weir"))
    p.add_argument("--requests", type=int, default=20000)
    p.add_argument("--routes", type=int, default=200)
    home = os.environ.get("JAVA_HOME", "")
    p.add_argument("--jcmd", default=os.path.join(home, "bin", "jcmd") if home else "jcmd")
    a = p.parse_args()
    rows = {"1 worker, 1 route": measure(a, 1, 1), "2 workers, 1 route": measure(a, 2, 1), f"1 worker, {a.routes} routes": measure(a, 1, a.routes)}
    for name, r in rows.items():
        print(f"{name:22}" + "  ".join(f"{k} {v:.1f} MB" for k, v in r.items() if isinstance(v, float)))
    one, two, many = rows.values()
    print(f"a further worker: linear memory {two['linear'] - one['linear']:.1f} MB, live heap {two['live heap'] - one['live heap']:.1f} MB, resident {two['resident'] - one['resident']:.1f} MB")
    print(f"a further route: linear memory {many['linear'] - one['linear']:.1f} MB, live heap {(many['live heap'] - one['live heap']) * 1000 / (a.routes - 1):.1f} kB")


if __name__ == "__main__":
    main()
