//! Nothing is sold twice and no credit is lost or made, whatever happens.

use crate::{mock::*, *};
use frame_support::{traits::Hooks, weights::Weight};
use millpond_primitives::{Credits, GpuId, Minute, OperatorId, SlotId, CREDITS_PER_USD};
use millpond_traits::{
	mocks::{MockCredits, MockOperators, MockPools},
	Obligations, Pools,
	RentalKind::{self, *},
};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use sp_runtime::DispatchResult;

/// What customers and time do. Numbers choose among what there is.
#[derive(Clone, Debug)]
enum Happening {
	Rent(usize, bool, u32, Minute, bool),
	Reserve(usize, u32, Minute, Minute, bool),
	TopUp(usize, usize, Minute),
	Stop(usize),
	SplitTime(usize, Minute),
	SplitGpus(usize, u32),
	Merge(usize, usize),
	SetKey(usize, u8),
	Grant(usize),
	Reject(usize),
	Sell(usize, usize),
	Resell(usize, usize, Credits),
	Withhold(Minute, u32),
	Release(usize),
	Time(Minute),
	Outage(Minute),
	Lose(usize, Minute),
	Return(usize),
	BuyOut(usize, usize),
	Darken(usize, Minute),
	Light(usize),
	Announce(usize, Minute),
}

/// What customers do and what cannot harm them. `keys`: whether they set any, so that hosts may fail to grant access.
fn harmless(keys: bool) -> impl Strategy<Value = Happening> {
	let (one, key) = (any::<usize>(), move || any::<bool>().prop_map(move |key| key && keys));
	let time = || prop_oneof![6 => 1..40 as Minute, 1 => 40..300 as Minute];
	prop_oneof![
		6 => (one, any::<bool>(), 1..6u32, time(), key())
			.prop_map(|(who, spot, gpus, minutes, key)| Happening::Rent(who, spot, gpus, minutes, key)),
		5 => (one, 1..9u32, 0..50 as Minute, 1..30 as Minute, key())
			.prop_map(|(who, gpus, after, length, key)| Happening::Reserve(who, gpus, after, length, key)),
		4 => (one, one, time()).prop_map(|(who, slot, minutes)| Happening::TopUp(who, slot, minutes)),
		2 => one.prop_map(Happening::Stop),
		2 => (one, 0..40 as Minute).prop_map(|(slot, at)| Happening::SplitTime(slot, at)),
		2 => (one, 1..8u32).prop_map(|(slot, gpus)| Happening::SplitGpus(slot, gpus)),
		3 => (one, one).prop_map(|(first, second)| Happening::Merge(first, second)),
		1 => (one, any::<u8>()).prop_map(move |(slot, key)| match keys {
			true => Happening::SetKey(slot, key),
			false => Happening::Time(1),
		}),
		4 => one.prop_map(Happening::Grant),
		2 => one.prop_map(Happening::Reject),
		2 => (one, one).prop_map(|(slot, to)| Happening::Sell(slot, to)),
		1 => (one, one, 1..100 as Credits).prop_map(|(slot, to, price)| Happening::Resell(slot, to, price)),
		1 => (0..400 as Minute, 1..4u32).prop_map(|(after, gpus)| Happening::Withhold(after, gpus)),
		1 => one.prop_map(Happening::Release),
		10 => time().prop_map(Happening::Time),
		1 => time().prop_map(Happening::Outage),
	]
}

/// That, and GPUs that are not there.
fn harmful() -> impl Strategy<Value = Happening> {
	let one = any::<usize>();
	prop_oneof![
		30 => harmless(true),
		2 => (one, 0..15 as Minute).prop_map(|(gpu, ago)| Happening::Lose(gpu, ago)),
		2 => one.prop_map(Happening::Return),
		1 => (one, one).prop_map(|(who, gpu)| Happening::BuyOut(who, gpu)),
		2 => (one, 0..15 as Minute).prop_map(|(host, ago)| Happening::Darken(host, ago)),
		2 => one.prop_map(Happening::Light),
		1 => (one, 0..100 as Minute).prop_map(|(gpu, after)| Happening::Announce(gpu, after)),
	]
}

const HOSTS: [OperatorId; 3] = [HOST, OTHER_HOST, OTHER_HOST + 1];

fn customer(choice: usize) -> AccountId {
	[ALICE, BOB, CHARLIE][choice % 3]
}

/// A slot that there is, and who holds it.
fn chosen(choice: usize) -> Option<(AccountId, SlotId)> {
	let mut ids: Vec<SlotId> = Slots::<Test>::iter_keys().collect();
	ids.sort();
	let id = *ids.get(choice.checked_rem(ids.len())?)?;
	Some((holder(id)?, id))
}

