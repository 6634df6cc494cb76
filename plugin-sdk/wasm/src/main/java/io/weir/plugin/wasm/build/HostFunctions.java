package io.weir.plugin.wasm.build;

import java.util.Map;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.Program;
import org.teavm.model.instructions.InvokeInstruction;

/**
 * Calls our own code where the class library would import functions that no proxy provides, or
 * rounds other than a JVM.
 */
public final class HostFunctions implements ClassHolderTransformer {
  private static final String OURS = "io.weir.plugin.wasm.Substitutes";
  private static final Map<String, String> REPLACED =
      Map.of(
          "java.lang.Math.sqrt(D)D", "sqrt",
          "java.lang.Math.floor(D)D", "floor",
          "java.lang.Math.ceil(D)D", "ceil",
          "java.lang.Math.rint(D)D", "rint",
          "java.lang.Math.round(D)J", "round",
          "java.lang.Math.round(F)I", "round",
          "java.lang.System.nanoTime()J", "nanoTime");

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    for (MethodHolder method : type.getMethods()) {
      Program program = method.getProgram();
      if (program == null) {
        continue;
      }
      for (BasicBlock block : program.getBasicBlocks()) {
        for (Instruction instruction : block) {
          if (instruction instanceof InvokeInstruction call) {
            replace(call);
          }
        }
      }
    }
  }

  private static void replace(InvokeInstruction call) {
    MethodReference called = call.getMethod();
    String name = REPLACED.get(called.toString());
    if (name != null) {
      call.setMethod(new MethodReference(OURS, name, called.getSignature()));
    }
  }
}
