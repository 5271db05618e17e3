use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_math::{
	price::credits_for,
	schedule::{Emission, Split, YEAR},
	streams::Upper,
};
use millpond_primitives::{Minute, Price, RangedU32, BCT};
use millpond_traits::{mocks::MockPrices, Clock, Emissions as _};
use sp_runtime::{DispatchError, FixedU128};

#[test]
fn close_should_pay_validators_and_treasury_and_carry_the_rest_when_nothing_was_spent() {
	TestExt::default().execute_with(|| {
		let closed = close_epoch();
		let emission = Split::default().apply(scheduled(0, 1_440)).expect("fits");
		assert_eq!(emission.gpus, 180_000_000 * BCT * 1_440 / 525_600 * 7 / 10);
		assert_eq!(
			closed,
			EpochSummary {
				epoch: 0,
				start: ORIGIN,
				end: ORIGIN + 1_440,
				closed: true,
				demand: Default::default(),
				emission,
				reminted: 0,
				released: 0,
				rewards: 0,
				availability: 0,
				carried: emission.gpus,
				price: Some(Price::from_u32(1)),
			}
		);
		assert_eq!(Emissions::content(&Emissions::validators_pot()), emission.validators);
		assert_eq!((bct(TREASURY), Emissions::pot()), (emission.treasury, 0));
		assert_eq!(events(), [Event::EpochClosed { summary: closed }]);

		let Emission { gpus, .. } = close_epoch().emission;
		assert_eq!(totals().carried, emission.gpus + gpus);
	});
}

#[test]
fn rewards_should_be_capped_at_kappa_of_the_value_of_what_was_spent() {
	TestExt::default().execute_with(|| {
		// $1,000: 1,000 BCT, of which 90%.
		spend(100_000_000);
		let closed = close_epoch();
		assert_eq!(closed.rewards, 900 * BCT);
		assert_eq!(closed.carried, closed.emission.gpus - 900 * BCT);
		assert_eq!(Emissions::pot(), 900 * BCT);
		assert_eq!(closed.demand.credits, 100_000_000);
		// At twice the price half as many.
		MockPrices::set(Price::from_u32(2));
		spend(100_000_000);
		assert_eq!(close_epoch().rewards, 450 * BCT);
	});
}

#[test]
fn rewards_should_be_the_whole_budget_with_what_was_carried_over_when_more_was_spent() {
	TestExt::default().execute_with(|| {
		let carried = close_epoch().carried;
		// $10 million.
		spend(1_000_000_000_000);
		let closed = close_epoch();
		assert_eq!(
			(closed.released, closed.rewards),
			(carried, carried + closed.emission.gpus)
		);
		assert_eq!((closed.carried, totals().carried), (0, 0));
	});
}

#[test]
fn epoch_should_use_no_more_of_what_was_carried_over_than_its_own_schedule_gives() {
	TestExt::default().execute_with(|| {
		(0..9).for_each(|_| {
			close_epoch();
		});
		let carried = close_epoch().carried;
		burn(7_000 * BCT);
		// Somebody makes a DC look as if it were worth a million times as much.
		MockPrices::set(Price::from_rational(1, 1_000_000));
		spend(1_000_000_000_000);
		let open = summary(Emissions::epoch());
		let closed = close_epoch();
		assert_eq!(closed.released, closed.emission.gpus);
		assert_eq!(open.released, closed.released);
		// Nine epochs' budgets are still there, and what is paid is two.
		assert_eq!(closed.rewards, 2 * closed.emission.gpus + closed.reminted);
		assert_eq!(closed.carried, carried - closed.released);
	});
}

#[test]
fn release_should_go_by_the_minute_when_epochs_are_short() {
	TestExt::default().execute_with(|| {
		(0..3).for_each(|_| {
			close_epoch();
		});
		assert_ok!(Emissions::set_epoch_length(
			RuntimeOrigin::root(),
			RangedU32::constant::<60>()
		));
		let day = close_epoch();
		let paid = (0..24).fold((0, 0), |(rewards, gpus), _| {
			spend(1_000_000_000_000);
			let closed = close_epoch();
			assert!(closed.released <= closed.emission.gpus);
			(rewards + closed.rewards, gpus + closed.emission.gpus)
		});
		assert!(paid.0 <= 2 * paid.1 && paid.1.abs_diff(day.emission.gpus) <= 24);
	});
}

#[test]
fn release_should_go_on_at_the_last_years_rate_when_the_schedule_has_ended() {
	TestExt::default().epoch_length(10_000).execute_with(|| {
		while Emissions::now() < ORIGIN + 7 * YEAR {
			outage(10_000);
		}
		close_epoch();
		spend(100_000_000_000_000);
		let closed = close_epoch();
		assert_eq!(closed.emission, Emission::default());
		let last_year = 35_000_000 * BCT * 10_000 / u128::from(YEAR) * 7 / 10;
		assert!(closed.released.abs_diff(last_year) <= 1, "{}", closed.released);
		assert_eq!(closed.rewards, closed.released);
	});
}

