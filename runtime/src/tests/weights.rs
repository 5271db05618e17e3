//! What a call of this chain's own pallets costs was measured.

use crate::*;
use frame_support::traits::{Get, GetCallMetadata, PalletsInfoAccess};
use std::{
	fs,
	path::{Path, PathBuf},
};

const RUNTIME: &str = env!("CARGO_MANIFEST_DIR");
/// What is written above a weight that stands in for a measured one.
const ESTIMATED: &str = "not measured";

fn read(path: &Path) -> String {
	fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Our own pallets, each by its crate's name, its folder and its calls: those whose folder stands in `pallets/`.
fn own_pallets() -> Vec<(&'static str, PathBuf, &'static [&'static str])> {
	AllPalletsWithSystem::infos()
		.into_iter()
		.filter_map(|pallet| {
			let name = pallet.module_name.strip_prefix("pallet_")?.replace('_', "-");
			let folder = Path::new(RUNTIME).join("../pallets").join(name);
			let calls = match RuntimeCall::get_module_names().contains(&pallet.name) {
				true => RuntimeCall::get_call_names(pallet.name),
				false => &[],
			};
			folder.is_dir().then_some((pallet.module_name, folder, calls))
		})
		.collect()
}

/// Of which functions a file of weights says that they were estimated.
fn estimated(weights: &str) -> Vec<&str> {
	let functions = weights.split("\tfn ").skip(1);
	let estimated = functions.filter(|function| function.contains(ESTIMATED));
	estimated.filter_map(|function| function.split('(').next()).collect()
}

/// Whether `path` stands in `source`, and not only as the beginning of a longer name.
fn names(source: &str, path: &str) -> bool {
	let is_whole = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
	source.split(path).skip(1).any(is_whole)
}

#[test]
fn calls_of_our_own_pallets_should_be_charged_what_was_measured_when_dispatched() {
	let configs: String = fs::read_dir(Path::new(RUNTIME).join("src/configs"))
		.unwrap()
		.map(|file| read(&file.unwrap().path()))
		.collect();

	let mut measured = 0;
	for (pallet, folder, calls) in own_pallets() {
		if calls.is_empty() && !folder.join("src/weights.rs").exists() {
			continue;
		}
		let weights = read(&Path::new(RUNTIME).join(format!("src/weights/{pallet}.rs")));
		assert!(
			weights.starts_with(&format!("//! Weights of `{pallet}`, measured on the compiled runtime.")),
			"src/weights/{pallet}.rs was not made by scripts/weights.sh"
		);
		assert!(
			!weights.contains(ESTIMATED),
			"src/weights/{pallet}.rs has weights that were estimated, of {}: scripts/weights.sh {pallet}",
			estimated(&weights).join(", ")
		);
		let (_, config) = configs
			.split_once(&format!("impl {pallet}::Config for Runtime {{"))
			.unwrap_or_else(|| panic!("{pallet} is not configured in src/configs"));
		let (config, _) = config.split_once("\n}").unwrap();
		assert!(
			config.contains(&format!(
				"type WeightInfo = crate::weights::{pallet}::WeightInfo<Runtime>;"
			)),
			"{pallet} is configured with weights that nobody measured"
		);
		// What a call is charged may be put together in another file than the one that declares it.
		let declared: String = fs::read_dir(folder.join("src"))
			.unwrap()
			.map(|file| file.unwrap().path())
			.filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
			.map(|path| read(&path))
			.collect();
		for call in calls {
			assert!(
				weights.contains(&format!("fn {call}(")),
				"{pallet}::{call} was not measured: scripts/weights.sh {pallet}"
			);
			assert!(
				names(&declared, &format!("T::WeightInfo::{call}")),
				"{pallet}::{call} is charged something else than was measured"
			);
		}
		measured += 1;
	}
	assert!(measured > 0, "no pallet of ours was found");
}

#[test]
fn a_heartbeat_should_take_a_tenth_of_a_block_at_most() {
	use pallet_attestation::WeightInfo;
	type Measured = <Runtime as pallet_attestation::Config>::WeightInfo;
	let most: u32 = <Runtime as pallet_attestation::Config>::MaxChanges::get();
	let news = |weight: fn(u32) -> frame_support::weights::Weight| weight(most).saturating_sub(weight(0));
	let largest = Measured::heartbeat(<Pools as millpond_traits::Hosts>::MAX_GROUPS)
		.saturating_add(news(Measured::heartbeat_away))
		.saturating_add(news(Measured::heartbeat_back))
		.saturating_add(Measured::authorize_heartbeat(2 * most));
	// It has no fee and comes before what has one.
	let block = configs::BlockWeightLimits::get().max_block;
	assert!(largest.ref_time() <= block.ref_time() / 10, "{largest:?} of {block:?}");
}
