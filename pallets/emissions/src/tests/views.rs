use crate::{mock::*, *};
use millpond_primitives::BCT;

#[test]
fn summary_should_tell_what_the_open_epoch_has_come_to() {
	TestExt::default().execute_with(|| {
		let before = close_epoch();
		burn(7 * BCT);
		spend(42);
		pass(100);
		let open = summary(1);
		assert!(!open.closed);
		assert_eq!((open.start, open.end), (before.end, before.end + 1_440));
		assert_eq!((open.demand.credits, open.carried), (42, before.carried));
		assert_eq!((open.rewards, open.availability, open.price), (0, 0, None));
		let closed = close_epoch();
		assert_eq!((closed.emission, closed.reminted), (open.emission, open.reminted));
		assert_eq!(open.reminted, BCT);
	});
}

#[test]
fn summaries_should_be_those_of_the_last_epochs() {
	TestExt::default().epoch_length(5).execute_with(|| {
		(0..100).for_each(|_| {
			close_epoch();
		});
		assert_eq!(Summaries::<Test>::iter().count(), 90);
		assert_eq!(Emissions::epoch_summary(9), None);
		assert!(Emissions::epoch_summary(10).is_some_and(|summary| summary.closed));
		assert!(Emissions::epoch_summary(100).is_some_and(|summary| !summary.closed));
		assert_eq!(Emissions::epoch_summary(101), None);
	});
}

#[test]
fn market_time_should_tell_clock_and_epoch() {
	TestExt::default().execute_with(|| {
		pass(3);
		assert_eq!(
			Emissions::market_time(),
			Some(MarketTime {
				wall: ORIGIN + 3,
				minute: ORIGIN + 3,
				epoch: 0,
				epoch_end: ORIGIN + 1_440,
				next_length: DEFAULT_EPOCH_LENGTH,
			})
		);
	});
}
