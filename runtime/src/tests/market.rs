use super::{
	chain::{free, Chain},
	credits::{feed, feed_until_open},
	supply,
};
use crate::{
	configs::OperatorDeeds,
	constants::{
		currency::BCT,
		time::{DAYS, MINUTES},
	},
	*,
};
use frame_support::{dispatch::GetDispatchInfo, traits::fungibles::Inspect, weights::constants::ExtrinsicBaseWeight};
use millpond_primitives::{Credits, Minute, OperatorId, CREDITS_PER_USD, DC_ASSET};
use millpond_traits::{Clock, Deeds, Hosts, Operators as _, RentalKind};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, One};

/// A chain with a pool of one GPU, on-demand at 100 DC a minute, and a customer, One, with $10 and no BCT.
pub fn with_customer() -> Chain {
	let mut chain = supply::with_pool();
	give_credits(&mut chain, One, 10);
	chain
}

/// Gives somebody credits for that many dollars, with BCT at a dollar.
fn give_credits(chain: &mut Chain, who: Sr25519Keyring, dollars: Balance) {
	let deadline = chain.execute(|| Timestamp::get() / 60_000) + 60;
	let pay = pallet_data_credits::Call::burn_for {
		beneficiary: who.to_account_id(),
		amount: dollars * BCT,
		min_credits: 0,
		reference: who.to_raw_public(),
		deadline: u32::try_from(deadline).expect("fits for millennia"),
	};
	chain.submit(Alice, pay).expect("minting is open");
}

/// Renting that GPU.
pub fn rent(minutes: u32) -> RuntimeCall {
	rent_at(100, minutes)
}

