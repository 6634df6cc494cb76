package io.weir.proxy.http;

import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.LocalReply;
import org.jspecify.annotations.Nullable;

/** The response on its way from the terminal filter back to the downstream. */
final class ResponseFlow extends MessageFlow {
  private static final int MIN_STATUS = 0;
  private static final int MAX_STATUS = 9999;

  /** Final headers went to the codec. */
  boolean headersSent;

  /** The end went to the codec. */
  boolean endSent;

  /** An informational response that a filter holds, or that is under way. */
  @Nullable HeaderMap informational;

  private int informationalHeldAt = -1;

  ResponseFlow(FilterManager manager) {
    super(manager);
  }

  @Override
  ActiveFilter filter(int position) {
    return manager.filter(size() - 1 - position);
  }

  @Override
  FilterHeadersStatus callHeaders(ActiveFilter filter, HeaderMap map, boolean end) {
    return filter.filter().encodeHeaders(map, end);
  }

  @Override
  FilterDataStatus callData(ActiveFilter filter, Buffer data, boolean end) {
    return filter.filter().encodeData(data, end);
  }

  @Override
  FilterTrailersStatus callTrailers(ActiveFilter filter, HeaderMap map) {
    return filter.filter().encodeTrailers(map);
  }

  @Override
  void callComplete(ActiveFilter filter) {
    filter.filter().encodeComplete();
  }

  @Override
  boolean lastIsTerminal() {
    return false;
  }

  @Override
  void passedHeaders(HeaderMap map, boolean end) {
    if (!validStatus(map)) {
      manager.sendLocalReply(
          LocalReply.of(
              502,
              "missing required header: :status",
              "filter_removed_required_response_headers{missing_required_header:_:status}"));
      return;
    }
    send(map, end);
  }

  /** Hands final headers to the codec. */
  void send(HeaderMap map, boolean end) {
    headersSent = true;
    endSent = end;
    manager.host().encodeHeaders(map, end);
  }

  private static boolean validStatus(HeaderMap map) {
    int entry = map.find(HeaderName.STATUS);
    if (entry < 0) {
      return false;
    }
    long status = map.valueAsLong(entry);
    return status >= MIN_STATUS && status <= MAX_STATUS;
  }

  @Override
  void passedData(Buffer data, boolean end) {
    endSent = end;
    manager.host().encodeData(data, end);
  }

  @Override
  void passedTrailers(HeaderMap map) {
    endSent = true;
    manager.host().encodeTrailers(map);
  }

  // ---- informational responses

  void runInformational(int from, HeaderMap map) {
    informational = map;
    for (int i = from; i < size(); i++) {
      Call outer = call;
      call = Call.INFORMATIONAL;
      FilterHeadersStatus status = filter(i).filter().encode1xxHeaders(map);
      call = outer;
      if (over()) {
        return;
      }
      if (status != FilterHeadersStatus.CONTINUE) {
        informationalHeldAt = i;
        stop(i);
        return;
      }
    }
    informational = null;
    if (!headersSent) {
      manager.host().encode1xxHeaders(map);
    }
  }

  @Override
  void resumeInformational(int position) {
    HeaderMap map = informational;
    if (map != null && informationalHeldAt == position) {
      informationalHeldAt = -1;
      runInformational(position + 1, map);
    }
  }

  // ---- limits

  @Override
  void tooLarge() {
    manager.sendLocalReply(
        LocalReply.of(500, "Internal Server Error", "response_payload_too_large"));
  }

  @Override
  void slowSender() {
    manager.host().slowResponse(true);
  }

  @Override
  void resumeSender() {
    manager.host().slowResponse(false);
  }

  @Override
  long limit() {
    return manager.bufferLimit();
  }
}
