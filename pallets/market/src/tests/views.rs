use crate::{mock::*, *};
use frame_support::assert_ok;
use millpond_traits::{mocks::MockPools, RentalKind::*};

#[test]
fn availability_should_be_what_can_be_booked_stretch_by_stretch() {
	TestExt::default().execute_with(|| {
		reserve(ALICE, 3, 100, 50);
		reserve(BOB, 2, 120, 100);
		let stretches = Market::availability(POOL, START, START + 300);
		let wanted = [(0, 100, 8), (100, 120, 5), (120, 150, 3), (150, 220, 6), (220, 300, 8)];
		let wanted = wanted.map(|(from, to, gpus)| Availability {
			from: START + from,
			to: START + to,
			gpus,
		});
		assert_eq!(stretches, wanted);
		for Availability { from, to, gpus } in stretches.into_iter().skip(1) {
			assert!(try_reserve(ALICE, gpus + 1, from - START, to - from).is_err());
			let possible = frame_support::storage::with_transaction(|| {
				sp_runtime::TransactionOutcome::Rollback(try_reserve(ALICE, gpus, from - START, to - from))
			});
			assert_ok!(possible);
		}
		assert_eq!(Market::availability(POOL + 1, START, START + 300), []);
		assert_eq!(Market::availability(POOL, START + 300, START), []);
		// A week at most.
		let longest = Market::availability(POOL, START + 1_000, START + 1_000_000);
		assert_eq!(longest.last().map(|stretch| stretch.to), Some(START + 1_000 + 10_080));
	});
}

#[test]
fn offers_should_be_those_of_pools_that_can_sell_the_cheapest_first() {
	TestExt::default().execute_with(|| {
		for (pool, rate, gpus) in [(20, ON_DEMAND_RATE - 5, 4), (21, ON_DEMAND_RATE + 5, 4), (22, 1, 1)] {
			MockPools::add(pool, MANAGER, 60);
			MockPools::set_price(pool, OnDemand, 0, Some(rate));
			MockPools::set_price(pool, Reserved, 0, Some(rate));
			(0..gpus).for_each(|gpu| MockPools::join(pool, HOST, u64::from(pool) * 1_000 + gpu));
		}
		let all = [20, 21, 22, 23, POOL];
		let pools = |offers: Vec<Offer>| offers.iter().map(|offer| offer.pool).collect::<Vec<_>>();
		let offers = Market::offers(all, OnDemand, 2, 60);
		assert_eq!(
			offers[0].quote,
			Market::quote_rent(20, OnDemand, 2, 60).expect("it is offered")
		);
		assert_eq!((offers[0].manager, pools(offers)), (MANAGER, vec![20, POOL, 21]));
		assert_eq!(pools(Market::offers(all, OnDemand, 1, 60)), [22, 20, POOL, 21]);
		let reserved = Market::offers_reserved(all, 5, START + 20, START + 80);
		assert_eq!(pools(reserved), [POOL]);
	});
}

#[test]
fn quotes_should_fail_as_the_calls_would() {
	TestExt::default().execute_with(|| {
		assert_eq!(
			Market::quote_rent(POOL, OnDemand, 9, 60),
			Err(Error::<Test>::SoldOut.into())
		);
		assert_eq!(
			Market::quote_reserve(POOL, 1, START + 25, START + 80),
			Err(Error::<Test>::NotAligned.into())
		);
		assert_eq!(Market::quote_top_up(0, 10), Err(Error::<Test>::UnknownSlot.into()));
		rent(BOB, Spot, 8, 60);
		let quote = Market::quote_rent(POOL, OnDemand, 2, 60).expect("spot makes room");
		let id = rent(ALICE, OnDemand, 2, 60);
		assert_eq!((quote.start, quote.end), (slot(id).start, slot(id).end));
		assert_eq!(quote.cost + quote.deposit, FUNDS - credits(ALICE));
	});
}

#[test]
fn summary_should_tell_how_a_slot_stands() {
	TestExt::default().execute_with(|| {
		let id = rent(ALICE, OnDemand, 5, 100);
		pass(30);
		darken(OTHER_HOST, 0);
		let summary = Market::slot_summary(id).expect("it is there");
		assert_eq!((summary.holder, summary.time_left), (ALICE, 70));
		assert_eq!(
			(summary.hourly, summary.accrued),
			(300 * ON_DEMAND_RATE, 150 * ON_DEMAND_RATE)
		);
		let mut hosts: Vec<_> = summary
			.hosts
			.iter()
			.map(|host| (host.operator, host.gpus.len(), host.lit))
			.collect();
		hosts.sort();
		assert_eq!(hosts, [(HOST, 4, true), (OTHER_HOST, 1, false)]);
		assert!(summary.hosts.iter().all(|host| host.billed && !host.granted));
		assert_eq!(summary.kept_until, None);
		light(OTHER_HOST);
		pass(70);
		let summary = Market::slot_summary(id).expect("it is there");
		assert_eq!(
			(summary.kept_until, summary.time_left, summary.accrued),
			(Some(START + 110), 0, 0)
		);
		assert_eq!(Market::slot_summary(id + 1), None);
	});
}

#[test]
fn wallets_should_see_the_terms_of_a_slot() {
	TestExt::default().execute_with(|| {
		let terms = |id| String::from_utf8(Items::attribute(id, b"terms").expect("it is set")).expect("text");
		assert_eq!(
			terms(rent(ALICE, OnDemand, 2, 60)),
			"on-demand: 2 GPUs of pool 7 at 30 DC a GPU-minute"
		);
		let reserved = reserve(ALICE, 1, 20, 60);
		assert_eq!(
			terms(reserved),
			"reserved: 1 GPUs of pool 7 at 20 DC a GPU-minute, from minute 30000020 to 30000080"
		);
		pass(80);
		assert!(Items::attributes(reserved).is_empty());
	});
}
