/** Istio's kinds as typed records, read strictly from files into a store with revisions. */
@NullMarked
package io.weir.controlplane.config;

import org.jspecify.annotations.NullMarked;
