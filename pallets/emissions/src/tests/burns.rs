use crate::{mock::*, *};
use millpond_math::schedule::YEAR;
use millpond_primitives::BCT;
use millpond_traits::Clock;

#[test]
fn burned_should_be_minted_again_for_gpu_rewards_only_over_seven_days() {
	TestExt::default().execute_with(|| {
		burn(70 * BCT);
		// The day of the burn is not among the complete days until it is over, which is when its epoch ends.
		let first = close_epoch();
		assert_eq!(first.reminted, 10 * BCT);
		assert_eq!(first.emission.validators, scheduled(0, 1_440) / 5);
		assert_eq!(first.carried, first.emission.gpus + 10 * BCT);
		let others = [(); 7].map(|()| close_epoch().reminted);
		assert_eq!(others, [10 * BCT, 10 * BCT, 10 * BCT, 10 * BCT, 10 * BCT, 10 * BCT, 0]);
		assert_eq!(Burns::<Test>::get().outstanding(), 0);
		assert_eq!(totals().reminted, 70 * BCT);
	});
}

#[test]
fn burned_should_be_minted_again_at_most_at_the_rate_of_the_first_year() {
	TestExt::default().execute_with(|| {
		burn(50_000_000 * BCT);
		assert_eq!(close_epoch().reminted, scheduled(0, 1_440));
	});
}

#[test]
fn burned_should_be_minted_again_when_the_schedule_is_at_its_end() {
	TestExt::default().epoch_length(10_080).execute_with(|| {
		while Emissions::now() < ORIGIN + 7 * YEAR {
			outage(10_080);
		}
		close_epoch();
		burn(BCT);
		spend(100_000_000);
		let (first, second) = (close_epoch(), close_epoch());
		assert_eq!(
			first.emission.gpus + first.emission.validators + first.emission.treasury,
			0
		);
		assert_eq!(first.reminted + second.reminted, BCT);
		assert_eq!(first.rewards, 900 * BCT);
	});
}
