package io.weir.proxy.formatter;

import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.testkit.FakeStreamInfo;
import io.weir.proxy.extension.TestLoadContext;
import java.nio.charset.StandardCharsets;

/**
 * Format texts: refused with a problem, or printing whatever the stream is like. The target of
 * Jazzer and of FuzzTest.
 */
public final class FormatFuzz {
  private FormatFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) {
    var load = new TestLoadContext();
    SubstitutionFormat format =
        SubstitutionFormat.compile(new String(data, StandardCharsets.UTF_8), load.problems());
    if (format == null) {
      if (load.problems.isEmpty()) {
        throw new AssertionError("refused without a reason");
      }
      return;
    }
    var headers = new HeaderMap();
    headers.add(HeaderName.PATH, "/a?b=c");
    headers.add(HeaderName.METHOD, "GET");
    format.formatToString(FormatContext.ofStream(null, null, new FakeStreamInfo()));
    format.formatToString(FormatContext.ofStream(headers, headers, new FakeStreamInfo()));
  }
}
