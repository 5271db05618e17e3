//! Leaving pools, whole: what the market counts on, what customers have bought, and which terms hold.

use super::{chain::Chain, market, supply};
use crate::{
	configs::{GpuDeeds, GPU_COLLECTION},
	constants::currency::BCT,
	*,
};
use frame_support::assert_ok;
use millpond_math::streams::Shares;
use millpond_primitives::{GpuId, Minute, OperatorId};
use millpond_traits::{Clock, Deeds, GpuStatus, Hosts};
use pallet_pools::Members;
use sp_keyring::Sr25519Keyring::{self, Bob, Charlie, Dave, One};

/// `operator` hosts one more GPU, which is `owner`'s, online and in no pool.
fn add_gpu(chain: &mut Chain, host: Sr25519Keyring, operator: OperatorId, owner: Sr25519Keyring) -> GpuId {
	let gpu = chain.execute(pallet_gpus::NextGpu::<Runtime>::get);
	let document = pallet_gpus::Document {
		uri: supply::text("https://bob.example/agreement.pdf"),
		hash: [1; 32],
	};
	let register = pallet_gpus::Call::register {
		operator,
		model: supply::SIMULATED,
		device: [100 + u8::try_from(gpu).expect("few"); 32],
		papers: pallet_gpus::Papers {
			serial: supply::text("0002"),
			purchased: 0,
			hosting: document.clone(),
			ownership: document,
		},
		owner: owner.to_account_id(),
	};
	chain.submit(host, register).expect("the host has a bond");
	for status in [GpuStatus::Probation, GpuStatus::Online] {
		set_status(chain, host, gpu, status);
	}
	gpu
}

fn set_status(chain: &mut Chain, host: Sr25519Keyring, gpu: GpuId, status: GpuStatus) {
	let simulate = pallet_gpus::Call::simulate_status { gpu, status };
	chain.submit(host, simulate).expect("it is simulated");
}

fn join(chain: &mut Chain, owner: Sr25519Keyring, gpu: GpuId) {
	let version = chain.execute(|| pallet_pools::Pools::<Runtime>::get(0).expect("it is there").version);
	let join = pallet_pools::Call::join { gpu, pool: 0, version };
	chain.submit(owner, join).expect("its host is in the pool");
}

/// How many GPUs of the pool can be booked in each of the stretches of the next hour.
fn bookable(chain: &mut Chain) -> Vec<u32> {
	chain.execute(|| {
		let now = <Emissions as Clock>::now();
		let stretches = Market::availability(0, now, now + 60);
		stretches.into_iter().map(|stretch| stretch.gpus).collect()
	})
}

/// Waits until what leaves after the notice, of five minutes, does so in another slice of the market's calendar.
fn wait_for_the_end_of_a_slice(chain: &mut Chain) {
	while chain.execute(|| <Emissions as Clock>::now() % pallet_market::SLICE) < 6 {
		chain.blocks(10);
	}
}

fn is_member(chain: &mut Chain, gpu: GpuId) -> bool {
	chain.execute(|| Members::<Runtime>::contains_key(gpu))
}

/// Terms that give everything to the manager.
fn greedy() -> pallet_pools::Terms {
	pallet_pools::Terms {
		shares: Shares::new(10_000, 0, 0, 0).expect("the whole"),
		floors: pallet_pools::Floors {
			spot: 10,
			on_demand: 50,
			reserved: 20,
		},
		grace: 10,
		minimum_uptime: 0,
	}
}

fn announce_greedy(chain: &mut Chain) -> Minute {
	let announce = pallet_pools::Call::announce_terms {
		pool: 0,
		terms: greedy(),
	};
	chain.submit(Bob, announce).expect("it is his pool");
	chain.execute(|| {
		let record = pallet_pools::Pools::<Runtime>::get(0).expect("it is there");
		record.announced.expect("they are announced").not_before
	})
}

fn is_greedy(chain: &mut Chain) -> bool {
	chain.execute(|| {
		let record = pallet_pools::Pools::<Runtime>::get(0).expect("it is there");
		*record.terms_in(<Emissions as Clock>::epoch()) == greedy()
	})
}

