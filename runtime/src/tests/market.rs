use super::{chain::Chain, supply};
use crate::{constants::currency::BCT, *};
use millpond_traits::RentalKind;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, One};

/// A chain with a pool of one GPU, on-demand at 100 DC a minute, and a customer, One, with $10 and no BCT.
fn with_customer() -> Chain {
	let mut chain = supply::with_pool();
	let deadline = chain.execute(|| Timestamp::get() / 60_000) + 60;
	let pay = pallet_data_credits::Call::burn_for {
		beneficiary: One.to_account_id(),
		amount: 10 * BCT,
		min_credits: 0,
		reference: [1; 32],
		deadline: u32::try_from(deadline).expect("fits for millennia"),
	};
	chain.submit(Alice, pay).expect("minting is open");
	chain
}

fn rent(minutes: u32) -> RuntimeCall {
	pallet_market::Call::rent {
		pool: 0,
		kind: RentalKind::OnDemand,
		gpus: 1,
		minutes,
		max_rate: 100,
		key: None,
	}
	.into()
}

#[test]
fn what_customers_spend_should_earn_pool_host_and_gpu_their_shares() {
	let mut chain = with_customer();
	supply::close_epoch(&mut chain);
	chain.submit(One, rent(60)).expect("the GPU is idle");
	supply::close_epoch(&mut chain);
	let epoch = supply::close_epoch(&mut chain);
	assert_eq!(epoch.demand.credits, 5 * 100, "five minutes at 100 DC");
	assert_eq!(epoch.demand.weight, 0, "no idle minute");
	// κ = 0.9 of 500 DC, worth 0.005 BCT.
	assert_eq!(epoch.rewards, 9 * BCT / 2_000);

	let bob = chain.execute(|| super::chain::free(Bob));
	chain
		.submit(Charlie, pallet_pools::Call::claim_gpu { gpu: 0 })
		.expect("charlie holds it");
	let earned = chain.execute(|| {
		System::events().into_iter().find_map(|record| match record.event {
			RuntimeEvent::Pools(pallet_pools::Event::GpuPaid { earnings, .. }) => Some(earnings),
			_ => None,
		})
	});
	let earned = earned.expect("it was paid");
	// Two epochs and a part of one were rented; pool to used share as 6,000 to 2,000.
	assert!(earned.used > epoch.rewards * 2 / 10, "{earned:?}");
	assert!(
		earned.pool >= 3 * earned.used - 3 && earned.pool <= 3 * earned.used + 3,
		"{earned:?}"
	);
	chain
		.submit(Bob, pallet_pools::Call::claim_manager { pool: 0 })
		.expect("bob manages it");
	assert!(chain.execute(|| super::chain::free(Bob)) + BCT / 100 > bob);
}

#[test]
fn a_listed_slot_should_be_transferred_only_when_it_is_unlisted() {
	let mut chain = with_customer();
	chain.submit(One, rent(30)).expect("the GPU is idle");
	let transfer = || {
		RuntimeCall::from(pallet_nfts::Call::<Runtime>::transfer {
			collection: configs::TIME_SLOT_COLLECTION,
			item: 0,
			dest: Bob.to_account_id().into(),
		})
	};
	let list = || pallet_market::Call::list {
		slot: 0,
		price: 100_000,
	};
	chain.submit(One, list()).expect("it is his");
	assert!(chain.submit(One, transfer()).is_err());
	chain
		.submit(One, pallet_market::Call::unlist { slot: 0 })
		.expect("it is listed");
	chain.submit(One, transfer()).expect("it is his");

	// Who buys one gets it unlocked.
	chain.submit(Bob, list()).expect("it is his");
	let buy = pallet_market::Call::buy {
		slot: 0,
		max_amount: 2 * BCT,
	};
	chain.submit(Charlie, buy).expect("it costs a dollar");
	chain.submit(Charlie, transfer()).expect("it is his");
}

#[test]
fn a_second_customer_should_be_refused_while_the_only_gpu_is_rented() {
	let mut chain = with_customer();
	chain.submit(One, rent(30)).expect("the GPU is idle");
	let refused = chain.submit(One, rent(30));
	assert!(
		matches!(refused, Err(sp_runtime::DispatchError::Module(error)) if error.message == Some("SoldOut")),
		"{refused:?}"
	);
}
