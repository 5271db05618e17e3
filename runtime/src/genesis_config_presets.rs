//! The chains that the binary knows: how each begins.

use crate::{
	configs::{self, MAX_ELECTABLE_TARGETS},
	constants::{
		currency::{BCT, EXISTENTIAL_DEPOSIT},
		time::PRIMARY_PROBABILITY,
	},
	*,
};
use alloc::{vec, vec::Vec};
use frame_support::{build_struct_json_patch, genesis_builder_helper, BoundedVec};
use millpond_primitives::{RangedU32, MINUTES_PER_DAY};
use millpond_proof::{
	cards::{self, Sizes},
	profile::KEYSTREAM_BLOCK,
};
use pallet_data_credits::ParametersRecord;
use pallet_emissions::{EpochLength, DEFAULT_EPOCH_LENGTH};
use pallet_genesis_settings::Settings;
use pallet_gpus::GenesisModel;
use pallet_staking::StakerStatus;
use sp_consensus_babe::{AllowedSlots, BabeEpochConfiguration};
use sp_core::{crypto::UncheckedInto, hex2array};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;
use sp_runtime::Perbill;

/// The public test network.
pub const TESTNET_RUNTIME_PRESET: &str = "testnet";

/// A slot without a primary author has a secondary one, with a VRF too: the chain's randomness never pauses.
pub const BABE_EPOCH_CONFIGURATION: BabeEpochConfiguration = BabeEpochConfiguration {
	c: PRIMARY_PROBABILITY,
	allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
};

/// What is issued at genesis.
pub const PREMINE: Balance = 400_000_000 * BCT;
/// What of it the pots of GPU rewards and of validators, and the treasury, begin with: what an account must hold to exist.
const POTS: Balance = 3 * EXISTENTIAL_DEPOSIT;
/// What each validator of genesis has at stake.
const VALIDATOR_STAKE: Balance = 100_000 * BCT;
/// What a validator, a feeder or a signatory of genesis has for fees and deposits.
const FLOAT: Balance = 1_000 * BCT;

/// By what development chains divide the times of governance: a referendum is decided in minutes.
const HASTE: u32 = 2_880;
/// By what the test network divides them: fourteen days are fourteen hours.
const TESTNET_HASTE: u32 = 24;

/// A validator of genesis: the account whose stake stands behind it, and its session keys.
type Validator = (AccountId, SessionKeys);

struct Genesis {
	settings: Settings,
	validators: Vec<Validator>,
	balances: Vec<(AccountId, Balance)>,
	/// Whose key is Root's. None where only holders of BCT are.
	root: Option<AccountId>,
	/// The technical committee.
	committee: Vec<AccountId>,
	/// Who says what a BCT costs.
	feeders: Vec<AccountId>,
	credits: ParametersRecord,
	/// Minutes of an epoch.
	epoch_length: EpochLength,
	/// The catalogue of GPU models.
	models: Vec<GenesisModel>,
	pools: pallet_pools::ParametersRecord,
	attestation: pallet_attestation::ParametersRecord,
	/// By what the work of attesting is divided.
	impatience: u32,
}

