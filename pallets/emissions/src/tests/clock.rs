use crate::{mock::*, *};
use frame_support::weights::Weight;
use millpond_primitives::{MINUTE, SECOND};
use millpond_traits::{mocks::MockAgenda, Clock};

#[test]
fn time_should_begin_with_the_first_block() {
	TestExt::default().build_genesis().execute_with(|| {
		assert_eq!((Emissions::now(), Emissions::epoch()), (0, 0));
		assert_eq!(Emissions::market_time(), None);
		assert_eq!(Emissions::summary(0), None);
		check_invariants();
		block_with_weight(START, Weight::MAX);
		assert_eq!((Emissions::now(), Emissions::epoch()), (ORIGIN, 0));
		let open = summary(0);
		assert_eq!((open.start, open.end), (ORIGIN, ORIGIN + 1_440));
		check_invariants();
	});
}

#[test]
fn minute_should_follow_the_wall_clock() {
	TestExt::default().execute_with(|| {
		block(29 * SECOND);
		assert_eq!(Emissions::now(), ORIGIN);
		block(SECOND);
		assert_eq!(Emissions::now(), ORIGIN + 1);
		pass(10);
		assert_eq!(Emissions::now(), ORIGIN + 11);
	});
}

#[test]
fn agenda_should_be_worked_off_in_the_minute_in_which_it_is_due() {
	TestExt::default().execute_with(|| {
		[1, 3, 3, 90]
			.into_iter()
			.for_each(|after| MockAgenda::add(ORIGIN + after));
		pass(100);
		let due = [1, 3, 3, 90].map(|after| (ORIGIN + after, ORIGIN + after));
		assert_eq!(MockAgenda::done(), due);
	});
}

#[test]
fn agenda_should_be_worked_off_in_order_when_blocks_were_missing() {
	TestExt::default().execute_with(|| {
		[5, 2, 30].into_iter().for_each(|after| MockAgenda::add(ORIGIN + after));
		outage(60);
		let due = [2, 5, 30].map(|after| (ORIGIN + after, ORIGIN + after));
		assert_eq!(MockAgenda::done(), due);
		assert_eq!(Emissions::now(), ORIGIN + 60);
	});
}

#[test]
fn minute_should_wait_when_its_agenda_is_not_empty() {
	TestExt::default().execute_with(|| {
		ClosesPerBlock::set(1);
		(0..10_000).for_each(|_| MockAgenda::add(ORIGIN + 1));
		block(MINUTE);
		let first = MockAgenda::done().len();
		assert!(first > 0 && first < 5_000, "{first} entries in one block");
		block(MINUTE);
		// It is still that minute for what is worked off two minutes later.
		assert_eq!(Emissions::now(), ORIGIN + 1);
		assert_eq!(Emissions::market_time().map(|time| time.wall), Some(ORIGIN + 2));
		while MockAgenda::done().len() < 10_000 {
			assert_eq!(Emissions::now(), ORIGIN + 1);
			block(3 * SECOND);
		}
		block(3 * SECOND);
		assert_eq!(Emissions::now(), Emissions::wall_minute());
		assert!(MockAgenda::done().iter().all(|(_, done)| *done == ORIGIN + 1));
	});
}

#[test]
fn epochs_should_close_in_order_and_at_most_so_many_a_block_when_blocks_were_missing() {
	TestExt::default().epoch_length(5).execute_with(|| {
		// 20 epochs and a bit, of which a block closes 4.
		assert_eq!(outage(103), 6);
		assert_eq!((Emissions::now(), Emissions::epoch()), (ORIGIN + 103, 20));
		let closed = events().into_iter().map(|event| match event {
			Event::EpochClosed { summary } => (summary.epoch, summary.start, summary.end),
			event => panic!("{event:?}"),
		});
		let expected = (0..20).map(|epoch| (epoch, ORIGIN + 5 * epoch, ORIGIN + 5 * epoch + 5));
		assert!(closed.eq(expected));
	});
}

#[test]
fn minute_should_wait_when_the_block_is_full() {
	TestExt::default().execute_with(|| {
		block_with_weight(now() + MINUTE, Weight::zero());
		assert_eq!(Emissions::now(), ORIGIN);
		// Enough for minutes, but not for the end of an epoch.
		let little = <() as WeightInfo>::pass_minutes().saturating_mul(2);
		block_with_weight(now() + MINUTE, little);
		assert_eq!(Emissions::now(), ORIGIN + 2);
		block_with_weight(now() + 2_000 * MINUTE, little);
		assert_eq!((Emissions::now(), Emissions::epoch()), (ORIGIN + 2, 0));
		block(MINUTE);
		assert_eq!((Emissions::now(), Emissions::epoch()), (ORIGIN + 2_003, 1));
	});
}

#[test]
fn hook_should_spend_no_more_than_it_may_when_much_is_due() {
	use frame_support::{traits::OnPoll, weights::WeightMeter};
	TestExt::default().epoch_length(5).execute_with(|| {
		(0..10_000).for_each(|_| MockAgenda::add(ORIGIN + 7));
		block_with_weight(now() + 1_000 * MINUTE, Weight::zero());
		let mut meter = WeightMeter::with_limit(Weight::MAX);
		<Emissions as OnPoll<u64>>::on_poll(2, &mut meter);
		assert!(meter.consumed().any_gt(Weight::zero()) && meter.consumed().all_lte(MaxClockWeight::get()));
	});
}
