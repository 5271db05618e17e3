//! The chains that the binary knows by name, and those it reads from files.

use frame_support::genesis_builder_helper::get_preset;
use millpond_runtime::{
	configs::SS58_PREFIX,
	genesis_config_presets::{self, TESTNET_RUNTIME_PRESET},
	RuntimeGenesisConfig, WASM_BINARY,
};
use sc_chain_spec::{json_patch, ChainType, Properties};
use sc_service::GenericChainSpec;
use sp_core::storage::Storage;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_state_machine::BasicExternalities;

/// A chain's specification.
pub type ChainSpec = GenericChainSpec;

/// Names that `--chain` takes; anything else is the path of a file.
const KNOWN: &str = "dev, local, testnet";

/// A chain that the binary knows.
struct KnownChain {
	name: &'static str,
	id: &'static str,
	chain_type: ChainType,
	preset: &'static str,
}

fn known(id: &str) -> Option<KnownChain> {
	let (name, id, chain_type, preset) = match id {
		"dev" => (
			"Millpond Development",
			"millpond_dev",
			ChainType::Development,
			DEV_RUNTIME_PRESET,
		),
		"" | "local" => (
			"Millpond Local",
			"millpond_local",
			ChainType::Local,
			LOCAL_TESTNET_RUNTIME_PRESET,
		),
		"testnet" => (
			"Millpond Testnet",
			"millpond_testnet",
			ChainType::Live,
			TESTNET_RUNTIME_PRESET,
		),
		_ => return None,
	};
	Some(KnownChain {
		name,
		id,
		chain_type,
		preset,
	})
}

/// Finds the specification that `--chain` names, ready to run.
///
/// # Errors
/// A file that is not there or does not hold a specification, with its path and what to do.
pub fn load(id: &str) -> Result<ChainSpec, String> {
	match known(id) {
		Some(chain) => chain.with_native_genesis(),
		None => from_file(id),
	}
}

/// Finds the specification that `--chain` names, as people read it: with its genesis configuration in plain words.
///
/// # Errors
/// As for [`load`].
pub fn load_plain(id: &str) -> Result<ChainSpec, String> {
	match known(id) {
		Some(chain) => chain.plain(),
		None => from_file(id),
	}
}

impl KnownChain {
	fn plain(&self) -> Result<ChainSpec, String> {
		Ok(ChainSpec::builder(wasm()?, None)
			.with_name(self.name)
			.with_id(self.id)
			.with_chain_type(self.chain_type.clone())
			.with_protocol_id(&self.protocol_id())
			.with_properties(properties())
			.with_genesis_config_preset_name(self.preset)
			.build())
	}

	/// Tells this chain's network from others on the wire.
	fn protocol_id(&self) -> String {
		self.id.replace('_', "-")
	}

	/// The same chain with its first state computed here and now by the runtime's native code. The Wasm would compute
	/// the same (a test compares them) after being compiled three times for it, which takes eight seconds.
	fn with_native_genesis(&self) -> Result<ChainSpec, String> {
		let storage = native_genesis(self.preset, wasm()?)?;
		let hex = |bytes: Vec<u8>| serde_json::Value::String(format!("0x{}", hex::encode(bytes)));
		let top = storage
			.top
			.into_iter()
			.map(|(key, value)| (format!("0x{}", hex::encode(key)), hex(value)));
		let spec = serde_json::json!({
			"name": self.name,
			"id": self.id,
			"chainType": self.chain_type,
			"bootNodes": [],
			"telemetryEndpoints": null,
			"protocolId": self.protocol_id(),
			"properties": properties(),
			"codeSubstitutes": {},
			"genesis": { "raw": { "top": top.collect::<serde_json::Map<_, _>>(), "childrenDefault": {} } },
		});
		ChainSpec::from_json_bytes(serde_json::to_vec(&spec).map_err(|error| error.to_string())?)
	}
}