impl Genesis {
	fn into_patch(mut self) -> serde_json::Value {
		let pots = [
			Emissions::rewards_pot(),
			Emissions::validators_pot(),
			Treasury::account_id(),
		];
		self.balances.extend(pots.map(|pot| (pot, EXISTENTIAL_DEPOSIT)));
		let validators = u32::try_from(self.validators.len()).unwrap_or(u32::MAX);
		build_struct_json_patch!(RuntimeGenesisConfig {
			genesis_settings: GenesisSettingsConfig {
				settings: self.settings
			},
			balances: BalancesConfig {
				balances: self.balances
			},
			babe: BabeConfig {
				epoch_config: BABE_EPOCH_CONFIGURATION
			},
			session: SessionConfig {
				keys: self
					.validators
					.iter()
					.map(|(stash, keys)| (stash.clone(), stash.clone(), keys.clone()))
					.collect::<Vec<_>>(),
			},
			staking: StakingConfig {
				validator_count: validators,
				minimum_validator_count: 1,
				slash_reward_fraction: Perbill::from_percent(10),
				stakers: self
					.validators
					.iter()
					.map(|(stash, _)| (
						stash.clone(),
						stash.clone(),
						VALIDATOR_STAKE,
						StakerStatus::<AccountId>::Validator
					))
					.collect::<Vec<_>>(),
				min_nominator_bond: 100 * BCT,
				min_validator_bond: 10_000 * BCT,
				max_validator_count: Some(MAX_ELECTABLE_TARGETS),
				max_nominator_count: Some(20_000),
			},
			nomination_pools: NominationPoolsConfig {
				min_create_bond: 100 * BCT,
				min_join_bond: 10 * BCT,
				max_pools: Some(64),
				max_members_per_pool: Some(1_024),
				max_members: Some(64 * 1_024),
			},
			sudo: SudoConfig { key: self.root },
			technical_committee: TechnicalCommitteeConfig {
				members: self.committee,
				..Default::default()
			},
			oracle_feeders: OracleFeedersConfig {
				members: BoundedVec::truncate_from(self.feeders)
			},
			data_credits: DataCreditsConfig {
				parameters: self.credits
			},
			emissions: EmissionsConfig {
				epoch_length: self.epoch_length
			},
			gpus: GpusConfig {
				models: self.models.clone()
			},
			pools: PoolsConfig { parameters: self.pools },
			attestation: AttestationConfig {
				profiles: profiles(self.models.len(), self.impatience),
				parameters: self.attestation
			},
		})
	}
}

/// A validator whose keys all derive from one well-known development key.
fn development_validator(who: Sr25519Keyring) -> Validator {
	let ed25519: sp_keyring::Ed25519Keyring = match who {
		Sr25519Keyring::Alice => sp_keyring::Ed25519Keyring::Alice,
		Sr25519Keyring::Bob => sp_keyring::Ed25519Keyring::Bob,
		_ => sp_keyring::Ed25519Keyring::Charlie,
	};
	let keys = SessionKeys {
		grandpa: ed25519.public().into(),
		babe: who.public().into(),
		authority_discovery: who.public().into(),
	};
	(who.to_account_id(), keys)
}

/// Who says what a BCT costs: somebody whose nonce nobody else counts on.
fn development_feeders() -> Vec<AccountId> {
	vec![Sr25519Keyring::FerdieStash.to_account_id()]
}

/// The technical committee of the development chains.
fn development_committee() -> Vec<AccountId> {
	use Sr25519Keyring::*;
	[Alice, Bob, Charlie, Dave, Eve].map(|who| who.to_account_id()).to_vec()
}

/// The development accounts share what is issued.
fn development_balances() -> Vec<(AccountId, Balance)> {
	let accounts: Vec<AccountId> = Sr25519Keyring::well_known().map(|who| who.to_account_id()).collect();
	let share = u128::try_from(accounts.len())
		.ok()
		.and_then(|count| PREMINE.saturating_sub(POTS).checked_div(count))
		.unwrap_or_default();
	accounts.into_iter().map(|account| (account, share)).collect()
}

/// Minting opens again a minute after its price was lost: development chains are often stopped.
fn impatient_credits() -> ParametersRecord {
	ParametersRecord {
		reopen_after: RangedU32::constant::<60>(),
		..Default::default()
	}
}

/// Pools whose terms and GPUs can be seen to change.
fn impatient_pools() -> pallet_pools::ParametersRecord {
	pallet_pools::ParametersRecord {
		terms_notice: RangedU32::constant::<10>(),
		leave_notice: RangedU32::constant::<5>(),
		uptime_window: RangedU32::constant::<10>(),
		..Default::default()
	}
}

