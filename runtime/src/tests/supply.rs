use super::chain::{free, Chain};
use crate::{configs::GPU_COLLECTION, constants::currency::BCT, genesis_config_presets::preset_names, *};
use millpond_math::streams::Shares;
use millpond_primitives::{OracleKey, Price};
use millpond_traits::{Clock, GpuStatus, Operators as _};
use pallet_gpus::Models;
use sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring::{Bob, Charlie, Dave, FerdieStash};
use sp_runtime::traits::One;

#[test]
fn every_preset_should_list_the_real_models_and_only_development_chains_a_simulated_one() {
	for preset in preset_names() {
		let development = [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET].contains(&preset.as_ref());
		Chain::new(preset.as_ref()).execute(|| {
			let names: Vec<_> = (0..pallet_gpus::NextModel::<Runtime>::get())
				.filter_map(Models::<Runtime>::get)
				.map(|record| {
					(
						String::from_utf8(record.model.name.into_inner()).expect("text"),
						record.simulated,
					)
				})
				.collect();
			assert_eq!(names[0], ("H200 SXM".to_string(), false), "{preset}");
			assert_eq!(names.len(), if development { 6 } else { 5 }, "{preset}");
			assert_eq!(names.iter().any(|(_, simulated)| *simulated), development, "{preset}");
		});
	}
}

#[test]
fn a_models_bond_should_be_what_availability_can_earn_in_sixty_days() {
	Chain::development().execute(|| {
		let h200 = Models::<Runtime>::get(0).expect("it is listed").model;
		// 60 days at a quarter of 5,000 DC ($0.05) a minute: $1,080.
		assert_eq!(h200.bond.get(), 60 * 1_440 * 5_000 / 4);
		let least = pallet_gpus::LeastReferencePrice::<Runtime>::get();
		assert_eq!(least, 1.into(), "all weights are their models' prices");
	});
}

/// The simulated model of the development chain.
pub const SIMULATED: u32 = 5;

pub fn text<const LENGTH: u32>(text: &str) -> pallet_gpus::Text<LENGTH> {
	text.as_bytes().to_vec().try_into().expect("short")
}

/// A chain on which Bob hosts a simulated GPU, which Charlie holds, in a pool of his.
pub fn with_pool() -> Chain {
	let mut chain = Chain::development();
	let document = pallet_gpus::Document {
		uri: text("https://bob.example/agreement.pdf"),
		hash: [1; 32],
	};
	let price = Price::one();
	let feed = pallet_oracle::Call::feed_values {
		values: vec![(OracleKey::BctUsd, price)].try_into().expect("one value"),
	};
	chain.submit(FerdieStash, feed).expect("the feeder feeds");
	let shares = Shares::new(500, 1_500, 6_000, 2_000).expect("the whole");
	let calls: [(_, RuntimeCall); 6] = [
		(
			Bob,
			pallet_operators::Call::register {
				profile: pallet_operators::Profile {
					name: text("Bob"),
					website: text("https://bob.example"),
					contact: text("bob@bob.example"),
					region: text("DE"),
				},
				bond: 10_000 * BCT,
			}
			.into(),
		),
		(
			Bob,
			pallet_gpus::Call::register {
				operator: 0,
				model: SIMULATED,
				device: [7; 32],
				papers: pallet_gpus::Papers {
					serial: text("0001"),
					purchased: 0,
					hosting: document.clone(),
					ownership: document,
				},
				owner: Charlie.to_account_id(),
			}
			.into(),
		),
		(
			Bob,
			pallet_gpus::Call::simulate_status {
				gpu: 0,
				status: GpuStatus::Probation,
			}
			.into(),
		),
		(
			Bob,
			pallet_gpus::Call::simulate_status {
				gpu: 0,
				status: GpuStatus::Online,
			}
			.into(),
		),
		(
			Bob,
			pallet_pools::Call::create {
				operator: 0,
				model: SIMULATED,
				mode: pallet_pools::Mode::SingleSource,
				terms: pallet_pools::Terms {
					shares,
					floors: pallet_pools::Floors {
						spot: 10,
						on_demand: 50,
						reserved: 20,
					},
					grace: 10,
					minimum_uptime: 0,
				},
				prices: pallet_pools::Prices {
					spot: Some(20),
					on_demand: Some(100),
					reserved: Default::default(),
				},
			}
			.into(),
		),
		(
			Charlie,
			pallet_pools::Call::join {
				gpu: 0,
				pool: 0,
				version: 0,
			}
			.into(),
		),
	];
	for (signer, call) in calls {
		let name = format!("{call:?}");
		chain
			.submit(signer, call)
			.unwrap_or_else(|error| panic!("{name}: {error:?}"));
	}
	chain
}

/// What Bob's operator answers with.
fn bond() -> pallet_operators::BondRecord {
	pallet_operators::Bonds::<Runtime>::get(0).expect("bob is an operator")
}

