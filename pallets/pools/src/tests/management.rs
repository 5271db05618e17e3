use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::streams::{Shares, LIMIT};
use millpond_primitives::{RangedU32, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockEmissions, MockObligations, MockOperators},
	ModelFacts, Pools as _, RentalKind,
};
use sp_runtime::{DispatchError, TokenError};

fn with_floors(spot: u128, on_demand: u128, reserved: u128) -> Terms {
	Terms {
		floors: Floors {
			spot,
			on_demand,
			reserved,
		},
		..terms()
	}
}

fn try_create(who: AccountId, terms: Terms, prices: Prices) -> sp_runtime::DispatchResult {
	PoolsPallet::create(origin(who), OLD, MODEL, Mode::SingleSource, terms, prices)
}

#[test]
fn create_should_open_a_pool_when_the_manager_can_answer_for_it() {
	TestExt::execute_with(|| {
		assert_eq!(create(Mode::SingleSource), 0);
		assert_eq!(create(Mode::Distributed), 1);
		// Managing both, and hosting in the first.
		assert_eq!(MockOperators::duties(OLD), (3, 2 * BOND));
		assert_eq!((record(0).hosts, record(1).hosts), (1, 0));
		let facts = PoolsPallet::facts(0).expect("it is there");
		assert_eq!((facts.manager, facts.model, facts.grace), (OLD, MODEL, terms().grace));
		assert_eq!((facts.online, facts.idle), (0, 0));
		let created = Event::Created {
			pool: 0,
			manager: OLD,
			model: MODEL,
		};
		assert!(events().contains(&created));
	});
}

#[test]
fn create_should_fail_when_not_by_the_operator_or_without_model_or_bond() {
	TestExt::execute_with(|| {
		assert_noop!(try_create(HOST, terms(), prices()), Error::<Test>::NotOperator);
		let other = PoolsPallet::create(origin(MANAGER), OLD, MODEL + 1, Mode::SelfPool, terms(), prices());
		assert_noop!(other, Error::<Test>::UnknownModel);
		MockOperators::add(OLD, &MANAGER, BOND - 1);
		assert_noop!(try_create(MANAGER, terms(), prices()), TokenError::FundsUnavailable);
	});
}

#[test]
fn create_should_fail_when_terms_or_prices_are_out_of_range() {
	TestExt::execute_with(|| {
		let refused = |terms, prices, error: Error<Test>| {
			assert_noop!(try_create(MANAGER, terms, prices), error);
		};
		refused(with_floors(0, 1, 1), prices(), Error::FloorOutOfRange);
		refused(with_floors(1, 0, 1), prices(), Error::FloorOutOfRange);
		refused(with_floors(1, 1, LIMIT + 1), prices(), Error::FloorOutOfRange);
		let grace = MAX_GRACE + 1;
		refused(Terms { grace, ..terms() }, prices(), Error::GraceTooLong);
		let minimum_uptime = 10_001;
		refused(
			Terms {
				minimum_uptime,
				..terms()
			},
			prices(),
			Error::UptimeOutOfRange,
		);
		let of = |spot, on_demand, reserved: &[(u32, u128)]| Prices {
			spot,
			on_demand,
			reserved: tiers(reserved),
		};
		refused(terms(), of(Some(99), None, &[]), Error::PriceBelowFloor);
		refused(terms(), of(None, Some(199), &[]), Error::PriceBelowFloor);
		refused(terms(), of(None, None, &[(60, 149)]), Error::PriceBelowFloor);
		refused(terms(), of(None, Some(LIMIT + 1), &[]), Error::PriceTooHigh);
		refused(terms(), of(None, None, &[(60, 200), (60, 190)]), Error::TiersOutOfOrder);
		assert_ok!(try_create(
			MANAGER,
			terms(),
			of(Some(100), Some(LIMIT), &[(60, 150), (61, 150)])
		));
	});
}

#[test]
fn price_should_be_that_of_the_longest_tier_that_is_reached_when_reserved() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		let price = |kind, minutes| PoolsPallet::price(pool, kind, minutes);
		assert_eq!(price(RentalKind::Spot, 1), Some(500));
		assert_eq!(price(RentalKind::OnDemand, 1), Some(1_000));
		assert_eq!(
			[59, 60, 1_439, 1_440].map(|minutes| price(RentalKind::Reserved, minutes)),
			[None, Some(900), Some(900), Some(700)]
		);
		let none = Prices {
			spot: None,
			on_demand: None,
			reserved: tiers(&[]),
		};
		assert_ok!(PoolsPallet::set_prices(origin(MANAGER), pool, none.clone()));
		assert_eq!(last_event(), Event::PricesSet { pool, prices: none });
		for kind in [RentalKind::Spot, RentalKind::OnDemand, RentalKind::Reserved] {
			assert_eq!(price(kind, 10_000), None);
		}
		assert_eq!(PoolsPallet::price(pool + 1, RentalKind::Spot, 1), None);
	});
}

#[test]
fn availability_should_count_by_a_models_new_weight_when_the_sweep_has_seen_to_the_pool() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let model = ModelFacts {
			weight: WEIGHT / 2,
			reference_price: REFERENCE_PRICE / 2,
			bond: CREDITS_PER_USD,
			memory: 1_024,
			simulated: true,
		};
		TestGpus::add_model(MODEL, model);
		assert_eq!(MockEmissions::network().rate().weight, WEIGHT.into());
		pass(EPOCH);
		assert_eq!(MockEmissions::network().rate().weight, (WEIGHT / 2).into());
	});
}

