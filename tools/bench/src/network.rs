//! A network that is as large as it is told: operators with a pool each, GPUs held by as many accounts, rented in part.

use crate::{
	accounts::{account, Role},
	chain::Chain,
	Result,
};
use frame_support::traits::fungible::Mutate;
use millpond_math::streams::Shares;
use millpond_primitives::{
	Balance, Credits, GpuId, GpuModelId, Minute, OperatorId, OracleKey, PoolId, Price, SlotId, BCT,
};
use millpond_runtime::{
	AccountId, Attestation, Balances, DataCredits, Emissions, Gpus, Market, Operators, Oracle, Pools, Runtime,
	RuntimeOrigin,
};
use millpond_traits::{Clock, GpuStatus, RentalKind};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::One, DispatchError};
use std::{iter, path::Path};

/// Pools and GPUs that one block makes.
const BATCH: usize = 10_000;
/// How many customers share the rentals.
pub const CUSTOMERS: u64 = 32;
/// One who reserves more than they all together.
pub const GREAT_CUSTOMER: u64 = CUSTOMERS;
/// What rented time costs, in DC a GPU-minute.
pub const RATE: Credits = 100;
/// For how long the rentals of the network are funded.
const RENTED_FOR: Minute = 600;
/// What everybody has for fees.
const FLOAT: Balance = 1_000 * BCT;
/// What an operator has bonded beside what its GPUs ask for.
const BOND: Balance = 10_000 * BCT;
/// More than a GPU of the simulated model asks for.
const GPU_BOND: Balance = 22 * BCT;
/// What customers burn, at a dollar each; all together less than may be minted in an hour.
const BURNED: Balance = 2_000 * BCT;
const BURNED_BY_THE_GREAT_CUSTOMER: Balance = 30_000 * BCT;

/// The GPUs of an operator, in a pool of its own. Operator and pool have the same number.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
	/// Its number.
	pub number: PoolId,
	/// The first of its GPUs; the others follow.
	pub first_gpu: GpuId,
	/// How many there are.
	pub gpus: u32,
}

/// A chain with a network on it. One GPU of each pool is rented; two epochs have closed since; the next is about to.
pub struct Network {
	/// The chain.
	pub chain: Chain,
	/// All pools.
	pub pools: Vec<Pool>,
	/// The model of all GPUs.
	pub model: GpuModelId,
	/// The first rental; that of the n-th pool has the n-th number after it.
	first_slot: SlotId,
}

enum Step {
	Open(Pool),
	Add(Pool, GpuId),
}

impl Network {
	/// Makes pools of so many GPUs each, in an empty folder.
	pub fn build(path: &Path, sizes: impl IntoIterator<Item = u32>) -> Result<Self> {
		let mut chain = Chain::create(path)?;
		let model = chain.read(simulated_model)?.ok_or("no simulated model is listed")?;
		chain.advance(1, feed)?;
		chain.advance(1, fund_customers)?;
		let pools = lay_out(sizes);
		fill(&mut chain, &pools, model)?;
		let first_slot = chain.advance(1, || rent_one_of_each(&pools))?;
		let mut network = Self {
			chain,
			pools,
			model,
			first_slot,
		};
		network.pass_epoch()?;
		network.pass_epoch()?;
		network.near_end_of_epoch()?;
		Ok(network)
	}

	/// How many GPUs there are.
	pub fn gpus(&self) -> u64 {
		self.pools.iter().map(|pool| u64::from(pool.gpus)).sum()
	}

	/// The rental of a pool.
	pub fn slot(&self, pool: &Pool) -> SlotId {
		self.first_slot + SlotId::from(pool.number)
	}

	/// Who rents of a pool.
	pub fn customer(pool: &Pool) -> u64 {
		u64::from(pool.number) % CUSTOMERS
	}

	/// The minute in which the open epoch ends.
	pub fn end_of_epoch(&self) -> Result<Minute> {
		let network = self.chain.read(pallet_emissions::Streams::<Runtime>::get)?;
		Ok(network.ok_or("market time has not begun")?.end())
	}

	/// Closes the open epoch.
	fn pass_epoch(&mut self) -> Result<()> {
		let slots = self.chain.slots_until(self.end_of_epoch()?);
		self.chain.advance(slots, feed)
	}

	/// Comes to the last minute of the open epoch.
	fn near_end_of_epoch(&mut self) -> Result<()> {
		let slots = self.chain.slots_until(self.end_of_epoch()? - 1);
		self.chain.advance(slots, feed)
	}
}

fn lay_out(sizes: impl IntoIterator<Item = u32>) -> Vec<Pool> {
	let mut first_gpu = 0;
	(0..)
		.zip(sizes)
		.map(|(number, gpus)| {
			let pool = Pool {
				number,
				first_gpu,
				gpus,
			};
			first_gpu += GpuId::from(gpus);
			pool
		})
		.collect()
}

fn fill(chain: &mut Chain, pools: &[Pool], model: GpuModelId) -> Result<()> {
	let gpus = |pool: &Pool| pool.first_gpu..pool.first_gpu + GpuId::from(pool.gpus);
	let mut steps = pools
		.iter()
		.flat_map(|pool| iter::once(Step::Open(*pool)).chain(gpus(pool).map(move |gpu| Step::Add(*pool, gpu))));
	let (mut done, all) = (0, pools.iter().map(|pool| 1 + pool.gpus as usize).sum::<usize>());
	while done < all {
		let batch: Vec<_> = steps.by_ref().take(BATCH).collect();
		done += batch.len();
		chain.advance(1, || {
			batch.iter().try_for_each(|step| match step {
				Step::Open(pool) => open(pool, model),
				Step::Add(pool, gpu) => add(pool, *gpu, model),
			})
		})?;
		eprint!("\r  {done} of {all} pools and GPUs ");
	}
	eprintln!();
	Ok(())
}

