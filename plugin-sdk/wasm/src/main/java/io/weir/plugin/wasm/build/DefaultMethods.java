package io.weir.plugin.wasm.build;

import org.jspecify.annotations.Nullable;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.ClassReader;
import org.teavm.model.ClassReaderSource;
import org.teavm.model.Instruction;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.Program;
import org.teavm.model.instructions.InvocationType;
import org.teavm.model.instructions.InvokeInstruction;

/**
 * Makes each call of a default method name the interface that declares it. The compiler overlooks
 * that a call can wait when it names a type that only inherits the method: {@code list.forEach(item
 * -> http.get(...))}.
 */
public final class DefaultMethods implements ClassHolderTransformer {
  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    ClassReaderSource classes = context.getHierarchy().getClassSource();
    for (MethodHolder method : type.getMethods()) {
      Program program = method.getProgram();
      if (program != null) {
        rename(program, classes);
      }
    }
  }

  private static void rename(Program program, ClassReaderSource classes) {
    for (BasicBlock block : program.getBasicBlocks()) {
      for (Instruction instruction : block) {
        if (instruction instanceof InvokeInstruction call
            && call.getType() == InvocationType.VIRTUAL) {
          MethodReference declared = declared(call.getMethod(), classes);
          if (declared != null) {
            call.setMethod(declared);
          }
        }
      }
    }
  }

  /** The interface's method that a call means; null when a class declares it. */
  private static @Nullable MethodReference declared(
      MethodReference called, ClassReaderSource classes) {
    String name = called.getClassName();
    ClassReader owner = name.startsWith("[") ? null : classes.get(name);
    for (ClassReader type = owner; type != null; type = parent(type, classes)) {
      if (type.getMethod(called.getDescriptor()) != null) {
        return null;
      }
    }
    for (ClassReader type = owner; type != null; type = parent(type, classes)) {
      MethodReference found = inInterfaces(type, called, classes);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable MethodReference inInterfaces(
      ClassReader type, MethodReference called, ClassReaderSource classes) {
    for (String name : type.getInterfaces()) {
      ClassReader contract = classes.get(name);
      if (contract == null) {
        continue;
      }
      if (contract.getMethod(called.getDescriptor()) != null) {
        return new MethodReference(name, called.getDescriptor());
      }
      MethodReference found = inInterfaces(contract, called, classes);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static @Nullable ClassReader parent(ClassReader type, ClassReaderSource classes) {
    return type.getParent() == null ? null : classes.get(type.getParent());
  }
}
