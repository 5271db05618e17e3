use super::chain::Chain;
use crate::{constants::currency::BCT, *};
use pallet_babe::EquivocationOffence;
use pallet_genesis_settings::{ChainSettings, Settings};
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::Charlie;
use sp_runtime::Perbill;
use sp_staking::{offence::ReportOffence, EraIndex, SessionIndex};

/// An era of eight blocks; stake that is bonded for four of them; slashes that can be cancelled for two.
const SETTINGS: Settings = Settings {
	session_length: 4,
	sessions_per_era: 2,
	bonding_eras: 4,
	slash_defer_eras: 2,
	governance_haste: 1,
};
/// The share that one of thirty validators loses: (3 × 1 / 30)².
const FRACTION: Perbill = Perbill::from_percent(1);
const VALIDATORS: u32 = 30;
const STAKE: Balance = 100_000 * BCT;

fn chain_with(settings: Settings) -> Chain {
	let mut chain = Chain::new(LOCAL_TESTNET_RUNTIME_PRESET);
	chain.execute(|| ChainSettings::<Runtime>::put(settings));
	chain
}

fn active_era() -> EraIndex {
	pallet_staking::ActiveEra::<Runtime>::get().map_or(0, |era| era.index)
}

fn run_to_era(chain: &mut Chain, era: EraIndex) {
	while chain.execute(active_era) < era {
		chain.blocks(1);
	}
}

fn bonded() -> Balance {
	let ledger = pallet_staking::Ledger::<Runtime>::get(Charlie.to_account_id());
	ledger.map_or(0, |ledger| ledger.total)
}

/// Has Charlie made two blocks in one slot of `session`, as found out now.
fn report(session: SessionIndex) {
	let offence = EquivocationOffence {
		slot: 1.into(),
		session_index: session,
		validator_set_count: VALIDATORS,
		offender: (Charlie.to_account_id(), ()),
	};
	Offences::report_offence(vec![], offence).expect("reported for the first time");
}

#[test]
fn an_offence_of_every_age_should_be_slashed_while_the_stake_is_bonded() {
	const ERA: EraIndex = 3;
	for age in 0..=SETTINGS.bonding_eras {
		let mut chain = chain_with(SETTINGS);
		run_to_era(&mut chain, ERA);
		let session = chain.execute(|| pallet_staking::ErasStartSessionIndex::<Runtime>::get(ERA).expect("it began"));
		run_to_era(&mut chain, ERA + age);
		chain.execute(|| report(session));
		// In time, it can be cancelled; later, it is applied at once.
		let waits = age <= SETTINGS.slash_defer_eras;
		assert_eq!(chain.execute(bonded) == STAKE, waits, "reported after {age} eras");
		run_to_era(&mut chain, (ERA + SETTINGS.slash_defer_eras + 1).max(ERA + age));
		assert_eq!(
			chain.execute(bonded),
			STAKE - FRACTION * STAKE,
			"reported after {age} eras"
		);
		let left = chain.execute(|| pallet_staking::UnappliedSlashes::<Runtime>::iter().count());
		assert_eq!(left, 0, "reported after {age} eras");
	}
}

#[test]
fn an_offence_should_be_slashed_as_late_as_the_public_chains_bond_stake() {
	let settings = Settings {
		session_length: 2,
		sessions_per_era: 1,
		..Default::default()
	};
	let mut chain = chain_with(settings.clone());
	run_to_era(&mut chain, 3);
	let session = chain.execute(|| pallet_staking::ErasStartSessionIndex::<Runtime>::get(3).expect("it began"));
	run_to_era(&mut chain, 3 + settings.bonding_eras);
	chain.execute(|| report(session));
	assert_eq!(chain.execute(bonded), STAKE - FRACTION * STAKE);
}

#[test]
fn stake_that_is_leaving_should_be_slashed_when_the_report_comes_late() {
	let mut chain = chain_with(SETTINGS);
	run_to_era(&mut chain, 3);
	let session = chain.execute(|| pallet_staking::ErasStartSessionIndex::<Runtime>::get(3).expect("it began"));
	chain
		.submit(Charlie, pallet_staking::Call::chill {})
		.expect("validates");
	chain
		.submit(Charlie, pallet_staking::Call::unbond { value: STAKE })
		.expect("bonded");
	run_to_era(&mut chain, 3 + SETTINGS.bonding_eras - 1);
	chain
		.submit(
			Charlie,
			pallet_staking::Call::withdraw_unbonded { num_slashing_spans: 0 },
		)
		.expect("there is a ledger");
	assert_eq!(chain.execute(bonded), STAKE, "still bonded");
	chain.execute(|| report(session));
	assert_eq!(chain.execute(bonded), STAKE - FRACTION * STAKE);
}