/// The model that any machine can pretend to have.
fn simulated_model() -> Option<GpuModelId> {
	pallet_gpus::Models::<Runtime>::iter()
		.find(|(_, record)| record.simulated)
		.map(|(number, _)| number)
}

/// Says that a BCT costs a dollar.
fn feed() -> Result<()> {
	let feeder = RuntimeOrigin::signed(Sr25519Keyring::FerdieStash.to_account_id());
	let values = vec![(OracleKey::BctUsd, Price::one())];
	let values = values.try_into().map_err(|_| "one value is too many")?;
	Oracle::feed_values(feeder, values).map_err(|error| refused("feeding a price", error.error))?;
	Ok(())
}

fn fund(who: &AccountId, amount: Balance) -> Result<()> {
	Balances::mint_into(who, amount).map_err(|error| refused("funding an account", error))?;
	Ok(())
}

fn fund_customers() -> Result<()> {
	let amounts = (0..CUSTOMERS)
		.map(|customer| (customer, BURNED))
		.chain([(GREAT_CUSTOMER, BURNED_BY_THE_GREAT_CUSTOMER)]);
	for (customer, amount) in amounts {
		let who = account(Role::Customer, customer);
		fund(&who, FLOAT + amount)?;
		DataCredits::burn(RuntimeOrigin::signed(who), amount, 0).map_err(|error| refused("burning BCT", error))?;
	}
	Ok(())
}

fn open(pool: &Pool, model: GpuModelId) -> Result<()> {
	let number = pool.number.into();
	let who = account(Role::Operator, number);
	let bond = BOND + GPU_BOND * Balance::from(pool.gpus);
	fund(&who, FLOAT + bond)?;
	let origin = || RuntimeOrigin::signed(who.clone());
	let profile = pallet_operators::Profile {
		name: text("Operator of a benchmark")?,
		website: text("https://operator.example")?,
		contact: text("mail@operator.example")?,
		region: text("DE")?,
	};
	let tier = pallet_pools::Tier { minutes: 10, price: 20 };
	let terms = pallet_pools::Terms {
		shares: Shares::new(500, 1_500, 6_000, 2_000).map_err(|error| format!("{error:?}"))?,
		floors: pallet_pools::Floors {
			spot: 10,
			on_demand: 50,
			reserved: 20,
		},
		grace: 10,
		minimum_uptime: 0,
	};
	let prices = pallet_pools::Prices {
		spot: Some(20),
		on_demand: Some(RATE),
		reserved: vec![tier].try_into().map_err(|_| "one tier is too many")?,
	};
	Operators::register(origin(), profile, bond)
		.and_then(|()| Attestation::set_attestor(origin(), number, who.clone()))
		.and_then(|()| Pools::create(origin(), number, model, pallet_pools::Mode::SingleSource, terms, prices))
		.map_err(|error| refused("opening a pool", error))?;
	Ok(())
}

fn add(pool: &Pool, gpu: GpuId, model: GpuModelId) -> Result<()> {
	bring_online(pool.number.into(), gpu, model)?;
	let holder = RuntimeOrigin::signed(account(Role::Holder, gpu));
	Pools::join(holder, gpu, pool.number, 0).map_err(|error| refused("adding a GPU", error))?;
	Ok(())
}

/// Registers a GPU of an operator, the next in number, and has it come online. It is in no pool yet.
pub fn bring_online(operator: OperatorId, gpu: GpuId, model: GpuModelId) -> Result<()> {
	let host = || RuntimeOrigin::signed(account(Role::Operator, operator));
	let holder = account(Role::Holder, gpu);
	fund(&holder, BCT)?;
	Gpus::register(host(), operator, model, device(gpu), papers(gpu)?, holder)
		.and_then(|()| Gpus::simulate_status(host(), gpu, GpuStatus::Probation))
		.and_then(|()| Gpus::simulate_status(host(), gpu, GpuStatus::Online))
		.map_err(|error| refused("bringing a GPU online", error))?;
	Ok(())
}

/// The device that is a GPU.
pub fn device(gpu: GpuId) -> pallet_gpus::DeviceId {
	sp_io::hashing::blake2_256(&gpu.to_le_bytes())
}

/// The papers of a GPU.
pub fn papers(gpu: GpuId) -> Result<pallet_gpus::Papers> {
	let document = pallet_gpus::Document {
		uri: text("https://operator.example/agreement.pdf")?,
		hash: [1; 32],
	};
	Ok(pallet_gpus::Papers {
		serial: text(&format!("{gpu:012}"))?,
		purchased: 0,
		hosting: document.clone(),
		ownership: document,
	})
}

/// Returns the first of the rentals.
fn rent_one_of_each(pools: &[Pool]) -> Result<SlotId> {
	let first = pallet_market::NextSlot::<Runtime>::get();
	for pool in pools {
		let customer = RuntimeOrigin::signed(account(Role::Customer, Network::customer(pool)));
		Market::rent(customer, pool.number, RentalKind::OnDemand, 1, RENTED_FOR, RATE, None)
			.map_err(|error| refused("renting a GPU", error.error))?;
	}
	Ok(first)
}

/// The present market minute. Within the state of a chain.
pub fn now() -> Minute {
	<Emissions as Clock>::now()
}

fn text<const LENGTH: u32>(text: &str) -> Result<pallet_gpus::Text<LENGTH>> {
	let bytes = text.as_bytes().to_vec();
	bytes.try_into().map_err(|_| format!("{text:?} is too long").into())
}

/// Says what was refused, and why.
pub fn refused(what: &str, error: DispatchError) -> String {
	format!("{what}: {error:?}")
}
