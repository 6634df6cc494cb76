package io.weir.lua.engine.compile;

import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.code.NestedFunctions;
import io.weir.lua.engine.code.Prototype;
import io.weir.lua.engine.code.Sites;
import io.weir.lua.engine.code.Source;
import io.weir.lua.engine.syntax.FunctionBody;
import io.weir.lua.engine.syntax.Statement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compiles one Lua function to a hidden class: one class a function, so that the JVM sees at each
 * call which code is called. Parameters and local variables are JVM locals, captured ones are cells
 * in JVM locals, upvalues are fields, constants are static final fields.
 */
public final class FunctionCompiler {
  private static final Logger LOG = LoggerFactory.getLogger(FunctionCompiler.class);
  private static final String NAME = "io.weir.lua.engine.compile.Function";

  /** The JVM does not compile methods beyond this many bytes of code. */
  private static final int MAX_METHOD_BYTES = 8_000;

  /** Beyond this many bytes the JVM inlines too little for loops to be fast. */
  private static final int MAX_WHOLE_BYTES = 2_500;

  private static final int FIELD_FLAGS =
      ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;

  private final boolean separating;
  private final List<LoopMethod> loops = new ArrayList<>();
  private final FunctionBody body;
  private final NestedFunctions nested;
  private final ClassDesc self = ClassDesc.of(NAME);
  private final Sites sites;
  private final Object guesses = new Object();
  private final List<Object> constants = new ArrayList<>();
  private final List<ClassDesc> constantTypes = new ArrayList<>();

  /**
   * @param separating whether innermost loops become methods of their own
   */
  private FunctionCompiler(FunctionBody body, NestedFunctions nested, boolean separating) {
    this.separating = separating;
    this.body = body;
    this.nested = nested;
    this.sites = new Sites(body.line());
  }