/// Renting it at `rate` DC a minute.
fn rent_at(rate: Credits, minutes: u32) -> RuntimeCall {
	pallet_market::Call::rent {
		pool: 0,
		kind: RentalKind::OnDemand,
		gpus: 1,
		minutes,
		max_rate: rate,
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
		least: 0,
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
	(
		credits_of(chain, One),
		chain.execute(|| Assets::total_issuance(DC_ASSET)),
	)
}

fn credits_of(chain: &mut Chain, who: Sr25519Keyring) -> Credits {
	chain.execute(|| Assets::balance(DC_ASSET, who.to_account_id()))
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
	assert_eq!(
		has,
		had - 10 * 100 - RECORD - fees,
		"ten minutes at 100 DC, the rest came back"
	);
	assert_eq!(
		issued - left,
		10 * 100 + RECORD + fees,
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

#[test]
fn a_suspended_operators_gpus_should_sell_no_new_time_while_what_is_rented_goes_on() {
	let mut chain = with_customer();
	chain.submit(One, rent(30)).expect("the GPU is idle");
	supply::suspend(&mut chain);
	minutes(&mut chain, 10);
	chain.execute(|| {
		let slot = pallet_market::Slots::<Runtime>::get(0).expect("it goes on");
		assert_eq!((slot.assigned, slot.gaps.len()), (1, 0));
	});
	chain
		.submit(One, pallet_market::Call::stop { slot: 0 })
		.expect("it is his");
	minutes(&mut chain, 2);
	let sold_out = pallet_market::Error::<Runtime>::SoldOut.into();
	assert_eq!(chain.submit(One, rent(30)), Err(sold_out));
	supply::raise(&mut chain);
	chain.submit(One, rent(30)).expect("it sells again at once");
	minutes(&mut chain, 2);
	chain.execute(|| {
		assert_eq!(
			pallet_market::Slots::<Runtime>::get(1).map(|slot| slot.assigned),
			Some(1)
		)
	});
}

#[test]
fn time_that_was_sold_before_should_be_delivered_by_a_suspended_operators_gpus() {
	let mut chain = supply::with_pool();
	let tier = pallet_pools::Tier { minutes: 1, price: 100 };
	let prices = pallet_pools::Prices {
		spot: None,
		on_demand: None,
		reserved: vec![tier].try_into().expect("one"),
	};
	chain
		.submit(Bob, pallet_pools::Call::set_prices { pool: 0, prices })
		.expect("it is his pool");
	give_credits(&mut chain, One, 10);
	// In whole slices of ten minutes, from the one after the next.
	let start = (now(&mut chain) / 10 + 2) * 10;
	let reserve = |start: Minute| pallet_market::Call::<Runtime>::reserve {
		pool: 0,
		gpus: 1,
		start,
		end: start + 60,
		max_rate: 100,
		key: None,
	};
	chain.submit(One, reserve(start)).expect("nothing is sold");
	supply::suspend(&mut chain);
	let sold_out = pallet_market::Error::<Runtime>::SoldOut.into();
	assert_eq!(chain.submit(One, reserve(start + 60)), Err(sold_out));
	while now(&mut chain) < start + 5 {
		minutes(&mut chain, 1);
	}
	chain.execute(|| {
		let slot = pallet_market::Slots::<Runtime>::get(0).expect("it has begun");
		assert_eq!((slot.assigned, slot.gaps.len()), (1, 0));
	});
}

/// Sends slot 0 from `from` to `to`.
fn give(chain: &mut Chain, from: Sr25519Keyring, to: Sr25519Keyring) {
	let transfer = pallet_nfts::Call::<Runtime>::transfer {
		collection: configs::TIME_SLOT_COLLECTION,
		item: 0,
		dest: to.to_account_id().into(),
	};
	chain.submit(from, transfer).expect("it is theirs");
}

#[test]
fn a_customers_proxy_should_not_turn_its_principals_credits_into_its_own() {
	let mut chain = with_customer();
	give_credits(&mut chain, Charlie, 10);
	let proxied = |call: RuntimeCall| pallet_proxy::Call::proxy {
		real: One.to_account_id().into(),
		force_proxy_type: Some(configs::ProxyType::Customer),
		call: Box::new(call),
	};
	let dave = Sr25519Keyring::Dave;
	let transfer = pallet_balances::Call::transfer_keep_alive {
		dest: One.to_account_id().into(),
		value: 10 * BCT,
	};
	chain.submit(Alice, transfer).expect("alice has enough");
	let add = pallet_proxy::Call::add_proxy {
		delegate: dave.to_account_id().into(),
		proxy_type: configs::ProxyType::Customer,
		delay: 0,
	};
	chain.submit(One, add).expect("the deposit is there");
	// Charlie and Dave are in it together.
	chain.submit(Charlie, rent(10)).expect("the GPU is idle");
	let (victims, thiefs) = (credits_of(&mut chain, One), credits_of(&mut chain, Charlie));
	let top_up = || {
		RuntimeCall::from(pallet_market::Call::top_up {
			slot: 0,
			minutes: 1_000,
		})
	};
	for is_safe_mode in [false, true] {
		if is_safe_mode {
			chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
		}
		chain
			.submit(dave, proxied(top_up()))
			.expect("the proxy call itself is fine");
		assert_eq!(credits_of(&mut chain, One), victims);
	}
	assert_eq!(
		chain
			.execute(|| pallet_market::Slots::<Runtime>::get(0))
			.map(|slot| slot.escrow),
		Some(1_000)
	);
	assert_eq!(credits_of(&mut chain, Charlie), thiefs);
}

#[test]
fn credits_should_not_go_to_another_account_with_a_slot() {
	let mut chain = with_customer();
	give_credits(&mut chain, Charlie, 10);
	let had = (credits_of(&mut chain, One), credits_of(&mut chain, Charlie));
	chain.submit(One, rent(100)).expect("the GPU is idle");
	let mut fees = fees_in_credits(&mut chain);
	give(&mut chain, One, Charlie);
	fees += fees_in_credits(&mut chain);
	chain.block_after(10 * 20, Vec::new());
	let spent = chain.execute(|| Assets::total_issuance(DC_ASSET));
	chain
		.submit(Charlie, pallet_market::Call::stop { slot: 0 })
		.expect("Charlie holds it");
	// A hundred minutes are paid, and the record. The deposit was One's, and is again.
	assert_eq!(credits_of(&mut chain, Charlie), had.1);
	assert_eq!(credits_of(&mut chain, One), had.0 - 100 * 100 - RECORD - fees);
	let left = chain.execute(|| Assets::total_issuance(DC_ASSET));
	assert_eq!(spent - left, 100 * 100 + RECORD, "all of it is burned");
	chain.execute(|| {
		let told = views::market::ended_slot(0).expect("it has ended");
		assert_eq!(
			(told.record.holder.clone(), told.record.payer.clone()),
			(Charlie.to_account_id(), One.to_account_id())
		);
		let page = views::market::ended_slots(&Charlie.to_account_id(), None);
		assert_eq!((page.entries, page.next), (vec![told], None));
		assert!(views::market::ended_slots(&One.to_account_id(), None)
			.entries
			.is_empty());
		assert!(views::market::ended_slots(&Charlie.to_account_id(), Some(0))
			.entries
			.is_empty());
	});
}

#[test]
fn a_listed_slot_should_not_be_sold_at_the_price_that_a_wallet_had_set() {
	let mut chain = with_customer();
	chain.submit(One, rent(30)).expect("the GPU is idle");
	let set_price = || pallet_nfts::Call::<Runtime>::set_price {
		collection: configs::TIME_SLOT_COLLECTION,
		item: 0,
		price: Some(BCT / 100),
		whitelisted_buyer: None,
	};
	chain.submit(One, set_price()).expect("it is his");
	let wallet_price =
		|chain: &mut Chain| chain.execute(|| views::market::slot(0).and_then(|entry| entry.wallet_price));
	assert_eq!(wallet_price(&mut chain), Some(BCT / 100));
	let list = pallet_market::Call::list {
		slot: 0,
		price: 100_000,
		least: BCT / 2,
	};
	chain.submit(One, list).expect("it is his");
	assert_eq!(wallet_price(&mut chain), None);
	// One that is set meanwhile does not hold afterwards, either.
	chain.submit(One, set_price()).expect("it is his");
	chain
		.submit(One, pallet_market::Call::unlist { slot: 0 })
		.expect("it is listed");
	let buy = pallet_nfts::Call::<Runtime>::buy_item {
		collection: configs::TIME_SLOT_COLLECTION,
		item: 0,
		bid_price: BCT,
	};
	chain.submit(Charlie, buy).expect_err("no wallet sells it");
}

/// Bob's operator, which hosts the GPU and manages its pool, and what it has bonded.
const HOST: OperatorId = 0;
const BOND: Balance = 10_000 * BCT;

/// Minutes of the rentals that Bob fails, and of those in which the GPU is there, or one more.
const RENTED: Minute = 70;
const DELIVERED: Minute = 20;

/// What the record of an ended slot costs, in DC.
const RECORD: Credits = CREDITS_PER_USD / 100;

/// DC a minute, at which the compensation for such a rental is worth $2,000.
const DEAR: Credits = 5 * 2_000 * CREDITS_PER_USD / 50;

fn now(chain: &mut Chain) -> Minute {
	chain.execute(<Emissions as Clock>::now)
}

/// Lets `count` minutes pass with a block in each: none of them is excused.
fn minutes(chain: &mut Chain, count: Minute) {
	for _ in 0..count {
		chain.block_after(MINUTES.into(), Vec::new());
	}
}

/// Lets `count` days pass at once, until the market's clock has caught up.
fn days(chain: &mut Chain, count: BlockNumber) {
	let until = now(chain) + count * 1_440;
	chain.block_after((count * DAYS).into(), Vec::new());
	while now(chain) < until {
		chain.blocks(1);
	}
}

/// A chain on which Bob's GPU costs `rate` DC a minute, and `customer` has $50,000 in DC.
fn with_rate(rate: Credits, customer: Sr25519Keyring) -> Chain {
	let mut chain = supply::with_pool();
	let prices = pallet_pools::Prices {
		spot: None,
		on_demand: Some(rate),
		reserved: Default::default(),
	};
	chain
		.submit(Bob, pallet_pools::Call::set_prices { pool: 0, prices })
		.expect("it is his pool");
	give_credits(&mut chain, customer, 50_000);
	chain
}

/// `customer` rents the GPU, and Bob's host goes dark under it until the rental has ended: attestation tells that it has
/// missed its heartbeat. No other GPU can take over. Returns what the rental paid in fees, in DC, and the minutes delivered.
fn rent_in_vain(chain: &mut Chain, customer: Sr25519Keyring, rate: Credits) -> (Credits, Minute) {
	chain.submit(customer, rent_at(rate, RENTED)).expect("the GPU is idle");
	let fee = fees_in_credits(chain);
	let start = chain.execute(|| {
		let slot = pallet_market::Slots::<Runtime>::iter_values().next();
		slot.expect("it is rented").start
	});
	// Market time stands still while it waits for what is due, and catches up: it may be a minute more.
	while now(chain) < start + DELIVERED {
		minutes(chain, 1);
	}
	let delivered = now(chain) - start;
	chain.execute(|| <Pools as Hosts>::darken(HOST, <Emissions as Clock>::now()));
	// The rest of what was paid for, and the grace time.
	minutes(chain, RENTED - delivered + RENTED / 10 + 2);
	chain.execute(|| {
		assert_eq!(
			pallet_market::Slots::<Runtime>::iter_keys().next(),
			None,
			"it has ended"
		);
		<Pools as Hosts>::light(HOST);
	});
	(fee, delivered)
}

/// What Bob's bond has, by the record and by the account that keeps it, without the deposit there.
fn bond(chain: &mut Chain) -> Balance {
	chain.execute(|| {
		let record = pallet_operators::Bonds::<Runtime>::get(HOST).expect("bob is an operator");
		let kept = Balances::free_balance(OperatorDeeds::bond_account(HOST));
		assert_eq!(kept, record.bond + record.deposit);
		record.bond
	})
}

#[test]
fn a_customer_should_be_compensated_from_the_bond_after_a_week_when_a_host_fails() {
	// With the price at which it is paid: the lowest of what a BCT costs then and its averages, a dollar.
	for (cents, paid_at) in [(115, 100), (80, 80)] {
		let mut chain = with_rate(DEAR, One);
		let had = credits_of(&mut chain, One);
		let (fee, delivered) = rent_in_vain(&mut chain, One, DEAR);
		assert_eq!(
			credits_of(&mut chain, One),
			had - fee - Credits::from(delivered) * DEAR - RECORD,
			"what was missing was paid back"
		);

		days(&mut chain, 6);
		feed(&mut chain, 1, 1);
		assert_eq!(chain.execute(|| free(One)), 0, "it is not due");
		days(&mut chain, 1);
		assert_eq!(chain.execute(|| free(One)), 0, "nobody says what a BCT costs");
		feed(&mut chain, cents, 100);
		assert_eq!(
			chain.execute(|| free(One)),
			0,
			"minting is halted until the price is steady"
		);
		feed_until_open(&mut chain, cents, 100);
		// A fifth of the price of the other minutes, in BCT.
		let missing = Credits::from(RENTED - delivered) * DEAR;
		let compensation = missing / 5 * BCT / CREDITS_PER_USD * 100 / paid_at;
		assert!(
			compensation >= 1_500 * BCT,
			"the test is about something: {compensation}"
		);
		assert_eq!(chain.execute(|| free(One)), compensation);
		// So that nobody gains anything who is host and customer under two names.
		assert_eq!(bond(&mut chain), BOND - compensation);
	}
}

#[test]
fn a_compensation_should_wait_while_a_jump_halts_minting_and_then_be_paid_what_it_is_worth() {
	let mut chain = with_rate(DEAR, One);
	let (_, delivered) = rent_in_vain(&mut chain, One, DEAR);
	days(&mut chain, 7);
	// It is due, and the feeder says that a BCT costs a thousand times as much.
	feed_until_open(&mut chain, 1_000, 1);
	assert_eq!(chain.execute(|| free(One)), 0, "minting is halted");
	chain.execute(|| assert!(pallet_operators::Compensations::<Runtime>::iter_keys().count() > 0));
	// For so long that minting reopens at that price.
	while chain.execute(|| DataCredits::price_status().for_mint.is_none()) {
		chain.block_after((9 * MINUTES).into(), Vec::new());
		feed(&mut chain, 1_000, 1);
	}
	chain.blocks(1);
	// The slow average has not moved.
	let worth = Credits::from(RENTED - delivered) * DEAR / 5 * BCT / CREDITS_PER_USD;
	assert_eq!(chain.execute(|| free(One)), worth);
	assert_eq!(bond(&mut chain), BOND - worth);
}

#[test]
fn compensations_should_take_a_quarter_of_a_bond_at_most_when_a_host_fails_again_and_again() {
	let mut chain = with_rate(DEAR, One);
	for _ in 0..3 {
		rent_in_vain(&mut chain, One, DEAR);
	}
	days(&mut chain, 7);
	feed_until_open(&mut chain, 1, 1);
	// The first takes 2,000 BCT, the second what is left of the quarter, and the third gets nothing.
	assert_eq!(chain.execute(|| free(One)), BOND / 4);
	assert_eq!(bond(&mut chain), BOND - BOND / 4);
	chain.execute(|| assert_eq!(pallet_operators::Compensations::<Runtime>::iter_keys().next(), None));
}

#[test]
fn a_customer_should_get_what_is_left_when_slashes_have_taken_the_bond() {
	for (slashed, left) in [(BOND - 1_000 * BCT, 1_000 * BCT), (BOND, 0)] {
		let mut chain = with_rate(DEAR, One);
		rent_in_vain(&mut chain, One, DEAR);
		chain.execute(|| assert_eq!(Operators::slash(HOST, slashed), slashed));
		days(&mut chain, 7);
		feed_until_open(&mut chain, 1, 1);
		assert_eq!(
			chain.execute(|| free(One)),
			left / 4,
			"a quarter of what the slash has left"
		);
		assert_eq!(bond(&mut chain), left - left / 4);
	}
}

#[test]
fn a_host_should_gain_nothing_when_it_rents_its_own_gpu_and_fails() {
	// Little enough that what his shares of the time delivered earn is not paid unless somebody asks.
	const RATE: Credits = 1_000;
	let mut chain = with_rate(RATE, Bob);
	let had = credits_of(&mut chain, Bob);
	let (fee, delivered) = rent_in_vain(&mut chain, Bob, RATE);
	assert_eq!(fee, 0, "he pays in BCT");
	assert_eq!(
		credits_of(&mut chain, Bob),
		had - Credits::from(delivered) * RATE - RECORD
	);
	let bct = chain.execute(|| free(Bob));
	days(&mut chain, 7);
	feed_until_open(&mut chain, 1, 1);
	assert_eq!(chain.execute(|| free(Bob)), bct);
	assert_eq!(bond(&mut chain), BOND);
	chain.execute(|| {
		assert_eq!(
			pallet_operators::Queue::<Runtime>::get(),
			Default::default(),
			"nothing was owed"
		);
		let reputation = pallet_operators::Reputations::<Runtime>::get(HOST).expect("bob is an operator");
		assert_eq!(reputation.lifetime.promised, u64::from(RENTED), "it is remembered");
		assert_eq!(reputation.lifetime.delivered, u64::from(delivered));
	});
}