#[test]
fn a_gpu_should_leave_on_its_day_under_the_old_terms_when_its_customer_tops_up_for_ever() {
	let mut chain = market::with_customer();
	let idle = add_gpu(&mut chain, Bob, 0, Bob);
	join(&mut chain, Bob, idle);
	chain.submit(One, market::rent(10)).expect("the GPUs are idle");
	assert!(chain.execute(|| Members::<Runtime>::get(0).is_some_and(|member| member.is_taken())));
	announce_greedy(&mut chain);
	chain
		.submit(Charlie, pallet_pools::Call::announce_leave { gpu: 0 })
		.expect("it is hers");
	let at = chain.execute(|| Members::<Runtime>::get(0).and_then(|member| member.leaves_at()));
	let at = at.expect("it leaves");
	while is_member(&mut chain, 0) {
		assert!(!is_greedy(&mut chain), "she is free to go");
		assert!(
			chain.execute(<Emissions as Clock>::now) <= at,
			"it stays beyond its day"
		);
		chain
			.submit(One, pallet_market::Call::top_up { slot: 0, minutes: 1 })
			.expect("the other GPU can do it");
		chain.blocks(10);
	}
	chain.execute(|| {
		let slot = pallet_market::Slots::<Runtime>::get(0).expect("it goes on");
		assert_eq!((slot.assigned, slot.missing()), (1, 0));
		assert!(Members::<Runtime>::get(idle).is_some_and(|member| member.is_taken()));
		let reputation = pallet_operators::Reputations::<Runtime>::get(0).expect("bob is an operator");
		assert_eq!(reputation.rentals_failed, 0, "nobody is at fault");
	});
}

#[test]
fn terms_should_hold_on_their_day_when_a_leave_is_announced_and_cancelled_again_and_again() {
	let mut chain = supply::with_pool();
	let not_before = announce_greedy(&mut chain);
	while chain.execute(<Emissions as Clock>::now) < not_before {
		let calls: [RuntimeCall; 2] = [
			pallet_pools::Call::announce_leave { gpu: 0 }.into(),
			pallet_pools::Call::cancel_leave { gpu: 0 }.into(),
		];
		let batch = pallet_utility::Call::batch_all { calls: calls.to_vec() };
		chain.submit(Charlie, batch).expect("it is hers");
		chain.blocks(5);
	}
	supply::close_epoch(&mut chain);
	supply::close_epoch(&mut chain);
	assert!(is_greedy(&mut chain));
}

#[test]
fn healthy_hosts_gpus_should_stay_bookable_when_those_of_a_dark_host_leave() {
	let mut chain = market::with_customer();
	// A pool of two hosts: Bob has one GPU in it, Dave two.
	let profile = pallet_operators::Profile {
		name: supply::text("Dave"),
		website: supply::text("https://dave.example"),
		contact: supply::text("dave@dave.example"),
		region: supply::text("DE"),
	};
	let calls: [(Sr25519Keyring, RuntimeCall); 3] = [
		(
			Dave,
			pallet_operators::Call::register {
				profile,
				bond: 10_000 * BCT,
			}
			.into(),
		),
		(
			Bob,
			pallet_pools::Call::create {
				operator: 0,
				model: supply::SIMULATED,
				mode: pallet_pools::Mode::Distributed,
				terms: greedy(),
				prices: pallet_pools::Prices {
					spot: Some(20),
					on_demand: Some(100),
					reserved: Default::default(),
				},
			}
			.into(),
		),
		(
			Bob,
			pallet_pools::Call::invite {
				pool: 1,
				operator: 0,
				cap: 10,
			}
			.into(),
		),
	];
	for (who, call) in calls {
		chain.submit(who, call).expect("it can be done");
	}
	let invite = pallet_pools::Call::invite {
		pool: 1,
		operator: 1,
		cap: 10,
	};
	chain.submit(Bob, invite).expect("it is his pool");
	for (host, operator, gpus) in [(Bob, 0, 1), (Dave, 1, 2)] {
		let accept = pallet_pools::Call::accept {
			operator,
			pool: 1,
			version: 0,
		};
		chain.submit(host, accept).expect("it is invited");
		for _ in 0..gpus {
			let gpu = add_gpu(&mut chain, host, operator, host);
			let join = pallet_pools::Call::join {
				gpu,
				pool: 1,
				version: 0,
			};
			chain.submit(host, join).expect("its host is in the pool");
		}
	}
	let bookable = |chain: &mut Chain| {
		chain.execute(|| {
			let now = <Emissions as Clock>::now();
			let stretches = Market::availability(1, now, now + 60);
			stretches.into_iter().map(|stretch| stretch.gpus).collect::<Vec<_>>()
		})
	};
	assert_eq!(bookable(&mut chain), [3]);
	wait_for_the_end_of_a_slice(&mut chain);
	chain.execute(|| <Pools as Hosts>::darken(1, <Emissions as Clock>::now()));
	chain
		.submit(Dave, pallet_pools::Call::announce_leave { gpu: 2 })
		.expect("it is his");
	chain
		.submit(Bob, pallet_pools::Call::remove_host { pool: 1, operator: 1 })
		.expect("he manages the pool");
	assert_eq!(bookable(&mut chain), [1], "they leave, and are not there anyway");
	// Back, they can be had until then.
	chain.execute(|| <Pools as Hosts>::light(1));
	assert_eq!(bookable(&mut chain), [3, 1]);
}