/// The GPU models that every chain begins with: name, memory in MiB, DC a minute, reward weight.
///
/// The weight of each is its reference price, or less where a bigger card could otherwise earn more as several of it; a test
/// holds them to that. Its bond, in DC, is a quarter (α) of what 60 days of it cost at that price: it cannot earn more than that
/// by being idle so long.
const MODELS: [(&str, u32, u128, u32); 5] = [
	("H200 SXM", 143_771, 5_000, 5_000),
	("H100 SXM", 81_559, 4_000, 2_800),
	("A100 SXM 80GB", 81_920, 2_200, 2_200),
	("L40S", 46_068, 1_500, 1_100),
	("GeForce RTX 4090", 24_564, 700, 550),
];

/// The challenges to these models.
const PROFILES: [Sizes; 5] = [cards::H200, cards::H100, cards::A100, cards::L40S, cards::RTX_4090];

/// By what a real card's work is divided on chains whose rounds are short.
const IMPATIENCE: u32 = 4;

/// Those of the first so many models, the work of real ones divided.
fn profiles(models: usize, impatience: u32) -> Vec<pallet_attestation::ModelProfile> {
	let real = PROFILES.map(|[rows, columns, k, lanes, steps, openings]| {
		let part = k.checked_div(impatience).unwrap_or(k).next_multiple_of(KEYSTREAM_BLOCK);
		[rows, columns, part, lanes, steps, openings]
	});
	let profile = |[rows, columns, k, lanes, steps, openings]: Sizes| {
		millpond_proof::Profile::new(rows, columns, k, lanes, steps, openings).ok()
	};
	let all = (0..).zip(real.into_iter().chain([cards::SIM_CPU])).take(models);
	all.filter_map(|(model, sizes)| Some((model, profile(sizes)?)))
		.collect()
}

/// Rounds of under two minutes, one soon after the other: a simulated GPU is online within minutes.
fn impatient_attestation() -> pallet_attestation::ParametersRecord {
	pallet_attestation::ParametersRecord {
		period: RangedU32::constant::<2>(),
		interval: RangedU32::constant::<10>(),
		seed_blocks: RangedU32::constant::<2>(),
		fill_blocks: RangedU32::constant::<8>(),
		walk_blocks: RangedU32::constant::<8>(),
		prove_blocks: RangedU32::constant::<10>(),
		passes: RangedU32::constant::<2>(),
		..Default::default()
	}
}

fn model(vendor: &str, name: &str, memory: u32, price: u128, weight: u32, simulated: bool) -> Option<GenesisModel> {
	let bond = price.saturating_mul(MINUTES_PER_DAY.saturating_mul(60).into()) / 4;
	Some(GenesisModel {
		name: name.into(),
		vendor: vendor.into(),
		memory: memory.try_into().ok()?,
		weight: weight.try_into().ok()?,
		reference_price: price.try_into().ok()?,
		bond: bond.try_into().ok()?,
		simulated,
	})
}

/// What can be hosted on any chain.
fn real_models() -> Vec<GenesisModel> {
	MODELS
		.into_iter()
		.filter_map(|(name, memory, price, weight)| model("NVIDIA", name, memory, price, weight, false))
		.collect()
}

/// The same, and one that any machine can pretend to have.
fn development_models() -> Vec<GenesisModel> {
	let simulated = model("Millpond", "SIM-CPU", 1_024, 100, 100, true);
	real_models().into_iter().chain(simulated).collect()
}

/// One validator (Alice), and sessions short enough to see eras pass.
fn development() -> Genesis {
	Genesis {
		settings: Settings {
			session_length: 200,
			sessions_per_era: 3,
			bonding_eras: 4,
			slash_defer_eras: 2,
			governance_haste: HASTE,
		},
		validators: vec![development_validator(Sr25519Keyring::Alice)],
		balances: development_balances(),
		root: Some(Sr25519Keyring::Alice.to_account_id()),
		committee: development_committee(),
		feeders: development_feeders(),
		credits: impatient_credits(),
		epoch_length: EpochLength::constant::<5>(),
		models: development_models(),
		pools: impatient_pools(),
		attestation: impatient_attestation(),
		impatience: IMPATIENCE,
	}
}

