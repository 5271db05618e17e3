//! A budget shared out over units, in fixed point.

mod common;

use common::cases;
use millpond_math::{
	index::{credit_value, multiple, portion, share_out, times, whole, ShareOut, SCALE},
	Overflow,
};
use millpond_primitives::Price;
use proptest::prelude::*;
use sp_core::U256;

proptest! {
	#![proptest_config(cases(2_000))]

	#[test]
	fn share_out_should_be_fair_and_within_the_cap_when_budget_and_units_are_random(
		budget in 0..10u128.pow(21),
		units in prop_oneof![0..1_000u128, 0..u128::from(u64::MAX)],
		cap in prop_oneof![Just(U256::MAX), any::<u128>().prop_map(U256::from)],
	) {
		let ShareOut { step, paid, left } = share_out(budget, units, cap).unwrap();
		prop_assert_eq!(paid + left, budget);
		prop_assert!(step <= cap);
		// `paid` covers all units and not a planck more.
		let earned = step * U256::from(units);
		prop_assert!(earned <= U256::from(paid) * SCALE);
		prop_assert!(U256::from(paid) * SCALE < earned + SCALE);
		// More a unit would be above the budget or the cap.
		if units > 0 && step < cap {
			prop_assert!((step + 1) * U256::from(units) > U256::from(budget) * SCALE);
			prop_assert_eq!(left, 0);
		}
	}
}

#[test]
fn share_out_should_be_this_when_budget_units_and_cap_are_these() {
	let shared = |budget, units, cap: U256| {
		let ShareOut { step, paid, left } = share_out(budget, units, cap).unwrap();
		(step, paid, left)
	};
	assert_eq!(shared(1_000, 0, U256::MAX), (U256::zero(), 0, 1_000));
	assert_eq!(shared(0, 10, U256::MAX), (U256::zero(), 0, 0));
	assert_eq!(shared(1_000, 8, U256::MAX), (SCALE * 125, 1_000, 0));
	assert_eq!(shared(1_000, 3, U256::MAX), (SCALE * 1_000 / 3, 1_000, 0));
	assert_eq!(shared(1_000, 8, SCALE * 90), (SCALE * 90, 720, 280));
	// Half a planck a unit: the half of the third is rounded up in what is minted.
	assert_eq!(shared(1_000, 3, SCALE / 2), (SCALE / 2, 2, 998));
}

#[test]
fn index_should_round_down_when_amounts_are_no_whole_plancks() {
	assert_eq!(whole(SCALE * 7 - 1), Ok(6));
	assert_eq!(whole(SCALE * 7), Ok(7));
	assert_eq!(portion(U256::from(9_999), 5_000), Ok(U256::from(4_999)));
	assert_eq!(times(SCALE / 3, 3), Ok(SCALE - 1));
}

#[test]
fn credit_value_should_be_these_plancks_when_the_price_is_this() {
	// $1 a BCT: a DC, $0.00001, is 10^-5 BCT.
	assert_eq!(credit_value(Price::from_u32(1)), Ok(SCALE * 10_000_000));
	assert_eq!(credit_value(Price::from_rational(1, 100)), Ok(SCALE * 1_000_000_000));
	assert_eq!(credit_value(Price::from_u32(3)), Ok(SCALE * 10_000_000 / 3));
	assert_eq!(credit_value(Price::from_u32(0)), Err(Overflow));
	assert!(credit_value(Price::from_inner(1)).is_ok() && credit_value(Price::from_inner(u128::MAX)).is_ok());
	assert_eq!(multiple(SCALE, Price::from_rational(3, 2)), Ok(SCALE * 3 / 2));
	assert_eq!(multiple(U256::MAX, Price::from_u32(1)), Err(Overflow));
}

#[test]
fn index_should_refuse_when_a_result_does_not_fit() {
	assert_eq!(whole(U256::MAX), Err(Overflow));
	assert_eq!(portion(U256::MAX, 2), Err(Overflow));
	assert_eq!(times(U256::MAX, 2), Err(Overflow));
	assert_eq!(
		share_out(u128::MAX, 1, U256::MAX),
		Ok(ShareOut {
			step: U256::from(u128::MAX) * SCALE,
			paid: u128::MAX,
			left: 0
		})
	);
}
