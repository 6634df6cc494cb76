package io.weir.lua.engine.lib;

import io.weir.lua.engine.Arguments;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.LuaTable;
import io.weir.lua.engine.Texts;
import io.weir.lua.engine.Values;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The {@code io} library. Files block: scripts that use them stop their worker, as in Envoy. */
final class IoLibrary {
  // A descriptor remembers each stream that was made of it, for ever.
  private static final FileInputStream STDIN = new FileInputStream(FileDescriptor.in);
  private static final FileOutputStream STDOUT = new FileOutputStream(FileDescriptor.out);
  private static final FileOutputStream STDERR = new FileOutputStream(FileDescriptor.err);

  private static final LuaString LINE = LuaString.of("*l");

  private final Functions functions;
  private final LuaTable metatable = new LuaTable();
  private final LuaFile stdin;
  private final LuaFile stdout;
  private final LuaFile stderr;
  private LuaFile input;
  private LuaFile output;

  private IoLibrary(Functions functions) {
    this.functions = functions;
    stdin = LuaFile.stream(metatable, STDIN, null);
    stdout = LuaFile.stream(metatable, null, STDOUT);
    stderr = LuaFile.stream(metatable, null, STDERR);
    input = stdin;
    output = stdout;
  }

  static void install(Functions functions) {
    new IoLibrary(functions).install();
  }

  private void install() {
    functions
        .into(metatable)
        .add("close", a -> close(a.state(), file(a)))
        .add("read", a -> read(a, file(a), 2))
        .add("write", a -> write(a, file(a), 2))
        .add("flush", a -> flush(file(a)))
        .add("seek", this::seek)
        .add("setvbuf", a -> file(a) != null)
        .add("lines", a -> lines(a, file(a), false))
        .add("__gc", a -> Values.NONE)
        .add("__tostring", a -> LuaString.of(describe(file(a, true))))
        .value("__index", metatable);
    functions.library("io");
    functions
        .add("open", this::open)
        .add("popen", this::popen)
        .add("tmpfile", this::tmpfile)
        .add("close", a -> close(a.state(), a.count() == 0 ? output : file(a)))
        .add("read", a -> read(a, usable(a, input), 1))
        .add("write", a -> write(a, usable(a, output), 1))
        .add("flush", a -> flush(usable(a, output)))
        .add("input", a -> standard(a, true))
        .add("output", a -> standard(a, false))
        .add("lines", this::linesOf)
        .add("type", IoLibrary::type)
        .value("stdin", stdin)
        .value("stdout", stdout)
        .value("stderr", stderr);
  }

  private static String describe(LuaFile file) {
    return file.closed()
        ? "file (closed)"
        : "file (0x7f" + Integer.toHexString(System.identityHashCode(file)) + "0)";
  }

  private static LuaFile file(Arguments a) {
    return usable(a, file(a, true));
  }

  private static LuaFile file(Arguments a, boolean maybeClosed) {
    if (a.get(1) instanceof LuaFile file && maybeClosed) {
      return file;
    }
    throw a.wrongType(1, "FILE*");
  }

  private static LuaFile usable(Arguments a, LuaFile file) {
    if (file.closed()) {
      throw a.state().error("attempt to use a closed file");
    }
    return file;
  }

  private static @Nullable Object type(Arguments a) {
    return a.any(1) instanceof LuaFile file
        ? LuaString.of(file.closed() ? "closed file" : "file")
        : null;
  }

  // ---- opening and closing

  private Object open(Arguments a) {
    String name = a.string(1).cutAtNul().text();
    String mode = a.string(2, LuaString.of("r")).text();
    try {
      return open(name, mode);
    } catch (IOException | InvalidPathException error) {
      return failed(name, error);
    }
  }

  private static Object failed(String name, Exception error) {
    if ("Invalid argument".equals(error.getMessage())) {
      return new @Nullable Object[] {null, LuaString.of(name + ": Invalid argument"), 22.0};
    }
    return OsLibrary.failure(name, error);
  }

  private LuaFile open(String name, String mode) throws IOException {
    Path path = Path.of(name);
    boolean update = mode.contains("+");
    char kind = mode.isEmpty() ? ' ' : mode.charAt(0);
    if ("rwa".indexOf(kind) < 0 || !mode.substring(1).replace("b", "").replace("+", "").isEmpty()) {
      throw new IOException("Invalid argument");
    }
    if (kind == 'r' && !Files.exists(path) || kind != 'r' && !parentExists(path)) {
      throw new NoSuchFileException(name);
    }
    if (kind != 'r' && Files.isDirectory(path)) {
      throw new IOException("is a directory");
    }
    if (Files.isDirectory(path)) {
      return LuaFile.stream(
          metatable,
          new java.io.InputStream() {
            @Override
            public int read() throws IOException {
              throw new IOException("is a directory");
            }
          },
          null);
    }
    if (kind == 'r' && !Files.isReadable(path)
        || kind != 'r' && Files.exists(path) && !Files.isWritable(path)) {
      throw new java.nio.file.AccessDeniedException(name);
    }
    var file = new RandomAccessFile(path.toFile(), kind == 'r' && !update ? "r" : "rw");
    if (kind == 'w') {
      file.setLength(0);
    }
    return LuaFile.onDisk(metatable, file, kind == 'a');
  }