#[test]
fn availability_should_get_what_kappa_leaves_up_to_its_cap() {
	TestExt::default().execute_with(|| {
		// One model: $0.006 a minute, weight 100.
		LeastReferencePrice::set(FixedU128::from_u32(6));
		let idle: Result<(), DispatchError> = Emissions::with_network(|network| {
			let demand = |weight| millpond_math::streams::Demand { credits: 0, weight };
			network
				.change(demand(0), demand(100))
				.map_err(|_| DispatchError::Corruption)
		});
		assert_ok!(idle);
		let closed = close_epoch();
		assert_eq!(closed.demand.weight, 144_000);
		// A quarter of $0.006 is 0.0015 BCT a minute.
		assert_eq!((closed.rewards, closed.availability), (0, 1_440 * 15 * BCT / 10_000));
		assert_eq!(Emissions::pot(), closed.availability);
		assert_eq!(closed.carried, closed.emission.gpus - closed.availability);
	});
}

#[test]
fn rewards_should_be_capped_by_the_price_for_epochs_whatever_the_others_are() {
	TestExt::default().execute_with(|| {
		MockPrices::set(Price::from_u32(1));
		MockPrices::set_for_mint(None);
		MockPrices::set_for_payout(None);
		MockPrices::set_for_epochs(Some(Price::from_u32(4)));
		spend(100_000_000);
		let closed = close_epoch();
		assert_eq!((closed.rewards, closed.price), (225 * BCT, Some(Price::from_u32(4))));
	});
}

#[test]
fn rewards_should_be_carried_over_when_there_never_was_a_price() {
	TestExt::default().without_price().execute_with(|| {
		spend(100_000_000);
		let closed = close_epoch();
		assert_eq!((closed.rewards, closed.price), (0, None));
		assert_eq!(closed.carried, closed.emission.gpus);
		assert!(closed.emission.validators > 0 && bct(TREASURY) == closed.emission.treasury);
	});
}

#[test]
fn self_renting_should_lose_at_any_price_when_kappa_is_at_its_greatest() {
	for cents in [1, 3, 999, 1_000_007] {
		TestExt::default().execute_with(|| {
			let parameters = ParametersRecord {
				kappa: RangedU32::constant::<9_500>(),
				..Default::default()
			};
			assert_ok!(Emissions::set_parameters(RuntimeOrigin::root(), parameters));
			let price = Price::from_rational(cents, 100);
			MockPrices::set(price);
			let cost = 100 * BCT;
			spend(credits_for(cost, price).expect("fits"));
			let earned = close_epoch().rewards;
			assert!(earned > 0 && earned <= cost * 95 / 100, "{earned} at {price:?}");
		});
	}
}

#[test]
fn length_should_change_at_the_next_boundary_and_no_rate_with_it() {
	TestExt::default().execute_with(|| {
		pass(700);
		let length: EpochLength = RangedU32::constant::<60>();
		assert_ok!(Emissions::set_epoch_length(RuntimeOrigin::root(), length));
		assert_eq!(events(), [Event::EpochLengthSet { length, from: 1 }]);
		let day = close_epoch();
		assert_eq!((day.start, day.end), (ORIGIN, ORIGIN + 1_440));
		let hour = close_epoch();
		assert_eq!((hour.start, hour.end), (ORIGIN + 1_440, ORIGIN + 1_500));
		assert!((day.emission.gpus / 24).abs_diff(hour.emission.gpus) <= 1);
	});
}

#[test]
fn epoch_should_get_parts_of_both_years_when_it_lies_in_two() {
	TestExt::default().epoch_length(10_000).execute_with(|| {
		let year = 525_600 as Minute;
		while Emissions::now() < ORIGIN + year {
			outage(10_000);
		}
		let turn = summary(Emissions::epoch() - 1);
		let (before, after) = (ORIGIN + year - turn.start, turn.end - ORIGIN - year);
		assert!(before > 0 && after > 0);
		let expected =
			180_000_000 * BCT * u128::from(before) / 525_600 + 130_000_000 * BCT * u128::from(after) / 525_600;
		let Emission {
			gpus,
			validators,
			treasury,
		} = turn.emission;
		assert!((gpus + validators + treasury).abs_diff(expected) <= 1);
	});
}

#[test]
fn schedule_should_be_spent_to_the_planck_when_seven_years_have_passed() {
	TestExt::default().epoch_length(10_000).execute_with(|| {
		while Emissions::now() < ORIGIN + 7 * YEAR {
			outage(10_000);
		}
		assert_eq!(totals().scheduled, 600_000_000 * BCT);
		let closed = close_epoch();
		assert_eq!(closed.emission, Emission::default());
		assert_eq!(
			bct(TREASURY) + totals().validators + totals().carried,
			600_000_000 * BCT
		);
	});
}

#[test]
fn treasury_should_leave_to_gpus_what_cannot_open_its_account() {
	let mut test = TestExt::default().epoch_length(5);
	test.genesis.schedule = [1_000 * u128::from(YEAR); YEARS];
	test.execute_with(|| {
		let closed = close_epoch();
		assert_eq!((closed.emission.treasury, bct(TREASURY)), (500, 0));
		assert_eq!((closed.carried, totals().treasury), (4_000, 0));
	});
}