#[test]
fn nothing_should_be_kept_of_a_pool_when_it_has_closed() {
	let mut chain = supply::with_pool();
	let other = add_gpu(&mut chain, Bob, 0, Bob);
	join(&mut chain, Bob, other);
	assert_eq!(bookable(&mut chain), [2]);
	wait_for_the_end_of_a_slice(&mut chain);
	// One leaves by itself, one with its host, while it is away; both come back, one goes again, and the host goes dark.
	set_status(&mut chain, Bob, 0, GpuStatus::Offline);
	chain
		.submit(Charlie, pallet_pools::Call::announce_leave { gpu: 0 })
		.expect("it is hers");
	chain
		.submit(Bob, pallet_pools::Call::remove_host { pool: 0, operator: 0 })
		.expect("he manages the pool");
	assert_eq!(bookable(&mut chain), [1, 0]);
	set_status(&mut chain, Bob, 0, GpuStatus::Online);
	assert_eq!(bookable(&mut chain), [2, 0]);
	set_status(&mut chain, Bob, other, GpuStatus::Offline);
	chain.execute(|| {
		<Pools as Hosts>::darken(0, <Emissions as Clock>::now());
		<Pools as Hosts>::light(0);
	});
	assert_eq!(bookable(&mut chain), [1, 0]);
	while is_member(&mut chain, 0) || is_member(&mut chain, other) {
		chain.blocks(20);
	}
	chain
		.submit(Bob, pallet_pools::Call::close { pool: 0 })
		.expect("it is empty");
	for _ in 0..4 {
		supply::close_epoch(&mut chain);
	}
	chain.blocks(20);
	chain.execute(|| {
		assert!(!pallet_pools::Pools::<Runtime>::contains_key(0), "it has closed");
		assert_eq!(pallet_market::PoolRecords::<Runtime>::iter().count(), 0);
		assert_eq!(pallet_market::CalendarNodes::<Runtime>::iter().count(), 0);
		assert_eq!(pallet_market::Withheld::<Runtime>::iter().count(), 0);
		assert_eq!(pallet_market::SoldRates::<Runtime>::iter().count(), 0);
		assert_eq!(pallet_market::DarkGroups::<Runtime>::iter().count(), 0);
		assert_eq!(pallet_pools::LeaveDates::<Runtime>::iter().count(), 0);
	});
}

#[test]
fn a_gpu_should_not_be_had_on_old_offers_when_it_has_joined_a_pool() {
	let mut chain = supply::with_pool();
	chain
		.submit(Charlie, pallet_pools::Call::leave_now { gpu: 0, max_credits: 0 })
		.expect("nothing is sold");
	let offers: [RuntimeCall; 3] = [
		pallet_nfts::Call::set_price {
			collection: GPU_COLLECTION,
			item: 0,
			price: Some(5_000 * BCT),
			whitelisted_buyer: None,
		}
		.into(),
		pallet_nfts::Call::create_swap {
			offered_collection: GPU_COLLECTION,
			offered_item: 0,
			desired_collection: GPU_COLLECTION,
			maybe_desired_item: None,
			maybe_price: None,
			duration: 1_000,
		}
		.into(),
		pallet_nfts::Call::approve_transfer {
			collection: GPU_COLLECTION,
			item: 0,
			delegate: Dave.to_account_id().into(),
			maybe_deadline: None,
		}
		.into(),
	];
	for offer in offers {
		chain.submit(Charlie, offer).expect("it is hers");
	}
	join(&mut chain, Charlie, 0);
	let attempts: [RuntimeCall; 2] = [
		pallet_nfts::Call::buy_item {
			collection: GPU_COLLECTION,
			item: 0,
			bid_price: 5_000 * BCT,
		}
		.into(),
		pallet_nfts::Call::transfer {
			collection: GPU_COLLECTION,
			item: 0,
			dest: Dave.to_account_id().into(),
		}
		.into(),
	];
	for attempt in attempts {
		assert!(chain.submit(Dave, attempt).is_err());
	}
	chain.execute(|| {
		assert!(!pallet_nfts::PendingSwapOf::<Runtime>::contains_key(GPU_COLLECTION, 0));
		assert_eq!(GpuDeeds::holder(0), Some(Charlie.to_account_id()));
		// There is nothing to withdraw, and nothing happens.
		System::reset_events();
		assert_ok!(GpuDeeds::withdraw_offers(0));
		assert!(System::events().is_empty());
		assert!(GpuDeeds::withdraw_offers(7).is_err());
	});
}
