use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::{Balance, BCT, MINUTES_PER_DAY};
use millpond_traits::Operators as _;
use sp_runtime::TokenError;

#[test]
fn register_should_mint_the_nft_and_keep_bond_and_deposit_in_its_account() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_500 * BCT);
		assert_eq!((operator, register(BOB, 1_000 * BCT)), (0, 1));
		assert_eq!(Operators::holder(operator), Some(ALICE));
		assert_eq!(bct(ALICE), ENDOWMENT - 1_500 * BCT - DEPOSIT);
		assert_eq!(bct(bond_account(operator)), 1_500 * BCT + DEPOSIT);
		assert_eq!(attribute(operator, "name").as_deref(), Some("Mill"));
		assert_eq!(attribute(operator, "region").as_deref(), Some("DE"));
		assert_eq!(attribute(operator, "bond").as_deref(), Some("1500.000000000000 BCT"));
		assert_eq!(attribute(operator, "duties").as_deref(), Some("0"));
		let summary = Operators::operator_summary(operator).expect("it is there");
		assert_eq!((summary.holder, summary.bond_account), (ALICE, bond_account(operator)));
		assert_eq!((summary.free, summary.bond.bond), (1_500 * BCT, 1_500 * BCT));
		assert_eq!(summary.compensation_left, 375 * BCT);
		assert_eq!(summary.profile, profile("Mill", "DE"));
		assert_eq!(
			events()[0],
			Event::Registered {
				operator,
				holder: ALICE,
				bond: 1_500 * BCT
			}
		);
	});
}

#[test]
fn register_should_fail_when_bond_or_balance_is_too_small() {
	TestExt::default().execute_with(|| {
		let register = |who, bond| Operators::register(RuntimeOrigin::signed(who), profile("Mill", "DE"), bond);
		assert_noop!(register(ALICE, 1_000 * BCT - 1), Error::<Test>::BondTooSmall);
		assert_noop!(register(ALICE, ENDOWMENT - DEPOSIT), TokenError::NotExpendable);
		assert_noop!(register(CUSTOMER, 1_000 * BCT), TokenError::FundsUnavailable);
		assert_noop!(register(ALICE, Balance::MAX), Error::<Test>::Overflow);
	});
}

#[test]
fn profile_should_be_refused_when_it_is_no_text_or_no_region() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		let set = |profile| Operators::set_profile(RuntimeOrigin::signed(ALICE), operator, profile);
		assert_noop!(set(profile("", "DE")), Error::<Test>::NameMissing);
		for line in 0..3 {
			let mut broken = profile("Mill", "DE");
			let bytes = vec![0xc3, 0x28];
			match line {
				0 => broken.name = bytes.try_into().expect("short"),
				1 => broken.website = bytes.try_into().expect("short"),
				_ => broken.contact = bytes.try_into().expect("short"),
			}
			assert_noop!(set(broken), Error::<Test>::NotText);
		}
		for region in ["", "D", "de", "DEU", "DE-", "DE_BY", "D1", "DE-by", "US-C A", "ÄÖ"] {
			assert_noop!(set(profile("Mill", region)), Error::<Test>::NotARegion);
		}
		for region in ["DE", "US-CA", "GB-ENG", "FR-75"] {
			assert_ok!(set(profile("New Mill", region)));
			assert_eq!(attribute(operator, "region").as_deref(), Some(region));
		}
		assert_eq!(attribute(operator, "name").as_deref(), Some("New Mill"));
		let profile = profile("New Mill", "FR-75");
		assert_eq!(Profiles::<Test>::get(operator), Some(profile.clone()));
		assert_eq!(last_event(), Event::ProfileSet { operator, profile });
	});
}

