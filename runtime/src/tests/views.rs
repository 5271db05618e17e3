use super::{
	chain::Chain,
	supply::{close_epoch, with_pool},
};
use crate::{
	configs::{GpuDeeds, OperatorDeeds, GPU_COLLECTION},
	constants::time::MINUTES,
	views::{account_rewards, held, hosts, page_by_key, page_by_number, pool_activity, supply},
	*,
};
use alloc::collections::BTreeSet;
use millpond_runtime_api::{Earner, EarnerCursor, Page};
use millpond_traits::Deeds;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie};

#[test]
fn a_list_by_number_should_be_given_in_pages() {
	let even = |id: u32| id.is_multiple_of(2).then_some(id);
	let first = page_by_number(None, 300, even);
	assert_eq!((first.entries.len(), first.next), (128, Some(256)));
	let second = page_by_number(first.next, 300, even);
	assert_eq!(
		(second.entries.first(), second.entries.len(), second.next),
		(Some(&256), 22, None)
	);
	assert_eq!(page_by_number(None, 256, even).next, None);
	assert!(page_by_number(Some(u32::MAX), 300, even).entries.is_empty());
}

#[test]
fn a_list_by_key_should_be_given_in_pages() {
	Chain::development().execute(|| {
		let (alice, bob) = (Alice.to_account_id(), Bob.to_account_id());
		for gpu in 0..300 {
			GpuDeeds::mint(gpu, if gpu < 290 { &alice } else { &bob }).expect("minted");
		}
		let pages = |account: &AccountId| {
			let page = |cursor| page_by_key(held(account, GPU_COLLECTION, cursor), <[u64]>::to_vec);
			let first = page(None);
			let second = first.next.map(|cursor| page(Some(cursor)));
			[Some(first), second]
		};
		let [first, second] = pages(&alice).map(|page| page.expect("290 are two pages"));
		assert_eq!(
			(first.entries.len(), second.entries.len(), second.next),
			(256, 34, None)
		);
		let all: BTreeSet<_> = first.entries.into_iter().chain(second.entries).collect();
		assert_eq!(all, (0..290).collect());
		let [first, second] = pages(&bob);
		assert_eq!((first.map(|page| page.entries.len()), second), (Some(10), None));
		assert_eq!((supply().gpus, supply().operators), (300, 0));
	});
}

#[test]
fn an_account_should_see_what_its_gpus_and_operators_have_earned() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	let of = |who: Sr25519Keyring| account_rewards(&who.to_account_id(), None).entries;
	chain.execute(|| {
		let [gpu] = of(Charlie)[..] else {
			panic!("Charlie holds a GPU and no operator")
		};
		let pool = Some(0);
		assert_eq!(gpu.earner, Earner::Gpu { gpu: 0, pool });
		let alone = Pools::gpu_rewards(0).expect("it is there").rewards;
		assert!(gpu.reward.pending > 0);
		assert_eq!(gpu.reward.pending, alone.pending.available);
		assert_eq!(gpu.reward.projected, alone.projected.map(|earnings| earnings.available));

		let earners: Vec<_> = of(Bob).into_iter().map(|found| found.earner).collect();
		let (operator, pool) = (0, 0);
		assert_eq!(
			earners,
			[Earner::Manager { operator, pool }, Earner::Host { operator, pool }]
		);
		assert!(of(Alice).is_empty());
	});
}

#[test]
fn rewards_of_an_account_should_come_in_pages_over_what_it_holds_itself() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	chain.execute(|| {
		let bob = Bob.to_account_id();
		// Pools of others that are nobody's business here.
		let record = pallet_pools::Pools::<Runtime>::get(0).expect("Bob's pool");
		for pool in 1..1_000 {
			let others = pallet_pools::PoolRecord {
				manager: 77,
				..record.clone()
			};
			pallet_pools::Pools::<Runtime>::insert(pool, others);
		}
		// More operators and GPUs than a page has, which earn nothing.
		for item in 1_000..1_300 {
			OperatorDeeds::mint(item, &bob).expect("minted");
			GpuDeeds::mint(item, &bob).expect("minted");
		}
		let (mut pages, mut cursor) = (Vec::new(), None);
		loop {
			let Page { entries, next } = account_rewards(&bob, cursor);
			assert!(entries.len() <= 256);
			pages.push(entries);
			cursor = next;
			if cursor.is_none() {
				break;
			}
		}
		// 301 operators, two roles of one of them, and 300 GPUs.
		assert_eq!(pages.len(), 3);
		let earners: Vec<_> = pages.concat().into_iter().map(|found| found.earner).collect();
		let (operator, pool) = (0, 0);
		let of_operators: Vec<_> = earners
			.iter()
			.filter(|earner| !matches!(earner, Earner::Gpu { .. }))
			.collect();
		assert_eq!(
			of_operators,
			[&Earner::Manager { operator, pool }, &Earner::Host { operator, pool }]
		);
		assert_eq!(earners.len(), 302);
		// The list goes on after any of its entries.
		let after = |cursor| {
			account_rewards(&bob, Some(cursor))
				.entries
				.first()
				.map(|found| found.earner)
		};
		assert_eq!(
			after(EarnerCursor::Manager(0, 0)),
			Some(Earner::Host { operator, pool })
		);
		assert!(!matches!(after(EarnerCursor::Host(0, 0)), Some(Earner::Host { .. })));
		// A cursor that names what others hold shows nothing of it.
		let theirs = account_rewards(&Alice.to_account_id(), Some(EarnerCursor::Operator(0)));
		assert_eq!((theirs.entries.len(), theirs.next), (0, None));
	});
}

