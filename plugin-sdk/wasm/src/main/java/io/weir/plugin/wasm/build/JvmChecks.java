package io.weir.plugin.wasm.build;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodHolder;
import org.teavm.model.MethodReference;
import org.teavm.model.Program;
import org.teavm.model.ValueType;
import org.teavm.model.Variable;
import org.teavm.model.instructions.BinaryInstruction;
import org.teavm.model.instructions.BinaryOperation;
import org.teavm.model.instructions.ConstructArrayInstruction;
import org.teavm.model.instructions.ExitInstruction;
import org.teavm.model.instructions.IntegerConstantInstruction;
import org.teavm.model.instructions.InvocationType;
import org.teavm.model.instructions.InvokeInstruction;
import org.teavm.model.instructions.LongConstantInstruction;
import org.teavm.model.instructions.NumericOperandType;

/**
 * Puts checks in where WebAssembly traps, or writes over memory, and a JVM throws: division by zero
 * and of the smallest number by −1, arrays of negative size, endless recursion. A trap would end
 * the VM and every other stream with it.
 */
public final class JvmChecks implements ClassHolderTransformer {
  private static final String CHECKS = "io.weir.plugin.wasm.Checks";
  private static final MethodReference ENTER =
      new MethodReference(CHECKS, "enter", ValueType.object("java.lang.Object"));
  private static final MethodReference LEAVE =
      new MethodReference(CHECKS, "leave", ValueType.object("java.lang.Object"), ValueType.VOID);
  private static final MethodReference SIZE =
      new MethodReference(CHECKS, "size", ValueType.INTEGER, ValueType.INTEGER);

  @Override
  public void transformClass(ClassHolder type, ClassHolderTransformerContext context) {
    String name = type.getName();
    if (name.equals(CHECKS) || name.startsWith("org.teavm.")) {
      return;
    }
    boolean ofPlugin = !name.startsWith("java.") && !name.startsWith("io.weir.plugin.wasm.");
    for (MethodHolder method : type.getMethods()) {
      Program program = method.getProgram();
      if (program == null) {
        continue;
      }
      for (BasicBlock block : program.getBasicBlocks()) {
        for (Instruction instruction : List.copyOf(instructions(block))) {
          if (instruction instanceof BinaryInstruction binary) {
            division(binary);
          } else if (instruction instanceof ConstructArrayInstruction array) {
            size(array);
          }
        }
      }
      if (ofPlugin && !method.getName().startsWith("<") && callsOthers(program)) {
        depth(program);
      }
    }
  }

  private static List<Instruction> instructions(BasicBlock block) {
    var all = new ArrayList<Instruction>();
    block.forEach(all::add);
    return all;
  }

  private static void division(BinaryInstruction binary) {
    boolean divides = binary.getOperation() == BinaryOperation.DIVIDE;
    NumericOperandType operand = binary.getOperandType();
    if (!divides && binary.getOperation() != BinaryOperation.MODULO
        || operand != NumericOperandType.INT && operand != NumericOperandType.LONG
        || isConstant(binary, binary.getSecondOperand())) {
      return;
    }
    ValueType number = operand == NumericOperandType.INT ? ValueType.INTEGER : ValueType.LONG;
    var call = new InvokeInstruction();
    call.setType(InvocationType.SPECIAL);
    call.setMethod(
        new MethodReference(CHECKS, divides ? "divide" : "remainder", number, number, number));
    call.setArguments(binary.getFirstOperand(), binary.getSecondOperand());
    call.setReceiver(binary.getReceiver());
    call.setLocation(binary.getLocation());
    binary.replace(call);
  }

  private static void size(ConstructArrayInstruction array) {
    if (isConstant(array, array.getSize())) {
      return;
    }
    var call = new InvokeInstruction();
    call.setType(InvocationType.SPECIAL);
    call.setMethod(SIZE);
    call.setArguments(array.getSize());
    call.setReceiver(array.getProgram().createVariable());
    call.setLocation(array.getLocation());
    array.insertPrevious(call);
    array.setSize(call.getReceiver());
  }

  /** Whether the instruction that last set a variable in this block gave it a harmless constant. */
  private static boolean isConstant(Instruction user, Variable variable) {
    for (Instruction i = user.getPrevious(); i != null; i = i.getPrevious()) {
      if (i instanceof IntegerConstantInstruction constant && constant.getReceiver() == variable) {
        return constant.getConstant() > 0;
      }
      if (i instanceof LongConstantInstruction constant && constant.getReceiver() == variable) {
        return constant.getConstant() > 0;
      }
    }
    return false;
  }

  /** Whether a method calls anything that could call it again. */
  private static boolean callsOthers(Program program) {
    for (BasicBlock block : program.getBasicBlocks()) {
      for (Instruction instruction : block) {
        if (instruction instanceof InvokeInstruction call) {
          String owner = call.getMethod().getClassName();
          if (!owner.startsWith("java.") && !PluginCode.ofSdk(owner)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static void depth(Program program) {
    Variable mark = program.createVariable();
    for (BasicBlock block : program.getBasicBlocks()) {
      Instruction last = block.getLastInstruction();
      if (last instanceof ExitInstruction) {
        last.insertPrevious(call(LEAVE, mark, null));
      }
    }
    program.basicBlockAt(0).addFirst(call(ENTER, null, mark));
  }

  private static InvokeInstruction call(
      MethodReference method, @Nullable Variable argument, @Nullable Variable receiver) {
    var call = new InvokeInstruction();
    call.setType(InvocationType.SPECIAL);
    call.setMethod(method);
    if (argument != null) {
      call.setArguments(argument);
    }
    if (receiver != null) {
      call.setReceiver(receiver);
    }
    return call;
  }
}
