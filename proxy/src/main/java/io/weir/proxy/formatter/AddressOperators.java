package io.weir.proxy.formatter;

import io.weir.filter.Problems;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The three forms of an operator about an address: whole, without port, port alone. */
final class AddressOperators {
  interface Source {
    @Nullable SocketAddress of(FormatContext context);
  }

  private AddressOperators() {}

  /**
   * @param name {@code DOWNSTREAM_REMOTE_ADDRESS}; the port's operator ends in {@code PORT} instead
   */
  static void register(Map<String, Operators.Builder> builders, String name, Source source) {
    builders.put(
        name,
        Operators.plain(
            (context, out) -> {
              SocketAddress address = source.of(context);
              if (address == null) {
                return false;
              }
              AddressText.append(address, out);
              return true;
            }));
    builders.put(
        name + "_WITHOUT_PORT", (command, _, problems) -> withoutPort(command, source, problems));
    builders.put(
        name.substring(0, name.length() - "ADDRESS".length()) + "PORT",
        Operators.plain(
            NumberOperator.of(
                context -> {
                  SocketAddress address = source.of(context);
                  int port = address == null ? -1 : AddressText.port(address);
                  return port < 0 ? NumberOperator.NONE : port;
                })));
  }

  private static @Nullable Operator withoutPort(Command command, Source source, Problems problems) {
    if (!command.argument().isEmpty()) {
      return masked(command, source, problems);
    }
    return (context, out) -> {
      SocketAddress address = source.of(context);
      if (address == null) {
        return false;
      }
      AddressText.appendWithoutPort(address, out);
      return true;
    };
  }

  /** {@code (V4_PREFIX)} or {@code (V4_PREFIX:V6_PREFIX)}: the network instead of the address. */
  private static @Nullable Operator masked(Command command, Source source, Problems problems) {
    String[] parts = command.argument().split(":", -1);
    int v4 = prefix(parts[0], 32);
    int v6 = parts.length > 1 ? prefix(parts[1], 128) : -1;
    if (parts.length > 2 || v4 == -2 || v6 == -2) {
      return command.invalid(problems, "unknown prefix lengths", "(24) or (24:64)");
    }
    return TextOperator.of(
        context -> {
          SocketAddress address = source.of(context);
          return address == null ? null : AddressText.masked(address, v4, v6);
        });
  }

  private static int prefix(String text, int max) {
    if (text.isEmpty()) {
      return -1;
    }
    try {
      int prefix = Integer.parseInt(text);
      return prefix < 0 || prefix > max ? -2 : prefix;
    } catch (NumberFormatException _) {
      return -2;
    }
  }
}
