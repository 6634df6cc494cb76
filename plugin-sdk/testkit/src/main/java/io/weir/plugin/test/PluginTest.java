package io.weir.plugin.test;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test of a plugin: the method has a parameter of type {@link TestProxy} and runs once on each
 * back end. A Java plugin runs in process and as a wasm module; then what both did is compared. A
 * module or a script of any origin runs as it is.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@TestTemplate
@ExtendWith(BackEnds.class)
public @interface PluginTest {
  /** The plugin class; leave it out for a file. */
  Class<?> value() default void.class;

  /** A {@code .wasm} or {@code .lua} file, from the project's folder. */
  String file() default "";

  /** The back ends to run on; those that fit by default. */
  BackEnd[] on() default {};
}
