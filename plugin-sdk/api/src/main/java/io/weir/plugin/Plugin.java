package io.weir.plugin;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names a plugin class; the name is what a configuration selects inside a jar. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Plugin {
  /** Lower-case letters, digits and hyphens; unique in its jar. */
  String name();

  String description() default "";
}
