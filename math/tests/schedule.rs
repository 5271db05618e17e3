//! The emission schedule: sums to the planck, splits, and net emissions.

mod common;

use codec::{Decode, Encode};
use common::cases;
use millpond_math::{
	schedule::{emitted, release, Burned, Emission, Error, Split, DAY, WEEK, YEAR},
	Balance, Minute,
};
use proptest::prelude::*;

const BCT: Balance = 1_000_000_000_000;

/// 600M in seven years.
const YEARLY: [Balance; 7] = [
	180_000_000 * BCT,
	130_000_000 * BCT,
	95_000_000 * BCT,
	70_000_000 * BCT,
	50_000_000 * BCT,
	40_000_000 * BCT,
	35_000_000 * BCT,
];

/// The net emission kept as a list of all burns: the average of the last seven complete days, at most the cap and at most
/// what is left.
#[derive(Default)]
struct NaiveBurned {
	burns: Vec<(Minute, Balance)>,
	minted: Balance,
}

impl NaiveBurned {
	fn remint(&mut self, minute: Minute, length: Minute, first_year: Balance) -> Balance {
		let day = minute / DAY;
		let in_window = |of: &Minute| of / DAY < day && of / DAY + 7 >= day;
		let week: Balance = self
			.burns
			.iter()
			.filter(|(of, _)| in_window(of))
			.map(|(_, amount)| amount)
			.sum();
		let burned: Balance = self.burns.iter().map(|(_, amount)| amount).sum();
		let length = Balance::from(length);
		let amount = (week * length / 10_080)
			.min(first_year * length / 525_600)
			.min(burned - self.minted);
		self.minted += amount;
		amount
	}
}

proptest! {
	#![proptest_config(cases(1_000))]

	#[test]
	fn emitted_should_sum_to_the_budgets_when_the_years_are_cut_anyhow(
		yearly in prop::collection::vec(0..10u128.pow(21), 0..9),
		cuts in prop::collection::vec(0..10 * YEAR, 0..50),
	) {
		let mut cuts = cuts;
		cuts.extend([0, 10 * YEAR]);
		cuts.sort_unstable();
		let total: Balance = cuts.windows(2).map(|cut| emitted(&yearly, cut[0], cut[1]).unwrap()).sum();
		prop_assert_eq!(total, yearly.iter().sum());
	}

	#[test]
	fn emitted_should_be_the_sum_of_its_minutes_when_it_is_rounded_once(
		yearly in prop::collection::vec(0..10u128.pow(21), 7),
		start in 0..7 * YEAR,
		length in 0..3_000 as Minute,
	) {
		// Each minute is worth a 525,600th of its year: summed up as numerators.
		let numerator: Balance = (start..start + length).map(|minute| yearly.get((minute / YEAR) as usize).unwrap_or(&0)).sum();
		let exact = numerator / Balance::from(YEAR);
		let emitted = emitted(&yearly, start, start + length).unwrap();
		prop_assert!(emitted.abs_diff(exact) <= 1);
	}

	#[test]
	fn split_should_lose_nothing_when_an_amount_is_split(
		cuts in (0..=10_000u16, 0..=10_000u16),
		amount in 0..10u128.pow(33),
	) {
		let (low, high) = (cuts.0.min(cuts.1), cuts.0.max(cuts.1));
		let Emission { gpus, validators, treasury } = Split::new(low, high - low, 10_000 - high).unwrap().apply(amount).unwrap();
		prop_assert_eq!(gpus + validators + treasury, amount);
		prop_assert_eq!(gpus, amount * Balance::from(low) / 10_000);
		prop_assert_eq!(validators, amount * Balance::from(high - low) / 10_000);
		prop_assert!(treasury - amount * Balance::from(10_000 - high) / 10_000 <= 2);
	}

	#[test]
	fn remint_should_equal_the_list_of_all_burns_when_burns_and_epochs_are_random(
		events in prop::collection::vec((prop_oneof![0..200 as Minute, 0..3 * WEEK], 0..10u128.pow(18)), 1..60),
		length in prop_oneof![Just(5 as Minute), Just(DAY), 1..2 * WEEK],
		first_year in prop_oneof![Just(YEARLY[0]), 0..10u128.pow(20)],
	) {
		let (mut burned, mut naive) = (Burned::default(), NaiveBurned::default());
		let mut now = 0;
		for (gap, amount) in events {
			for _ in 0..(gap / length).min(20) {
				now += length;
				prop_assert_eq!(burned.remint(now, length, first_year), Ok(naive.remint(now, length, first_year)));
			}
			now += gap % length;
			burned.note(now, amount).unwrap();
			naive.burns.push((now, amount));
		}
	}
}

#[test]
fn emitted_should_be_these_amounts_when_the_years_have_these_budgets() {
	assert_eq!(emitted(&YEARLY, 0, 1), Ok(342_465_753_424_657));
	assert_eq!(emitted(&YEARLY, 1, 2), Ok(342_465_753_424_658));
	assert_eq!(emitted(&YEARLY, 0, DAY), Ok(493_150_684_931_506_849));
	assert_eq!(emitted(&YEARLY, 0, YEAR), Ok(180_000_000 * BCT));
	assert_eq!(
		emitted(&YEARLY, YEAR - 1, YEAR + 1),
		Ok(342_465_753_424_658 + 247_336_377_473_363)
	);
	assert_eq!(emitted(&YEARLY, 0, 7 * YEAR), Ok(600_000_000 * BCT));
	assert_eq!(emitted(&YEARLY, 0, Minute::MAX), Ok(600_000_000 * BCT));
	assert_eq!(emitted(&YEARLY, 7 * YEAR, Minute::MAX), Ok(0));
	assert_eq!(emitted(&YEARLY, 9, 9), Ok(0));
	assert_eq!(emitted(&[], 0, YEAR), Ok(0));
}