/// The first state of the chain that a preset describes, computed by the runtime's native code.
fn native_genesis(preset: &str, wasm: &[u8]) -> Result<Storage, String> {
	let parse = |json: Option<Vec<u8>>| {
		json.and_then(|json| serde_json::from_slice(&json).ok())
			.ok_or_else(|| format!("the runtime has no genesis preset '{preset}'"))
	};
	let mut config = parse(get_preset::<RuntimeGenesisConfig>(&None, |_| None))?;
	json_patch::merge(
		&mut config,
		parse(genesis_config_presets::get_preset(&PresetId::from(preset)))?,
	);
	let mut state = BasicExternalities::new_empty();
	state.execute_with(|| genesis_config_presets::build_state(config.to_string().into_bytes()))?;
	let mut storage = state.into_storages();
	storage
		.top
		.insert(sp_core::storage::well_known_keys::CODE.to_vec(), wasm.to_vec());
	Ok(storage)
}

fn wasm() -> Result<&'static [u8], String> {
	WASM_BINARY.ok_or_else(|| {
		"this binary was built without a runtime (SKIP_WASM_BUILD): build it again without that variable, or name a raw \
		 chain spec file with --chain"
			.into()
	})
}

fn from_file(path: &str) -> Result<ChainSpec, String> {
	if !std::path::Path::new(path).is_file() {
		return Err(format!(
			"no chain is called '{path}' and there is no file of that path: --chain takes {KNOWN}, or the path of a chain \
			 spec (chain-specs/ holds some)"
		));
	}
	ChainSpec::from_json_file(path.into()).map_err(|error| {
		format!("'{path}' is not a chain spec: {error}. 'millpond export-chain-spec --chain local' writes one that is")
	})
}

fn properties() -> Properties {
	let mut properties = Properties::new();
	properties.insert("tokenSymbol".into(), "BCT".into());
	properties.insert("tokenDecimals".into(), 12.into());
	properties.insert("ss58Format".into(), SS58_PREFIX.into());
	properties
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_runtime::BuildStorage;

	#[test]
	fn the_native_genesis_should_be_that_of_the_wasm() {
		for id in ["dev", "local", "testnet"] {
			let native = load(id)
				.and_then(|spec| spec.build_storage())
				.expect("the chain is known");
			let wasm = load_plain(id)
				.and_then(|spec| spec.build_storage())
				.expect("the chain is known");
			assert_eq!(
				native.top.keys().collect::<Vec<_>>(),
				wasm.top.keys().collect::<Vec<_>>(),
				"{id}"
			);
			assert!(native.top == wasm.top, "{id}: values differ");
			assert!(
				native.children_default.is_empty() && wasm.children_default.is_empty(),
				"{id}"
			);
		}
	}

	#[test]
	fn bench_should_know_every_model_that_a_chain_begins_with() {
		let preset =
			genesis_config_presets::get_preset(&PresetId::from(DEV_RUNTIME_PRESET)).expect("the chain is known");
		let genesis: serde_json::Value = serde_json::from_slice(&preset).expect("presets are JSON");
		let models = genesis["gpus"]["models"].as_array().expect("there is a catalogue");
		assert!(!models.is_empty());
		for model in models {
			let name = model["name"].as_str().expect("models have names");
			assert!(millpond_gpu::profiles::named(name).is_some(), "{name}");
		}
	}

	#[test]
	fn loading_should_name_the_chain_and_the_known_ones_when_it_is_unknown() {
		let refused = load("no-such-chain").map(drop).expect_err("unknown");
		assert!(
			refused.contains("no-such-chain") && refused.contains("testnet"),
			"{refused}"
		);
	}

	#[test]
	fn loading_should_name_the_file_when_it_holds_no_specification() {
		let path = std::env::temp_dir().join(format!("millpond-broken-spec-{}.json", std::process::id()));
		std::fs::write(&path, "{ \"name\": 1 }").expect("the folder is writable");
		let path = path.to_string_lossy();
		let refused = load(&path).map(drop).expect_err("not a specification");
		assert!(
			refused.contains(&*path) && refused.contains("export-chain-spec"),
			"{refused}"
		);
		std::fs::remove_file(&*path).expect("it is there");
	}
}
