package io.weir.xds.validate;

import com.google.re2j.Pattern;
import io.envoyproxy.pgv.validate.Validate;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Rules for strings. */
final class StringCheck implements ValueCheck {

  private final Validate.StringRules rules;
  private final @Nullable Pattern pattern;

  StringCheck(Validate.StringRules rules) {
    this.rules = rules;
    this.pattern = rules.hasPattern() ? Pattern.compile(rules.getPattern()) : null;
  }

  @Override
  public @Nullable String violation(Object value) {
    String text = (String) value;
    if (rules.getIgnoreEmpty() && text.isEmpty()) {
      return null;
    }
    String violation = length(text);
    return violation == null ? content(text) : violation;
  }

  private @Nullable String length(String text) {
    long characters = text.codePointCount(0, text.length());
    if (rules.hasMinLen() && characters < rules.getMinLen()) {
      return text.isEmpty()
          ? "must not be empty"
          : "needs at least " + FieldRule.count(rules.getMinLen(), "character");
    }
    if (rules.hasMaxLen() && characters > rules.getMaxLen()) {
      return "takes at most " + FieldRule.count(rules.getMaxLen(), "character");
    }
    if (rules.hasLen() && characters != rules.getLen()) {
      return "must have " + FieldRule.count(rules.getLen(), "character");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (rules.hasMinBytes() && bytes < rules.getMinBytes()) {
      return text.isEmpty()
          ? "must not be empty"
          : "needs at least " + FieldRule.count(rules.getMinBytes(), "byte");
    }
    if (rules.hasMaxBytes() && bytes > rules.getMaxBytes()) {
      return "takes at most " + FieldRule.count(rules.getMaxBytes(), "byte");
    }
    if (rules.hasLenBytes() && bytes != rules.getLenBytes()) {
      return "must have " + FieldRule.count(rules.getLenBytes(), "byte");
    }
    return null;
  }

  private @Nullable String content(String text) {
    String shown = ValueCheck.shown(text);
    if (rules.hasConst() && !text.equals(rules.getConst())) {
      return shown + " must be \"" + rules.getConst() + "\"";
    }
    if (pattern != null && !pattern.matcher(text).find()) {
      return shown + " does not match " + rules.getPattern();
    }
    if (rules.hasPrefix() && !text.startsWith(rules.getPrefix())) {
      return shown + " must begin with \"" + rules.getPrefix() + "\"";
    }
    if (rules.hasSuffix() && !text.endsWith(rules.getSuffix())) {
      return shown + " must end with \"" + rules.getSuffix() + "\"";
    }
    if (rules.hasContains() && !text.contains(rules.getContains())) {
      return shown + " must contain \"" + rules.getContains() + "\"";
    }
    if (rules.hasNotContains() && text.contains(rules.getNotContains())) {
      return shown + " must not contain \"" + rules.getNotContains() + "\"";
    }
    if (rules.getInCount() > 0 && !rules.getInList().contains(text)) {
      return shown + " must be one of " + rules.getInList();
    }
    if (rules.getNotInList().contains(text)) {
      return shown + " is not allowed";
    }
    return StringFormat.violation(rules, text, shown);
  }
}
