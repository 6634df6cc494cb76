package io.weir.lua.api;

import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import java.util.ArrayList;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** {@code ssl:parsedSubjectPeerCertificate()}. */
final class ParsedName extends ApiObject {
  private final X500Principal name;

  ParsedName(LuaTable metatable, HandleHost host, X500Principal name) {
    super(metatable, host);
    this.name = name;
  }

  static ApiType<ParsedName> type(LuaState state) {
    return new ApiType<>(state, ParsedName.class)
        .getter("commonName", ParsedName::commonName)
        .getter("organizationName", ParsedName::organizationName);
  }

  /** The values of an attribute, in the certificate's order. */
  private List<String> values(String attribute) {
    var values = new ArrayList<String>();
    try {
      for (Rdn part : new LdapName(name.getName(X500Principal.RFC2253)).getRdns()) {
        if (part.getType().equalsIgnoreCase(attribute)) {
          values.add(String.valueOf(part.getValue()));
        }
      }
    } catch (InvalidNameException error) {
      return List.of();
    }
    return values;
  }

  private Object commonName() {
    List<String> names = values("CN");
    return names.isEmpty() ? LuaString.EMPTY : LuaString.of(names.getFirst());
  }

  private Object organizationName() {
    var table = new LuaTable();
    int i = 1;
    for (String organization : values("O")) {
      table.set(i++, LuaString.of(organization));
    }
    return table;
  }
}
