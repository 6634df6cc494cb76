package io.weir.plugin.wasm.build;

import org.teavm.model.AccessLevel;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.MethodHolder;
import org.teavm.model.Program;
import org.teavm.model.ValueType;
import org.teavm.model.instructions.ConstructArrayInstruction;
import org.teavm.model.instructions.ExitInstruction;
import org.teavm.model.instructions.IntegerConstantInstruction;

/**
 * Makes the module's command line empty. The class library computes {@code argc - 1}, and proxies
 * say that {@code argc} is 0; without the calls the {@code args_*} imports go as well.
 */
public final class NoArguments implements ClassHolderTransformer {
  private static final String SUPPORT = "org.teavm.backend.wasm.runtime.WasiSupport";
  private static final MethodDescriptor GET_ARGS =
      new MethodDescriptor("getArgs", ValueType.arrayOf(ValueType.object("java.lang.String")));

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    if (!type.getName().equals(SUPPORT)) {
      return;
    }
    MethodHolder method = type.getMethod(GET_ARGS);
    if (method == null) {
      throw new BuildException("this TeaVM has no " + SUPPORT + "." + GET_ARGS);
    }
    var program = new Program();
    program.createVariable();
    var block = program.createBasicBlock();
    var length = new IntegerConstantInstruction();
    length.setConstant(0);
    length.setReceiver(program.createVariable());
    var array = new ConstructArrayInstruction();
    array.setItemType(ValueType.object("java.lang.String"));
    array.setSize(length.getReceiver());
    array.setReceiver(program.createVariable());
    var exit = new ExitInstruction();
    exit.setValueToReturn(array.getReceiver());
    block.add(length);
    block.add(array);
    block.add(exit);
    method.setProgram(program);
    method.setLevel(AccessLevel.PUBLIC);
  }
}