#[test]
fn calls_should_be_for_the_present_holder_only_when_the_nft_was_sold() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 2_000 * BCT);
		assert_ok!(Operators::unbond(RuntimeOrigin::signed(ALICE), operator, 500 * BCT));
		assert_ok!(Deeds::sell(operator, &BOB));
		let alice = || RuntimeOrigin::signed(ALICE);
		assert_noop!(
			Operators::set_profile(alice(), operator, profile("Mine", "DE")),
			Error::<Test>::NotHolder
		);
		assert_noop!(Operators::bond_more(alice(), operator, BCT), Error::<Test>::NotHolder);
		assert_noop!(Operators::unbond(alice(), operator, BCT), Error::<Test>::NotHolder);
		assert_noop!(Operators::retire(alice(), operator), Error::<Test>::NotHolder);

		let bob = || RuntimeOrigin::signed(BOB);
		assert_ok!(Operators::set_profile(bob(), operator, profile("Bob's", "CH")));
		assert_ok!(Operators::bond_more(bob(), operator, BCT));
		assert_ok!(Operators::unbond(bob(), operator, 1_501 * BCT));
		pass(28 * MINUTES_PER_DAY);
		// Whoever asks for it, it is Bob's.
		assert_ok!(Operators::withdraw(alice(), operator));
		assert_eq!(bct(BOB), ENDOWMENT + 2_000 * BCT);
		assert_ok!(Operators::retire(bob(), operator));
		assert_eq!(bct(BOB), ENDOWMENT + 2_000 * BCT + DEPOSIT);
		assert_eq!(bct(ALICE), ENDOWMENT - 2_000 * BCT - DEPOSIT);
	});
}

#[test]
fn calls_should_fail_when_there_is_no_such_operator() {
	TestExt::default().execute_with(|| {
		let alice = || RuntimeOrigin::signed(ALICE);
		assert_noop!(
			Operators::set_profile(alice(), 7, profile("Mill", "DE")),
			Error::<Test>::UnknownOperator
		);
		assert_noop!(Operators::bond_more(alice(), 7, BCT), Error::<Test>::UnknownOperator);
		assert_noop!(Operators::unbond(alice(), 7, BCT), Error::<Test>::UnknownOperator);
		assert_noop!(Operators::withdraw(alice(), 7), Error::<Test>::UnknownOperator);
		assert_noop!(Operators::retire(alice(), 7), Error::<Test>::UnknownOperator);
		assert_eq!(Operators::operator_summary(7), None);
		assert_eq!(Operators::reputation(7), None);
	});
}

#[test]
fn retire_should_return_everything_and_leave_nothing_behind() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		let alice = || RuntimeOrigin::signed(ALICE);
		assert_noop!(Operators::retire(alice(), operator), Error::<Test>::StillBonded);
		assert_ok!(Operators::unbond(alice(), operator, 1_000 * BCT));
		pass(28 * MINUTES_PER_DAY - 1);
		assert_noop!(Operators::retire(alice(), operator), Error::<Test>::StillBonded);
		pass(1);
		// What somebody sent to the account by mistake is the holder's, too.
		assert_ok!(Balances::transfer_keep_alive(
			RuntimeOrigin::signed(BOB),
			bond_account(operator),
			BCT
		));
		assert_ok!(Operators::retire(alice(), operator));
		assert_eq!(bct(ALICE), ENDOWMENT + BCT);
		assert_eq!(
			last_event(),
			Event::Retired {
				operator,
				holder: ALICE,
				amount: 1_001 * BCT + DEPOSIT
			}
		);
		assert_eq!(Operators::holder(operator), None);
		assert!(Deeds::attributes(operator).is_empty());
		assert!(!Bonds::<Test>::contains_key(operator) && !Profiles::<Test>::contains_key(operator));
		assert!(!Reputations::<Test>::contains_key(operator));
		// Its number is not given again.
		assert_eq!(register(BOB, 1_000 * BCT), operator + 1);
	});
}

#[test]
fn retire_should_fail_while_there_are_duties_or_debts() {
	TestExt::default().execute_with(|| {
		let operator = register(ALICE, 1_000 * BCT);
		let retire = || Operators::retire(RuntimeOrigin::signed(ALICE), operator);
		assert_ok!(Operators::take_on(operator, dollars(0)));
		assert_noop!(retire(), Error::<Test>::HasDuties);
		assert_ok!(Operators::lay_down(operator, dollars(0)));
		Operators::compensate(operator, &CUSTOMER, 1);
		assert_noop!(retire(), Error::<Test>::OwesCompensation);
	});
}
