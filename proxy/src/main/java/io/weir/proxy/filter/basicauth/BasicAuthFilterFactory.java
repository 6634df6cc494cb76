package io.weir.proxy.filter.basicauth;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.http.basic_auth.v3.BasicAuth;
import io.envoyproxy.envoy.extensions.filters.http.basic_auth.v3.BasicAuthPerRoute;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that ask for a user's name and password. */
public final class BasicAuthFilterFactory implements HttpFilterFactory {
  @Override
  public String name() {
    return "envoy.filters.http.basic_auth";
  }

  @Override
  public boolean authorizes() {
    return true;
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        BasicAuth.getDescriptor().getFullName(), BasicAuthPerRoute.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    BasicAuth message = context.unpack(config, BasicAuth.getDefaultInstance());
    if (message == null) {
      return null;
    }
    Users users = users(message.hasUsers(), message.getUsers(), context);
    if (users == null) {
      return null;
    }
    String header = message.getAuthenticationHeader();
    String forward = message.getForwardUsernameHeader();
    var settings =
        new BasicAuthSettings(
            users,
            header.isEmpty() ? HeaderName.AUTHORIZATION : HeaderName.of(header),
            forward.isEmpty() ? null : HeaderName.of(forward),
            Boolean.TRUE.equals(context.field(message, "allow_missing")),
            Boolean.TRUE.equals(context.field(message, "emit_dynamic_metadata")),
            realm(message, context));
    String prefix = context.statPrefix() + "basic_auth.";
    return worker -> {
      var allowed = worker.stats().counter(prefix, "allowed");
      var denied = worker.stats().counter(prefix, "denied");
      return callbacks -> new BasicAuthFilter(callbacks, settings, allowed, denied);
    };
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    BasicAuthPerRoute message = context.unpack(config, BasicAuthPerRoute.getDefaultInstance());
    if (message == null) {
      return null;
    }
    Users users = users(message.hasUsers(), message.getUsers(), context);
    return users == null ? null : new RouteUsers(users, realm(message, context));
  }

  private static @Nullable Users users(boolean given, DataSource source, FactoryContext context) {
    if (!given) {
      context.problems().add("users", "is missing", "name a file or give the list");
      return null;
    }
    byte[] text = context.read(source, "users");
    if (text != null && text.length == 0) {
      context.problems().add("users", "is empty", "name a file or give the list");
      return null;
    }
    return text == null ? null : Users.parse(text, context.problems());
  }

  private static String realm(Message message, FactoryContext context) {
    return context.field(message, "realm") instanceof String realm ? realm : "";
  }
}
