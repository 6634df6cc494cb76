package io.weir.xds.validate;

import com.google.protobuf.ByteString;
import com.google.re2j.Pattern;
import io.envoyproxy.pgv.validate.Validate;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Rules for bytes. */
final class BytesCheck implements ValueCheck {

  private final Validate.BytesRules rules;

  BytesCheck(Validate.BytesRules rules) {
    this.rules = rules;
  }

  @Override
  public @Nullable String violation(Object value) {
    ByteString bytes = (ByteString) value;
    if (rules.getIgnoreEmpty() && bytes.isEmpty()) {
      return null;
    }
    if (rules.hasMinLen() && bytes.size() < rules.getMinLen()) {
      return bytes.isEmpty()
          ? "must not be empty"
          : "needs at least " + FieldRule.count(rules.getMinLen(), "byte");
    }
    if (rules.hasMaxLen() && bytes.size() > rules.getMaxLen()) {
      return "takes at most " + FieldRule.count(rules.getMaxLen(), "byte");
    }
    if (rules.hasLen() && bytes.size() != rules.getLen()) {
      return "must have " + FieldRule.count(rules.getLen(), "byte");
    }
    return content(bytes);
  }

  private @Nullable String content(ByteString bytes) {
    if (rules.hasPattern()
        && !Pattern.compile(rules.getPattern())
            .matcher(bytes.toString(StandardCharsets.ISO_8859_1))
            .find()) {
      return "does not match " + rules.getPattern();
    }
    boolean wrong =
        rules.hasConst() && !bytes.equals(rules.getConst())
            || rules.hasPrefix() && !bytes.startsWith(rules.getPrefix())
            || rules.hasSuffix() && !bytes.endsWith(rules.getSuffix())
            || rules.getInCount() > 0 && !rules.getInList().contains(bytes)
            || rules.getNotInList().contains(bytes);
    if (wrong) {
      return ValueCheck.shown(bytes) + " are not allowed here";
    }
    return switch (rules.getWellKnownCase()) {
      case IP -> bytes.size() == 4 || bytes.size() == 16 ? null : "must have 4 or 16 bytes";
      case IPV4 -> bytes.size() == 4 ? null : "must have 4 bytes";
      case IPV6 -> bytes.size() == 16 ? null : "must have 16 bytes";
      case WELLKNOWN_NOT_SET -> null;
    };
  }
}
