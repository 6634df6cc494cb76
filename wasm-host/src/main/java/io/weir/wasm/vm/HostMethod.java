package io.weir.wasm.vm;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;

/**
 * A host function as the linker sees it.
 *
 * @param receiver index of the object it is called on
 * @param method the Java method
 * @param handle the same method for code that is not linked
 */
record HostMethod(int receiver, Method method, MethodHandle handle) {}