fn all_gpus() -> Vec<GpuId> {
	HOSTS.iter().flat_map(|host| gpus_of(*host)).collect()
}

/// The plain array: what is booked in each of the next slices, by the slots themselves.
fn booked(slices: usize) -> Vec<u32> {
	let first = now() / SLICE;
	let mut plain = vec![0; slices];
	let mut book = |from: Minute, to: Minute, gpus: u32| {
		for slice in from.saturating_sub(first)..to.saturating_sub(first).min(slices as Minute) {
			plain[slice as usize] += gpus;
		}
	};
	for slot in Slots::<Test>::iter_values().filter(|slot| slot.kind != Spot) {
		book(slot.start / SLICE, (slot.end + slot.grace).div_ceil(SLICE), slot.gpus);
	}
	for (_, from, gpus) in Withheld::<Test>::iter() {
		book(from.get() as Minute / SLICE, Minute::MAX / SLICE, gpus);
	}
	plain
}

/// Slices that the array has.
const SLICES: usize = 1_100;

/// Does `book`, which is refused exactly when `gpus` more in the minutes `[from, to)` would be too many.
fn book_exactly(from: Minute, to: Minute, gpus: u32, book: impl FnOnce() -> DispatchResult) {
	let first = now() / SLICE;
	let range = (from / SLICE - first) as usize..(to.div_ceil(SLICE) - first) as usize;
	let before = booked(SLICES)[range].iter().max().copied().unwrap_or_default();
	let fits = before + gpus <= counts().1;
	match book() {
		Ok(()) => assert!(fits, "{gpus} more than {before} were sold of {}", counts().1),
		Err(error) => assert!(!fits || error != Error::<Test>::SoldOut.into(), "they were free"),
	}
}

fn may_fail(result: Result<impl Sized, sp_runtime::DispatchError>) {
	// A refusal is as good, but not for a reason that is the chain's own.
	if let Err(error) = result {
		assert_ne!(error, Error::<Test>::Inconsistent.into());
		assert!(!matches!(
			error,
			sp_runtime::DispatchError::Other(_) | sp_runtime::DispatchError::Corruption
		));
	}
}

