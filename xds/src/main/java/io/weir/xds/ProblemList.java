package io.weir.xds;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects every problem of one input. Views made by {@link #at}, {@link #in}, {@link #coded} and
 * {@link #locatedBy} report into the list they were made from. Not thread-safe.
 */
public final class ProblemList {

  /** Finds where the field of a path was written. */
  @FunctionalInterface
  public interface Locator {
    /** {@code {line, column}} counted from 1, or {@code {0, 0}}. */
    int[] locate(String path);
  }

  private static final Locator NOWHERE = _ -> new int[2];

  private final List<Problem> all;
  private final String source;
  private final String prefix;
  private final Locator locator;
  private final String code;

  public ProblemList() {
    this("");
  }

  /**
   * @param source what the problems are about: a file's name or a resource
   */
  public ProblemList(String source) {
    this(new ArrayList<>(), source, "", NOWHERE, "");
  }

  private ProblemList(
      List<Problem> all, String source, String prefix, Locator locator, String code) {
    this.all = all;
    this.source = source;
    this.prefix = prefix;
    this.locator = locator;
    this.code = code;
  }

  public void add(String path, String reason) {
    add(path, reason, "");
  }

  public void add(String path, String reason, String hint) {
    report(0, 0, path, reason, hint, false);
  }

  public void add(int line, int column, String path, String reason, String hint) {
    report(line, column, path, reason, hint, false);
  }

  public void warn(String path, String reason, String hint) {
    report(0, 0, path, reason, hint, true);
  }

  public void warn(int line, int column, String path, String reason, String hint) {
    report(line, column, path, reason, hint, true);
  }

  /** Takes over a problem as it is. */
  public void add(Problem problem) {
    all.add(problem);
  }

  /** A view that puts {@code prefix} in front of every path. */
  public ProblemList at(String prefix) {
    return new ProblemList(all, source, join(this.prefix, prefix), locator, code);
  }

  /** A view that names another source. */
  public ProblemList in(String source) {
    return new ProblemList(all, source, prefix, locator, code);
  }

  /** A view that looks up the position of problems that are reported with a path only. */
  public ProblemList locatedBy(Locator locator) {
    return new ProblemList(all, source, prefix, locator, code);
  }

  /** A view whose problems carry a code. */
  public ProblemList coded(String code) {
    return new ProblemList(all, source, prefix, locator, code);
  }

  /** Whether nothing is wrong; warnings do not count. */
  public boolean isEmpty() {
    return count() == 0;
  }

  /** The number of problems without warnings. */
  public int count() {
    int errors = 0;
    for (Problem problem : all) {
      errors += problem.warning() ? 0 : 1;
    }
    return errors;
  }

  /** Problems and warnings in the order they were found. */
  public List<Problem> all() {
    return List.copyOf(all);
  }

  /** The problems without the warnings. */
  public List<Problem> errors() {
    return all.stream().filter(problem -> !problem.warning()).toList();
  }

  public List<Problem> warnings() {
    return all.stream().filter(Problem::warning).toList();
  }

  public String source() {
    return source;
  }

  /** Joins two path parts; the second may begin with an index. */
  public static String join(String parent, String child) {
    if (parent.isEmpty()) {
      return child;
    }
    if (child.isEmpty()) {
      return parent;
    }
    return child.startsWith("[") ? parent + child : parent + "." + child;
  }

  private void report(
      int line, int column, String path, String reason, String hint, boolean warning) {
    String fullPath = join(prefix, path);
    if (line == 0) {
      int[] position = locator.locate(fullPath);
      line = position[0];
      column = position[1];
    }
    all.add(new Problem(source, line, column, fullPath, reason, hint, warning, code));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Problem problem : all) {
      text.append(problem).append('\n');
    }
    return text.toString();
  }
}
