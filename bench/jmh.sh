#!/usr/bin/env bash
# Builds and runs the JMH benchmarks: jmh.sh [JMH options], for instance jmh.sh RouteBenchmark -p routes=10000
set -eu
cd "$(dirname "$0")/.."
mvn -q -B -Dfast -DskipTests -Pbench -pl bench -am package
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" --enable-native-access=ALL-UNNAMED \
  -cp "$(ls bench/target/weir-bench-*.jar | head -n 1):$(< bench/target/classpath)" org.openjdk.jmh.Main \
  -jvmArgs "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-DontCompileHugeMethods --enable-native-access=ALL-UNNAMED --add-exports=java.base/jdk.internal.vm=ALL-UNNAMED -Dio.netty.leakDetection.level=disabled" "$@"
