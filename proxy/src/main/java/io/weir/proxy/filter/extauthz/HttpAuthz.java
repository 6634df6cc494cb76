package io.weir.proxy.filter.extauthz;

import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.CallOptions;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpCall;
import io.weir.filter.http.HttpCallListener;
import io.weir.filter.http.StreamResetReason;
import io.weir.proxy.filter.extauthz.HeaderChange.Action;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A service over HTTP ({@code http_service}).
 *
 * @param pathPrefix in front of the request's path
 * @param toService request headers that the service gets
 * @param notToService request headers that it never gets
 * @param added what the service gets besides
 * @param replaced the service's headers that replace those of an admitted request
 * @param appended those that are added to them
 * @param toClient those that a refused client gets; empty for all
 * @param toAdmittedClient those that go into the response of an admitted request
 * @param toMetadata those that become dynamic metadata
 */
record HttpAuthz(
    String cluster,
    long timeoutMillis,
    String pathPrefix,
    HeaderNames toService,
    HeaderNames notToService,
    List<AddedHeader> added,
    HeaderNames replaced,
    HeaderNames appended,
    HeaderNames toClient,
    HeaderNames toAdmittedClient,
    HeaderNames toMetadata)
    implements AuthzService {
  private static final HeaderName REMOVE = HeaderName.of("x-envoy-auth-headers-to-remove");

  HttpAuthz {
    added = List.copyOf(added);
  }

  record AddedHeader(HeaderName name, String value) {}

  @Override
  public @Nullable HttpCall ask(Question question, Consumer<Verdict> verdict) {
    CheckRequest check =
        CheckRequest.of(
            this, question.request(), question.body(), question.limit(), question.complete());
    var listener = new Listener(this, verdict);
    HttpCall call =
        question
            .callbacks()
            .worker()
            .clusters()
            .call(
                cluster,
                check.headers(),
                check.body(),
                null,
                new CallOptions(timeoutMillis, false, 0, question.callbacks().streamId()),
                listener);
    if (call == null) {
      verdict.accept(new Verdict.Failed());
    }
    return call;
  }

  private record Listener(HttpAuthz service, Consumer<Verdict> verdict)
      implements HttpCallListener {
    @Override
    public void onResponse(HeaderMap headers, Buffer body, @Nullable HeaderMap trailers) {
      int status = (int) headers.valueAsLong(headers.find(HeaderName.STATUS));
      verdict.accept(
          status == 200
              ? service.allowed(headers)
              : status >= 500
                  ? new Verdict.Failed()
                  : service.denied(status, body.toByteArray(), headers));
    }

    @Override
    public void onFailure(StreamResetReason reason) {
      verdict.accept(new Verdict.Failed());
    }
  }

  private Verdict allowed(HeaderMap answer) {
    List<HeaderChange> request = new ArrayList<>();
    List<HeaderChange> response = new ArrayList<>();
    Map<String, Value> metadata = new LinkedHashMap<>();
    for (int e = answer.first(); e >= 0; e = answer.next(e)) {
      String text = answer.name(e);
      HeaderName name = HeaderName.of(text);
      if (replaced.has(answer, e)) {
        request.add(new HeaderChange(name, answer.value(e), Action.SET));
      }
      if (appended.has(answer, e)) {
        request.add(new HeaderChange(name, answer.value(e), Action.ADD));
      }
      if (toAdmittedClient.has(answer, e)) {
        response.add(new HeaderChange(name, answer.value(e), Action.ADD));
      }
      if (toMetadata.has(answer, e)) {
        metadata.put(text, Value.of(answer.value(e)));
      }
    }
    return new Verdict.Allowed(
        request,
        removed(answer),
        response,
        Map.of(),
        List.of(),
        metadata.isEmpty() ? null : new Value.MapValue(metadata));
  }

  private static List<String> removed(HeaderMap answer) {
    String names = answer.getJoined(REMOVE);
    List<String> removed = new ArrayList<>();
    if (names != null) {
      for (String part : names.split(",")) {
        if (!part.isBlank()) {
          removed.add(part.strip());
        }
      }
    }
    return removed;
  }

  private Verdict denied(int status, byte[] body, HeaderMap answer) {
    List<HeaderChange> headers = new ArrayList<>();
    for (int e = answer.first(); e >= 0; e = answer.next(e)) {
      String name = answer.name(e);
      boolean own = name.startsWith(":") || name.equals("content-length") || name.equals("date");
      if (!own && (toClient.isEmpty() || toClient.has(answer, e))) {
        headers.add(new HeaderChange(HeaderName.of(name), answer.value(e), Action.ADD));
      }
    }
    return new Verdict.Denied(status, body, headers, null);
  }
}