/// Has Bob's operator be suspended: a slash has left its duties uncovered, and it had its time to raise the bond.
pub fn suspend(chain: &mut Chain) {
	chain.execute(|| {
		let taken = bond().bond - bond().duty_bond + BCT;
		assert_eq!(Operators::slash(0, taken), taken);
		assert!(bond().shortfall.is_some_and(|shortfall| !shortfall.suspended));
		// That this takes 14 days is for the pallet's own tests.
		pallet_operators::Bonds::<Runtime>::mutate_extant(0, |record| {
			if let Some(shortfall) = &mut record.shortfall {
				shortfall.since -= pallet_operators::TIME_TO_RAISE;
			}
		});
	});
	let review = pallet_operators::Call::<Runtime>::review_bond { operator: 0 };
	chain.submit(Dave, review).expect("anybody may ask for it");
	chain.execute(|| assert!(bond().shortfall.is_some_and(|shortfall| shortfall.suspended)));
}

/// Has Bob raise his bond by the BCT that it lacks, when it is known what that is worth.
pub fn raise(chain: &mut Chain) {
	// The price may have been lost for long: it is open again when it has been there for a minute.
	super::credits::feed(chain, 1, 1);
	chain.blocks(25);
	super::credits::feed(chain, 1, 1);
	let raise = pallet_operators::Call::<Runtime>::bond_more {
		operator: 0,
		amount: BCT,
	};
	chain.submit(Bob, raise).expect("bob has BCT");
	chain.execute(|| assert_eq!(bond().shortfall, None));
}

/// Makes blocks until the open epoch has closed, and some more, in which the sweep pays. Returns what it came to.
pub fn close_epoch(chain: &mut Chain) -> pallet_emissions::EpochSummary {
	let epoch = chain.execute(<Emissions as Clock>::epoch);
	while chain.execute(<Emissions as Clock>::epoch) == epoch {
		chain.blocks(1);
	}
	chain.blocks(3);
	chain.execute(|| Emissions::summary(epoch).expect("it has closed"))
}

#[test]
fn an_idle_gpus_holder_should_be_paid_for_its_availability_without_asking() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	let before = chain.execute(|| free(Charlie));
	let epoch = close_epoch(&mut chain);
	// One GPU of weight 100, idle for all of the epoch, at α = 1/4 of its reference price, 100 DC, worth 0.001 BCT.
	assert_eq!(epoch.demand.weight, 5 * 100);
	let earned = 5 * BCT / 4_000;
	assert_eq!(epoch.availability, earned);
	assert_eq!(epoch.rewards, 0, "nobody rents");
	// Less than is paid without the holder's asking: he asks.
	assert_eq!(chain.execute(|| free(Charlie)), before);
	chain
		.submit(Charlie, pallet_pools::Call::claim_gpu { gpu: 0 })
		.expect("the holder may claim little");
	chain.execute(|| {
		let paid = System::events().into_iter().find_map(|record| match record.event {
			RuntimeEvent::Pools(pallet_pools::Event::GpuPaid { to, earnings, .. }) => Some((to, earnings)),
			_ => None,
		});
		let (to, earnings) = paid.expect("it was paid");
		assert_eq!(to, Charlie.to_account_id());
		// It was there in the first minute of the epoch before, too.
		assert_eq!(earnings.available, 2 * earned);
		assert_eq!((earnings.pool, earnings.used), (0, 0));
	});
}

#[test]
fn bonds_should_be_asked_in_dollars_at_the_price_for_minting_and_wait_for_one() {
	let mut chain = with_pool();
	// $21.60 for the GPU and $1,000 for the pool, with BCT at a dollar.
	chain.execute(|| assert_eq!(bond().duty_bond, 1_021 * BCT + 6 * BCT / 10));
	let create = || pallet_pools::Call::<Runtime>::create {
		operator: 0,
		model: SIMULATED,
		mode: pallet_pools::Mode::Distributed,
		terms: pallet_pools::Pools::<Runtime>::get(0).expect("it is there").terms,
		prices: pallet_pools::Pools::<Runtime>::get(0).expect("it is there").prices,
	};
	// Within what is no jump, and the average is still a dollar: the lower one is asked for.
	super::credits::feed(&mut chain, 90, 100);
	let call = chain.execute(create);
	chain.submit(Bob, call).expect("bob has bonded enough");
	chain.execute(|| {
		let price = <DataCredits as millpond_traits::Prices>::for_mint().expect("minting is open");
		let asked = millpond_math::price::bct_owed(1_000 * millpond_primitives::CREDITS_PER_USD, price);
		assert_eq!(bond().duty_bond, 1_021 * BCT + 6 * BCT / 10 + asked.expect("it fits"));
		assert!(bond().duty_bond > 2_121 * BCT, "more than $1,000 at a dollar");
	});
	// A jump halts minting, and duties with it.
	super::credits::feed(&mut chain, 5, 1);
	let call = chain.execute(create);
	let refused = chain.submit(Bob, call).expect_err("there is no price for it");
	assert_eq!(refused, pallet_operators::Error::<Runtime>::NoPrice.into());
}

