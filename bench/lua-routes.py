#!/usr/bin/env python3
"""Memory of LuaPerRoute: 2,000 routes over 500 distinct scripts against the same routes without.

lua-routes.py [--routes 2000] [--scripts 500] [--requests] [--rounds 3]   (WEIR names the launcher)
"""
import argparse, http.client, json, os, re, signal, subprocess, tempfile, time

ap = argparse.ArgumentParser()
ap.add_argument("--routes", type=int, default=2000)
ap.add_argument("--scripts", type=int, default=500)
ap.add_argument("--requests", action="store_true", help="send one request to each route first")
ap.add_argument("--histogram", action="store_true", help="classes on the heap, with scripts")
ap.add_argument("--rounds", type=int, default=3)
args = ap.parse_args()
weir = os.environ.get("WEIR", "./weir")
JCMD = os.path.join(os.environ["JAVA_HOME"], "bin", "jcmd") if "JAVA_HOME" in os.environ else "jcmd"
LUA = "type.googleapis.com/envoy.extensions.filters.http.lua.v3."


def script(i):
    return f"""local limit = {i}
local function tidy(value) return (value or ""):gsub("%s+", " "):sub(1, limit + 8) end
function envoy_on_request(h)
  local name = h:headers():get("x-name-{i}")
  if name and #name > limit then h:headers():replace("x-name-{i}", tidy(name)) end
  h:headers():add("x-script", "{i}")
end
function envoy_on_response(h)
  h:headers():add("x-answered-by", "script {i}")
end
"""


def config(folder, scripts):
    routes = []
    for i in range(args.routes):
        route = {"match": {"path": f"/r/{i}"}, "direct_response": {"status": 200}}
        if scripts:
            route["typed_per_filter_config"] = {"envoy.filters.http.lua": {
                "@type": LUA + "LuaPerRoute", "source_code": {"inline_string": script(i % args.scripts)}}}
        routes.append(route)
    hcm = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "http",
        "route_config": {"virtual_hosts": [{"name": "v", "domains": ["*"], "routes": routes}]},
        "http_filters": [
            {"name": "envoy.filters.http.lua", "typed_config": {"@type": LUA + "Lua"}},
            {"name": "router", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}
    file = os.path.join(folder, "envoy.json")
    json.dump({
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}}},
        "static_resources": {"listeners": [{
            "name": "l", "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
            "filter_chains": [{"filters": [{"name": "hcm", "typed_config": hcm}]}]}]}}, open(file, "w"))
    return file


def get(port, *paths):
    c = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for path in paths:
        c.request("GET", path)
        body = c.getresponse().read()
    return body


def listener(admin):
    for _ in range(600):
        found = re.search(rb"^l::127\.0\.0\.1:(\d+)", get(admin, "/listeners"), re.M)
        if found:
            return int(found.group(1))
        time.sleep(0.1)
    raise SystemExit("the listener did not open")


def rss(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def measure(scripts):
    with tempfile.TemporaryDirectory() as folder:
        admin = os.path.join(folder, "admin")
        p = subprocess.Popen(
            [weir, "proxy", "-c", config(folder, scripts), "--concurrency", "1", "--admin-address-path", admin],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(2400):
                if os.path.exists(admin) and os.path.getsize(admin):
                    break
                time.sleep(0.1)
            port = listener(int(open(admin).read().rsplit(":", 1)[1]))
            if args.requests:
                get(port, *(f"/r/{i}" for i in range(args.routes)))
            time.sleep(6)
            settled = rss(p.pid)
            subprocess.run([JCMD, str(p.pid), "GC.run"], stdout=subprocess.DEVNULL, check=True)
            time.sleep(2)
            if args.histogram and scripts:
                print(subprocess.run([JCMD, str(p.pid), "GC.class_histogram"], stdout=subprocess.PIPE, text=True).stdout[:4000])
            return settled, rss(p.pid)
        finally:
            p.send_signal(signal.SIGTERM)
            p.wait(20)


for _ in range(args.rounds):
    without, with_scripts = measure(False), measure(True)
    print("RSS MB, and after a collection: without %.0f %.0f, with %.0f %.0f: %+.0f %+.0f"
          % (*without, *with_scripts, with_scripts[0] - without[0], with_scripts[1] - without[1]), flush=True)
