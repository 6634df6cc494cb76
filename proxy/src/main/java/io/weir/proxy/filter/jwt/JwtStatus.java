package io.weir.proxy.filter.jwt;

/** What is wrong with a token, in the words that Envoy answers with. */
enum JwtStatus {
  OK("OK"),
  MISSING("Jwt is missing"),
  NOT_YET_VALID("Jwt not yet valid"),
  EXPIRED("Jwt is expired"),
  BAD_FORMAT("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections"),
  HEADER_BAD_BASE64("Jwt header is an invalid Base64url encoded"),
  HEADER_BAD_JSON("Jwt header is an invalid JSON"),
  HEADER_BAD_ALG("Jwt header [alg] field is required and must be a string"),
  HEADER_UNKNOWN_ALG("Jwt header [alg] is not supported"),
  HEADER_BAD_KID("Jwt header [kid] field is not a string"),
  PAYLOAD_BAD_BASE64("Jwt payload is an invalid Base64url encoded"),
  PAYLOAD_BAD_JSON("Jwt payload is an invalid JSON"),
  ISS_NOT_STRING("Jwt payload [iss] field is not a string"),
  SUB_NOT_STRING("Jwt payload [sub] field is not a string"),
  IAT_NOT_INTEGER("Jwt payload [iat] field is not an integer"),
  NBF_NOT_INTEGER("Jwt payload [nbf] field is not an integer"),
  EXP_NOT_INTEGER("Jwt payload [exp] field is not an integer"),
  AUD_NOT_STRING("Jwt payload [aud] field is not a string or string list"),
  SIGNATURE_BAD_BASE64("Jwt signature is an invalid Base64url encoded"),
  UNKNOWN_ISSUER("Jwt issuer is not configured"),
  AUDIENCE_NOT_ALLOWED("Audiences in Jwt are not allowed"),
  SUBJECT_NOT_ALLOWED("Jwt subject is not allowed"),
  VERIFICATION_FAILED("Jwt verification fails"),
  NO_MATCHING_KEY("Jwks doesn't have key to match kid or alg from Jwt"),
  KEYS_UNAVAILABLE("Jwks remote fetch is failed");

  private final String text;

  JwtStatus(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Whether a token was there that the provider could have issued. */
  boolean tells() {
    return this != MISSING && this != UNKNOWN_ISSUER;
  }
}
