//! What is due at a market minute, and holds the clock back until it is done.

use millpond_primitives::Minute;
use sp_weights::WeightMeter;

/// What must be done in each market minute before it may pass.
///
/// `()` has nothing to do and never holds the clock back.
pub trait Agenda {
	/// Works off what is due at `now`, the minute that is open, as far as `meter` allows, and tells whether nothing of it
	/// is left.
	///
	/// Asked in every block, and again for every minute that opens in it. All that it does must be taken from `meter`.
	fn work_off(now: Minute, meter: &mut WeightMeter) -> bool;

	/// The first minute after `now` and before `until` at which something is due, or `until`.
	///
	/// May be an earlier minute at which nothing is due, where looking further would cost too much: the clock then takes
	/// one step more. All that it does must be taken from `meter`.
	fn next_due(now: Minute, until: Minute, meter: &mut WeightMeter) -> Minute;
}

impl Agenda for () {
	fn work_off(_: Minute, _: &mut WeightMeter) -> bool {
		true
	}

	fn next_due(_: Minute, until: Minute, _: &mut WeightMeter) -> Minute {
		until
	}
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};
	use sp_weights::Weight;

	const DUE: &str = "mock:agenda:due";
	const DONE: &str = "mock:agenda:done";

	/// An agenda that a test fills.
	pub struct MockAgenda;

	impl MockAgenda {
		/// What one entry costs.
		pub const WEIGHT: Weight = Weight::from_parts(1_000_000, 0);

		/// Makes one more entry due at `minute`.
		pub fn add(minute: Minute) {
			let mut due: Vec<Minute> = get(&DUE);
			due.push(minute);
			due.sort_unstable();
			put(&DUE, due);
		}

		/// The entries that have been worked off: for each, when it was due and when it was done.
		pub fn done() -> Vec<(Minute, Minute)> {
			get(&DONE)
		}
	}

	impl Agenda for MockAgenda {
		fn work_off(now: Minute, meter: &mut WeightMeter) -> bool {
			let (mut due, mut done): (Vec<Minute>, Vec<(Minute, Minute)>) = (get(&DUE), get(&DONE));
			while due.first().is_some_and(|entry| *entry <= now) && meter.try_consume(Self::WEIGHT).is_ok() {
				done.push((due.remove(0), now));
			}
			let is_empty = due.first().is_none_or(|entry| *entry > now);
			put(&DUE, due);
			put(&DONE, done);
			is_empty
		}

		fn next_due(now: Minute, until: Minute, _: &mut WeightMeter) -> Minute {
			let due: Vec<Minute> = get(&DUE);
			let next = due.into_iter().find(|entry| *entry > now);
			next.unwrap_or(until).min(until)
		}
	}
}

#[cfg(feature = "std")]
pub use mock::MockAgenda;

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn agenda_should_not_be_empty_when_the_meter_is_at_its_end() {
		sp_io::TestExternalities::default().execute_with(|| {
			[7, 5, 5].into_iter().for_each(MockAgenda::add);
			assert!(MockAgenda::work_off(4, &mut WeightMeter::new()));
			assert_eq!(MockAgenda::next_due(4, 9, &mut WeightMeter::new()), 5);
			assert_eq!(MockAgenda::next_due(7, 9, &mut WeightMeter::new()), 9);
			let mut meter = WeightMeter::with_limit(MockAgenda::WEIGHT);
			assert!(!MockAgenda::work_off(5, &mut meter));
			assert!(MockAgenda::work_off(5, &mut WeightMeter::new()));
			assert_eq!(MockAgenda::done(), [(5, 5), (5, 5)]);
		});
	}
}
