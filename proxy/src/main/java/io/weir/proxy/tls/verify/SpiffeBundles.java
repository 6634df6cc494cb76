package io.weir.proxy.tls.verify;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.weir.proxy.tls.pem.Certificates;
import io.weir.proxy.tls.pem.CredentialException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a map of SPIFFE bundles in JSON: trust domain → JWK set with {@code x5c}. */
final class SpiffeBundles {
  private SpiffeBundles() {}

  static Map<String, List<X509Certificate>> read(byte[] json) throws CredentialException {
    Struct.Builder root = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(new String(json, StandardCharsets.UTF_8), root);
    } catch (InvalidProtocolBufferException _) {
      throw new CredentialException("invalid JSON");
    }
    Map<String, Value> domains = object(root.getFieldsOrDefault("trust_domains", none()));
    if (domains.isEmpty()) {
      throw new CredentialException("there are no trust_domains");
    }
    var bundles = new LinkedHashMap<String, List<X509Certificate>>();
    for (Map.Entry<String, Value> domain : domains.entrySet()) {
      var certificates = new ArrayList<X509Certificate>();
      Value keys = object(domain.getValue()).getOrDefault("keys", none());
      for (Value key : keys.getListValue().getValuesList()) {
        Map<String, Value> fields = object(key);
        if (fields.getOrDefault("use", none()).getStringValue().equals("x509-svid")) {
          for (Value each : fields.getOrDefault("x5c", none()).getListValue().getValuesList()) {
            certificates.add(certificate(each.getStringValue()));
          }
        }
      }
      if (certificates.isEmpty()) {
        throw new CredentialException(
            "the bundle of trust domain " + domain.getKey() + " has no X.509 authority");
      }
      bundles.put(domain.getKey(), certificates);
    }
    return bundles;
  }

  private static Value none() {
    return Value.getDefaultInstance();
  }

  private static Map<String, Value> object(Value value) {
    return value.getStructValue().getFieldsMap();
  }

  private static X509Certificate certificate(String base64) throws CredentialException {
    try {
      return Certificates.certificate(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException _) {
      throw new CredentialException("an x5c entry is not base64");
    }
  }
}
