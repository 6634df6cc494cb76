package io.weir.proxy.admin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Admin;
import io.weir.filter.Problems;
import io.weir.proxy.matcher.StringMatcher;
import io.weir.xds.codec.NewerFields;
import java.util.ArrayList;
import java.util.List;

/** {@code Admin.allow_paths}: everything when the list is empty. */
final class AllowedPaths implements AdminRoutes.PathAllowlist {
  private final List<StringMatcher> matchers;

  private AllowedPaths(List<StringMatcher> matchers) {
    this.matchers = matchers;
  }

  static AllowedPaths of(Admin admin) {
    List<StringMatcher> matchers = new ArrayList<>();
    try {
      if (NewerFields.get(admin, "allow_paths") instanceof List<?> list) {
        for (Object item : list) {
          var message =
              io.envoyproxy.envoy.type.matcher.v3.StringMatcher.parseFrom(
                  ((Message) item).toByteString());
          StringMatcher matcher = StringMatcher.load(message, new Checked());
          if (matcher != null) {
            matchers.add(matcher);
          }
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message cannot read its own bytes", e);
    }
    return new AllowedPaths(List.copyOf(matchers));
  }

  @Override
  public boolean allows(String pathAndQuery) {
    return matchers.isEmpty()
        || matchers.stream().anyMatch(matcher -> matcher.matches(pathAndQuery));
  }

  /** The bootstrap was validated before; what is wrong now matches nothing. */
  private static final class Checked implements Problems {
    @Override
    public void add(String path, String reason, String hint) {}

    @Override
    public void warn(String path, String reason, String hint) {}

    @Override
    public int count() {
      return 0;
    }

    @Override
    public Problems at(String prefix) {
      return this;
    }
  }
}