#[test]
fn emitted_should_be_refused_when_it_ends_before_it_starts_or_does_not_fit() {
	assert_eq!(emitted(&YEARLY, 2, 1), Err(Error::Backwards));
	assert_eq!(emitted(&[Balance::MAX], 0, 2), Err(Error::Overflow));
}

#[test]
fn release_should_be_what_the_schedule_gives_and_go_on_at_the_last_years_rate() {
	for (start, end) in [(0, DAY), (YEAR - 7, YEAR + 7), (7 * YEAR - DAY, 7 * YEAR)] {
		assert_eq!(release(&YEARLY, start, end), emitted(&YEARLY, start, end));
	}
	let a_day = 35_000_000 * BCT * 1_440 / 525_600;
	assert_eq!(release(&YEARLY, 7 * YEAR, 7 * YEAR + DAY), Ok(a_day));
	assert_eq!(release(&YEARLY, 100 * YEAR, 100 * YEAR + DAY), Ok(a_day));
	let across = release(&YEARLY, 7 * YEAR - DAY, 7 * YEAR + DAY).expect("in order");
	assert!(across.abs_diff(2 * a_day) <= 1);
	// Years at the end that have nothing are not the last year.
	assert_eq!(release(&[YEARLY[0], 0, 0], YEAR, YEAR + DAY), emitted(&YEARLY, 0, DAY));
	assert_eq!(release(&[], 0, DAY), Ok(0));
	assert_eq!(release(&[0; 7], 0, DAY), Ok(0));
	assert_eq!(release(&YEARLY, 1, 0), Err(Error::Backwards));
}

#[test]
fn split_should_give_the_remainder_to_the_treasury_when_parts_are_rounded() {
	let split = Split::new(7_000, 2_000, 1_000).unwrap();
	assert_eq!(
		split.apply(1_000),
		Ok(Emission {
			gpus: 700,
			validators: 200,
			treasury: 100
		})
	);
	assert_eq!(
		split.apply(9),
		Ok(Emission {
			gpus: 6,
			validators: 1,
			treasury: 2
		})
	);
	assert_eq!(split.apply(0), Ok(Emission::default()));
	assert_eq!(split.apply(Balance::MAX), Err(Error::Overflow));
}

#[test]
fn split_should_be_refused_when_it_is_not_the_whole() {
	assert_eq!(Split::new(7_000, 2_000, 1_001), Err(Error::NotTheWhole));
	assert_eq!(Split::new(u16::MAX, u16::MAX, u16::MAX), Err(Error::NotTheWhole));
	assert!(Split::decode(&mut &(7_000u16, 2_000u16, 999u16).encode()[..]).is_err());
	let split = Split::new(7_000, 2_000, 1_000).unwrap();
	assert_eq!(Split::decode(&mut &split.encode()[..]), Ok(split));
	assert_eq!(Split::default(), split);
}

#[test]
fn split_should_be_refused_in_json_when_it_is_not_the_whole() {
	let json = r#"{"gpus":7000,"validators":2000,"treasury":1000}"#;
	assert_eq!(serde_json::from_str::<Split>(json).unwrap(), Split::default());
	assert_eq!(serde_json::to_string(&Split::default()).unwrap(), json);
	let error = serde_json::from_str::<Split>(&json.replace("1000", "999")).unwrap_err();
	assert!(error.to_string().contains("10,000 basis points"), "{error}");
}

#[test]
fn remint_should_return_what_was_burned_when_seven_days_have_passed() {
	let mut burned = Burned::default();
	burned.note(10, 70 * BCT).unwrap();
	assert_eq!(
		burned.remint(DAY / 2, DAY / 2, YEARLY[0]),
		Ok(0),
		"that day is not complete"
	);
	for day in 1..=7 {
		assert_eq!(burned.remint(day * DAY, DAY, YEARLY[0]), Ok(10 * BCT));
	}
	assert_eq!(burned.remint(8 * DAY, DAY, YEARLY[0]), Ok(0));
	assert_eq!(burned.outstanding(), 0);
}

#[test]
fn remint_should_be_capped_when_more_is_burned_than_the_first_year_emits() {
	let mut burned = Burned::default();
	burned.note(0, 700_000_000 * BCT).unwrap();
	assert_eq!(burned.remint(DAY, DAY, YEARLY[0]), Ok(493_150_684_931_506_849));
	assert_eq!(burned.remint(DAY + 5, 5, YEARLY[0]), Ok(1_712_328_767_123_287));
}

#[test]
fn remint_should_never_exceed_what_was_burned_when_epochs_and_days_do_not_align() {
	// Eleven epochs of 1,000 minutes close while that day is in the window of 10,080 minutes.
	let mut burned = Burned::default();
	burned.note(0, 10_080).unwrap();
	let minted: Vec<_> = (2..14)
		.map(|epoch| burned.remint(epoch * 1_000, 1_000, YEARLY[0]).unwrap())
		.collect();
	assert_eq!(
		minted,
		[1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 0, 0]
	);
	assert_eq!(burned.outstanding(), 80);
}

#[test]
fn burned_should_refuse_when_time_goes_backwards_or_the_sum_does_not_fit() {
	let mut burned = Burned::default();
	burned.note(DAY, 1).unwrap();
	assert_eq!(burned.note(DAY - 1, 1), Err(Error::Backwards));
	assert_eq!(burned.remint(DAY - 1, 1, 1), Err(Error::Backwards));
	assert_eq!(burned.note(DAY, Balance::MAX), Err(Error::Overflow));
}
