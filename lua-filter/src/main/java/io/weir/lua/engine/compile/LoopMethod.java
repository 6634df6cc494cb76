package io.weir.lua.engine.compile;

import io.weir.lua.engine.syntax.LocalVariable;
import io.weir.lua.engine.syntax.Statement;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loop of a long function as a method of its own, because the JVM stops inlining in long methods.
 * The function's variables come as arguments; those that the loop assigns go back in an array.
 */
final class LoopMethod {
  private record Passed(LocalVariable variable, Kind kind) {}

  /** A method takes 255 at most. */
  private static final int MOST_WORDS = 240;

  private final String name;
  private final Statement loop;
  private final List<Passed> passed = new ArrayList<>();
  private final List<Passed> returned = new ArrayList<>();

  private LoopMethod(String name, Statement loop) {
    this.name = name;
    this.loop = loop;
  }

  /** Null if the loop has to stay where it is. */
  static @Nullable LoopMethod of(String name, Statement loop, Emitter out) {
    LoopVariables variables = LoopVariables.of(loop);
    if (!variables.separable()) {
      return null;
    }
    var method = new LoopMethod(name, loop);
    for (LocalVariable variable : variables.used()) {
      if (out.placed(variable)) {
        var passed = new Passed(variable, out.kind(variable));
        method.passed.add(passed);
        if (variables.assigned().contains(variable) && !variable.captured()) {
          method.returned.add(passed);
        }
      }
    }
    return method.words() > MOST_WORDS ? null : method;
  }

  private int words() {
    return passed.stream().mapToInt(p -> words(p.kind())).sum();
  }

  private static int words(Kind kind) {
    return switch (kind) {
      case OBJECT -> 1;
      case NUMBER -> 2;
      case EITHER -> 3;
    };
  }

  String name() {
    return name;
  }

  MethodTypeDesc type() {
    var types = new ArrayList<ClassDesc>(List.of(Names.STACK, Names.I));
    for (Passed p : passed) {
      if (p.kind() != Kind.NUMBER) {
        types.add(Names.OBJECT);
      }
      if (p.kind() != Kind.OBJECT) {
        types.add(Names.D);
      }
    }
    return MethodTypeDesc.of(returned.isEmpty() ? Names.V : Names.OBJECTS, types);
  }

  /** In the function: calls the method. */
  void call(Emitter out) {
    CodeBuilder code = out.code();
    code.aload(Emitter.THIS).aload(Emitter.STACK).iload(Emitter.PLACE);
    for (Passed p : passed) {
      int slot = out.slot(p.variable());
      switch (p.kind()) {
        case OBJECT -> code.aload(slot);
        case NUMBER -> code.dload(slot);
        case EITHER -> code.aload(slot).dload(slot + 1);
      }
    }
    code.invokevirtual(out.function().self(), name, type());
    if (returned.isEmpty()) {
      return;
    }
    int array = out.keep(Kind.OBJECT);
    for (int i = 0; i < returned.size(); i++) {
      code.aload(array);
      out.pushInt(i);
      code.aaload();
      Passed p = returned.get(i);
      int slot = out.slot(p.variable());
      if (p.kind() == Kind.EITHER) {
        out.storeEither(Kind.OBJECT, slot);
      } else {
        code.astore(slot);
      }
    }
  }

  /** The method itself. */
  void body(FunctionCompiler function, CodeBuilder code) {
    var out = new Emitter(function, code, words());
    out.prologue();
    int slot = Emitter.FIRST_ARGUMENT;
    for (Passed p : passed) {
      if (p.variable().captured()) {
        code.aload(slot).checkcast(Names.CELL).astore(slot);
      }
      out.place(p.variable(), slot, p.kind());
      slot += words(p.kind());
    }
    new StatementCompiler(out).loop(loop);
    if (returned.isEmpty()) {
      code.return_();
      return;
    }
    out.pushInt(returned.size());
    code.anewarray(Names.OBJECT);
    for (int i = 0; i < returned.size(); i++) {
      Passed p = returned.get(i);
      code.dup();
      out.pushInt(i);
      out.load(p.kind(), out.slot(p.variable()));
      out.box(p.kind());
      code.aastore();
    }
    code.areturn();
  }
}
