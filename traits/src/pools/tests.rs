use super::*;
use crate::mocks::MockClock;

const POOL: PoolId = 1;

fn set_up() {
	MockPools::add(POOL, 9, 60);
	[(1, 11), (1, 12), (2, 21)]
		.into_iter()
		.for_each(|(operator, gpu)| MockPools::join(POOL, operator, gpu));
}

fn counts() -> (u32, u32) {
	MockPools::facts(POOL).map_or((0, 0), |facts| (facts.online, facts.idle))
}

#[test]
fn gpus_should_be_taken_in_the_order_in_which_they_came_back() {
	sp_io::TestExternalities::default().execute_with(|| {
		set_up();
		let gpus = |count| {
			let taken = MockPools::take(POOL, count, 5).expect("they wait");
			taken.into_iter().map(|assigned| assigned.gpu).collect::<Vec<_>>()
		};
		assert_eq!(gpus(2), [11, 12]);
		assert!(MockPools::take(POOL, 2, 5).is_err());
		assert_eq!(MockPools::give_back(POOL, &[11]), Ok(()));
		assert!(MockPools::give_back(POOL, &[11]).is_err());
		assert_eq!(gpus(2), [21, 11]);
		assert_eq!(counts(), (3, 0));
	});
}

#[test]
fn a_gpu_should_earn_by_its_groups_clock_and_not_while_it_is_dark() {
	sp_io::TestExternalities::default().execute_with(|| {
		set_up();
		MockPools::take(POOL, 3, 5).expect("they wait");
		assert_eq!(MockPools::set_rate(POOL, &[11, 21], 5, 10), Ok(()));
		MockClock::advance(10);
		MockPools::darken(POOL, 1, 3);
		assert_eq!(
			(MockPools::is_lit(POOL, 1), MockPools::clock(POOL, 1)),
			(false, Some(7))
		);
		assert_eq!((counts(), MockPools::spent(POOL, [1, 2])), ((1, 0), 170));
		MockClock::advance(5);
		MockPools::light(POOL, 1);
		MockClock::advance(5);
		assert_eq!((counts(), MockPools::spent(POOL, [1, 2])), ((3, 0), 320));
		assert_eq!(MockPools::spend(POOL, &[12], 7), Ok(()));
		let (slot, assigned, clock) = MockPools::lose(21, 4);
		assert_eq!((slot, assigned.operator, clock), (Some(5), 2, 16));
		assert_eq!((counts(), MockPools::spent(POOL, [1, 2])), ((2, 0), 287));
		MockPools::go_online(21);
		assert_eq!(counts(), (3, 1));
	});
}

#[test]
fn price_should_be_that_of_the_longest_tier_that_fits() {
	sp_io::TestExternalities::default().execute_with(|| {
		set_up();
		MockPools::set_price(POOL, RentalKind::Reserved, 60, Some(9));
		MockPools::set_price(POOL, RentalKind::Reserved, 600, Some(8));
		let price = |minutes| MockPools::price(POOL, RentalKind::Reserved, minutes);
		assert_eq!([59, 60, 599, 600].map(price), [None, Some(9), Some(9), Some(8)]);
		assert_eq!(MockPools::price(POOL, RentalKind::Spot, 60), None);
	});
}

#[test]
fn sold_until_should_be_the_first_minute_from_which_on_no_more_is_sold() {
	sp_io::TestExternalities::default().execute_with(|| {
		let sold_until = <MockObligations as Obligations<u64>>::sold_until;
		MockClock::advance(100);
		assert_eq!(sold_until(1, 0), 100);
		MockObligations::sell(1, 90, 120, 2);
		MockObligations::sell(1, 110, 200, 1);
		MockObligations::sell(1, 300, 400, 3);
		assert_eq!([0, 1, 2, 3].map(|gpus| sold_until(1, gpus)), [400, 400, 400, 100]);
		MockObligations::sell(2, 90, 120, 2);
		MockObligations::sell(2, 110, 200, 1);
		assert_eq!([0, 1, 2, 3].map(|gpus| sold_until(2, gpus)), [200, 120, 120, 100]);
		MockClock::advance(150);
		assert_eq!(sold_until(2, 0), 250);
	});
}

#[test]
fn release_should_fail_when_less_is_withheld() {
	sp_io::TestExternalities::default().execute_with(|| {
		let (withhold, release) = (
			<MockObligations as Obligations<u64>>::withhold,
			<MockObligations as Obligations<u64>>::release,
		);
		assert_eq!(withhold(1, 50, 2), Ok(()));
		assert_eq!(withhold(1, 50, 1), Ok(()));
		assert_eq!(release(1, 50, 2), Ok(()));
		assert_eq!(MockObligations::withheld(1), [(50, 1)]);
		assert!(release(1, 50, 2).is_err() && release(1, 51, 1).is_err());
		MockObligations::refuse(true);
		assert!(withhold(1, 50, 1).is_err());
	});
}