#[test]
fn a_slash_should_be_a_share_of_what_answers_for_the_gpu_whatever_the_catalogue_says_now() {
	let mut chain = with_pool();
	let answering = |chain: &mut Chain| chain.execute(|| <Gpus as millpond_traits::Gpus<AccountId>>::bond(0));
	assert_eq!(answering(&mut chain), 21 * BCT + 6 * BCT / 10);
	let model = chain.execute(|| Models::<Runtime>::get(SIMULATED).expect("it is listed").model);
	let dear = pallet_gpus::Model {
		bond: pallet_gpus::GpuBond::constant::<{ 500 * millpond_primitives::CREDITS_PER_USD }>(),
		..model
	};
	let change = pallet_gpus::Call::<Runtime>::change_model {
		number: SIMULATED,
		model: dear,
	};
	super::credits::feed(&mut chain, 90, 100);
	assert_eq!(answering(&mut chain), 21 * BCT + 6 * BCT / 10);
	// Its part of what answers for the GPU and the pool, as they ask now; together they have what they had.
	chain.as_root(change).expect("alice holds root");
	chain.blocks(1);
	let together = chain.execute(|| bond().duty_bond);
	assert_eq!(together, 1_021 * BCT + 6 * BCT / 10);
	assert_eq!(answering(&mut chain), together / 3);
	// They are reviewed: all that they ask answers, of what was free.
	let review = pallet_operators::Call::<Runtime>::review_bond { operator: 0 };
	chain.submit(Dave, review).expect("anybody may ask for it");
	let price = chain.execute(|| <DataCredits as millpond_traits::Prices>::for_bonds().expect("there is one"));
	let asked = millpond_math::price::bct_owed(1_500 * millpond_primitives::CREDITS_PER_USD, price).expect("it fits");
	chain.execute(|| assert_eq!(bond().duty_bond, asked));
	assert_eq!(answering(&mut chain), asked / 3);
}

#[test]
fn a_suspended_operators_gpus_should_earn_no_availability_until_its_bond_is_raised() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	assert_eq!(close_epoch(&mut chain).demand.weight, 5 * 100);
	suspend(&mut chain);
	// The sweep sees to it in the next epoch.
	close_epoch(&mut chain);
	close_epoch(&mut chain);
	assert_eq!(close_epoch(&mut chain).demand.weight, 0);
	raise(&mut chain);
	close_epoch(&mut chain);
	close_epoch(&mut chain);
	assert_eq!(close_epoch(&mut chain).demand.weight, 5 * 100);
}

#[test]
fn what_a_gpu_has_earned_should_go_to_who_bought_its_nft() {
	let mut chain = with_pool();
	close_epoch(&mut chain);
	close_epoch(&mut chain);
	chain
		.submit(
			Charlie,
			pallet_nfts::Call::set_price {
				collection: GPU_COLLECTION,
				item: 0,
				price: Some(BCT),
				whitelisted_buyer: None,
			},
		)
		.expect("charlie holds it");
	chain
		.submit(
			Dave,
			pallet_nfts::Call::buy_item {
				collection: GPU_COLLECTION,
				item: 0,
				bid_price: BCT,
			},
		)
		.expect("dave pays");
	chain
		.submit(Dave, pallet_pools::Call::claim_gpu { gpu: 0 })
		.expect("dave holds it now");
	chain.execute(|| {
		let paid = System::events().into_iter().any(|record| {
			matches!(record.event, RuntimeEvent::Pools(pallet_pools::Event::GpuPaid { to, .. }) if to == Dave.to_account_id())
		});
		assert!(paid);
	});
}

#[test]
fn a_gpu_should_leave_its_pool_after_the_notice_and_retire_with_its_bond_free() {
	let mut chain = with_pool();
	chain
		.submit(Charlie, pallet_pools::Call::announce_leave { gpu: 0 })
		.expect("charlie holds it");
	chain
		.submit(Charlie, pallet_pools::Call::leave { gpu: 0 })
		.expect_err("the notice runs");
	chain.blocks(6 * 20);
	// The sweep has seen to it.
	chain.execute(|| assert!(!pallet_pools::Members::<Runtime>::contains_key(0)));
	close_epoch(&mut chain);
	close_epoch(&mut chain);
	// Little is paid when somebody asks, and nothing is left of it then.
	let _ = chain.submit(Charlie, pallet_pools::Call::claim_gpu { gpu: 0 });
	chain
		.submit(Charlie, pallet_gpus::Call::retire { gpu: 0 })
		.expect("it is in no pool");
	chain.execute(|| {
		assert!(pallet_gpus::GpuRecords::<Runtime>::get(0).is_none());
		let bond = pallet_operators::Bonds::<Runtime>::get(0).expect("bob is an operator");
		assert_eq!(bond.duties, 2, "the pool, and hosting in it");
	});
}
