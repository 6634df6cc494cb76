/**
 * xDS resources from the push context. Planners decide for one proxy which resources there are and
 * gather the input of each; generators are pure functions of that input.
 */
@NullMarked
package io.weir.controlplane.generate;

import org.jspecify.annotations.NullMarked;
