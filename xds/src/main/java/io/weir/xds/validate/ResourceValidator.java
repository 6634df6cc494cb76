package io.weir.xds.validate;

import com.google.protobuf.Message;
import io.weir.xds.Problem;
import io.weir.xds.ResourceType;
import java.util.List;

/**
 * Says what a proxy would refuse in a resource, without opening a socket. The proxy implements it;
 * the control plane finds it with {@link java.util.ServiceLoader} and compiles without it.
 */
public interface ResourceValidator {

  /** Problems and warnings; empty when the proxy would take the resource as it is. */
  List<Problem> validate(ResourceType type, Message resource);
}
