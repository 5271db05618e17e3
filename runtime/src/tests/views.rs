use super::{
	chain::Chain,
	supply::{close_epoch, with_pool},
};
use crate::{
	configs::{GpuDeeds, GPU_COLLECTION},
	views::{account_rewards, held, hosts, page_by_key, page_by_number, supply},
	*,
};
use alloc::collections::BTreeSet;
use millpond_runtime_api::Earner;
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
fn supply_should_count_what_there_is() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	chain.execute(|| {
		let supply = supply();
		assert_eq!((supply.operators, supply.gpus, supply.pools), (1, 1, 1));
		assert_eq!((supply.online, supply.idle, supply.credits), (1, 1, 0));
		assert!(supply.pending > 0);
		assert_eq!(supply.minted, supply.pending, "nothing was paid yet");
		let hosts: Vec<_> = hosts(0)
			.into_iter()
			.map(|(operator, host)| (operator, host.gpus))
			.collect();
		assert_eq!(hosts, [(0, 1)]);
	});
}
