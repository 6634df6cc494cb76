package io.weir.wasm.guest;

import io.weir.wasm.guest.Code.Call;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Writes a module in the binary format. Imports are declared by use, with the ABI's types; every
 * module has a memory, a bump allocator and a version marker unless told otherwise.
 *
 * <p>Memory: results of probes from {@link #RESULTS}, out parameters from {@link #OUT}, counters
 * from {@link #COUNTERS}, data, heap.
 */
public final class GuestBuilder {
  public static final int OUT = 1024;
  public static final int COUNTERS = 2048;
  public static final int RESULTS = 4096;
  private static final int DATA = 32768;
  private static final int HEAP = 131072;
  private static final Pattern SIGNATURE = Pattern.compile("([il]*)>([i]?)");

  private static final Map<String, String> HOST = new LinkedHashMap<>();
  private static final Map<String, String> CALLBACKS = new LinkedHashMap<>();

  static {
    String[] host = {
      "proxy_log iii>i",
      "proxy_get_log_level i>i",
      "proxy_get_current_time_nanoseconds i>i",
      "proxy_set_tick_period_milliseconds i>i",
      "proxy_get_configuration ii>i",
      "proxy_get_status iii>i",
      "proxy_get_property iiii>i",
      "proxy_set_property iiii>i",
      "proxy_continue_request >i",
      "proxy_continue_response >i",
      "proxy_clear_route_cache >i",
      "proxy_continue_stream i>i",
      "proxy_close_stream i>i",
      "proxy_send_local_response iiiiiiii>i",
      "proxy_set_shared_data iiiii>i",
      "proxy_get_shared_data iiiii>i",
      "proxy_register_shared_queue iii>i",
      "proxy_resolve_shared_queue iiiii>i",
      "proxy_enqueue_shared_queue iii>i",
      "proxy_dequeue_shared_queue iii>i",
      "proxy_get_header_map_size ii>i",
      "proxy_get_header_map_pairs iii>i",
      "proxy_set_header_map_pairs iii>i",
      "proxy_get_header_map_value iiiii>i",
      "proxy_add_header_map_value iiiii>i",
      "proxy_replace_header_map_value iiiii>i",
      "proxy_remove_header_map_value iii>i",
      "proxy_get_buffer_bytes iiiii>i",
      "proxy_get_buffer_status iii>i",
      "proxy_set_buffer_bytes iiiii>i",
      "proxy_http_call iiiiiiiiii>i",
      "proxy_grpc_call iiiiiiiiiiii>i",
      "proxy_grpc_stream iiiiiiiii>i",
      "proxy_grpc_send iiii>i",
      "proxy_grpc_cancel i>i",
      "proxy_grpc_close i>i",
      "proxy_define_metric iiii>i",
      "proxy_increment_metric il>i",
      "proxy_record_metric il>i",
      "proxy_get_metric ii>i",
      "proxy_set_effective_context i>i",
      "proxy_done >i",
      "proxy_call_foreign_function iiiiii>i"
    };
    String[] wasi = {
      "fd_write iiii>i", "environ_sizes_get ii>i", "environ_get ii>i", "args_sizes_get ii>i",
      "args_get ii>i", "clock_time_get ili>i", "random_get ii>i", "fd_close i>i",
      "fd_seek ilii>i", "fd_fdstat_get ii>i", "fd_prestat_get ii>i", "fd_read iiii>i",
      "sched_yield >i", "poll_oneoff iiii>i", "proc_exit i>"
    };
    String[] callbacks = {
      "proxy_on_context_create ii>",
      "proxy_on_vm_start ii>i",
      "proxy_on_configure ii>i",
      "proxy_on_tick i>",
      "proxy_on_new_connection i>i",
      "proxy_on_downstream_data iii>i",
      "proxy_on_upstream_data iii>i",
      "proxy_on_downstream_connection_close ii>",
      "proxy_on_upstream_connection_close ii>",
      "proxy_on_request_headers iii>i",
      "proxy_on_request_body iii>i",
      "proxy_on_request_trailers ii>i",
      "proxy_on_response_headers iii>i",
      "proxy_on_response_body iii>i",
      "proxy_on_response_trailers ii>i",
      "proxy_on_http_call_response iiiii>",
      "proxy_on_grpc_receive_initial_metadata iii>",
      "proxy_on_grpc_receive iii>",
      "proxy_on_grpc_receive_trailing_metadata iii>",
      "proxy_on_grpc_close iii>",
      "proxy_on_queue_ready ii>",
      "proxy_on_done i>i",
      "proxy_on_log i>",
      "proxy_on_delete i>",
      "_initialize >",
      "_start >",
      "envoy_on_stats_update ii>"
    };
    for (String line : host) {
      HOST.put(line.substring(0, line.indexOf(' ')), "env " + line);
    }
    for (String line : wasi) {
      HOST.put(line.substring(0, line.indexOf(' ')), "wasi_snapshot_preview1 " + line);
    }
    for (String line : callbacks) {
      CALLBACKS.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
    }
  }

  private record Function(String name, String signature, Code code, boolean exported) {}

  private final List<Function> functions = new ArrayList<>();
  private final List<byte[]> data = new ArrayList<>();
  private final List<Integer> dataAt = new ArrayList<>();
  private final Map<String, String> customImports = new LinkedHashMap<>();
  private int nextData = DATA;
  private int nextResult = RESULTS;
  private int pages = 8;
  private int maxPages = -1;
  private String marker = "proxy_abi_version_0_2_1";
  private byte[] built;
  private String allocator = "proxy_on_memory_allocate";

  int nextResult() {
    nextResult += 4;
    return nextResult - 4;
  }

  /** Puts bytes into the module's data; the pointer and length. */
  int[] data(byte[] bytes) {
    int at = nextData;
    data.add(bytes);
    dataAt.add(at);
    nextData += bytes.length + 1;
    return new int[] {at, bytes.length};
  }

  /** A callback; the value that it returns is what the code leaves, 0 or 1 by default. */
  public GuestBuilder on(String export, Consumer<Code> body) {
    return on(
        export,
        body,
        export.equals("proxy_on_done")
                || export.contains("_vm_start")
                || export.contains("_configure")
            ? 1
            : 0);
  }

  /** A callback that returns a number. */
  public GuestBuilder on(String export, Consumer<Code> body, int result) {
    String signature = CALLBACKS.get(export);
    var code = new Code(this);
    body.accept(code);
    if (signature.endsWith("i") && !signature.endsWith(">")) {
      code.i32(result);
    }
    functions.add(new Function(export, signature, code, true));
    return this;
  }

  /** A function of the guest's own. */
  public GuestBuilder function(
      String name, String signature, boolean exported, Consumer<Code> body) {
    var code = new Code(this);
    body.accept(code);
    functions.add(new Function(name, signature, code, exported));
    return this;
  }

  /** Declares an import with a type of one's own: {@code "env proxy_x iii>i"}. */
  public GuestBuilder declareImport(String line) {
    customImports.put(line.split(" ")[1], line);
    return this;
  }

  public GuestBuilder marker(String export) {
    marker = export;
    return this;
  }

  public GuestBuilder allocator(String export) {
    allocator = export;
    return this;
  }

  public GuestBuilder memory(int initial, int max) {
    pages = initial;
    maxPages = max;
    return this;
  }

  // ---- binary format

  /** The module's bytes; nothing can be added afterwards. */
  public byte[] build() {
    if (built == null) {
      built = write();
    }
    return built;
  }

  private byte[] write() {
    if (!allocator.isEmpty()) {
      // heap = global 0; returns the old value and moves on by the size, rounded up.
      function(
          allocator,
          "i>i",
          true,
          code ->
              code.globalGet(0)
                  .globalGet(0)
                  .get(0)
                  .i32(15)
                  .op(0x6a)
                  .i32(-8)
                  .op(0x71)
                  .op(0x6a)
                  .globalSet(0));
    }
    if (!marker.isEmpty()) {
      function(marker, ">", true, _ -> {});
    }
    var imports = new LinkedHashSet<String>(customImports.keySet());
    for (Function function : functions) {
      for (Object item : function.code().items()) {
        if (item instanceof Call(String name) && isImport(name)) {
          imports.add(name);
        }
      }
    }
    List<String> importNames = List.copyOf(imports);
    List<String> types = new ArrayList<>();
    var out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    for (String name : importNames) {
      type(types, signature(name));
    }
    for (Function function : functions) {
      type(types, function.signature());
    }
    section(out, 1, typeSection(types));
    section(out, 2, importSection(importNames, types));
    section(out, 3, functionSection(types));
    section(out, 5, memorySection());
    section(out, 6, new byte[] {1, 0x7f, 1, 0x41, (byte) 0x80, (byte) 0x80, 8, 0x0b});
    section(out, 7, exportSection(importNames.size()));
    section(out, 10, codeSection(importNames));
    section(out, 11, dataSection());
    return out.toByteArray();
  }

  private boolean isImport(String name) {
    return customImports.containsKey(name)
        || (HOST.containsKey(name) && functions.stream().noneMatch(f -> f.name().equals(name)));
  }

  private String importLine(String name) {
    return customImports.getOrDefault(name, HOST.get(name));
  }

  private String signature(String name) {
    return importLine(name).split(" ")[2];
  }

  private static int type(List<String> types, String signature) {
    if (!types.contains(signature)) {
      types.add(signature);
    }
    return types.indexOf(signature);
  }

  private static byte[] typeSection(List<String> types) {
    var out = new ByteArrayOutputStream();
    unsigned(out, types.size());
    for (String type : types) {
      var parts = SIGNATURE.matcher(type);
      if (!parts.matches()) {
        throw new IllegalArgumentException(type);
      }
      out.write(0x60);
      valueTypes(out, parts.group(1));
      valueTypes(out, parts.group(2));
    }
    return out.toByteArray();
  }

  private static void valueTypes(ByteArrayOutputStream out, String types) {
    unsigned(out, types.length());
    types.chars().forEach(type -> out.write(type == 'l' ? 0x7e : 0x7f));
  }

  private byte[] importSection(List<String> names, List<String> types) {
    var out = new ByteArrayOutputStream();
    unsigned(out, names.size());
    for (String name : names) {
      text(out, importLine(name).split(" ")[0]);
      text(out, name);
      out.write(0);
      unsigned(out, type(types, signature(name)));
    }
    return out.toByteArray();
  }

  private byte[] functionSection(List<String> types) {
    var out = new ByteArrayOutputStream();
    unsigned(out, functions.size());
    functions.forEach(function -> unsigned(out, type(types, function.signature())));
    return out.toByteArray();
  }

  private byte[] memorySection() {
    var out = new ByteArrayOutputStream();
    out.write(1);
    out.write(maxPages < 0 ? 0 : 1);
    unsigned(out, pages);
    if (maxPages >= 0) {
      unsigned(out, maxPages);
    }
    return out.toByteArray();
  }

  private byte[] exportSection(int importCount) {
    var out = new ByteArrayOutputStream();
    unsigned(out, 1 + (int) functions.stream().filter(Function::exported).count());
    text(out, "memory");
    out.write(2);
    out.write(0);
    for (int i = 0; i < functions.size(); i++) {
      if (functions.get(i).exported()) {
        text(out, functions.get(i).name());
        out.write(0);
        unsigned(out, importCount + i);
      }
    }
    return out.toByteArray();
  }

  private byte[] codeSection(List<String> importNames) {
    var out = new ByteArrayOutputStream();
    unsigned(out, functions.size());
    for (Function function : functions) {
      var body = new ByteArrayOutputStream();
      body.write(0);
      for (Object item : function.code().items()) {
        if (item instanceof Call(String name)) {
          body.write(0x10);
          unsigned(body, index(name, importNames));
        } else {
          body.writeBytes((byte[]) item);
        }
      }
      body.write(0x0b);
      unsigned(out, body.size());
      out.writeBytes(body.toByteArray());
    }
    return out.toByteArray();
  }

  private int index(String name, List<String> importNames) {
    for (int i = 0; i < functions.size(); i++) {
      if (functions.get(i).name().equals(name)) {
        return importNames.size() + i;
      }
    }
    int index = importNames.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no function " + name);
    }
    return index;
  }

  private byte[] dataSection() {
    var out = new ByteArrayOutputStream();
    unsigned(out, data.size());
    for (int i = 0; i < data.size(); i++) {
      out.write(0);
      out.write(0x41);
      signed(out, dataAt.get(i));
      out.write(0x0b);
      unsigned(out, data.get(i).length);
      out.writeBytes(data.get(i));
    }
    return out.toByteArray();
  }

  private static void section(ByteArrayOutputStream out, int id, byte[] content) {
    out.write(id);
    unsigned(out, content.length);
    out.writeBytes(content);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    unsigned(out, bytes.length);
    out.writeBytes(bytes);
  }

  static void unsigned(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  static void signed(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (true) {
      int b = (int) rest & 0x7f;
      rest >>= 7;
      if ((rest == 0 && (b & 0x40) == 0) || (rest == -1 && (b & 0x40) != 0)) {
        out.write(b);
        return;
      }
      out.write(b | 0x80);
    }
  }
}
