use std::path::Path;

fn main() {
	// Asked when it runs, not when it is compiled: a target folder may serve several clones.
	let here = std::env::var("CARGO_MANIFEST_DIR").expect("cargo runs build scripts with it");
	let root = Path::new(&here).ancestors().nth(2);
	substrate_wasm_builder::WasmBuilder::new()
		.with_project(
			root.expect("the repository is two folders above")
				.join("runtime/Cargo.toml"),
		)
		.expect("the runtime has a manifest")
		.enable_feature("runtime-benchmarks")
		.set_file_name("millpond_runtime_benchmarks")
		.import_memory()
		.export_heap_base()
		.build();
}
