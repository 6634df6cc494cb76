package io.weir.proxy.admin;

import java.util.List;

/** One path of the administration interface. Called on a virtual thread, by several at once. */
interface AdminEndpoint {
  String path();

  /** One line for {@code /help}. */
  String help();

  /** Whether it changes anything, so that only POST is allowed. */
  default boolean mutates() {
    return false;
  }

  default List<Parameter> parameters() {
    return List.of();
  }

  AdminResponse handle(AdminRequest request) throws InterruptedException;

  /** A query parameter, for {@code /help} and the home page. */
  record Parameter(String name, String help) {}

  /** An endpoint made of a function. */
  static Simple read(String path, String help, Handler handler) {
    return new Simple(path, help, false, List.of(), handler);
  }

  /** An endpoint that changes something. */
  static Simple change(String path, String help, Handler handler) {
    return new Simple(path, help, true, List.of(), handler);
  }

  /** The work of a simple endpoint. */
  interface Handler {
    AdminResponse handle(AdminRequest request) throws InterruptedException;
  }

  /** See {@link #read} and {@link #change}. */
  record Simple(
      String path, String help, boolean mutates, List<Parameter> parameters, Handler handler)
      implements AdminEndpoint {

    Simple with(Parameter... added) {
      return new Simple(path, help, mutates, List.of(added), handler);
    }

    @Override
    public AdminResponse handle(AdminRequest request) throws InterruptedException {
      return handler.handle(request);
    }
  }
}
