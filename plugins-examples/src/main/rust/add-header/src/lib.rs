use proxy_wasm::traits::{Context, HttpContext, RootContext};
use proxy_wasm::types::{Action, ContextType, LogLevel};
use serde_json::Value;
use std::rc::Rc;

proxy_wasm::main! {{
    proxy_wasm::set_log_level(LogLevel::Info);
    proxy_wasm::set_root_context(|_| Box::new(Root { config: Rc::new(Config::default()) }));
}}

struct Config {
    name: String,
    value: String,
}

impl Default for Config {
    fn default() -> Self {
        Config { name: "x-weir".to_string(), value: "1".to_string() }
    }
}

struct Root {
    config: Rc<Config>,
}

impl Context for Root {}

impl RootContext for Root {
    fn on_configure(&mut self, size: usize) -> bool {
        let mut config = Config::default();
        if size > 0 {
            let bytes = self.get_plugin_configuration().unwrap_or_default();
            match serde_json::from_slice::<Value>(&bytes) {
                Ok(json) => {
                    if let Some(name) = json["name"].as_str() {
                        config.name = name.to_string();
                    }
                    if let Some(value) = json["value"].as_str() {
                        config.value = value.to_string();
                    }
                }
                Err(error) => {
                    log::error!("configuration refused: {error}");
                    return false;
                }
            }
        }
        self.config = Rc::new(config);
        true
    }

    fn create_http_context(&self, _context_id: u32) -> Option<Box<dyn HttpContext>> {
        Some(Box::new(Filter { config: self.config.clone() }))
    }

    fn get_type(&self) -> Option<ContextType> {
        Some(ContextType::HttpContext)
    }
}

struct Filter {
    config: Rc<Config>,
}

impl Context for Filter {}

impl HttpContext for Filter {
    fn on_http_request_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        self.set_http_request_header(&self.config.name, Some(&self.config.value));
        Action::Continue
    }

    fn on_http_response_headers(&mut self, _count: usize, _end_of_stream: bool) -> Action {
        self.set_http_response_header(&self.config.name, Some(&self.config.value));
        Action::Continue
    }
}
