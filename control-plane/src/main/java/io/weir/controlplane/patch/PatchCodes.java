package io.weir.controlplane.patch;

/**
 * The stable codes of what is told about patches; those of old spellings are in {@link
 * io.weir.controlplane.migrate.LegacyTranslator}.
 */
public final class PatchCodes {

  /** A patch matched nothing. */
  public static final String NEVER_MATCHED = "WEIR0101";

  /** The operation does nothing for this kind of object. */
  public static final String NO_EFFECT = "WEIR0102";

  /** The order of equal priorities decides about the result. */
  public static final String ORDER_DEPENDENT = "WEIR0103";

  /** A filter after the terminal one: proxies refuse it. */
  public static final String AFTER_TERMINAL = "WEIR0104";

  /** A merge cannot set false, 0 or an empty string. */
  public static final String CANNOT_SET_ZERO = "WEIR0105";

  /** Istio would do something else, on purpose. */
  public static final String DIFFERS_FROM_ISTIO = "WEIR0111";

  /** A merge with a value of another type. */
  public static final String TYPE_MISMATCH = "WEIR0112";

  /** A field that the message does not have is left out. */
  public static final String UNKNOWN_FIELD = "WEIR0113";

  /** A condition that is not looked at for this kind of object. */
  public static final String USELESS_MATCH = "WEIR0114";

  /** An extension without typed_config. */
  public static final String NO_TYPED_CONFIG = "WEIR0115";

  /** The proxy would refuse the result, so the patch is left out. */
  public static final String QUARANTINED = "WEIR0116";

  /** Istio's code for a relative operation without a priority. */
  public static final String RELATIVE_OPERATION = "IST0151";

  /** Istio's code for the same with a proxy version. */
  public static final String RELATIVE_OPERATION_WITH_VERSION = "IST0155";

  private PatchCodes() {}

  /** Istio has codes of its own for three operations that do nothing for some objects. */
  static String noEffect(Operation operation) {
    return switch (operation) {
      case REPLACE -> "IST0152";
      case ADD -> "IST0153";
      case REMOVE -> "IST0154";
      default -> NO_EFFECT;
    };
  }

  static String hintFor(ApplyTo applyTo) {
    return switch (applyTo) {
      case BOOTSTRAP -> "set it in the proxy's bootstrap";
      case EXTENSION_CONFIG -> "use ADD";
      case ROUTE_CONFIGURATION -> "use MERGE";
      default -> "use MERGE, or REMOVE and ADD";
    };
  }
}