/// Three validators (Alice, Bob, Charlie) on one machine, with sessions of two minutes.
fn local_testnet() -> Genesis {
	Genesis {
		settings: Settings {
			session_length: 40,
			sessions_per_era: 3,
			bonding_eras: 4,
			slash_defer_eras: 2,
			governance_haste: HASTE,
		},
		validators: [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
			.map(development_validator)
			.to_vec(),
		balances: development_balances(),
		root: Some(Sr25519Keyring::Alice.to_account_id()),
		committee: development_committee(),
		feeders: development_feeders(),
		credits: impatient_credits(),
		epoch_length: EpochLength::constant::<5>(),
		models: development_models(),
		pools: impatient_pools(),
		attestation: impatient_attestation(),
		impatience: IMPATIENCE,
	}
}

/// The test network's first validators: stash, GRANDPA, BABE and authority discovery key of each.
const TESTNET_VALIDATORS: [[[u8; 32]; 4]; 4] = [
	[
		hex2array!("ca1f07678bc81da8ffaebde9b137ba9eba4ee8bb69527ed983dbf48c8f4f926a"),
		hex2array!("d116f394e660fae7a3d057bc602ff5ad1f147e00eec6a3682634422997c5b434"),
		hex2array!("323d6af62b2d7986b963a56e3203948012029b16604ddb1925960542db827621"),
		hex2array!("3200ad75dc13a769dad4f0b8fe5e6fab0a10186a70bf88ea6d457f1b507c7c63"),
	],
	[
		hex2array!("864e5667b69478fa610aeb7a3f1038588eae7b2789a5659a151595196229c502"),
		hex2array!("71bce7e159e45dbc730a7790830fffcdb1786cc51712e76ca04cb5a2a3fc979e"),
		hex2array!("6e0de6fcfcc2b5a0839c38e39e258198d98c0eaf5c334e6b17afa92dfaceef21"),
		hex2array!("fa492ed60715c39260ac66c6008d7e90e0cac3e7803a8d64a8b4cf0a2dc71240"),
	],
	[
		hex2array!("f2bd97f7ab752bb14107e05c8d80db168507beedcb20311f583909c3344c181e"),
		hex2array!("d8d98e3141cfd709aea7fa22b98adbacc87a3f201c7028b37b3add1f80e09ee4"),
		hex2array!("0cc9be6cbc4148e52490faa7a6741a0aa55668aa9c960e38971266e06a2b2e0a"),
		hex2array!("92896bf89903eadb025e4902497409652faf68b7d9d14287046da58c40a9f172"),
	],
	[
		hex2array!("f20968aff646b7fa29061cca9506a3fb72f3e883c1799cb34212b2241c8bd850"),
		hex2array!("28371ede0399531413fde53a1e4abc1eab57e8427f5c11825f95072c8e361374"),
		hex2array!("92fbb835deafd8a463ceabb891479651a819a2f46aaad3217ece0f131eaf2c12"),
		hex2array!("804182ab286ded68d1feec673b430040aa6a318220ac6c1c10c4383687009202"),
	],
];
/// Who says on the test network what a BCT costs: keys of their own, since a feeder's key is on the machine that feeds.
const TESTNET_FEEDERS: [[u8; 32]; 4] = [
	hex2array!("4c50b0759950a692cbcb4508346638675ae6a3364ce35fbda5b3e8d7483f2a77"),
	hex2array!("32d73227e6d5212e2794f2592992d93de1550ed47080a4877fc0be6b7a7a7364"),
	hex2array!("8eb10cbc51ef40d5abdbabab72234589462b06928b6dcce5b9498785c69dd03a"),
	hex2array!("ea78c7febab17b04d3b3cda5c7fdbed98422f7044b36cddb760a02dfd5cc5648"),
];
/// The three who hold Root on the test network until governance is there; two must agree.
pub(crate) const TESTNET_ROOT: [[u8; 32]; 3] = [
	hex2array!("9ca7445130d35f4c66b178b3b525bc4699f8ae20eb6044666043ad33ca72114f"),
	hex2array!("96c625a57ad61326de08ea843ebfbe504ff7a6148cac7c72e3f44dbf44f17a61"),
	hex2array!("728c72445ea0b8e8c7ce3f710491087e7c21a5a5358b847c7cce50dc6611aa50"),
];

/// The test network's technical committee.
const TESTNET_COMMITTEE: [[u8; 32]; 5] = [
	hex2array!("91996a77ab48c14edef3ba7c0150bc60b98108e0067edee612b28f1cc913f1ac"),
	hex2array!("173d00c054d9b3b0cb747e0b29f674d089388a0ea378e5b3a7a7667adf575f45"),
	hex2array!("652ae54e5ea474c2e653a9b2348a749faf42588eeb3897a9ca835659e11ae71b"),
	hex2array!("a388d912bd6c5ff5522f1201d1bfb3338f3fb5dd4103eb14c6ecdb50f8925ad8"),
	hex2array!("44a532cd141f3cd4cbfead422c6e330fa65eddcbe904fbbf825cda336fec223e"),
];

/// The public test network: its validators, and two of three keys for what only Root may do.
///
/// Whoever launches a network of his own puts his public keys here: docs/validators.md says how they are made.
fn testnet() -> Genesis {
	let validators: Vec<Validator> = TESTNET_VALIDATORS
		.into_iter()
		.map(|[stash, grandpa, babe, authority_discovery]| {
			let keys = SessionKeys {
				grandpa: grandpa.unchecked_into(),
				babe: babe.unchecked_into(),
				authority_discovery: authority_discovery.unchecked_into(),
			};
			(AccountId::from(stash), keys)
		})
		.collect();
	let mut signatories = TESTNET_ROOT.map(AccountId::from);
	signatories.sort();
	let root = Multisig::multi_account_id(&signatories, 2);

	let feeders: Vec<AccountId> = TESTNET_FEEDERS.into_iter().map(AccountId::from).collect();
	let each = VALIDATOR_STAKE.saturating_add(FLOAT);
	let mut balances: Vec<(AccountId, Balance)> = validators.iter().map(|(stash, _)| (stash.clone(), each)).collect();
	// Signatories pay fees, and the one that proposes a deposit, before the multisig can spend anything.
	let committee = TESTNET_COMMITTEE.map(AccountId::from);
	let officers = feeders.iter().chain(&signatories).chain(&committee);
	balances.extend(officers.map(|account| (account.clone(), FLOAT)));
	let given = balances
		.iter()
		.fold(0, |sum: Balance, (_, balance)| sum.saturating_add(*balance));
	balances.push((root.clone(), PREMINE.saturating_sub(POTS).saturating_sub(given)));
	Genesis {
		settings: Settings {
			governance_haste: TESTNET_HASTE,
			..Default::default()
		},
		validators,
		balances,
		root: Some(root),
		committee: committee.to_vec(),
		feeders,
		credits: ParametersRecord::default(),
		epoch_length: DEFAULT_EPOCH_LENGTH,
		models: real_models(),
		pools: Default::default(),
		attestation: Default::default(),
		impatience: 1,
	}
}

/// Writes a chain's first state: the genesis configuration, and the NFT collections of the chain's own pallets.
pub fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
	genesis_builder_helper::build_state::<RuntimeGenesisConfig>(config)?;
	configs::create_own_collections()
}

/// The patch of the genesis configuration that makes the named chain.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	let genesis = match id.as_ref() {
		DEV_RUNTIME_PRESET => development(),
		LOCAL_TESTNET_RUNTIME_PRESET => local_testnet(),
		TESTNET_RUNTIME_PRESET => testnet(),
		_ => return None,
	};
	serde_json::to_vec(&genesis.into_patch()).ok()
}

/// The names of the chains.
pub fn preset_names() -> Vec<PresetId> {
	[DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET, TESTNET_RUNTIME_PRESET]
		.map(PresetId::from)
		.to_vec()
}
