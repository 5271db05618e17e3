//! How managers and members may try to rob owners, and what they gain by it.

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_math::{
	index::{portion, SCALE},
	streams::{Budget, Shares},
};
use millpond_primitives::{Balance, Credits};
use millpond_traits::{
	mocks::{MockClock, MockEmissions, MockObligations},
	Clock,
};
use sp_runtime::DispatchError;

/// What a DC costs in BCT, in plancks, in these tests.
const VALUE: u64 = 1_000_000_000;

/// Closes the epoch with more than enough to pay for, so that κ, 90%, is what limits it.
fn close_capped() {
	let budget = Budget {
		rewards: Balance::MAX / 1_000_000,
		credit_cap: portion(SCALE * VALUE, 9_000).expect("it fits"),
		weight_cap: Default::default(),
	};
	MockEmissions::close(budget, EPOCH);
	sweep();
}

/// The manager lowers the price to the floor and rents the owner's GPU himself for an epoch. What he has spent, and what he
/// and the owner have been paid, in plancks.
fn self_rental(terms: Terms) -> (Balance, Balance, Balance) {
	let floor: Credits = terms.floors.on_demand;
	let prices = Prices {
		on_demand: Some(floor),
		..prices()
	};
	assert_ok!(PoolsPallet::create(
		origin(MANAGER),
		OLD,
		MODEL,
		Mode::SingleSource,
		terms,
		prices
	));
	add(1, ALICE, OLD, 0);
	rent(0, 1, 50, floor);
	close_capped();
	(100 * floor * Balance::from(VALUE), paid(MANAGER), paid(ALICE))
}

#[test]
fn manager_should_lose_when_he_rents_for_the_floor_himself() {
	TestExt::execute_with(|| {
		let (spent, manager, owner) = self_rental(terms());
		// He gets back his and the host's shares of 90%; the owner what the terms promised for the least price.
		assert!(
			manager <= spent * 18 / 100 && manager > spent * 17 / 100,
			"{manager} of {spent}"
		);
		assert!(
			owner <= spent * 72 / 100 && owner > spent * 71 / 100,
			"{owner} of {spent}"
		);
	});
}

#[test]
fn manager_should_lose_even_with_all_shares_his_when_he_rents_himself() {
	TestExt::execute_with(|| {
		let all_his = Terms {
			shares: Shares::new(10_000, 0, 0, 0).expect("the whole"),
			..terms()
		};
		let (spent, manager, owner) = self_rental(all_his);
		// κ is below 100%: what he pays with was burned for more than he is paid. The owner has agreed to nothing.
		assert!(
			manager <= spent * 90 / 100 && manager > spent * 89 / 100,
			"{manager} of {spent}"
		);
		assert_eq!(owner, 0);
	});
}

#[test]
fn manager_should_not_sell_below_the_floor_that_owners_have_seen() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let cheap = Prices {
			on_demand: Some(terms().floors.on_demand - 1),
			..prices()
		};
		assert_noop!(
			PoolsPallet::set_prices(origin(MANAGER), pool, cheap.clone()),
			Error::<Test>::PriceBelowFloor
		);
		// A lower floor is a change of terms: the owner is gone before it holds.
		let low = Terms {
			floors: Floors {
				on_demand: 1,
				..terms().floors
			},
			..terms()
		};
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, low));
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		let not_before = record(pool).announced.expect("it is announced").not_before;
		assert!(member(1).leaves_at().expect("it leaves") < not_before);
		pass(not_before - now() - 1);
		assert_noop!(
			PoolsPallet::set_prices(origin(MANAGER), pool, cheap),
			Error::<Test>::PriceBelowFloor
		);
		assert_eq!(record(pool).gpus, 0);
	});
}

