package io.weir.controlplane.module;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Guarded GETs with limits of size and time. Follows redirects itself. Any thread. */
final class HttpFetch implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int MAX_REDIRECTS = 5;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Duration timeout;
  private final long maxBytes;

  HttpFetch(Duration timeout, long maxBytes) {
    this.timeout = timeout;
    this.maxBytes = maxBytes;
  }

  /** A response whose status is 2xx, 401 or 404; every other is an exception. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, Map<String, java.util.List<String>> headers, byte[] body) {

    String header(String name) {
      return headers.entrySet().stream()
          .filter(e -> e.getKey().equalsIgnoreCase(name))
          .map(e -> e.getValue().getFirst())
          .findFirst()
          .orElse("");
    }
  }

  Answer get(URI uri, Map<String, String> headers) throws FetchException {
    URI at = uri;
    Map<String, String> sent = headers;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      AddressGuard.check(at);
      HttpResponse<InputStream> response = send(at, sent);
      int status = response.statusCode();
      if (status / 100 != 3) {
        return answer(at, response);
      }
      String location = response.headers().firstValue("location").orElse("");
      close(response);
      if (location.isEmpty()) {
        throw FetchException.lasting(at + " redirects to nowhere");
      }
      URI next = at.resolve(location);
      if (!"http".equals(next.getScheme()) && !"https".equals(next.getScheme())
          || "https".equals(at.getScheme()) && "http".equals(next.getScheme())) {
        throw FetchException.lasting(at + " redirects to " + next + ", which is not followed");
      }
      if (!java.util.Objects.equals(next.getAuthority(), at.getAuthority())) {
        // Credentials are for the host that they were given to.
        sent = without(sent, "authorization");
      }
      at = next;
    }
    throw FetchException.lasting(uri + " redirects more than " + MAX_REDIRECTS + " times");
  }

  private HttpResponse<InputStream> send(URI uri, Map<String, String> headers)
      throws FetchException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout).GET();
    headers.forEach(request::header);
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw FetchException.passing(uri + " does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FetchException.passing(uri + ": interrupted");
    }
  }

  private Answer answer(URI uri, HttpResponse<InputStream> response) throws FetchException {
    int status = response.statusCode();
    if (status / 100 == 5 || status == 429) {
      close(response);
      throw FetchException.passing(uri + " answers " + status);
    }
    if (status / 100 != 2 && status != 401 && status != 404) {
      close(response);
      throw FetchException.lasting(uri + " answers " + status);
    }
    return new Answer(status, response.headers().map(), read(uri, response.body()));
  }

  /** The whole body, within the limits: the client's own timeout ends with the head. */
  private byte[] read(URI uri, InputStream in) throws FetchException {
    Thread reader = Thread.currentThread();
    Thread watch =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    Thread.sleep(timeout);
                    reader.interrupt();
                  } catch (InterruptedException e) {
                    // The body came in time.
                  }
                });
    try (in) {
      byte[] body = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBytes + 1));
      if (body.length > maxBytes) {
        throw FetchException.lasting(uri + " is larger than " + (maxBytes >> 20) + " MiB");
      }
      return body;
    } catch (IOException e) {
      throw FetchException.passing(uri + " stops in the middle: " + e.getMessage());
    } finally {
      watch.interrupt();
      // An alarm that came too late must not hit what the thread does next.
      boolean cleared = Thread.interrupted();
      if (cleared && Thread.currentThread().isInterrupted()) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void close(HttpResponse<InputStream> response) {
    try {
      response.body().close();
    } catch (IOException e) {
      // Nothing more is wanted of it.
    }
  }

  private static Map<String, String> without(Map<String, String> headers, String name) {
    Map<String, String> rest = new java.util.LinkedHashMap<>(headers);
    rest.keySet().removeIf(key -> key.equalsIgnoreCase(name));
    return rest;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
