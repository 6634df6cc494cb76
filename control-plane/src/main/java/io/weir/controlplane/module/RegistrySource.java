package io.weir.controlplane.module;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.YamlReader;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of a registry (OCI distribution, Docker's API version 2). Asks for a token once when
 * it is told to. One pull uses one instance.
 */
final class RegistrySource implements BlobSource {

  private static final String MANIFESTS =
      String.join(
          ",",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  private final HttpFetch http;
  private final ImageReference image;
  private final String basic;
  private final URI base;
  private String authorization = "";

  /**
   * @param basic credentials, or empty
   */
  RegistrySource(HttpFetch http, ImageReference image, String basic) {
    this.http = http;
    this.image = image;
    this.basic = basic;
    this.base = URI.create(scheme(image.registry()) + "://" + image.registry() + "/v2/");
  }

  /** Registries on this machine speak plain text, as Docker assumes too. */
  private static String scheme(String registry) {
    String host = registry.replaceFirst(":\\d+$", "");
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")
        ? "http"
        : "https";
  }

  @Override
  public byte[] manifest(String reference) throws FetchException {
    return get("manifests/" + reference, MANIFESTS);
  }

  @Override
  public byte[] blob(String digest) throws FetchException {
    return get("blobs/" + digest, "*/*");
  }

  private byte[] get(String path, String accept) throws FetchException {
    URI uri = base.resolve(image.repository() + "/" + path);
    HttpFetch.Answer answer = http.get(uri, headers(accept));
    if (answer.status() == 401 && authorization.isEmpty()) {
      authorize(answer.header("www-authenticate"));
      answer = http.get(uri, headers(accept));
    }
    return switch (answer.status()) {
      case 401 ->
          throw FetchException.lasting(
              image.registry()
                  + " refuses "
                  + (basic.isEmpty() ? "anonymous pulls" : "the pull secret"));
      case 404 ->
          throw FetchException.lasting(
              image.registry() + " has no " + image.repository() + " " + path);
      default -> answer.body();
    };
  }

  private Map<String, String> headers(String accept) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", accept);
    if (!authorization.isEmpty()) {
      headers.put("Authorization", authorization);
    }
    return headers;
  }

  private void authorize(String challenge) throws FetchException {
    if (challenge.regionMatches(true, 0, "basic", 0, 5)) {
      if (basic.isEmpty()) {
        throw FetchException.lasting(image.registry() + " wants a password; give a pull secret");
      }
      authorization = basic;
      return;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    Matcher matcher = PARAMETER.matcher(challenge);
    while (matcher.find()) {
      parameters.put(matcher.group(1), matcher.group(2));
    }
    String realm = parameters.get("realm");
    if (!challenge.regionMatches(true, 0, "bearer", 0, 6) || realm == null) {
      throw FetchException.lasting(image.registry() + " wants an unknown kind of proof");
    }
    URI server;
    try {
      String scope = parameters.getOrDefault("scope", "repository:" + image.repository() + ":pull");
      server =
          URI.create(
              realm
                  + (realm.contains("?") ? "&" : "?")
                  + "service="
                  + encode(parameters.getOrDefault("service", ""))
                  + "&scope="
                  + encode(scope));
    } catch (IllegalArgumentException e) {
      throw FetchException.lasting(image.registry() + " names a wrong server for tokens: " + realm);
    }
    AddressGuard.checkRealm(server, base);
    HttpFetch.Answer answer =
        http.get(server, basic.isEmpty() ? Map.of() : Map.of("Authorization", basic));
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    String token = null;
    if (answer.status() == 200
        && YamlReader.read(body, "", new ProblemList()) instanceof SourceMap map) {
      token = map.text("token") == null ? map.text("access_token") : map.text("token");
    }
    if (token == null) {
      throw FetchException.lasting(server.getHost() + " gives no token for " + image.repository());
    }
    authorization = "Bearer " + token;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
