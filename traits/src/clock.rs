//! Market time.

use millpond_primitives::{EpochIndex, Minute};

/// The clock by which everything is billed.
///
/// The market minute follows the wall clock but passes a minute only when the work due in it is done: after a backlog or
/// an outage it is behind, and it never skips a minute. It never runs backwards.
pub trait Clock {
	/// The market minute that is open now.
	fn now() -> Minute;

	/// The epoch that is open now.
	fn epoch() -> EpochIndex;

	/// How many of the minutes from `from` (included) to `to` (not included, and no later than [`now`](Self::now)) are nobody's
	/// fault: the chain made no block for over 2 minutes, was in safe mode or was migrating. They count for no heartbeat, grace,
	/// strike or compensation. Zero when `from` is not before `to`; at most `to − from`.
	fn excused_between(from: Minute, to: Minute) -> Minute;

	/// The [excused minutes](Self::excused_between) from `since` up to now.
	fn excused_since(since: Minute) -> Minute {
		Self::excused_between(since, Self::now())
	}

	/// Sets the market minute for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_now(now: Minute);
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};

	const NOW: &str = "mock:clock:now";
	const EPOCH: &str = "mock:clock:epoch";
	const EXCUSED: &str = "mock:clock:excused";

	/// A clock that stands until a test moves it.
	pub struct MockClock;

	impl MockClock {
		/// Moves on by `minutes`.
		pub fn advance(minutes: Minute) {
			put(&NOW, Self::now().checked_add(minutes).expect("a test's time fits"));
		}

		/// Moves on by `minutes` for which nobody is at fault.
		pub fn pass_outage(minutes: Minute) {
			let mut outages: Vec<(Minute, Minute)> = get(&EXCUSED);
			outages.push((Self::now(), Self::now() + minutes));
			put(&EXCUSED, outages);
			Self::advance(minutes);
		}

		/// Opens `epoch`.
		pub fn open_epoch(epoch: EpochIndex) {
			put(&EPOCH, epoch);
		}
	}

	impl Clock for MockClock {
		fn now() -> Minute {
			get(&NOW)
		}

		fn epoch() -> EpochIndex {
			get(&EPOCH)
		}

		fn excused_between(from: Minute, to: Minute) -> Minute {
			let (outages, to): (Vec<(Minute, Minute)>, _) = (get(&EXCUSED), to.min(Self::now()));
			outages
				.into_iter()
				.map(|(begin, end)| end.min(to).saturating_sub(begin.max(from)))
				.sum()
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn set_now(now: Minute) {
			put(&NOW, now);
		}
	}
}

#[cfg(feature = "std")]
pub use mock::MockClock;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn excused_should_count_only_outages_after_since() {
		sp_io::TestExternalities::default().execute_with(|| {
			MockClock::advance(10);
			MockClock::pass_outage(5);
			MockClock::advance(10);
			assert_eq!(MockClock::now(), 25);
			assert_eq!(MockClock::excused_since(0), 5);
			assert_eq!(MockClock::excused_since(12), 3);
			assert_eq!(MockClock::excused_since(15), 0);
			assert_eq!(
				[(0, 12), (12, 14), (14, 12)].map(|(from, to)| MockClock::excused_between(from, to)),
				[2, 2, 0]
			);
		});
	}
}
