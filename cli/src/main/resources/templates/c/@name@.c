// A proxy-wasm 0.2.1 module without a library: the ABI's functions are declared here.
#define IMPORT(name) __attribute__((import_module("env"), import_name(#name)))
#define EXPORT(name) __attribute__((export_name(#name)))

typedef unsigned int u32;

enum { REQUEST_HEADERS = 0, RESPONSE_HEADERS = 2, CONTINUE = 0 };

IMPORT(proxy_replace_header_map_value)
u32 replace_header(u32 map, const char *name, u32 name_size, const char *value, u32 value_size);

static const char NAME[] = "x-@name@";
static const char VALUE[] = "hello";

// The host asks for memory only to hand over what the plugin reads; this one reads nothing.
static char arena[4096];

EXPORT(proxy_on_memory_allocate)
void *allocate(u32 size) { return size <= sizeof arena ? arena : 0; }

EXPORT(proxy_abi_version_0_2_1)
void abi_version(void) {}

EXPORT(proxy_on_context_create)
void on_context_create(u32 context, u32 parent) {}

EXPORT(proxy_on_request_headers)
u32 on_request_headers(u32 context, u32 count, u32 end_of_stream) {
  replace_header(REQUEST_HEADERS, NAME, sizeof NAME - 1, VALUE, sizeof VALUE - 1);
  return CONTINUE;
}

EXPORT(proxy_on_response_headers)
u32 on_response_headers(u32 context, u32 count, u32 end_of_stream) {
  replace_header(RESPONSE_HEADERS, NAME, sizeof NAME - 1, VALUE, sizeof VALUE - 1);
  return CONTINUE;
}
