package io.weir.wasm.vm;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A public method that guests import. Its parameters are {@code int} and {@code long} as the wasm
 * type says; it returns {@code int} or nothing. Several methods may bear one name with different
 * parameters: the module's declared type chooses.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface HostFunction {
  /** The import's name. */
  String value();

  /** The import's modules. */
  String[] module() default "env";
}
