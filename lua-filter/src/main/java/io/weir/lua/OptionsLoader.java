package io.weir.lua;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.weir.filter.FactoryContext;
import io.weir.lua.engine.Budget;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.load.Chunk;
import io.weir.lua.engine.syntax.LuaSyntaxException;
import io.weir.lua.library.ScriptLibrary;
import io.weir.lua.library.SharedDictionaries;
import io.weir.lua.library.SharedDictionary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code weir.filters.http.lua.v1.ScriptOptions}, which has no compiled class. */
final class OptionsLoader {
  private static final int DEFAULT_FAILURE_STATUS = 503;
  private static final long DEFAULT_DICTIONARY_BYTES = 1 << 20;

  private final FactoryContext context;
  private final SharedDictionaries dictionaries;

  OptionsLoader(FactoryContext context, SharedDictionaries dictionaries) {
    this.context = context;
    this.dictionaries = dictionaries;
  }

  /** Problems are reported; what is returned is of use when there are none. */
  ScriptOptions load(@Nullable Message options) {
    if (options == null) {
      return ScriptOptions.ENVOY;
    }
    return new ScriptOptions(
        failureStatus(options),
        limits(context.field(options, "limits") instanceof Message limits ? limits : null),
        flag(options, "sandbox"),
        libraries(options),
        modules(options),
        shared(options),
        flag(options, "respond_in_response"),
        flag(options, "statistics"));
  }

  private int failureStatus(Message options) {
    boolean closed =
        context.field(options, "failure_policy") instanceof EnumValueDescriptor policy
            && policy.getName().equals("CLOSED");
    long status = number(options, "failure_status", DEFAULT_FAILURE_STATUS);
    if (status < 200 || status > 599) {
      context.problems().add("options.failure_status", status + " is not between 200 and 599");
    }
    return closed ? (int) status : 0;
  }

  private Budget.Limits limits(@Nullable Message limits) {
    Budget.Limits standard = Budget.Limits.DEFAULT;
    return limits == null
        ? standard
        : new Budget.Limits(
            number(limits, "steps", standard.steps()),
            number(limits, "milliseconds", standard.nanos() / 1_000_000) * 1_000_000,
            number(limits, "allocated_bytes", standard.bytes()));
  }

  private List<ScriptLibrary> libraries(Message options) {
    var found = new ArrayList<ScriptLibrary>();
    if (context.field(options, "libraries") instanceof List<?> names) {
      for (int i = 0; i < names.size(); i++) {
        String name = String.valueOf(names.get(i));
        String path = "options.libraries[" + i + "]";
        ScriptLibrary.named(name)
            .ifPresentOrElse(
                found::add,
                () ->
                    context
                        .problems()
                        .add(
                            path,
                            "there is no library " + name,
                            "there are "
                                + String.join(
                                    ", ",
                                    Arrays.stream(ScriptLibrary.values())
                                        .map(ScriptLibrary::moduleName)
                                        .toList())));
      }
    }
    return found;
  }

  private Map<String, Chunk> modules(Message options) {
    var modules = new LinkedHashMap<String, Chunk>();
    for (Message entry : entries(options, "modules")) {
      String name = String.valueOf(part(entry, "key"));
      Chunk chunk = module(name, (Message) part(entry, "value"));
      if (chunk != null) {
        modules.put(name, chunk);
      }
    }
    return modules;
  }

  private @Nullable Chunk module(String name, Message source) {
    String path = "options.modules[" + name + "]";
    try {
      byte[] text = context.read(DataSource.parseFrom(source.toByteString()), path);
      return text == null ? null : Chunk.load(text, LuaString.of("@" + name), Chunk.Mode.COMPILED);
    } catch (LuaSyntaxException error) {
      context
          .problems()
          .add(
              path,
              name + ":" + error.line() + ":" + error.column() + ": " + error.text(),
              "correct the module");
    } catch (InvalidProtocolBufferException error) {
      context.problems().add(path, "not readable: " + error.getMessage());
    }
    return null;
  }

  private Map<String, SharedDictionary> shared(Message options) {
    var found = new LinkedHashMap<String, SharedDictionary>();
    for (Message entry : entries(options, "shared_dictionaries")) {
      String name = String.valueOf(part(entry, "key"));
      long bytes = number((Message) part(entry, "value"), "max_bytes", DEFAULT_DICTIONARY_BYTES);
      found.put(name, dictionaries.get(name, bytes));
    }
    return found;
  }

  // ---- fields

  private boolean flag(Message message, String field) {
    return Boolean.TRUE.equals(context.field(message, field));
  }

  /** A number; the default when it is 0 or not set. */
  private long number(Message message, String field, long otherwise) {
    long value = context.field(message, field) instanceof Number number ? number.longValue() : 0;
    return value == 0 ? otherwise : value;
  }

  private List<Message> entries(Message message, String field) {
    var entries = new ArrayList<Message>();
    if (context.field(message, field) instanceof List<?> list) {
      list.forEach(entry -> entries.add((Message) entry));
    }
    return entries;
  }

  private static Object part(Message entry, String name) {
    return entry.getField(entry.getDescriptorForType().findFieldByName(name));
  }
}
