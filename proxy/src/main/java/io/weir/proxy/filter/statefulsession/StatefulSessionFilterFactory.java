package io.weir.proxy.filter.statefulsession;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSession;
import io.envoyproxy.envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute;
import io.envoyproxy.envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState;
import io.envoyproxy.envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState;
import io.weir.filter.FactoryContext;
import io.weir.filter.http.HeaderName;
import io.weir.filter.http.HttpFilterConfig;
import io.weir.filter.http.HttpFilterFactory;
import io.weir.filter.http.RouteConfig;
import io.weir.proxy.extension.LoadContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes filters that keep a client on its host. */
public final class StatefulSessionFilterFactory implements HttpFilterFactory {
  private static final String STATES = "envoy.extensions.http.stateful_session.";

  @Override
  public String name() {
    return "envoy.filters.http.stateful_session";
  }

  @Override
  public List<String> configTypes() {
    return List.of(
        StatefulSession.getDescriptor().getFullName(),
        StatefulSessionPerRoute.getDescriptor().getFullName());
  }

  @Override
  public @Nullable HttpFilterConfig load(Any config, FactoryContext context) {
    StatefulSession message = context.unpack(config, StatefulSession.getDefaultInstance());
    SessionSettings settings = message == null ? null : settings(message, context);
    return settings == null
        ? null
        : _ -> callbacks -> new StatefulSessionFilter(callbacks, settings);
  }

  @Override
  public @Nullable RouteConfig loadRoute(Any config, FactoryContext context) {
    StatefulSessionPerRoute message =
        context.unpack(config, StatefulSessionPerRoute.getDefaultInstance());
    if (message == null) {
      return null;
    }
    return message.hasStatefulSession()
        ? settings(message.getStatefulSession(), at(context, "stateful_session"))
        : SessionSettings.NONE;
  }

  private static @Nullable SessionSettings settings(
      StatefulSession message, FactoryContext context) {
    if (!message.hasSessionState()) {
      return SessionSettings.NONE;
    }
    SessionState.Reader reader =
        reader(
            message.getSessionState().getTypedConfig(), at(context, "session_state.typed_config"));
    return reader == null ? null : new SessionSettings(reader, message.getStrict());
  }

  private static SessionState.@Nullable Reader reader(Any config, FactoryContext context) {
    String type = config.getTypeUrl().substring(config.getTypeUrl().lastIndexOf('/') + 1);
    switch (type) {
      case STATES + "cookie.v3.CookieBasedSessionState" -> {
        var cookie = context.unpack(config, CookieBasedSessionState.getDefaultInstance());
        return cookie == null ? null : cookie(cookie, context);
      }
      case STATES + "header.v3.HeaderBasedSessionState" -> {
        var header = context.unpack(config, HeaderBasedSessionState.getDefaultInstance());
        return header == null ? null : new HeaderSession(HeaderName.of(header.getName()));
      }
      case STATES + "envelope.v3.EnvelopeSessionState" -> {
        Message envelope = context.unpack(config);
        return envelope != null
                && context.field(envelope, "header") instanceof Message header
                && context.field(header, "name") instanceof String name
            ? new EnvelopeSession(HeaderName.of(name))
            : null;
      }
      default -> {
        context.problems().add("", "no session state takes a " + type);
        return null;
      }
    }
  }

  private static @Nullable CookieSession cookie(
      CookieBasedSessionState message, FactoryContext context) {
    if (message.getCookie().getName().isEmpty()) {
      context.problems().add("cookie.name", "is empty", "give the cookie a name");
      return null;
    }
    return CookieSession.of(message.getCookie(), context);
  }

  private static FactoryContext at(FactoryContext context, String path) {
    return context instanceof LoadContext load ? load.at(path) : context;
  }
}
