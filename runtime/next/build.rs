use std::path::Path;

fn main() {
	let manifest = Path::new(env!("CARGO_MANIFEST_DIR"))
		.parent()
		.expect("the runtime is the folder above")
		.join("Cargo.toml");
	substrate_wasm_builder::WasmBuilder::new()
		.with_project(manifest)
		.expect("the runtime has a manifest")
		.enable_feature("next-spec-version")
		.set_file_name("millpond_runtime_next")
		.import_memory()
		.export_heap_base()
		.build();
}
