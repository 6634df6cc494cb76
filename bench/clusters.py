#!/usr/bin/env python3
"""Many clusters: how long a proxy takes to load them, what memory it has then, and how long one EDS update takes to reach traffic.

  bench/clusters.py [--clusters 5000] [--endpoints 20] [--updates 50] [--command ./weir proxy]
  bench/clusters.py --command "envoy --disable-hot-restart"      # a stock Envoy, for comparison

Bounds: loaded within 10 s, 250 MB resident. An update is measured from the rename of the EDS file to the first answer of the
new endpoint: the file's watch, this program's requests and its origins are in it (io.weir.proxy.loadbalancer.ChoosingCost among
the proxy's tests measures the update itself). Prints one line for each and exits 1 when a bound is missed."""
import argparse, http.client, json, os, shlex, signal, socket, statistics, subprocess, sys, tempfile, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def address(port, host="127.0.0.1"):
    return {"socket_address": {"address": host, "port_value": port}}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def origin(name):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            self.send_response(200)
            self.send_header("content-length", str(len(name)))
            self.end_headers()
            self.wfile.write(name.encode())

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def assignment(name, ports):
    return {"@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment", "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address(p)}} for p in ports]}]}


def write(path, version, port):
    with open(path + ".new", "w") as f:
        json.dump({"version_info": str(version), "resources": [assignment("moving", [port])]}, f)
    os.rename(path + ".new", path)


def bootstrap(a, eds, admin, port):
    hcm = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
    clusters = [{"name": f"c{i}", "type": "STATIC", "connect_timeout": "1s", "load_assignment": {
        "cluster_name": f"c{i}", "endpoints": [{"lb_endpoints": [
            {"endpoint": {"address": address(8080, f"10.{i >> 8 & 255}.{i & 255}.{n + 1}")}} for n in range(a.endpoints)]}]}} for i in range(a.clusters)]
    clusters.append({"name": "moving", "type": "EDS", "connect_timeout": "1s", "eds_cluster_config": {
        "eds_config": {"resource_api_version": "V3", "path_config_source": {"path": eds}}}})
    return {"node": {"id": "bench", "cluster": "bench"}, "admin": {"address": address(admin)}, "static_resources": {"clusters": clusters, "listeners": [{
        "name": "l", "address": address(port), "filter_chains": [{"filters": [{"name": "hcm", "typed_config": {
            "@type": hcm, "stat_prefix": "i",
            "route_config": {"virtual_hosts": [{"name": "v", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "moving"}}]}]},
            "http_filters": [{"name": "router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}]}}


def get(connection):
    connection.request("GET", "/")
    return connection.getresponse().read().decode()


def rss(pid):
    """The process and its children: a launcher may have started the proxy."""
    total = 0
    for p in os.listdir("/proc"):
        if p.isdigit():
            try:
                fields = dict(l.split(":", 1) for l in open(f"/proc/{p}/status") if ":" in l)
            except OSError:
                continue
            if int(p) == pid or int(fields["PPid"]) == pid:
                total += int(fields.get("VmRSS", "0 kB").split()[0])
    return total / 1024


def cpu(pid):
    """Seconds of user and system time of the process."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ready(admin, process, seconds=120):
    end = time.time() + seconds
    while time.time() < end and process.poll() is None:
        try:
            c = http.client.HTTPConnection("127.0.0.1", admin, timeout=1)
            c.request("GET", "/ready")
            if c.getresponse().status == 200:
                return True
        except OSError:
            pass
        time.sleep(0.02)
    return False


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--clusters", type=int, default=5000)
    p.add_argument("--endpoints", type=int, default=20)
    p.add_argument("--updates", type=int, default=50)
    p.add_argument("--command", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "weir") + " proxy")
    a = p.parse_args()
    folder = tempfile.mkdtemp(prefix="clusters-")
    eds, config = os.path.join(folder, "eds.json"), os.path.join(folder, "bootstrap.json")
    ports, admin, port = [origin("a"), origin("b")], free_port(), free_port()
    write(eds, 0, ports[0])
    json.dump(bootstrap(a, eds, admin, port), open(config, "w"))
    begin = time.time()
    process = subprocess.Popen(shlex.split(a.command) + ["-c", config, "--concurrency", "1", "-l", "warn"],
                               stdout=open(os.path.join(folder, "log"), "w"), stderr=subprocess.STDOUT, start_new_session=True)
    try:
        if not ready(admin, process):
            sys.exit("not ready: see " + folder + "/log")
        loaded, spent = time.time() - begin, cpu(process.pid)
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        for _ in range(200):
            get(client)
        time.sleep(6)  # what loading left behind is given back, native memory at intervals
        memory = rss(process.pid)
        times = []
        for i in range(1, a.updates + 1):
            want = "ab"[i % 2]
            start = time.perf_counter()
            write(eds, i, ports[i % 2])
            while get(client) != want:
                if time.perf_counter() - start > 5:
                    sys.exit("an update was lost")
            times.append((time.perf_counter() - start) * 1000)
            time.sleep(0.02)
        update = statistics.median(times)
        print(f"{a.clusters} clusters x {a.endpoints} endpoints: loaded in {loaded:.1f} s (bound 10), {spent:.1f} s of CPU")
        print(f"resident {memory:.0f} MB (bound 250)")
        print(f"EDS update to traffic: median {update:.1f} ms, worst of {a.updates}: {max(times):.1f} ms")
        sys.exit(0 if loaded <= 10 and memory <= 250 else 1)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


if __name__ == "__main__":
    main()
