package io.weir.proxy.logging;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/** Puts the process's log behind SLF4J; found by its service loader. Writes to standard error. */
public final class LoggingProvider implements SLF4JServiceProvider {
  private static final String SLF4J_API = "2.0.99";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter mdc = new NOPMDCAdapter();
  private final LogWriter writer = new LogWriter(new FileOutputStream(FileDescriptor.err));
  private final Loggers loggers = new Loggers(writer);

  @Override
  public void initialize() {
    writer.start();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return loggers;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return mdc;
  }

  @Override
  public String getRequestedApiVersion() {
    return SLF4J_API;
  }
}
