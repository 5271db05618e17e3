use crate::{mock::*, *};
use millpond_primitives::BCT;
use sp_runtime::BuildStorage;

#[test]
fn genesis_should_be_that_of_the_public_chain_by_default() {
	TestExt::default().execute_with(|| {
		assert_eq!(YearlyBudgets::<Test>::get().iter().sum::<u128>(), 600_000_000 * BCT);
		assert_eq!(NextEpochLength::<Test>::get().get(), 1_440);
		assert_eq!(Parameters::<Test>::get(), ParametersRecord::default());
		assert_eq!(Balances::total_issuance(), PREMINE);
		assert_ne!(Emissions::rewards_pot(), Emissions::validators_pot());
	});
}

#[test]
fn genesis_should_open_the_pots_when_the_ledger_did_not() {
	let storage = RuntimeGenesisConfig::default()
		.build_storage()
		.expect("a valid genesis");
	sp_io::TestExternalities::from(storage).execute_with(|| {
		assert_eq!(bct(Emissions::rewards_pot()), EXISTENTIAL_DEPOSIT);
		assert_eq!(bct(Emissions::validators_pot()), EXISTENTIAL_DEPOSIT);
		assert_eq!(Balances::total_issuance(), 2 * EXISTENTIAL_DEPOSIT);
		assert!(Emissions::do_try_state().is_ok());
	});
}

#[test]
#[should_panic = "more than the cap"]
fn genesis_should_be_refused_when_schedule_and_premine_exceed_the_cap() {
	let mut test = TestExt::default();
	test.genesis.schedule[0] += 1;
	test.build();
}

#[test]
#[should_panic = "the budgets of the schedule rise"]
fn genesis_should_be_refused_when_a_year_emits_more_than_the_one_before() {
	let mut test = TestExt::default();
	test.genesis.schedule.swap(5, 6);
	test.build();
}