fn happen(event: Happening, withheld: &mut Vec<(Minute, u32)>) {
	match event {
		Happening::Rent(who, spot, gpus, minutes, key) => {
			let kind: RentalKind = if spot { Spot } else { OnDemand };
			let who = customer(who);
			let quote = Market::quote_rent(POOL, kind, gpus, minutes);
			let before = credits(who);
			let key = key.then_some(KEY);
			let rented = Market::rent(RuntimeOrigin::signed(who), POOL, kind, gpus, minutes, Credits::MAX, key)
				.map(drop)
				.map_err(|refused| refused.error);
			match quote {
				Ok(quote) => {
					assert_eq!(rented, Ok(()));
					assert_eq!(credits(who), before - quote.cost - quote.deposit);
					assert_eq!((slot(newest()).start, slot(newest()).end), (quote.start, quote.end));
				}
				Err(error) => assert_eq!(rented, Err(error)),
			}
		}
		Happening::Reserve(who, gpus, after, length, key) => {
			let start = (now() / SLICE + 1 + after) * SLICE;
			let end = start + length * SLICE;
			let key = key.then_some(KEY);
			let origin = RuntimeOrigin::signed(customer(who));
			book_exactly(start, end, gpus, || {
				Market::reserve(origin, POOL, gpus, start, end, Credits::MAX, key)
			});
		}
		Happening::TopUp(who, choice, minutes) => {
			let Some((holder, id)) = chosen(choice) else { return };
			let who = customer(who);
			if who != holder {
				assert_eq!(top_up(who, id, minutes), Err(Error::<Test>::NotHolder.into()));
			}
			let (quote, before) = (Market::quote_top_up(id, minutes), credits(holder));
			let topped_up = top_up(holder, id, minutes);
			assert_eq!(quote.map(|cost| before - cost), topped_up.map(|()| credits(holder)));
		}
		Happening::Stop(choice) => {
			let Some((who, id)) = chosen(choice) else { return };
			may_fail(stop(who, id));
		}
		Happening::SplitTime(choice, at) => {
			let Some((who, id)) = chosen(choice) else { return };
			may_fail(split_time(who, id, (now() / SLICE + at) * SLICE));
		}
		Happening::SplitGpus(choice, gpus) => {
			let Some((who, id)) = chosen(choice) else { return };
			may_fail(split_gpus(who, id, gpus));
		}
		Happening::Merge(one, other) => {
			let Some((who, one)) = chosen(one) else { return };
			// One that may fit, rather than any.
			let like = |id: &SlotId| holder(*id) == Some(who) && slot(*id).kind == slot(one).kind;
			let alike: Vec<SlotId> = Slots::<Test>::iter_keys().filter(like).collect();
			may_fail(merge(who, one, alike[other % alike.len()]));
		}
		Happening::SetKey(choice, key) => {
			let Some((who, id)) = chosen(choice) else { return };
			set_key(who, id, [key % 2; 32]);
		}
		Happening::Grant(choice) => {
			let Some((_, id)) = chosen(choice) else { return };
			let key = slot(id).access.map_or(KEY, |access| access.key);
			for (host, _) in hosts_of(id) {
				may_fail(grant_for(host, id, key));
			}
		}
		Happening::Reject(choice) => {
			let Some((who, id)) = chosen(choice) else { return };
			may_fail(reject(who, id));
		}
		Happening::Sell(choice, to) => {
			let Some((_, id)) = chosen(choice) else { return };
			may_fail(Items::sell(id, &customer(to)));
		}
		Happening::Resell(choice, to, price) => {
			let Some((who, id)) = chosen(choice) else { return };
			may_fail(Market::list(RuntimeOrigin::signed(who), id, price * CREDITS_PER_USD, 0));
			may_fail(Market::buy(RuntimeOrigin::signed(customer(to)), id, u128::MAX));
		}
		Happening::Withhold(after, gpus) => {
			// As pools do: from when those that stay can do what is sold.
			let leave: u32 = withheld.iter().map(|(_, gpus)| gpus).sum();
			let stay = counts().1.saturating_sub(leave + gpus);
			let sold_until = <Market as Obligations<AccountId>>::sold_until(POOL, stay);
			let from = sold_until.max(now() + after);
			assert_eq!(<Market as Obligations<AccountId>>::withhold(POOL, from, gpus), Ok(()));
			withheld.push((from, gpus));
		}
		Happening::Release(choice) => {
			if let Some(index) = choice.checked_rem(withheld.len()) {
				let (from, gpus) = withheld.remove(index);
				assert_eq!(<Market as Obligations<AccountId>>::release(POOL, from, gpus), Ok(()));
			}
		}
		Happening::Time(minutes) => {
			pass(minutes);
			idle();
		}
		Happening::Outage(minutes) => {
			outage(minutes);
			idle();
		}
		Happening::Lose(choice, ago) => {
			let online = |gpu: &GpuId| MockPools::is_online(*gpu);
			let gpus: Vec<GpuId> = all_gpus().into_iter().filter(online).collect();
			if let Some(gpu) = choice.checked_rem(gpus.len()) {
				lose(gpus[gpu], ago);
			}
		}
		Happening::Return(choice) => {
			let offline = |gpu: &GpuId| !MockPools::is_online(*gpu);
			let gpus: Vec<GpuId> = all_gpus().into_iter().filter(offline).collect();
			if let Some(gpu) = choice.checked_rem(gpus.len()) {
				MockPools::go_online(gpus[gpu]);
			}
		}
		Happening::BuyOut(who, choice) => {
			let online = |gpu: &GpuId| MockPools::is_online(*gpu);
			let gpus: Vec<GpuId> = all_gpus().into_iter().filter(online).collect();
			if let Some(gpu) = choice.checked_rem(gpus.len()) {
				let (slot, assigned, clock) = MockPools::lose(gpus[gpu], 0);
				let payer = customer(who);
				may_fail(<Market as Obligations<AccountId>>::buy_out(
					&payer,
					POOL,
					slot,
					assigned,
					clock,
					Credits::MAX,
				));
			}
		}
		Happening::Darken(choice, ago) => darken(HOSTS[choice % 3], ago),
		Happening::Light(choice) => light(HOSTS[choice % 3]),
		Happening::Announce(choice, after) => {
			let gpus = all_gpus();
			MockPools::announce(gpus[choice % gpus.len()], Some(now() + after));
		}
	}
}

/// A block has time for what is past.
fn idle() {
	Market::on_idle(1, Weight::MAX);
}