#[test]
fn supply_should_count_what_there_is() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	chain.execute(|| {
		let supply = supply();
		assert_eq!((supply.operators, supply.gpus), (1, 1));
		let page = pool_activity(None);
		let [activity] = page.entries[..] else {
			panic!("one page, one entry: {page:?}")
		};
		assert_eq!((activity.pools, page.next), (1, None));
		assert_eq!((activity.online, activity.idle, activity.credits), (1, 1, 0));
		assert!(supply.pending > 0);
		assert_eq!(supply.minted, supply.pending, "nothing was paid yet");
		let hosts: Vec<_> = hosts(0)
			.into_iter()
			.map(|(operator, host)| (operator, host.gpus))
			.collect();
		assert_eq!(hosts, [(0, 1)]);
	});
}

mod market_views {
	use super::*;
	use crate::{
		tests::{
			chain::free,
			market::{rent, with_customer},
		},
		views::market,
	};
	use millpond_runtime_api::RentalTime;
	use sp_keyring::Sr25519Keyring::One;

	/// What One has in Data Credits.
	fn credits() -> u128 {
		Assets::balance(millpond_primitives::DC_ASSET, One.to_account_id())
	}

	#[test]
	fn a_quote_should_be_what_renting_then_costs() {
		let mut chain = with_customer();
		let quote = chain.execute(|| market::quote(0, 1, RentalTime::OnDemand(30)).expect("the GPU is idle"));
		let before = chain.execute(credits);
		chain.submit(One, rent(30)).expect("the GPU is idle");
		let (after, fee) = chain.execute(|| {
			let fees = System::events().into_iter().filter_map(|record| match record.event {
				RuntimeEvent::DataCredits(pallet_data_credits::Event::FeePaid { credits, .. }) => Some(credits),
				_ => None,
			});
			(credits(), fees.sum::<u128>())
		});
		assert_eq!((quote.cost, quote.rate), (30 * 100, 100));
		assert_eq!(before - after, quote.cost + quote.deposit + fee);
	}

	#[test]
	fn offers_should_be_of_pools_of_the_model_with_their_regions() {
		let mut chain = with_customer();
		chain.execute(|| {
			let model = pallet_pools::Pools::<Runtime>::get(0).expect("it is there").model;
			let offers = |model| market::offers(model, 1, RentalTime::OnDemand(30), None);
			let page = offers(model);
			let [offer] = &page.entries[..] else {
				panic!("one pool offers it: {page:?}")
			};
			assert_eq!((offer.offer.pool, offer.offer.manager, page.next), (0, 0, None));
			assert_eq!(offer.regions.len(), 1, "one host");
			assert_eq!(offer.reliability, None, "nothing was promised yet");
			assert!(offers(model + 1).entries.is_empty());
			assert_eq!(market::availability(7, 0, 60), None);
		});
	}

	#[test]
	fn slots_should_be_listed_by_holder_and_counted() {
		let mut chain = with_customer();
		chain.submit(One, rent(30)).expect("the GPU is idle");
		chain.execute(|| {
			let slots = |who: Sr25519Keyring| market::slots(&who.to_account_id(), None).entries;
			let held = slots(One);
			let [slot] = &held[..] else {
				panic!("One holds one slot")
			};
			assert_eq!((slot.slot, slot.listing), (0, None));
			assert_eq!(market::slot(0).as_ref(), Some(slot));
			assert!(slots(Alice).is_empty() && market::slot(1).is_none());
			let groups = market::slot_groups(None);
			let [group] = groups.entries[..] else {
				panic!("one slot is one group")
			};
			assert_eq!((group.slots, group.gpus, group.missing, group.minutes), (1, 1, 0, 30));
			assert_eq!(group.escrow, 30 * 100);
		});
	}

	/// The time for a grant that a host of the only pool's GPU has left in each slot.
	fn to_grant(chain: &mut Chain, host: u64) -> Vec<(u64, Option<u32>)> {
		chain.execute(|| {
			let page = market::hosted_slots(host, None);
			assert_eq!(page.next, None);
			let slots = page.entries.into_iter();
			slots
				.map(|hosted| (hosted.entry.slot, hosted.minutes_to_grant))
				.collect()
		})
	}

	/// Lets a minute pass, and tells whether the host lost the GPU in it.
	fn loses_gpu_in_a_minute(chain: &mut Chain) -> bool {
		chain.block_after(MINUTES.into(), Vec::new());
		chain.execute(|| {
			System::events().into_iter().any(|record| {
				let event = record.event;
				matches!(
					event,
					RuntimeEvent::Market(pallet_market::Event::GpusMissing { operator: Some(0), .. })
				)
			})
		})
	}

