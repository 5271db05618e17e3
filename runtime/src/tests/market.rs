use super::{chain::Chain, supply};
use crate::{constants::currency::BCT, *};
use frame_support::{dispatch::GetDispatchInfo, traits::fungibles::Inspect, weights::constants::ExtrinsicBaseWeight};
use millpond_primitives::{Credits, DC_ASSET};
use millpond_traits::RentalKind;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, One};

/// A chain with a pool of one GPU, on-demand at 100 DC a minute, and a customer, One, with $10 and no BCT.
pub fn with_customer() -> Chain {
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

/// Renting that GPU.
pub fn rent(minutes: u32) -> RuntimeCall {
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

/// What One has, and what all have, in DC.
fn credits(chain: &mut Chain) -> (Credits, Credits) {
	chain.execute(|| {
		(
			Assets::balance(DC_ASSET, One.to_account_id()),
			Assets::total_issuance(DC_ASSET),
		)
	})
}

/// What the transactions of the newest block paid in fees, in DC.
fn fees_in_credits(chain: &mut Chain) -> Credits {
	chain.execute(|| {
		let events = System::events().into_iter();
		let fees = events.filter_map(|record| match record.event {
			RuntimeEvent::DataCredits(pallet_data_credits::Event::FeePaid { credits, .. }) => Some(credits),
			_ => None,
		});
		fees.sum()
	})
}

#[test]
fn a_customer_without_bct_should_rent_stop_and_have_the_rest_back() {
	let mut chain = with_customer();
	let (had, issued) = credits(&mut chain);
	chain.submit(One, rent(30)).expect("the GPU is idle");
	let mut fees = fees_in_credits(&mut chain);
	let (deposit, escrow) = (100_000 + 20_000, 30 * 100);
	assert_eq!(credits(&mut chain).0, had - deposit - escrow - fees);

	// Ten minutes.
	chain.block_after(10 * 20, Vec::new());
	chain
		.submit(One, pallet_market::Call::stop { slot: 0 })
		.expect("it is his");
	fees += fees_in_credits(&mut chain);
	let (has, left) = credits(&mut chain);
	assert_eq!(has, had - 10 * 100 - fees, "ten minutes at 100 DC, the rest came back");
	assert_eq!(
		issued - left,
		10 * 100 + fees,
		"what was spent is burned, and nothing else"
	);
	assert!(fees > 0 && chain.execute(|| super::chain::free(One)) == 0);
}

/// What a call would be charged for its execution, in plancks.
fn fee(call: &RuntimeCall) -> Balance {
	let weight = call.get_dispatch_info().call_weight + ExtrinsicBaseWeight::get();
	<crate::configs::WeightToFee as frame_support::weights::WeightToFee>::weight_to_fee(&weight)
}

#[test]
fn stopping_one_gpu_should_cost_a_small_part_of_stopping_256() {
	let mut chain = with_customer();
	chain.submit(One, rent(30)).expect("the GPU is idle");
	let stop = |slot| RuntimeCall::from(pallet_market::Call::stop { slot });
	let fees = |chain: &mut Chain| chain.execute(|| [0, 1].map(|slot| fee(&stop(slot))));
	// A slot that is not there yet may be made by an earlier call of the same batch, of any size.
	let [of_one, of_any] = fees(&mut chain);
	assert!(of_any > 5 * of_one, "{of_one} of {of_any}");
	chain
		.submit(One, pallet_market::Call::stop { slot: 0 })
		.expect("it is his");
	chain.blocks(2 * 20);
	chain.execute(|| assert!(pallet_market::Slots::<Runtime>::get(0).is_none(), "it has ended"));
	assert_eq!(fees(&mut chain), [of_one, of_any]);
}
