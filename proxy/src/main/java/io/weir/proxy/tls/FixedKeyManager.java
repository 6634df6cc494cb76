package io.weir.proxy.tls;

import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import org.jspecify.annotations.Nullable;

/** A factory that has one key manager, for interfaces that ask for a factory. */
final class FixedKeyManager extends KeyManagerFactory {

  FixedKeyManager(KeyManager manager) {
    super(
        new KeyManagerFactorySpi() {
          @Override
          protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {
            // There is nothing to set up.
          }

          @Override
          protected void engineInit(ManagerFactoryParameters parameters) {
            // There is nothing to set up.
          }

          @Override
          protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {manager};
          }
        },
        null,
        "weir");
  }
}
