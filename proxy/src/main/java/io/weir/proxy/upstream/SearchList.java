package io.weir.proxy.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The domains in which names are looked for that are not absolute (resolv.conf, {@code search} and
 * {@code ndots}). Immutable.
 *
 * @param dots names with as many dots are asked for as they are first
 */
record SearchList(List<String> domains, int dots) {
  static final SearchList NONE = new SearchList(List.of(), 1);

  private static final Path FILE = Path.of("/etc/resolv.conf");

  SearchList {
    domains = List.copyOf(domains);
  }

  /** That of this machine. */
  static SearchList ofSystem() {
    try {
      return of(Files.readAllLines(FILE));
    } catch (IOException _) {
      return NONE;
    }
  }

  /** The last of several {@code search} or {@code domain} lines counts. */
  static SearchList of(List<String> lines) {
    List<String> domains = List.of();
    int dots = 1;
    for (String line : lines) {
      String[] words = line.trim().split("\\s+");
      List<String> rest = List.of(words).subList(1, words.length);
      switch (words[0]) {
        case "search", "domain" -> domains = rest;
        case "options" -> {
          for (String option : rest) {
            if (option.matches("ndots:[0-9]{1,2}")) {
              dots = Integer.parseInt(option.substring("ndots:".length()));
            }
          }
        }
        default -> {
          // Servers, and what does not matter here.
        }
      }
    }
    return new SearchList(domains.stream().filter(each -> !each.equals(".")).toList(), dots);
  }

  /** Absolute names to ask for, one after the other. */
  List<String> candidates(String name) {
    if (name.endsWith(".")) {
      return List.of(name);
    }
    var all = new ArrayList<String>();
    for (String domain : domains) {
      all.add(name + "." + (domain.endsWith(".") ? domain : domain + "."));
    }
    all.add(name.chars().filter(c -> c == '.').count() >= dots ? 0 : all.size(), name + ".");
    return all;
  }
}
