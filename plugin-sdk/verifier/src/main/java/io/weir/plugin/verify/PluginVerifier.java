package io.weir.plugin.verify;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a plugin's classes use of the JDK and must not. The same list holds for jars and for
 * modules, so that what runs in process can also be compiled to wasm.
 */
public final class PluginVerifier {
  private static final AllowList ALLOWED = new AllowList();

  private PluginVerifier() {}

  /**
   * Checks classes and all that they reach.
   *
   * @param roots internal names
   * @param find the class file of an internal name; null for what is not the plugin's own
   * @return findings in the order of discovery, each place once
   */
  public static List<Finding> verify(
      Collection<String> roots, Function<String, byte @Nullable []> find) {
    var findings = new LinkedHashSet<Finding>();
    var seen = new HashSet<String>(roots);
    var open = new ArrayDeque<String>(roots);
    while (!open.isEmpty()) {
      byte[] bytes = find.apply(open.poll());
      if (bytes == null) {
        continue;
      }
      ClassModel type = ClassFile.of().parse(bytes);
      var reached = new LinkedHashSet<String>();
      check(type, findings, reached);
      for (String name : reached) {
        if (seen.add(name)) {
          open.add(name);
        }
      }
    }
    return new ArrayList<>(findings);
  }

  private static void check(ClassModel type, Set<Finding> findings, Set<String> reached) {
    String file =
        type.findAttribute(Attributes.sourceFile())
            .map(attribute -> attribute.sourceFile().stringValue())
            .orElse(type.thisClass().asInternalName() + ".class");
    type.superclass()
        .ifPresent(
            parent -> {
              use(file, 0, parent.asInternalName(), "", findings);
              reached.add(parent.asInternalName());
            });
    type.interfaces().forEach(contract -> reached.add(contract.asInternalName()));
    for (MethodModel method : type.methods()) {
      if (method.code().isEmpty()) {
        continue;
      }
      int line = 0;
      for (CodeElement element : method.code().get()) {
        switch (element) {
          case LineNumber number -> line = number.line();
          case InvokeInstruction call -> {
            String owner = call.owner().asInternalName();
            use(file, line, owner, call.name().stringValue(), findings);
            reached.add(owner);
          }
          case InvokeDynamicInstruction call -> {
            for (ConstantDesc argument : call.bootstrapArgs()) {
              if (argument instanceof DirectMethodHandleDesc handle) {
                String owner = internalName(handle);
                use(file, line, owner, handle.methodName(), findings);
                reached.add(owner);
              }
            }
          }
          case FieldInstruction field -> {
            String owner = field.owner().asInternalName();
            use(file, line, owner, field.name().stringValue(), findings);
            reached.add(owner);
          }
          case NewObjectInstruction made -> {
            use(file, line, made.className().asInternalName(), "", findings);
            reached.add(made.className().asInternalName());
          }
          case TypeCheckInstruction test ->
              use(file, line, test.type().asInternalName(), "", findings);
          default -> {}
        }
      }
    }
  }

  private static String internalName(DirectMethodHandleDesc handle) {
    String descriptor = handle.owner().descriptorString();
    return descriptor.startsWith("L")
        ? descriptor.substring(1, descriptor.length() - 1)
        : descriptor;
  }

  private static void use(
      String file, int line, String owner, String member, Set<Finding> findings) {
    if (owner.startsWith("[")) {
      return;
    }
    String hint = member.isEmpty() ? ALLOWED.forbidden(owner) : ALLOWED.forbidden(owner, member);
    if (hint != null) {
      String used =
          owner.replace('/', '.').replace('$', '.')
              + (member.isEmpty() || member.equals("<init>") ? "" : "." + member);
      findings.add(new Finding(line == 0 ? file : file + ":" + line, used, hint));
    }
  }
}
