use crate::{mock::*, *};
use frame_support::weights::Weight;
use millpond_primitives::{Minute, MINUTE, SECOND};
use millpond_traits::{mocks::MockAgenda, Clock};
use proptest::prelude::*;

#[test]
fn time_should_not_be_excused_when_blocks_come_within_2_minutes() {
	TestExt::default().execute_with(|| {
		(0..10).for_each(|_| block(2 * MINUTE));
		assert_eq!(Emissions::excused_since(ORIGIN), 0);
	});
}

#[test]
fn time_should_be_excused_when_there_was_no_block() {
	TestExt::default().execute_with(|| {
		pass(10);
		// From the middle of minute 10 to the middle of minute 40: both have counted for somebody.
		outage(30);
		assert_eq!(Emissions::now(), ORIGIN + 40);
		assert_eq!(Emissions::excused_since(ORIGIN), 30);
		pass(10);
		assert_eq!(Emissions::excused_since(ORIGIN), 31);
		assert_eq!(Emissions::excused_since(ORIGIN + 20), 21);
		assert_eq!(Emissions::excused_since(ORIGIN + 41), 0);
		assert_eq!(Emissions::excused_since(Minute::MAX), 0);
	});
}

#[test]
fn time_should_be_excused_before_any_transaction_of_the_first_block_after_it() {
	TestExt::default().execute_with(|| {
		// Its hooks get no weight, so that the market minute has not passed a minute of it yet.
		block_with_weight(now() + 30 * MINUTE, Weight::zero());
		assert_eq!((Emissions::now(), Emissions::excused_since(ORIGIN)), (ORIGIN, 0));
		assert_eq!(Excused::<Test>::get().between(ORIGIN, ORIGIN + 30), 30);
	});
}

#[test]
fn time_should_be_excused_when_the_chain_is_halted() {
	TestExt::default().execute_with(|| {
		pass(5);
		Halted::set(true);
		(0..40).for_each(|_| block(3 * SECOND));
		// Migrations leave hooks no weight at all.
		(0..40).for_each(|_| block_with_weight(now() + 3 * SECOND, Weight::zero()));
		Halted::set(false);
		pass(5);
		assert_eq!(Emissions::now(), ORIGIN + 14);
		assert_eq!(Emissions::excused_since(ORIGIN), 5);
		assert_eq!(Excused::<Test>::get().spans().len(), 1);
	});
}

#[test]
fn time_should_be_excused_when_the_market_minute_is_behind() {
	TestExt::default().execute_with(|| {
		ClosesPerBlock::set(1);
		(0..10_000).for_each(|_| MockAgenda::add(ORIGIN + 1));
		while MockAgenda::done().len() < 10_000 {
			block(MINUTE);
		}
		let wall = Emissions::wall_minute();
		pass(1);
		// The minutes that it did not pass in time, but for those that anybody can be late.
		let late = wall - ORIGIN - 1;
		assert!(late > 2, "{late}");
		let excused = Emissions::excused_since(ORIGIN);
		assert!(excused <= late && late <= excused + 3, "{excused} of {late} minutes");
	});
}

proptest! {
	#[test]
	fn excused_time_should_be_that_of_a_list_of_minutes(
		outages in prop::collection::vec((1..50 as Minute, 1..50 as Minute), 0..80),
		since in 0..4_000 as Minute,
		now in 0..4_000 as Minute,
	) {
		let mut excused = ExcusedTime::default();
		let mut minutes = vec![];
		let mut end = 0;
		for (pause, length) in outages {
			excused.note(end + pause, end + pause + length);
			minutes.extend(end + pause..end + pause + length);
			end += pause + length;
		}
		let expected = minutes.iter().filter(|minute| (since..now).contains(minute)).count() as Minute;
		let spans = excused.spans();
		prop_assert!(spans.len() <= MAX_SPANS as usize);
		prop_assert!(spans.is_sorted_by(|span, next| span.to <= next.from));
		// Those that are kept as they were, and those of whoever counts from before all of them.
		let exact = spans.len() < MAX_SPANS as usize || since >= spans[0].to || since == 0;
		if exact && now >= end {
			prop_assert_eq!(excused.between(since, now), expected);
		} else if now >= end {
			prop_assert!(excused.between(since, now) >= expected);
		}
	}
}
