package io.weir.proxy.http;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.LocalReply;

/** The request on its way from the downstream to the terminal filter. */
final class RequestFlow extends MessageFlow {
  RequestFlow(FilterManager manager) {
    super(manager);
  }

  @Override
  ActiveFilter filter(int position) {
    return manager.filter(position);
  }

  @Override
  FilterHeadersStatus callHeaders(ActiveFilter filter, HeaderMap map, boolean end) {
    if (filter.authorizes) {
      filter.judged = manager.host().route();
    }
    if (filter.terminal() && !manager.host().admit()) {
      return FilterHeadersStatus.STOP_ITERATION;
    }
    return filter.filter().decodeHeaders(map, end);
  }

  @Override
  FilterDataStatus callData(ActiveFilter filter, Buffer data, boolean end) {
    return filter.filter().decodeData(data, end);
  }

  @Override
  FilterTrailersStatus callTrailers(ActiveFilter filter, HeaderMap map) {
    return filter.filter().decodeTrailers(map);
  }

  @Override
  void callComplete(ActiveFilter filter) {
    filter.filter().decodeComplete();
  }

  @Override
  boolean lastIsTerminal() {
    return true;
  }

  @Override
  void passedHeaders(HeaderMap map, boolean end) {}

  @Override
  void passedData(Buffer data, boolean end) {}

  @Override
  void passedTrailers(HeaderMap map) {}

  @Override
  void resumeInformational(int position) {}

  @Override
  void tooLarge() {
    manager.sendLocalReply(LocalReply.of(413, "Payload Too Large", "request_payload_too_large"));
  }

  @Override
  void slowSender() {
    manager.host().slowRequest(true);
  }

  @Override
  void resumeSender() {
    manager.host().slowRequest(false);
  }

  @Override
  long limit() {
    return manager.bufferLimit();
  }
}