/// The manager raises his share while time is sold that pins the owner's GPU.
#[test]
fn manager_should_gain_nothing_from_higher_shares_while_gpus_are_pinned() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		rent(pool, 1, 50, 1_000);
		let sold_until = START + 10 * EPOCH;
		MockObligations::sell(pool, START, sold_until, 1);
		let greedy = Terms {
			shares: Shares::new(10_000, 0, 0, 0).expect("the whole"),
			..terms()
		};
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, greedy));
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		assert_eq!(member(1).leaves_at(), Some(sold_until));
		// He cannot sell more of it either: it is withheld from that date on.
		assert_eq!(MockObligations::withheld(pool), [(sold_until, 1)]);
		pass(10 * EPOCH);
		give_back(pool, &[1]);
		assert_eq!(record(pool).gpus, 0);
		pass(3 * EPOCH);
		assert_eq!(record(pool).terms, greedy);
		// All ten epochs were paid by the terms that the owner had joined under: 80% to her, 20% to him.
		let all = paid(ALICE) + paid(MANAGER);
		assert!(paid(ALICE) + 100 >= all * 80 / 100, "{} of {all}", paid(ALICE));
	});
}

/// The manager announces higher shares while nothing is sold, and only then books what pins the owner's GPU.
#[test]
fn manager_should_gain_nothing_from_pinning_gpus_after_he_has_announced_higher_shares() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		let greedy = Terms {
			shares: Shares::new(10_000, 0, 0, 0).expect("the whole"),
			..terms()
		};
		assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool, greedy));
		let first = record(pool).announced.expect("it is announced").not_before;
		let sold_until = START + 10 * EPOCH;
		assert!(first < sold_until);
		rent(pool, 1, 50, 1_000);
		MockObligations::sell(pool, START, sold_until, 1);
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		assert_eq!(member(1).leaves_at(), Some(sold_until));
		pass(10 * EPOCH);
		let postponed = Event::TermsPostponed {
			pool,
			not_before: sold_until,
		};
		assert_eq!(events().into_iter().filter(|event| *event == postponed).count(), 1);
		assert_eq!(record(pool).terms_in(MockClock::epoch()).shares, terms().shares);
		give_back(pool, &[1]);
		pass(3 * EPOCH);
		assert_eq!(record(pool).terms, greedy);
		let all = paid(ALICE) + paid(MANAGER);
		assert!(paid(ALICE) + 100 >= all * 80 / 100, "{} of {all}", paid(ALICE));
	});
}

/// An owner has looked at what leaving at once costs. Before his call the manager sells himself time at a high price, which
/// the owner's GPU is needed for then.
#[test]
fn manager_should_gain_nothing_by_selling_himself_time_when_an_owner_leaves_at_once() {
	TestExt::execute_with(|| {
		let pool = create(Mode::SingleSource);
		add(1, ALICE, OLD, pool);
		MockObligations::set_price(20);
		let quote = PoolsPallet::quote_leave_now(1).expect("she may leave");
		MockObligations::set_price(1_000_000);
		assert_noop!(
			PoolsPallet::leave_now(origin(ALICE), 1, quote),
			DispatchError::Other("it costs more")
		);
		assert!(MockObligations::bought_out::<AccountId>().is_empty());
		// To leave in time costs nothing.
		assert_ok!(PoolsPallet::announce_leave(origin(ALICE), 1));
		pass(LEAVE_NOTICE);
		assert_ok!(PoolsPallet::leave(origin(ALICE), 1));
	});
}

/// A member brings many GPUs that nobody rents, to have the pool share of others' rentals.
#[test]
fn member_should_not_dilute_the_pool_share_beyond_its_cap_when_it_floods_the_pool() {
	TestExt::execute_with(|| {
		let pool = create(Mode::Distributed);
		admit(pool, OLD, MANAGER, 10);
		admit(pool, NEW, HOST, 2);
		(1..=4).for_each(|gpu| add(gpu, ALICE, OLD, pool));
		rent(pool, 4, 50, 1_000);
		(101..=102).for_each(|gpu| add(gpu, BOB, NEW, pool));
		for gpu in 103..=200 {
			register(gpu, BOB, NEW, millpond_traits::GpuStatus::Online);
			assert_noop!(PoolsPallet::join(origin(BOB), gpu, pool, 0), Error::<Test>::CapReached);
		}
		close_capped();
		let all = paid(ALICE) + paid(BOB) + paid(MANAGER) + paid(HOST);
		// Two of six GPUs: a third of the pool share of 60%, and nothing for use or hosting.
		assert!(
			paid(BOB) <= all * 20 / 100 + 100 && paid(HOST) == 0,
			"{} of {all}",
			paid(BOB)
		);
		assert!(paid(ALICE) + 100 >= all * 60 / 100, "{} of {all}", paid(ALICE));
	});
}
