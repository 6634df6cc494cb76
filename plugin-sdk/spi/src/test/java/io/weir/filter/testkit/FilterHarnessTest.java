package io.weir.filter.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilter;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterHarnessTest {

  private static FilterHarness with(
      java.util.function.Function<HttpFilterCallbacks, HttpFilter> f) {
    return new FilterHarness(f::apply, new FakeWorker());
  }

  @Test
  void holdsHeadersUntilDataContinues() {
    FilterHarness harness =
        with(
            _ ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    return FilterHeadersStatus.STOP_ITERATION;
                  }

                  @Override
                  public FilterDataStatus decodeData(Buffer data, boolean endStream) {
                    return endStream
                        ? FilterDataStatus.CONTINUE
                        : FilterDataStatus.STOP_ITERATION_AND_BUFFER;
                  }
                });
    harness.request(false, ":method", "POST").requestData("ab", false);
    assertThat(harness.request.headersOut).isFalse();
    harness.requestData("cd", true);
    assertThat(harness.request.headersOut).isTrue();
    assertThat(harness.request.bodyOut.toText()).isEqualTo("abcd");
    assertThat(harness.request.ended).isTrue();
  }

  @Test
  void repliesRunThroughTheEncoderAfterTheDecoderReturned() {
    var order = new ArrayList<String>();
    FilterHarness harness =
        with(
            callbacks ->
                new HttpFilter() {
                  @Override
                  public FilterHeadersStatus decodeHeaders(HeaderMap headers, boolean endStream) {
                    callbacks.sendLocalReply(LocalReply.of(403, "no", "denied"));
                    order.add("decoded");
                    return FilterHeadersStatus.STOP_ITERATION;
                  }

                  @Override
                  public FilterHeadersStatus encodeHeaders(HeaderMap headers, boolean endStream) {
                    order.add("encoded " + headers.get(":status"));
                    return FilterHeadersStatus.CONTINUE;
                  }
                });
    harness.get("/");
    assertThat(order).isEqualTo(List.of("decoded", "encoded 403"));
    assertThat(harness.response.bodyOut.toText()).isEqualTo("no");
    assertThat(harness.events).containsExactly("localReply 403 denied");
  }

  @Test
  void timersFireInOrderAtTheirTime() {
    var worker = new FakeWorker();
    var fired = new ArrayList<String>();
    worker.newTimer(() -> fired.add("b@" + worker.nanoTime() / 1_000_000)).arm(20);
    worker.newTimer(() -> fired.add("a@" + worker.nanoTime() / 1_000_000)).arm(10);
    worker.advance(15);
    assertThat(fired).containsExactly("a@10");
    worker.advance(15);
    assertThat(fired).containsExactly("a@10", "b@20");
  }
}