fn check() {
	check_invariants();
	assert_eq!(all_credits(), 3 * FUNDS, "credits were lost or made");
	let held = Slots::<Test>::iter_values().map(|slot| slot.escrow + slot.deposit);
	assert_eq!(MockCredits::balance(&Market::account()), held.sum::<Credits>());
	// What the calendar has is the plain array.
	let (plain, first) = (booked(SLICES), now() / SLICE);
	for (slice, booked) in (first..).zip(&plain).step_by(7) {
		assert_eq!(Market::peak(POOL, slice, slice + 1), Ok(*booked));
	}
	// And until when something is sold, too.
	let withheld = |slice: Minute| -> u32 {
		let begun = Withheld::<Test>::iter().filter(|(_, from, _)| from.get() as Minute / SLICE <= slice);
		begun.map(|(.., gpus)| gpus).sum()
	};
	for gpus in [0, 2, 5] {
		let sold = (first..)
			.zip(&plain)
			.filter(|(slice, booked)| **booked > gpus + withheld(*slice));
		let until = sold
			.map(|(slice, _)| (slice + 1) * SLICE)
			.last()
			.unwrap_or(0)
			.max(now());
		assert_eq!(<Market as Obligations<AccountId>>::sold_until(POOL, gpus), until);
	}
}

/// No account has, or could have back, more credits than it had, but for what hosts did not deliver.
fn check_that_nobody_has_gained() {
	let events = events();
	for who in [ALICE, BOB, CHARLIE] {
		let not_delivered = events.iter().map(|event| match event {
			Event::Refunded { holder, inherited, .. } if *holder == who => *inherited,
			_ => 0,
		});
		let may = FUNDS + not_delivered.sum::<Credits>();
		let paid = Slots::<Test>::iter_values().filter(|slot| slot.payer == who);
		let back = paid.map(|slot| slot.deposit + slot.escrow - slot.inherited);
		assert!(credits(who) + back.sum::<Credits>() <= may, "{who} has others' credits");
	}
}

/// Lets all that is sold run out, and those that leave do so.
fn run_out(withheld: Vec<(Minute, u32)>) {
	let mut days = 0;
	while Slots::<Test>::iter_keys().next().is_some() {
		outage(1_440);
		// Grace time goes on only while there are blocks.
		pass(80);
		days += 1;
		assert!(days < 20, "slots do not end");
	}
	assert_eq!(MockCredits::balance(&Market::account()), 0);
	assert_eq!(MockPools::spent(POOL, HOSTS) + unearned(), MockCredits::spent());
	for (from, gpus) in withheld {
		assert_eq!(<Market as Obligations<AccountId>>::release(POOL, from, gpus), Ok(()));
	}
	(0..10).for_each(|_| idle());
	let kept = (
		PoolRecords::<Test>::iter().count(),
		CalendarNodes::<Test>::iter().count(),
	);
	assert_eq!(kept, (0, 0), "something is kept of a pool that has nothing");
}

/// So many cases, or as many as `PROPTEST_CASES` says. A failure is kept in a file beside the test.
fn cases(default: u32) -> ProptestConfig {
	let cases = std::env::var("PROPTEST_CASES").ok();
	ProptestConfig {
		cases: cases.map_or(default, |cases| cases.parse().expect("PROPTEST_CASES is a number")),
		failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
		..ProptestConfig::default()
	}
}

proptest! {
	#![proptest_config(cases(32))]

	#[test]
	fn protected_slots_should_always_have_their_gpus_when_none_is_lost(
		events in prop::collection::vec(harmless(false), 1..80),
	) {
		TestExt::default().hosts(&[(HOST, 4), (OTHER_HOST, 3), (OTHER_HOST + 1, 2)]).execute_with(|| {
			let mut withheld = vec![];
			for event in events {
				happen(event, &mut withheld);
				check();
				work_off();
				check_that_nobody_has_gained();
				for slot in Slots::<Test>::iter_values().filter(|slot| slot.phase == Phase::Running) {
					assert_eq!(slot.missing(), 0, "{slot:?}");
				}
			}
			run_out(withheld);
			check_that_nobody_has_gained();
			for operator in HOSTS.into_iter().chain([MANAGER]) {
				assert_eq!(MockOperators::owed::<AccountId>(operator), []);
			}
		});
	}

	#[test]
	fn no_credit_should_be_lost_and_no_gpu_sold_twice_when_gpus_come_and_go(
		events in prop::collection::vec(harmful(), 1..80),
	) {
		TestExt::default().hosts(&[(HOST, 4), (OTHER_HOST, 3), (OTHER_HOST + 1, 2)]).execute_with(|| {
			let mut withheld = vec![];
			for event in events {
				happen(event, &mut withheld);
				check();
				work_off();
				check();
				check_that_nobody_has_gained();
			}
			run_out(withheld);
			check_that_nobody_has_gained();
			assert!(HOSTS.iter().all(|host| MockPools::clock(POOL, *host).is_some()));
		});
	}
}