  /** The compiled function, or null when it cannot be compiled or would run slower. */
  public static @Nullable Prototype compile(
      Source source, FunctionBody body, NestedFunctions nested) {
    var inner = new IdentityHashMap<FunctionBody, Prototype>();
    NestedFunctions once = function -> inner.computeIfAbsent(function, nested::translate);
    try {
      var compiler = new FunctionCompiler(body, once, false);
      byte[] bytes = compiler.build();
      if (longestMethod(bytes) > MAX_WHOLE_BYTES) {
        compiler = new FunctionCompiler(body, once, true);
        bytes = compiler.build();
      }
      if (longestMethod(bytes) > MAX_METHOD_BYTES) {
        return null;
      }
      MethodHandles.Lookup hidden =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, compiler.classData(), true);
      return new CompiledCode(source, body, compiler.sites.all(), hidden);
    } catch (ReflectiveOperationException | IllegalArgumentException | LinkageError failure) {
      LOG.debug("function at line {} is interpreted", body.line(), failure);
      return null;
    }
  }

  FunctionBody body() {
    return body;
  }

  Sites sites() {
    return sites;
  }

  ClassDesc self() {
    return self;
  }

  /** Pushes the array of {@link Guesses}, which is made when the number of places is known. */
  void pushGuesses(CodeBuilder code) {
    push(code, guesses, Names.INTS);
  }

  Prototype nested(FunctionBody inner) {
    return nested.translate(inner);
  }

  /** A method for a loop, or null if it stays within the function. */
  @Nullable LoopMethod separate(Statement loop, Emitter out) {
    LoopMethod method = separating ? LoopMethod.of("loop" + loops.size(), loop, out) : null;
    if (method != null) {
      loops.add(method);
    }
    return method;
  }

  // ---- constants

  private String constant(Object value, ClassDesc type) {
    for (int i = 0; i < constants.size(); i++) {
      if (constants.get(i) == value
          || value instanceof LuaString && value.equals(constants.get(i))) {
        return "c" + i;
      }
    }
    constants.add(value);
    constantTypes.add(type);
    return "c" + (constants.size() - 1);
  }

  /** Pushes a constant that lives as long as the class. */
  void push(CodeBuilder code, Object value, ClassDesc type) {
    code.getstatic(self, constant(value, type), type);
  }

  private Object[] classData() {
    constants.replaceAll(value -> value == guesses ? new int[sites.all().size()] : value);
    return constants.toArray();
  }

  static String upvalueField(int index) {
    return "u" + index;
  }

  // ---- the class

  private boolean array() {
    return body.vararg() || body.parameters().size() > 3;
  }

  private ClassDesc parent() {
    if (array()) {
      return Names.of(CompiledClosureN.class);
    }
    return switch (body.parameters().size()) {
      case 0 -> Names.of(CompiledClosure0.class);
      case 1 -> Names.of(CompiledClosure1.class);
      case 2 -> Names.of(CompiledClosure2.class);
      default -> Names.of(CompiledClosure3.class);
    };
  }

  private MethodTypeDesc bodyType() {
    var parameters = new ArrayList<ClassDesc>(List.of(Names.STACK, Names.I));
    if (array()) {
      parameters.add(Names.OBJECTS);
    } else {
      body.parameters().forEach(_ -> parameters.add(Names.OBJECT));
    }
    return MethodTypeDesc.of(Names.OBJECT, parameters);
  }

  private byte[] build() {
    var hierarchy =
        ClassHierarchyResolver.ofClassLoading(MethodHandles.lookup())
            .orElse(ClassHierarchyResolver.defaultResolver());
    return ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy))
        .build(
            self,
            type -> {
              type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER).withSuperclass(parent());
              for (int i = 0; i < body.upvalues().size(); i++) {
                type.withField(
                    upvalueField(i), Names.CELL, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
              }
              constructor(type);
              type.withMethodBody("body", bodyType(), 0, this::code);
              for (LoopMethod loop : loops) {
                type.withMethodBody(
                    loop.name(), loop.type(), ClassFile.ACC_FINAL, code -> loop.body(this, code));
              }
              for (int i = 0; i < constants.size(); i++) {
                type.withField("c" + i, constantTypes.get(i), FIELD_FLAGS);
              }
              type.withMethodBody(
                  ConstantDescs.CLASS_INIT_NAME,
                  ConstantDescs.MTD_void,
                  ClassFile.ACC_STATIC,
                  this::initializer);
            });
  }

  private void constructor(ClassBuilder type) {
    MethodTypeDesc signature =
        MethodTypeDesc.of(Names.V, Names.CODE, Names.STATE, Names.TABLE, Names.CELLS);
    type.withMethodBody(
        ConstantDescs.INIT_NAME,
        signature,
        0,
        code -> {
          code.aload(0)
              .aload(1)
              .aload(2)
              .aload(3)
              .aload(4)
              .invokespecial(parent(), ConstantDescs.INIT_NAME, signature);
          for (int i = 0; i < body.upvalues().size(); i++) {
            code.aload(0)
                .aload(4)
                .loadConstant(i)
                .aaload()
                .putfield(self, upvalueField(i), Names.CELL);
          }
          code.return_();
        });
  }

  private void initializer(CodeBuilder code) {
    code.loadConstant(
            DynamicConstantDesc.ofNamed(
                ConstantDescs.BSM_CLASS_DATA, ConstantDescs.DEFAULT_NAME, Names.OBJECTS))
        .astore(0);
    for (int i = 0; i < constants.size(); i++) {
      code.aload(0)
          .loadConstant(i)
          .aaload()
          .checkcast(constantTypes.get(i))
          .putstatic(self, "c" + i, constantTypes.get(i));
    }
    code.return_();
  }

  private void code(CodeBuilder code) {
    loops.clear();
    int arguments = array() ? 1 : body.parameters().size();
    new StatementCompiler(new Emitter(this, code, arguments)).function(body, array());
  }

  private static int longestMethod(byte[] type) {
    return ClassFile.of().parse(type).methods().stream()
        .flatMap(method -> method.findAttribute(Attributes.code()).stream())
        .mapToInt(CodeAttribute::codeLength)
        .max()
        .orElse(0);
  }
}
