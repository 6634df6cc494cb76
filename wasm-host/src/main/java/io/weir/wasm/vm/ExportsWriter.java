package io.weir.wasm.vm;

import io.weir.wasm.vm.LinkPass.Function;
import io.weir.wasm.vm.LinkPass.LinkException;
import java.util.Map;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Generates a module's {@link GuestExports}: one switch over the slots, a static call in each. */
final class ExportsWriter {
  private static final String SUPER = Type.getInternalName(GuestExports.class);
  private static final String INSTANCE = "com/dylibso/chicory/runtime/Instance";
  private static final String MEMORY = "com/dylibso/chicory/runtime/Memory";

  private final String name = LinkPass.EXPORTS_CLASS.replace('.', '/');
  private final Map<String, Function> functions;
  private final ExportTable table;
  private final int[] exported;

  ExportsWriter(Map<String, Function> functions, ExportTable table, int[] exported) {
    this.functions = functions;
    this.table = table;
    this.exported = exported;
  }

  byte[] write() throws LinkException {
    var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL, name, null, SUPER, null);
    int fieldAccess = Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL;
    writer.visitField(fieldAccess, "instance", "L" + INSTANCE + ";", null, null).visitEnd();
    writer.visitField(fieldAccess, "memory", "L" + MEMORY + ";", null, null).visitEnd();
    constructor(writer);
    call(writer);
    writer.visitEnd();
    return writer.toByteArray();
  }

  private void constructor(ClassWriter writer) {
    MethodVisitor out =
        writer.visitMethod(
            Opcodes.ACC_PUBLIC, "<init>", "(L" + INSTANCE + ";L" + MEMORY + ";)V", null, null);
    out.visitCode();
    out.visitVarInsn(Opcodes.ALOAD, 0);
    out.visitMethodInsn(Opcodes.INVOKESPECIAL, SUPER, "<init>", "()V", false);
    out.visitVarInsn(Opcodes.ALOAD, 0);
    out.visitVarInsn(Opcodes.ALOAD, 1);
    out.visitFieldInsn(Opcodes.PUTFIELD, name, "instance", "L" + INSTANCE + ";");
    out.visitVarInsn(Opcodes.ALOAD, 0);
    out.visitVarInsn(Opcodes.ALOAD, 2);
    out.visitFieldInsn(Opcodes.PUTFIELD, name, "memory", "L" + MEMORY + ";");
    out.visitInsn(Opcodes.RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void call(ClassWriter writer) throws LinkException {
    MethodVisitor out = writer.visitMethod(Opcodes.ACC_PUBLIC, "call", "(IIIIII)I", null, null);
    out.visitCode();
    var labels = new Label[exported.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = new Label();
    }
    var other = new Label();
    out.visitVarInsn(Opcodes.ILOAD, 1);
    out.visitTableSwitchInsn(0, exported.length - 1, other, labels);
    for (int i = 0; i < labels.length; i++) {
      out.visitLabel(labels[i]);
      out.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
      slot(out, i);
    }
    out.visitLabel(other);
    out.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
    out.visitInsn(Opcodes.ICONST_0);
    out.visitInsn(Opcodes.IRETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void slot(MethodVisitor out, int slot) throws LinkException {
    if (exported[slot] < 0) {
      out.visitIntInsn(Opcodes.SIPUSH, table.slots().get(slot).absent());
      out.visitInsn(Opcodes.IRETURN);
      return;
    }
    String functionName = "func_" + exported[slot];
    Function function = functions.get(functionName);
    if (function == null) {
      throw new LinkException(functionName + " not found");
    }
    int parameters = Type.getArgumentTypes(function.descriptor()).length - 2;
    for (int i = 0; i < parameters; i++) {
      out.visitVarInsn(Opcodes.ILOAD, 2 + i);
    }
    out.visitVarInsn(Opcodes.ALOAD, 0);
    out.visitFieldInsn(Opcodes.GETFIELD, name, "memory", "L" + MEMORY + ";");
    out.visitVarInsn(Opcodes.ALOAD, 0);
    out.visitFieldInsn(Opcodes.GETFIELD, name, "instance", "L" + INSTANCE + ";");
    out.visitMethodInsn(
        Opcodes.INVOKESTATIC, function.owner(), functionName, function.descriptor(), false);
    if (Type.getReturnType(function.descriptor()) == Type.VOID_TYPE) {
      out.visitInsn(Opcodes.ICONST_0);
    }
    out.visitInsn(Opcodes.IRETURN);
  }
}
