package io.weir.controlplane;

import io.weir.controlplane.ads.AdsServer;
import io.weir.controlplane.config.ConfigKey;
import io.weir.controlplane.config.ConfigSnapshot;
import io.weir.controlplane.config.ConfigStore;
import io.weir.controlplane.config.DocumentReader;
import io.weir.controlplane.config.FileSource;
import io.weir.controlplane.config.MeshConfig;
import io.weir.controlplane.debug.AppliedFile;
import io.weir.controlplane.debug.HttpApi;
import io.weir.controlplane.module.ModuleDirectory;
import io.weir.controlplane.module.PullSecrets;
import io.weir.controlplane.patch.Profile;
import io.weir.controlplane.push.Certificates;
import io.weir.controlplane.push.Debouncer;
import io.weir.controlplane.push.PushContext;
import io.weir.controlplane.push.ServedModules;
import io.weir.controlplane.validate.ConfigValidation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running control plane: a folder of Istio resources in, xDS out. */
public final class ControlPlane implements AutoCloseable {

  /**
   * How to run.
   *
   * @param httpAddress of metrics and debug endpoints
   * @param moduleCache folder of wasm modules, which may be shared
   * @param pullSecrets for registries
   * @param dataDir where what is applied over HTTP is kept; null to forget it at the end
   * @param compatIstio whether EnvoyFilters behave as in Istio where we deliberately do better
   */
  public record Options(
      Path configDir,
      InetSocketAddress xdsAddress,
      InetSocketAddress httpAddress,
      MeshConfig meshConfig,
      boolean compatIstio,
      Path moduleCache,
      PullSecrets pullSecrets,
      @Nullable Path dataDir) {

    /** With modules in the user's cache folder, and no credentials for registries. */
    public Options(
        Path configDir,
        InetSocketAddress xdsAddress,
        InetSocketAddress httpAddress,
        MeshConfig meshConfig,
        boolean compatIstio) {
      this(
          configDir,
          xdsAddress,
          httpAddress,
          meshConfig,
          compatIstio,
          defaultModuleCache(),
          PullSecrets.NONE,
          null);
    }

    /** Where the platform keeps caches. */
    public static Path defaultModuleCache() {
      String given = System.getenv("XDG_CACHE_HOME");
      Path caches =
          given == null || given.isEmpty()
              ? Path.of(System.getProperty("user.home"), ".cache")
              : Path.of(given);
      return caches.resolve("weir").resolve("modules");
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger("main");

  private final ConfigStore store = new ConfigStore();
  private final Profile profile;
  private final FileSource files;
  private final Debouncer debouncer;
  private final AdsServer ads;
  private final ModuleDirectory modules;
  private final InetSocketAddress httpAddress;
  private final DocumentReader reader = new DocumentReader(List.of(new ConfigValidation()));
  private final AppliedFile applied;
  private @Nullable HttpApi http;

  private ControlPlane(Options options) throws IOException {
    profile = options.compatIstio() ? Profile.ISTIO : Profile.WEIR;
    Path dataDir = options.dataDir();
    applied = dataDir == null ? AppliedFile.none() : AppliedFile.in(dataDir);
    files = new FileSource(options.configDir(), reader, store);
    try {
      files.start();
      applied.load(store, reader);
    } catch (IOException e) {
      files.close();
      applied.close();
      throw e;
    }
    modules = new ModuleDirectory(options.moduleCache(), options.pullSecrets());
    httpAddress = options.httpAddress();
    ads =
        new AdsServer(
            PushContext.first(store.snapshot(), options.meshConfig(), Certificates.NONE), profile);
    if (options.meshConfig().enableAutoMtls()) {
      LOG.warn(
          "no certificate authority: enableAutoMtls has no effect, and ports that accept both mTLS"
              + " and plain text accept plain text only");
    }
    debouncer = new Debouncer(Debouncer.QUIET, Debouncer.MAX, this::push);
    debouncer.start();
    store.onChange(debouncer::add);
  }

  /** Reads the folder and binds both addresses. */
  public static ControlPlane start(Options options) throws IOException {
    ControlPlane plane = new ControlPlane(options);
    try {
      plane.http =
          HttpApi.start(
              options.httpAddress(),
              plane.store,
              plane.reader,
              plane.applied,
              plane.ads,
              plane.modules,
              plane.profile);
      plane.modules.follow(plane.ads.context());
      plane.ads.push(plane.ads.context().with(plane.served()));
      plane.modules.onChange(_ -> plane.pushModules());
      plane.ads.start(options.xdsAddress());
    } catch (IOException e) {
      plane.close();
      throw e;
    }
    return plane;
  }

  private void push(ConfigSnapshot snapshot, Set<ConfigKey> changed) {
    synchronized (modules) {
      PushContext next = ads.context().next(snapshot, changed);
      modules.follow(next);
      ads.push(next.with(served()));
    }
  }

  private void pushModules() {
    synchronized (modules) {
      ads.push(ads.context().with(served()));
    }
  }

  private ServedModules served() {
    InetAddress bound = httpAddress.getAddress();
    String host =
        bound == null || bound.isAnyLocalAddress() ? localAddress() : bound.getHostAddress();
    return new ServedModules(modules.served(), host, httpPort());
  }

  /** Where others reach this machine, when the port is bound to all of its addresses. */
  private static String localAddress() {
    try {
      return InetAddress.getLocalHost().getHostAddress();
    } catch (UnknownHostException e) {
      return InetAddress.getLoopbackAddress().getHostAddress();
    }
  }

  /** Where proxies connect. */
  public int xdsPort() {
    return ads.port();
  }

  /** Where metrics and debug endpoints are. */
  public int httpPort() {
    HttpApi running = http;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running.port();
  }

  public ConfigStore store() {
    return store;
  }

  public AdsServer ads() {
    return ads;
  }

  @Override
  public void close() {
    files.close();
    debouncer.close();
    ads.close();
    modules.close();
    applied.close();
    if (http != null) {
      http.close();
    }
  }
}
