use super::chain::Chain;
use crate::{
	configs::{create_own_collections, OWN_COLLECTIONS},
	constants::time::MILLISECONDS_PER_BLOCK,
	genesis_config_presets::{preset_names, PREMINE, TESTNET_RUNTIME_PRESET},
	*,
};
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

#[test]
fn every_preset_should_issue_exactly_the_premine() {
	for preset in preset_names() {
		Chain::new(preset.as_ref()).execute(|| {
			// The development accounts share it evenly, to the last whole unit each.
			assert!(PREMINE - Balances::total_issuance() < 12, "{preset}");
		});
	}
}

#[test]
fn every_preset_should_begin_with_its_validators_elected_and_staked() {
	for (preset, validators) in [
		(DEV_RUNTIME_PRESET, 1),
		(LOCAL_TESTNET_RUNTIME_PRESET, 3),
		(TESTNET_RUNTIME_PRESET, 4),
	] {
		Chain::new(preset).execute(|| {
			assert_eq!(Session::validators().len(), validators, "{preset}");
			assert_eq!(Babe::authorities().len(), validators, "{preset}");
			assert_eq!(Grandpa::grandpa_authorities().len(), validators, "{preset}");
			assert_eq!(AuthorityDiscovery::authorities().len(), validators, "{preset}");
			for validator in Session::validators() {
				assert!(
					pallet_staking::Validators::<Runtime>::contains_key(&validator),
					"{preset}"
				);
			}
		});
	}
}

#[test]
fn one_wasm_should_serve_chains_with_sessions_of_different_lengths() {
	let length = |preset| Chain::new(preset).execute(<Runtime as pallet_babe::Config>::EpochDuration::get);
	use frame_support::traits::Get;
	assert_eq!(length(DEV_RUNTIME_PRESET), 200);
	assert_eq!(length(LOCAL_TESTNET_RUNTIME_PRESET), 40);
	assert_eq!(length(TESTNET_RUNTIME_PRESET), 1_200);
}

#[test]
fn the_testnet_should_use_no_development_key() {
	let development: Vec<Vec<u8>> = Sr25519Keyring::iter()
		.map(|key| key.public().0.to_vec())
		.chain(Ed25519Keyring::iter().map(|key| key.public().0.to_vec()))
		.collect();
	let config = String::from_utf8(super::chain::preset_json(TESTNET_RUNTIME_PRESET)).expect("JSON is text");
	for key in &development {
		let account = AccountId::try_from(key.as_slice()).expect("keys have 32 bytes");
		assert!(!config.contains(&account.to_string()), "{account} is a development key");
	}
	Chain::new(TESTNET_RUNTIME_PRESET).execute(|| {
		let authorities = Babe::authorities()
			.into_iter()
			.map(|(key, _)| sp_core::crypto::ByteArray::to_raw_vec(&key));
		let voters = Grandpa::grandpa_authorities()
			.into_iter()
			.map(|(key, _)| sp_core::crypto::ByteArray::to_raw_vec(&key));
		assert!(authorities.chain(voters).all(|key| !development.contains(&key)));
	});
}

#[test]
fn root_should_be_held_by_alice_on_development_chains_and_by_two_of_three_on_the_testnet() {
	let root = |preset| Chain::new(preset).execute(|| pallet_sudo::Key::<Runtime>::get().expect("root is held"));
	assert_eq!(root(DEV_RUNTIME_PRESET), Sr25519Keyring::Alice.to_account_id());
	assert_eq!(
		root(LOCAL_TESTNET_RUNTIME_PRESET),
		Sr25519Keyring::Alice.to_account_id()
	);
	// The account of a multisig is a hash: no key signs for it alone, and it holds what the validators do not.
	let multisig = root(TESTNET_RUNTIME_PRESET);
	Chain::new(TESTNET_RUNTIME_PRESET).execute(|| {
		assert!(Balances::free_balance(&multisig) > PREMINE / 2);
		assert!(!Session::validators().contains(&multisig));
	});
}