  private static boolean parentExists(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null || Files.isDirectory(parent);
  }

  private Object popen(Arguments a) {
    String command = a.string(1).text();
    boolean reading = a.string(2, LuaString.of("r")).text().startsWith("r");
    try {
      var builder = new ProcessBuilder("/bin/sh", "-c", command);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      if (reading) {
        builder.redirectInput(ProcessBuilder.Redirect.INHERIT);
      } else {
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
      }
      return LuaFile.pipe(metatable, builder.start(), reading);
    } catch (IOException error) {
      return failed(command, error);
    }
  }

  private Object tmpfile(Arguments a) {
    try {
      Path path = Files.createTempFile("lua", "");
      var file = new RandomAccessFile(path.toFile(), "rw");
      Files.delete(path);
      return LuaFile.onDisk(metatable, file, false);
    } catch (IOException error) {
      return failed("", error);
    }
  }

  private static Object close(LuaState state, LuaFile file) {
    if (file.closed()) {
      throw state.error("attempt to use a closed file");
    }
    if (file.standard()) {
      return new @Nullable Object[] {null, LuaString.of("cannot close standard file")};
    }
    try {
      int code = file.close();
      return code < 0 ? true : OsLibrary.exitResult(code);
    } catch (IOException error) {
      return failed("", error);
    }
  }

  private Object standard(Arguments a, boolean reading) {
    if (!a.absent(1)) {
      LuaFile chosen;
      if (a.get(1) instanceof LuaFile file) {
        chosen = file;
      } else {
        String name = a.string(1).text();
        try {
          chosen = open(name, reading ? "r" : "w");
        } catch (IOException | InvalidPathException error) {
          throw a.wrong(1, name + ": " + FileErrors.of(error).text());
        }
      }
      if (reading) {
        input = chosen;
      } else {
        output = chosen;
      }
    }
    return reading ? input : output;
  }

  // ---- reading and writing

  private static Object write(Arguments a, LuaFile file, int first) {
    try {
      for (int i = first; i <= a.count(); i++) {
        LuaString text = Texts.coerce(a.get(i));
        if (text == null) {
          throw a.wrongType(i, "string");
        }
        file.write(text);
      }
      return true;
    } catch (IOException error) {
      return failed("", error);
    }
  }

  private static Object flush(LuaFile file) {
    try {
      file.flush();
      return true;
    } catch (IOException error) {
      return failed("", error);
    }
  }

  private static @Nullable Object read(Arguments a, LuaFile file, int first) {
    try {
      if (a.count() < first) {
        return file.line(false);
      }
      @Nullable Object[] values = new @Nullable Object[a.count() - first + 1];
      for (int i = 0; i < values.length; i++) {
        values[i] = readOne(a, file, first + i);
        if (values[i] == null) {
          return java.util.Arrays.copyOf(values, i + 1);
        }
      }
      return values;
    } catch (IOException error) {
      return failed("", error);
    }
  }

  private static @Nullable Object readOne(Arguments a, LuaFile file, int number)
      throws IOException {
    if (a.get(number) instanceof Double count) {
      return file.bytes((int) (double) count);
    }
    String format = a.string(number, LINE).text();
    String letter = format.startsWith("*") ? format.substring(1) : format;
    return switch (letter.isEmpty() ? ' ' : letter.charAt(0)) {
      case 'n' -> file.number();
      case 'l' -> file.line(false);
      case 'L' -> file.line(true);
      case 'a' -> file.rest();
      default -> throw a.wrong(number, "invalid format");
    };
  }

  private Object seek(Arguments a) {
    LuaFile file = file(a);
    String whence = a.string(2, LuaString.of("cur")).text();
    int from =
        switch (whence) {
          case "set" -> 0;
          case "cur" -> 1;
          case "end" -> 2;
          default -> throw a.wrong(2, "invalid option '" + whence + "'");
        };
    try {
      return (double) file.seek(from, (long) a.number(3, 0));
    } catch (IOException error) {
      return failed("", error);
    }
  }

  private Object linesOf(Arguments a) {
    if (a.absent(1)) {
      return lines(a, usable(a, input), false);
    }
    String name = a.string(1).text();
    try {
      return lines(a, open(name, "r"), true);
    } catch (IOException | InvalidPathException error) {
      throw a.wrong(1, name + ": " + FileErrors.of(error).text());
    }
  }

  private LuaFunction lines(Arguments a, LuaFile file, boolean closeAtEnd) {
    @Nullable Object[] formats = Values.from(a.values(), 1);
    return functions.lone(
        "lines_iter",
        call -> {
          if (file.closed()) {
            throw call.state().error("attempt to use a closed file");
          }
          Object result = read(call.with(formats), file, 1);
          if (Values.first(result) == null && closeAtEnd) {
            try {
              file.close();
            } catch (IOException error) {
              throw new LuaError(String.valueOf(error.getMessage()));
            }
          }
          return result;
        });
  }
}
