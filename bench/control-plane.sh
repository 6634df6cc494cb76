#!/usr/bin/env bash
# Simulated proxies in the control plane's own process: how long a change takes to reach them.
#   bench/control-plane.sh [PROXIES SERVICES NAMESPACES FILTERS scoped|unscoped]
set -eu
cd "$(dirname "$0")/.."
: "${JAVA_HOME:?set JAVA_HOME to a JDK of at least 25}"
./weir version > /dev/null
mvn -q -o -B -Dfast -pl control-plane -am test-compile
# Without the proxy's jar: it brings its loggers.
libraries=$(ls cli/target/dist/lib/*.jar | grep -v /weir- | tr '\n' ':')
exec "$JAVA_HOME/bin/java" -Xmx2g -XX:+UseSerialGC \
  -cp "control-plane/target/test-classes:control-plane/target/classes:xds/target/classes:$libraries" \
  io.weir.controlplane.ads.ScaleBench ${@:-1000 2000 20 200 scoped}