#[test]
fn the_signatories_of_the_testnets_root_should_have_what_its_calls_cost_them() {
	use genesis_config_presets::TESTNET_ROOT;

	Chain::new(TESTNET_RUNTIME_PRESET).execute(|| {
		for signatory in TESTNET_ROOT.map(AccountId::from) {
			// The one that proposes a call leaves a deposit; all pay fees.
			let deposit = <Runtime as pallet_multisig::Config>::DepositBase::get()
				+ 2 * <Runtime as pallet_multisig::Config>::DepositFactor::get();
			assert!(Balances::free_balance(&signatory) > 100 * deposit, "{signatory}");
		}
	});
}

#[test]
fn the_collections_of_operators_gpus_and_time_slots_should_be_there_from_genesis() {
	for preset in preset_names() {
		Chain::new(preset.as_ref()).execute(|| {
			for collection in 0..OWN_COLLECTIONS {
				let owner = Nfts::collection_owner(collection).expect("the collection exists");
				assert_eq!(System::account_nonce(&owner), 0);
				assert!(Sr25519Keyring::from_account_id(&owner).is_none());
			}
			assert_eq!(pallet_nfts::NextCollectionId::<Runtime>::get(), Some(OWN_COLLECTIONS));
		});
	}
}

#[test]
fn creating_the_collections_should_fail_when_they_are_there_already() {
	Chain::development().execute(|| {
		let refused = create_own_collections().expect_err("they exist");
		assert!(refused.contains("collection 0"), "{refused}");
	});
}

#[test]
fn genesis_should_refuse_a_field_that_it_does_not_know() {
	let refused = sp_io::TestExternalities::default()
		.execute_with(|| crate::genesis_config_presets::build_state(br#"{"balanses": {}}"#.to_vec()))
		.expect_err("misspelt");
	assert!(refused.contains("balanses"), "{refused}");
}

/// What sets of models a card can stand in for: products that fit into its memory together, and operations that take less than
/// 95% of its peak in the window to fill. Gives the greatest weight that such a set has.
fn greatest_weight(memory: u64, operations: u128, models: &[(u64, u128, u32)]) -> u32 {
	let Some(((product, fill, weight), others)) = models.split_first() else {
		return 0;
	};
	let fits = (0..).take_while(|count| product * count <= memory && fill * u128::from(*count) <= operations);
	let greatest = fits.map(|count| {
		let rest = greatest_weight(memory - product * count, operations - fill * u128::from(count), others);
		rest + weight * u32::try_from(count).expect("few")
	});
	greatest.max().unwrap_or_default()
}

#[test]
fn no_card_should_weigh_more_as_several_models_than_as_the_one_that_it_is() {
	/// Operations a second of dense int8, in 10^11, by NVIDIA's figures.
	const PEAKS: [u128; 5] = [19_790, 19_790, 6_240, 7_330, 6_606];
	const WINDOW_SECONDS: u128 = 60;

	Chain::new(TESTNET_RUNTIME_PRESET).execute(|| {
		let fill_blocks = pallet_attestation::Parameters::<Runtime>::get().fill_blocks.get();
		assert_eq!(
			u128::from(fill_blocks) * u128::from(MILLISECONDS_PER_BLOCK),
			WINDOW_SECONDS * 1_000
		);
		let model = |id: u32| pallet_gpus::Models::<Runtime>::get(id).expect("of the catalogue").model;
		let challenge = |id: u32| {
			pallet_attestation::Profiles::<Runtime>::get(id)
				.expect("of the catalogue")
				.present
		};
		let models: Vec<_> = (0..5u32)
			.map(|id| {
				let profile = challenge(id);
				(profile.memory(), 2 * profile.multiplications(), model(id).weight.get())
			})
			.collect();
		for (id, peak) in (0..).zip(PEAKS) {
			let memory = u64::from(model(id).memory.get()) << 20;
			let operations = peak * 100_000_000_000 * WINDOW_SECONDS * 95 / 100;
			assert_eq!(
				greatest_weight(memory, operations, &models),
				model(id).weight.get(),
				"model {id}"
			);
		}
	});
}
