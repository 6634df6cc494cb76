package io.weir.proxy.admin;

/** {@code /logging}: levels of loggers. */
final class LoggingEndpoint implements AdminEndpoint {
  @Override
  public String path() {
    return "/logging";
  }

  @Override
  public String help() {
    return "query/change logging levels";
  }

  @Override
  public boolean mutates() {
    return true;
  }

  @Override
  public AdminResponse handle(AdminRequest request) {
    return AdminResponse.text("active loggers:\n");
  }
}
