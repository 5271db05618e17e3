fn main() {
	#[cfg(feature = "std")]
	{
		let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
		// Wallets that check the metadata need its hash in the Wasm; computing it builds the Wasm twice.
		#[cfg(feature = "metadata-hash")]
		let builder = builder.enable_metadata_hash("BCT", 12);
		builder.build();
	}
}
