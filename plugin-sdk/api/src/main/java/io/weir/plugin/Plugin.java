package io.weir.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names a plugin class; the name is what a configuration selects inside a jar.
 *
 * <p>The class has a public constructor. It may take a {@link PluginContext} and a record, in any
 * order: the record is the plugin's configuration, bound from JSON, with a schema, by code that the
 * annotation processor writes. Fields are the components' names in {@code snake_case}; a component
 * without {@link Default} that is no list, no map and not {@code @Nullable} must be given.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Plugin {
  /** Lower-case letters, digits and hyphens; unique in its jar. */
  String name();

  /** One sentence. */
  String description() default "";

  /** A semantic version. */
  String version() default "0.1.0";

  /** An SPDX identifier. */
  String license() default "";

  /**
   * Where in a chain the plugin belongs: {@code authn}, {@code authz}, {@code stats} or nothing.
   */
  String phase() default "";

  /** Higher ones come first within a phase. */
  int priority() default 0;
}