	fn set_key(key: u8) -> pallet_market::Call<Runtime> {
		pallet_market::Call::set_access_key {
			slot: 0,
			key: [key; 32],
		}
	}

	#[test]
	fn a_host_should_see_its_slots_and_how_long_it_has_to_grant_access() {
		let mut chain = with_customer();
		assert_eq!(to_grant(&mut chain, 0), []);
		chain.submit(One, rent(60)).expect("the GPU is idle");
		assert_eq!(to_grant(&mut chain, 0), [(0, None)], "no key is set");
		assert_eq!(to_grant(&mut chain, 1), [], "another host");

		chain.submit(One, set_key(1)).expect("One holds it");
		let time = chain.execute(|| pallet_market::Parameters::<Runtime>::get().grant_time.get());
		assert_eq!(to_grant(&mut chain, 0), [(0, Some(time))]);
		for _ in 0..4 {
			assert!(!loses_gpu_in_a_minute(&mut chain));
		}
		assert_eq!(to_grant(&mut chain, 0), [(0, Some(time - 4))]);
		chain.submit(One, set_key(2)).expect("One holds it");
		assert_eq!(
			to_grant(&mut chain, 0),
			[(0, Some(time))],
			"the host has the time again"
		);

		let grant = pallet_market::Call::grant_access {
			slot: 0,
			operator: 0,
			key: [2; 32],
			sealed: Default::default(),
		};
		chain.submit(Bob, grant).expect("Bob holds the host");
		assert_eq!(to_grant(&mut chain, 0), [(0, None)]);
	}

	#[test]
	fn the_minutes_to_grant_should_end_when_the_market_takes_the_gpu_away() {
		let mut chain = with_customer();
		chain.submit(One, rent(60)).expect("the GPU is idle");
		chain.submit(One, set_key(1)).expect("One holds it");
		let [(0, Some(time))] = to_grant(&mut chain, 0)[..] else {
			panic!("a grant is waited for")
		};
		for left in (1..time).rev() {
			assert!(!loses_gpu_in_a_minute(&mut chain), "{left} minutes early");
			assert_eq!(to_grant(&mut chain, 0), [(0, Some(left))]);
		}
		// Market time passes the minute once what is due in it is done, in the next block.
		assert!((0..2).any(|_| loses_gpu_in_a_minute(&mut chain)));
	}

	#[test]
	fn hosted_slots_should_be_given_in_pages_over_all_pools_of_the_host() {
		let mut chain = with_customer();
		chain.submit(One, rent(60)).expect("the GPU is idle");
		chain.execute(|| {
			let listed = |cursor| {
				let page = market::hosted_slots(0, cursor);
				page.entries.len()
			};
			assert_eq!(listed(None), 1);
			assert_eq!(listed(Some((0, 0))), 0, "it was the last one");
			assert_eq!(listed(Some((7, 0))), 0, "it hosts nothing in that pool");
			// The next pool, whose slots come after those of the first.
			pallet_pools::Hosting::<Runtime>::mutate(0, |hosting| hosting.pools.try_push(1)).expect("there is room");
			for slot in 0..300 {
				pallet_market::Hosted::<Runtime>::insert((1, 0), slot, ());
			}
			let first = market::hosted_slots(0, None);
			let cursor = first.next.expect("there are more");
			assert_eq!(cursor.0, 1);
			assert_eq!(market::hosted_slots(0, Some(cursor)).next, None);
			// Of 301, the only slot that there is counts in each pool.
			let second = market::hosted_slots(0, Some(cursor));
			assert_eq!(first.entries.len() + second.entries.len(), 2);
		});
	}

	#[test]
	fn a_slot_should_be_for_sale_while_its_seller_holds_it_and_cost_what_the_quote_says() {
		let mut chain = with_customer();
		chain.submit(One, rent(30)).expect("the GPU is idle");
		chain
			.submit(
				One,
				pallet_market::Call::list {
					slot: 0,
					price: 250_000,
					least: 0,
				},
			)
			.expect("One holds it");
		let amount = chain.execute(|| {
			let offers = market::for_sale(None).entries;
			assert_eq!(
				offers
					.iter()
					.map(|entry| (entry.slot, entry.listing.map(|listing| listing.price)))
					.collect::<Vec<_>>(),
				[(0, Some(250_000))]
			);
			Market::quote_buy(0).expect("it is for sale")
		});
		let before = chain.execute(|| free(One));
		let buy = pallet_market::Call::buy {
			slot: 0,
			max_amount: amount,
		};
		chain.submit(Charlie, buy).expect("Charlie has enough");
		chain.execute(|| {
			assert_eq!(free(One) - before, amount);
			assert!(market::for_sale(None).entries.is_empty());
			assert_eq!(market::slots(&Charlie.to_account_id(), None).entries.len(), 1);
		});
	}
}
