package io.weir.proxy.filter.jwt;

/** What is wrong with a token, in the words that Envoy answers with. */
enum JwtStatus {
  OK("OK", 0),
  MISSING("Jwt is missing", 1),
  NOT_YET_VALID("Jwt not yet valid", 2),
  EXPIRED("Jwt is expired", 3),
  BAD_FORMAT("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections", 4),
  HEADER_BAD_BASE64("Jwt header is an invalid Base64url encoded", 5),
  HEADER_BAD_JSON("Jwt header is an invalid JSON", 6),
  HEADER_BAD_ALG("Jwt header [alg] field is required and must be a string", 7),
  HEADER_UNKNOWN_ALG("Jwt header [alg] is not supported", 8),
  HEADER_BAD_KID("Jwt header [kid] field is not a string", 9),
  PAYLOAD_BAD_BASE64("Jwt payload is an invalid Base64url encoded", 10),
  PAYLOAD_BAD_JSON("Jwt payload is an invalid JSON", 11),
  ISS_NOT_STRING("Jwt payload [iss] field is not a string", 12),
  SUB_NOT_STRING("Jwt payload [sub] field is not a string", 13),
  IAT_NOT_INTEGER("Jwt payload [iat] field is not an integer", 14),
  NBF_NOT_INTEGER("Jwt payload [nbf] field is not an integer", 16),
  EXP_NOT_INTEGER("Jwt payload [exp] field is not an integer", 18),
  AUD_NOT_STRING("Jwt payload [aud] field is not a string or string list", 21),
  SIGNATURE_BAD_BASE64("Jwt signature is an invalid Base64url encoded", 22),
  UNKNOWN_ISSUER("Jwt issuer is not configured", 24),
  AUDIENCE_NOT_ALLOWED("Audiences in Jwt are not allowed", 25),
  SUBJECT_NOT_ALLOWED("Jwt subject is not allowed", 26),
  VERIFICATION_FAILED("Jwt verification fails", 26),
  NO_MATCHING_KEY("Jwks doesn't have key to match kid or alg from Jwt", 32),
  KEYS_UNAVAILABLE("Jwks remote fetch is failed", 47);

  private final String text;
  private final int code;

  JwtStatus(String text, int code) {
    this.text = text;
    this.code = code;
  }

  /** The number that stands for it in metadata. */
  int code() {
    return code;
  }

  String text() {
    return text;
  }

  /** How much it says: of several failures the one that says most is told. */
  int weight() {
    return this == MISSING ? 0 : this == UNKNOWN_ISSUER ? 1 : 2;
  }

  /** Whether a token was there that the provider could have issued. */
  boolean tells() {
    return this != MISSING && this != UNKNOWN_ISSUER;
  }
}
