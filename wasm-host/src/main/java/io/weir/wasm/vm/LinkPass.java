package io.weir.wasm.vm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Rewrites the compiler's class files so that guest and host call each other directly: import stubs
 * call the host's methods with plain arguments instead of packing a {@code long[]}, memory accesses
 * go to {@link FlatMemory} instead of through the interface, the interrupt check becomes {@link
 * Epoch#check}, and a generated {@link GuestExports} calls exports without the dispatch switch.
 *
 * <p>Depends on how the compiler names things; {@link #link} refuses code that does not look as
 * expected, and the module then runs unlinked.
 */
final class LinkPass {
  /** Raised when the output changes; part of the key of cached classes. */
  static final int VERSION = 2;

  static final String EXPORTS_CLASS = "com.dylibso.chicory.$gen.WeirExports";

  private static final String MEMORY = "com/dylibso/chicory/runtime/Memory";
  private static final String FLAT_MEMORY = Type.getInternalName(FlatMemory.class);
  private static final String EPOCH = Type.getInternalName(Epoch.class);

  private final List<ImportBinding> imports;
  private final HostTable host;
  private final Map<String, Function> functions = new HashMap<>();
  private int stubs;
  private int checks;

  /** Where a compiled function lives. */
  record Function(String owner, String descriptor) {}

  /** The class files do not have the expected shape. */
  static final class LinkException extends Exception {
    private static final long serialVersionUID = 1;

    LinkException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param imports the bindings in index order
   */
  LinkPass(List<ImportBinding> imports, HostTable host) {
    this.imports = imports;
    this.host = host;
  }

  /**
   * Links a module's classes.
   *
   * @param classes class files by binary name
   * @param exported function index by slot, −1 for absent
   * @return the new class files, the exports' class among them
   */
  Map<String, byte[]> link(Map<String, byte[]> classes, ExportTable table, int[] exported)
      throws LinkException {
    var linked = new HashMap<String, byte[]>();
    for (var entry : classes.entrySet()) {
      linked.put(entry.getKey(), rewrite(entry.getValue()));
    }
    if (stubs != imports.size()) {
      throw new LinkException(stubs + " of " + imports.size() + " import stubs found");
    }
    if (checks != 1) {
      throw new LinkException("no interruption check found");
    }
    linked.put(EXPORTS_CLASS, new ExportsWriter(functions, table, exported).write());
    return linked;
  }

  private byte[] rewrite(byte[] source) {
    var reader = new ClassReader(source);
    var writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(new Rewriter(writer), 0);
    return writer.toByteArray();
  }

  private final class Rewriter extends ClassVisitor {
    private String owner = "";

    Rewriter(ClassWriter writer) {
      super(Opcodes.ASM9, writer);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        @Nullable String signature,
        @Nullable String superName,
        String @Nullable [] interfaces) {
      owner = name;
      super.visit(version, access, name, signature, superName, interfaces);
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      MethodVisitor out = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (owner.endsWith("Shaded")) {
        if (name.equals("checkInterruption") && descriptor.equals("()V")) {
          checks++;
          writeCheck(out);
          return null;
        }
        return new DirectMemory(out, descriptor);
      }
      if (name.startsWith("func_")) {
        int index = Integer.parseInt(name.substring(5));
        functions.put(name, new Function(owner, descriptor));
        if (index < imports.size()) {
          stubs++;
          writeStub(out, index, imports.get(index), descriptor);
          return null;
        }
      }
      return out;
    }
  }

  private static void writeCheck(MethodVisitor out) {
    out.visitCode();
    out.visitMethodInsn(Opcodes.INVOKESTATIC, EPOCH, "check", "()V", false);
    out.visitInsn(Opcodes.RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  /** {@code static R func_i(P…, Memory, Instance)} becomes a call on the memory's receiver. */
  private void writeStub(MethodVisitor out, int index, ImportBinding binding, String descriptor) {
    out.visitCode();
    boolean wanted = Type.getReturnType(descriptor) == Type.INT_TYPE;
    switch (binding) {
      case ImportBinding.Bound bound -> writeCall(out, index, bound.method(), descriptor, wanted);
      case ImportBinding.Refused refused -> {
        if (wanted) {
          out.visitIntInsn(Opcodes.SIPUSH, refused.status());
        }
      }
    }
    out.visitInsn(wanted ? Opcodes.IRETURN : Opcodes.RETURN);
    out.visitMaxs(0, 0);
    out.visitEnd();
  }

  private void writeCall(
      MethodVisitor out, int index, HostMethod target, String descriptor, boolean wanted) {
    Type[] arguments = Type.getArgumentTypes(descriptor);
    int memorySlot = 0;
    for (int i = 0; i < arguments.length - 2; i++) {
      memorySlot += arguments[i].getSize();
    }
    String receiver = Type.getInternalName(host.receiverType(target.receiver()));
    out.visitVarInsn(Opcodes.ALOAD, memorySlot);
    out.visitTypeInsn(Opcodes.CHECKCAST, FLAT_MEMORY);
    out.visitInsn(Opcodes.DUP);
    out.visitIntInsn(Opcodes.SIPUSH, index);
    out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, FLAT_MEMORY, "called", "(I)V", false);
    out.visitFieldInsn(Opcodes.GETFIELD, FLAT_MEMORY, "receivers", "[Ljava/lang/Object;");
    out.visitIntInsn(Opcodes.BIPUSH, target.receiver());
    out.visitInsn(Opcodes.AALOAD);
    out.visitTypeInsn(Opcodes.CHECKCAST, receiver);
    int slot = 0;
    for (int i = 0; i < arguments.length - 2; i++) {
      out.visitVarInsn(arguments[i].getOpcode(Opcodes.ILOAD), slot);
      slot += arguments[i].getSize();
    }
    out.visitMethodInsn(
        Opcodes.INVOKEVIRTUAL,
        receiver,
        target.method().getName(),
        Type.getMethodDescriptor(target.method()),
        false);
    boolean returned = target.method().getReturnType() == int.class;
    if (returned && !wanted) {
      out.visitInsn(Opcodes.POP);
    }
  }

  /** Makes the memory helpers call the one memory class instead of the interface. */
  private static final class DirectMemory extends MethodVisitor {
    private final boolean[] memorySlots;

    DirectMemory(MethodVisitor out, String descriptor) {
      super(Opcodes.ASM9, out);
      Type[] arguments = Type.getArgumentTypes(descriptor);
      memorySlots = new boolean[arguments.length * 2];
      int slot = 0;
      for (Type argument : arguments) {
        memorySlots[slot] =
            argument.getSort() == Type.OBJECT && argument.getInternalName().equals(MEMORY);
        slot += argument.getSize();
      }
    }

    @Override
    public void visitVarInsn(int opcode, int slot) {
      super.visitVarInsn(opcode, slot);
      if (opcode == Opcodes.ALOAD && slot < memorySlots.length && memorySlots[slot]) {
        super.visitTypeInsn(Opcodes.CHECKCAST, FLAT_MEMORY);
      }
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (opcode == Opcodes.INVOKEINTERFACE && owner.equals(MEMORY)) {
        super.visitMethodInsn(Opcodes.INVOKEVIRTUAL, FLAT_MEMORY, name, descriptor, false);
      } else {
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      }
    }
  }
}
