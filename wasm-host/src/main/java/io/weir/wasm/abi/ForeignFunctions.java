package io.weir.wasm.abi;

import io.weir.wasm.abi.PropertyDeclaration.Span;
import io.weir.wasm.abi.PropertyDeclaration.Type;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's foreign functions, by name; arguments and results are its protobuf messages. Those whose
 * names begin with {@code weir.} are ours.
 */
public final class ForeignFunctions {
  private static final int MAX_INFLATED = 64 << 20;

  private static final Map<String, ForeignFunction> BY_NAME =
      Map.ofEntries(
          entry("compress", ForeignFunctions::compress),
          entry("uncompress", ForeignFunctions::uncompress),
          entry("sign", Signatures::sign),
          entry("verify_signature", Signatures::verify),
          entry("clear_route_cache", ForeignFunctions::clearRouteCache),
          entry("set_envoy_filter_state", ForeignFunctions::setFilterState),
          entry("declare_property", ForeignFunctions::declareProperty),
          entry("weir.set_dynamic_metadata", ForeignFunctions::setDynamicMetadata),
          entry("expr_create", Expressions::create),
          entry("expr_evaluate", Expressions::evaluate),
          entry("expr_delete", Expressions::delete));

  private static Map.Entry<String, ForeignFunction> entry(String name, ForeignFunction function) {
    return Map.entry(name, function);
  }

  private ForeignFunctions() {}

  public static @Nullable ForeignFunction find(String name) {
    return BY_NAME.get(name);
  }

  private static int clearRouteCache(HostVm vm, byte[] argument, ByteSink result) {
    vm.effective().clearRouteCache();
    return WasmResult.OK;
  }

  /** {@code namespace NUL key NUL text}: other hosts let no guest write dynamic metadata. */
  private static int setDynamicMetadata(HostVm vm, byte[] argument, ByteSink result) {
    String[] parts = new String(argument, StandardCharsets.UTF_8).split("\0", 3);
    return parts.length < 3 || parts[0].isEmpty() || parts[1].isEmpty()
        ? WasmResult.BAD_ARGUMENT
        : vm.effective().setDynamicMetadata(parts[0], parts[1], parts[2]);
  }

  private static int compress(HostVm vm, byte[] argument, ByteSink result) {
    try (var deflater = new Deflater()) {
      deflater.setInput(argument);
      deflater.finish();
      byte[] chunk = new byte[8192];
      while (!deflater.finished()) {
        result.put(chunk, 0, deflater.deflate(chunk));
      }
    }
    return WasmResult.OK;
  }

  private static int uncompress(HostVm vm, byte[] argument, ByteSink result) {
    try (var inflater = new Inflater()) {
      inflater.setInput(argument);
      byte[] chunk = new byte[8192];
      while (!inflater.finished()) {
        int length = inflater.inflate(chunk);
        if (length == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return WasmResult.SERIALIZATION_FAILURE;
        }
        result.put(chunk, 0, length);
        if (result.length() > MAX_INFLATED) {
          return WasmResult.SERIALIZATION_FAILURE;
        }
      }
      return WasmResult.OK;
    } catch (DataFormatException _) {
      return WasmResult.SERIALIZATION_FAILURE;
    }
  }

  private static int setFilterState(HostVm vm, byte[] argument, ByteSink result) {
    ProtoFields fields = ProtoFields.parse(argument);
    return fields == null
        ? WasmResult.BAD_ARGUMENT
        : vm.effective().setFilterState(fields.text(1), fields.text(2), span(fields.number(3)));
  }

  private static int declareProperty(HostVm vm, byte[] argument, ByteSink result) {
    ProtoFields fields = ProtoFields.parse(argument);
    if (fields == null) {
      return WasmResult.BAD_ARGUMENT;
    }
    Type[] types = Type.values();
    int type = (int) fields.number(3);
    return vm.effective()
        .declareProperty(
            new PropertyDeclaration(
                fields.text(1),
                fields.number(2) != 0,
                types[type < 0 || type >= types.length ? 0 : type],
                fields.text(4),
                span(fields.number(5))));
  }

  private static Span span(long number) {
    Span[] spans = Span.values();
    return spans[number < 0 || number >= spans.length ? 0 : (int) number];
  }
}
