package io.weir.wasm.vm;

import java.util.ArrayList;
import java.util.List;

/** Where a guest was when it failed, from the frames of its compiled functions. */
final class GuestTrace {
  private static final int MAX_FRAMES = 20;
  private static final String GENERATED = "com.dylibso.chicory.$gen.";
  private static final String FUNCTION = "func_";

  private GuestTrace() {}

  /** Function names, innermost first; empty for code that is interpreted. */
  static List<String> of(Throwable failure, FunctionNames names) {
    var frames = new ArrayList<String>();
    for (StackTraceElement frame : failure.getStackTrace()) {
      String method = frame.getMethodName();
      if (frames.size() < MAX_FRAMES
          && frame.getClassName().startsWith(GENERATED)
          && method.startsWith(FUNCTION)) {
        frames.add(names.of(Integer.parseInt(method.substring(FUNCTION.length()))));
      }
    }
    return frames;
  }
}
