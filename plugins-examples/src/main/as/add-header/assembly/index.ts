export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  RootContext,
  registerRootContext,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";

/** A text member of a flat JSON object, without escapes; the fallback when there is none. */
function member(json: string, name: string, fallback: string): string {
  const key = json.indexOf('"' + name + '"');
  if (key < 0) return fallback;
  const start = json.indexOf('"', json.indexOf(":", key)) + 1;
  return json.substring(start, json.indexOf('"', start));
}

class Root extends RootContext {
  createContext(id: u32): Context {
    const json = this.getConfiguration();
    return new Filter(id, this, member(json, "name", "x-weir"), member(json, "value", "1"));
  }
}

class Filter extends Context {
  name: string;
  value: string;

  constructor(id: u32, root: Root, name: string, value: string) {
    super(id, root);
    this.name = name;
    this.value = value;
  }

  onRequestHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    stream_context.headers.request.replace(this.name, this.value);
    return FilterHeadersStatusValues.Continue;
  }

  onResponseHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    stream_context.headers.response.replace(this.name, this.value);
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => {
  return new Root(id);
}, "");
