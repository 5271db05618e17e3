fn main() {
	substrate_wasm_builder::WasmBuilder::new()
		.with_project(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
		.expect("the runtime is the folder above")
		.enable_feature("next-spec-version")
		.set_file_name("millpond_runtime_next.rs")
		.export_heap_base()
		.import_memory()
		.build();
}
