package io.weir.lua;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.weir.filter.FactoryContext;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads, parses and tries out the code blocks of one configuration, and reports what is wrong. */
final class ScriptLoader {
  private final Chunks chunks;
  private final FactoryContext context;
  private final ScriptOptions options;

  ScriptLoader(Chunks chunks, FactoryContext context, ScriptOptions options) {
    this.chunks = chunks;
    this.context = context;
    this.options = options;
  }

  /** The code block of a data source, or null when a problem was reported. */
  @Nullable LuaScript fromSource(DataSource source, String path) {
    byte[] text = context.read((Message) source, path);
    if (text == null) {
      return null;
    }
    String field =
        switch (source.getSpecifierCase()) {
          case INLINE_STRING -> path + ".inline_string";
          case INLINE_BYTES -> path + ".inline_bytes";
          case FILENAME -> path + ".filename";
          case ENVIRONMENT_VARIABLE -> path + ".environment_variable";
          case SPECIFIER_NOT_SET -> path;
        };
    String file = source.hasFilename() ? source.getFilename() : "script";
    return load(text, file, field);
  }

  @Nullable LuaScript fromText(String text, String path) {
    return load(text.getBytes(StandardCharsets.UTF_8), "script", path);
  }

  private @Nullable LuaScript load(byte[] text, String file, String path) {
    Chunk chunk;
    try {
      chunk = chunks.load(text);
    } catch (LuaSyntaxException error) {
      context
          .problems()
          .add(
              path,
              file + ":" + error.line() + ":" + error.column() + ": " + error.text(),
              "correct the script");
      return null;
    }
    String failure =
        chunks.knownToLoad(chunk, options)
            ? null
            : ScriptState.tryOut(chunk, options, System::nanoTime, System::currentTimeMillis);
    if (failure == null) {
      chunks.loads(chunk, options);
    } else {
      context
          .problems()
          .add(
              path,
              "script load error: " + failure,
              "the script's top level runs when the configuration is loaded; correct it");
      return null;
    }
    return new LuaScript(chunk, path, options, context.workers().all().size());
  }
}
