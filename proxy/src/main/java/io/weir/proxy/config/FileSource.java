package io.weir.proxy.config;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.weir.proxy.worker.ControlThread;
import io.weir.xds.ProblemList;
import io.weir.xds.Resource;
import io.weir.xds.ResourceType;
import io.weir.xds.codec.ProtoReader;
import io.weir.xds.codec.SourceNode;
import io.weir.xds.codec.SourcePositions;
import io.weir.xds.codec.YamlReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resources from a file that holds a {@code DiscoveryResponse}; read again when the file is
 * replaced. A file that does not parse leaves what was in use.
 */
final class FileSource implements ResourceSource {
  private static final Logger LOG = LoggerFactory.getLogger("config");

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final ControlThread control;
  private final Path file;
  private final ControlPlaneStats stats;
  private final FolderWatch watch;
  private final Map<ResourceType, TypeState> types = new EnumMap<>(ResourceType.class);
  private final Set<SourceWatcher> untold = new HashSet<>();
  private @Nullable String latest;
  private boolean readPlanned;

  /**
   * @param folder the directory whose changes say that the file may have changed
   */
  FileSource(ControlThread control, Path file, Path folder, ControlPlaneStats stats) {
    this.control = control;
    this.file = file;
    this.stats = stats;
    this.watch = FolderWatch.start(folder, () -> control.execute(this::planRead));
  }

  @Override
  public void watch(ResourceType type, String name, SourceWatcher watcher, long timeoutMillis) {
    types.computeIfAbsent(type, TypeState::new).watch(control, name, watcher, timeoutMillis);
    untold.add(watcher);
    planRead();
  }

  @Override
  public void unwatch(ResourceType type, String name, SourceWatcher watcher) {
    untold.remove(watcher);
    TypeState state = types.get(type);
    if (state != null) {
      state.remove(name, watcher);
    }
  }

  private void planRead() {
    if (!readPlanned) {
      readPlanned = true;
      control.execute(this::read);
    }
  }

  private void read() {
    readPlanned = false;
    var problems = new ProblemList(file.toString());
    String text = text(problems);
    boolean same = text != null && text.equals(latest);
    latest = text;
    Set<SourceWatcher> told = Set.copyOf(untold);
    untold.clear();
    if (same && told.isEmpty()) {
      return;
    }
    DiscoveryResponse response = text == null ? null : parse(text, problems);
    for (TypeState state : List.copyOf(types.values())) {
      if (state.watched()) {
        Collection<SourceWatcher> those = same ? told : state.named();
        if (response != null) {
          deliver(state, response, those, told, problems);
        } else {
          state.onFailure(those);
          those.forEach(state::stopWaiting);
          stats.failed(state.type());
        }
      }
    }
    problems.errors().forEach(problem -> LOG.warn("rejected: {}", problem));
  }

  private @Nullable String text(ProblemList problems) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      problems.add("", "cannot be read: " + e.getMessage());
      return null;
    }
  }

  private @Nullable DiscoveryResponse parse(String text, ProblemList problems) {
    SourceNode node = YamlReader.read(text, file.toString(), problems);
    return node == null
        ? null
        : ProtoReader.read(
            node,
            DiscoveryResponse.getDefaultInstance(),
            problems.locatedBy(SourcePositions.in(node)));
  }

  /**
   * @param told those who watch names and are told how things are for them
   * @param fresh those of them who have been told of what was known when they came
   */
  private void deliver(
      TypeState state,
      DiscoveryResponse response,
      Collection<SourceWatcher> told,
      Set<SourceWatcher> fresh,
      ProblemList problems) {
    List<Resource> all = new ArrayList<>();
    for (Any any : response.getResourcesList()) {
      if (!any.getTypeUrl().equals(state.type().typeUrl())) {
        continue;
      }
      try {
        all.add(SotwWire.resource(any, state.type(), response.getVersionInfo()));
      } catch (InvalidProtocolBufferException e) {
        problems.add("resources", "a resource is no " + state.type().messageName());
        return;
      }
    }
    var gone = new TreeSet<>(state.taken().keySet());
    List<Resource> changed = new ArrayList<>();
    for (Resource resource : all) {
      gone.remove(resource.name());
      Resource old = state.taken().get(resource.name());
      if (old == null || !old.body().equals(resource.body())) {
        changed.add(resource);
      }
    }
    for (Resource resource : all) {
      if (!changed.contains(resource)) {
        state.onSame(resource, told, fresh);
      }
    }
    int before = problems.count();
    Collection<String> removed = state.type().wildcard() ? gone : List.of();
    long begin = System.nanoTime();
    state.deliver(changed, removed, problems);
    stats.update(
        state.type(),
        problems.count() == before,
        response.getVersionInfo(),
        !changed.isEmpty() || !removed.isEmpty(),
        (System.nanoTime() - begin) / NANOS_PER_MILLI);
    Set<String> present = all.stream().map(Resource::name).collect(Collectors.toSet());
    state.onAbsent(present, response.getVersionInfo(), told);
  }

  @Override
  public void close() {
    watch.close();
  }
}
