package io.weir.controlplane.patch;

/**
 * Under Istio's profile: what a merge of the wrong type does there, a panic that ends all patches
 * of the object at hand and keeps what was done until then.
 */
final class Poisoned extends RuntimeException {

  private static final long serialVersionUID = 1;

  Poisoned() {
    super("a merge of the wrong type", null, false, false);
  }
}
