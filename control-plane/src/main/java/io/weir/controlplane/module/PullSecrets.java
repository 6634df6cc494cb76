package io.weir.controlplane.module;

import io.weir.xds.ProblemList;
import io.weir.xds.codec.SourceMap;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Credentials for registries: {@code DIR/NAMESPACE/NAME}, a file with Docker's configuration, as a
 * Kubernetes secret of type {@code dockerconfigjson} holds it. Read anew for every pull.
 *
 * @param folder null when there are none
 */
public record PullSecrets(@Nullable Path folder) {

  public static final PullSecrets NONE = new PullSecrets(null);

  private static final String DOCKER_HUB = "https://index.docker.io/v1/";

  /**
   * The value of a basic {@code Authorization} for a registry, or empty when none is wanted.
   *
   * @param secret {@code namespace/name}, or empty
   */
  String basic(String secret, String registry) throws FetchException {
    if (secret.isEmpty()) {
      return "";
    }
    if (folder == null) {
      throw FetchException.lasting(
          "the pull secret " + secret + " is wanted, but the control plane has no --secrets-dir");
    }
    Path file = folder.resolve(secret).normalize();
    if (!file.startsWith(folder.normalize())) {
      throw FetchException.lasting("the pull secret " + secret + " is no name");
    }
    try {
      String text = Files.readString(file);
      if (YamlReader.read(text, file.toString(), new ProblemList()) instanceof SourceMap map
          && map.get("auths") instanceof SourceMap auths) {
        return credentials(auths, secret, registry);
      }
    } catch (IOException e) {
      throw FetchException.passing("the pull secret " + secret + " cannot be read: " + e);
    }
    throw FetchException.lasting("the pull secret " + secret + " is no Docker configuration");
  }

  private static String credentials(SourceMap auths, String secret, String registry)
      throws FetchException {
    for (SourceMap.Entry entry : auths.entries()) {
      String host = entry.key().replaceFirst("^https?://", "").replaceFirst("/.*$", "");
      boolean meant =
          host.equals(registry) || entry.key().equals(DOCKER_HUB) && registry.endsWith("docker.io");
      if (meant && entry.value() instanceof SourceMap auth) {
        String encoded = auth.text("auth");
        if (encoded != null) {
          return "Basic " + encoded;
        }
        String pair = auth.text("username") + ":" + auth.text("password");
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      }
    }
    throw FetchException.lasting("the pull secret " + secret + " has nothing for " + registry);
  }
}
