#!/usr/bin/env bash
# CPU-bound scripts on Weir and, where installed, on LuaJIT (with and without JIT) and PUC Lua 5.1: microseconds a call.
set -eu
cd "$(dirname "$0")/.."
for script in sha256 json strings tables fib; do
  for lua in luajit "luajit -joff" lua5.1; do
    command -v ${lua%% *} > /dev/null || continue
    printf '%-8s %-13s %s\n' "$script" "$lua" "$($lua bench/lua/stock.lua "bench/lua/$script.lua" 2> /dev/null || echo "cannot run it")"
  done
done
exec bench/jmh.sh ScriptBenchmark "$@"