#[test]
fn set_prices_should_fail_when_below_the_floor_or_not_by_the_manager() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		assert_noop!(
			PoolsPallet::set_prices(origin(HOST), pool, prices()),
			Error::<Test>::NotManager
		);
		assert_noop!(
			PoolsPallet::set_prices(origin(MANAGER), pool + 1, prices()),
			Error::<Test>::UnknownPool
		);
		let low = Prices {
			spot: Some(99),
			..prices()
		};
		assert_noop!(
			PoolsPallet::set_prices(origin(MANAGER), pool, low),
			Error::<Test>::PriceBelowFloor
		);
	});
}

#[test]
fn availability_should_count_only_while_the_on_demand_price_is_twice_the_reference_price_at_most() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let weight = |on_demand| {
			let prices = Prices { on_demand, ..prices() };
			assert_ok!(PoolsPallet::set_prices(origin(MANAGER), pool, prices));
			MockEmissions::network().rate().weight
		};
		assert_eq!(weight(Some(2 * REFERENCE_PRICE)), WEIGHT.into());
		assert_eq!(weight(Some(2 * REFERENCE_PRICE + 1)), 0);
		assert_eq!(weight(Some(200)), WEIGHT.into());
		assert_eq!(weight(None), 0);
	});
}

#[test]
fn terms_should_take_effect_with_an_epoch_after_the_notice_when_announced() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		let other = Terms {
			shares: Shares::new(4_000, 0, 6_000, 0).expect("the whole"),
			grace: 20,
			..with_floors(600, 700, 950)
		};
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, other));
		let not_before = START + TERMS_NOTICE;
		let announced = Event::TermsAnnounced {
			pool,
			terms: other,
			not_before,
			version: 1,
		};
		assert_eq!(last_event(), announced);
		let grace = || PoolsPallet::facts(pool).expect("it is there").grace;
		// The notice ends in epoch 2; the sweep of epoch 3 finds that it has.
		pass(3 * EPOCH - 1);
		assert_eq!(record(pool).announced.expect("it is announced").from, None);
		pass(1);
		assert!(events().contains(&Event::TermsScheduled { pool, from: 4 }));
		pass(EPOCH - 1);
		assert_eq!(
			(grace(), PoolStreams::<Test>::get(pool).expect("it is there").shares()),
			(10, shares())
		);
		MockEmissions::close(budget(1, 1), EPOCH);
		// At once, before anybody has touched the pool, prices below the new floor included.
		assert_eq!(grace(), 20);
		assert_eq!(PoolsPallet::price(pool, RentalKind::Spot, 1), Some(600));
		assert_eq!(PoolsPallet::price(pool, RentalKind::Reserved, 60), Some(950));
		assert_eq!(PoolsPallet::price(pool, RentalKind::OnDemand, 1), Some(1_000));
		sweep();
		let record = record(pool);
		assert_eq!((record.terms, record.announced), (other, None));
		assert_eq!(
			PoolStreams::<Test>::get(pool).expect("it is there").shares(),
			other.shares
		);
	});
}

#[test]
fn terms_should_wait_for_what_is_sold_when_that_outlasts_the_notice() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		MockObligations::sell(pool, START, START + 10_000, 1);
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, terms()));
		assert_eq!(
			record(pool).announced.expect("it is announced").not_before,
			START + 10_000
		);
	});
}

#[test]
fn terms_should_be_announced_for_the_leave_notice_at_least_when_that_is_longer() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		let long = ParametersRecord {
			terms_notice: RangedU32::constant::<1>(),
			..parameters()
		};
		assert_noop!(
			PoolsPallet::set_parameters(origin(MANAGER), long),
			DispatchError::BadOrigin
		);
		assert_ok!(PoolsPallet::set_parameters(RuntimeOrigin::root(), long));
		assert_eq!(last_event(), Event::ParametersSet { parameters: long });
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, terms()));
		assert_eq!(
			record(pool).announced.expect("it is announced").not_before,
			START + LEAVE_NOTICE
		);
	});
}

#[test]
fn announcing_again_should_drop_what_was_announced_even_if_it_was_scheduled() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		let greedy = Terms {
			shares: Shares::new(10_000, 0, 0, 0).expect("the whole"),
			..terms()
		};
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, greedy));
		pass(3 * EPOCH);
		assert_eq!(record(pool).announced.expect("it is announced").from, Some(4));
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, terms()));
		pass(EPOCH);
		assert_eq!(PoolStreams::<Test>::get(pool).expect("it is there").shares(), shares());
		assert_eq!((record(pool).terms, record(pool).version), (terms(), 2));
		assert_noop!(
			PoolsPallet::announce_terms(origin(HOST), pool, terms()),
			Error::<Test>::NotManager
		);
		assert_noop!(
			PoolsPallet::announce_terms(origin(MANAGER), pool, with_floors(0, 1, 1)),
			Error::<Test>::FloorOutOfRange
		);
	});
}

#[test]
fn manager_should_be_whoever_holds_the_operator_now() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		MockOperators::set_holder(OLD, &BOB);
		assert_noop!(
			PoolsPallet::set_prices(origin(MANAGER), pool, prices()),
			Error::<Test>::NotManager
		);
		assert_ok!(PoolsPallet::set_prices(origin(BOB), pool, prices()));
	});
}

#[test]
fn close_should_fail_when_gpus_are_there_or_it_closes_already() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		assert_noop!(PoolsPallet::close(origin(MANAGER), pool), Error::<Test>::PoolNotEmpty);
		leave_now(1);
		assert_noop!(PoolsPallet::close(origin(HOST), pool), Error::<Test>::NotManager);
		assert_ok!(PoolsPallet::close(origin(MANAGER), pool));
		assert_noop!(PoolsPallet::close(origin(MANAGER), pool), Error::<Test>::PoolCloses);
		assert_noop!(PoolsPallet::join(origin(ALICE), 1, pool, 0), Error::<Test>::PoolCloses);
	});
}
