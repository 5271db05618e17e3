use std::path::Path;

fn main() {
	// Asked when it runs, not when it is compiled: a target folder may serve several clones.
	let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs build scripts with it");
	let manifest = Path::new(&here)
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
