package io.weir.plugin.jvm;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.HashSet;
import java.util.Set;

/** Puts a {@link Budget#poll} in front of every jump that goes backwards. */
final class PollInserter {
  private static final ClassDesc BUDGET = ClassDesc.of(Budget.class.getName());

  private PollInserter() {}

  /**
   * The class with polls.
   *
   * @param loader knows the plugin's other classes, for the verifier's frames
   */
  static byte[] insert(byte[] classFile, ClassLoader loader) {
    var hierarchy =
        ClassHierarchyResolver.ofResourceParsing(loader)
            .orElse(ClassHierarchyResolver.defaultResolver());
    var context = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy));
    return context.transformClass(
        context.parse(classFile),
        ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(Loops::new)));
  }

  /** The jumps of one method body; a label already passed lies behind. */
  private static final class Loops implements CodeTransform {
    private final Set<Label> passed = new HashSet<>();

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
      boolean backward =
          switch (element) {
            case LabelTarget target -> {
              passed.add(target.label());
              yield false;
            }
            case BranchInstruction branch -> passed.contains(branch.target());
            case TableSwitchInstruction table ->
                passed.contains(table.defaultTarget())
                    || table.cases().stream().anyMatch(c -> passed.contains(c.target()));
            case LookupSwitchInstruction lookup ->
                passed.contains(lookup.defaultTarget())
                    || lookup.cases().stream().anyMatch(c -> passed.contains(c.target()));
            default -> false;
          };
      if (backward) {
        code.invokestatic(BUDGET, "poll", ConstantDescs.MTD_void);
      }
      code.with(element);
    }
  }
}
