//! Whatever happens in pools, everybody is paid what the naive model of every GPU's every minute says, and no planck comes
//! from nowhere or goes astray.
//!
//! Rounding: a settlement in a later epoch rounds a stream down to plancks once, and those of a pool up to four times: for the
//! epoch that it closes and for the whole ones that it crosses, and again when its shares change in between. Nothing is
//! settled in a later epoch more than once an epoch, and somebody may have left and joined again.

use crate::{mock::*, *};
use frame_support::{
	assert_ok,
	weights::{Weight, WeightMeter},
};
use millpond_math::streams::{Budget, Shares, Status};
use millpond_primitives::{Balance, Credits, GpuId, Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{
	mocks::{MockClock, MockEmissions, MockOperators},
	GpuStatus, OnSuspension as _, Pools as _,
};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use sp_core::{U256, U512};
use std::collections::BTreeMap;

#[allow(dead_code)] // The streams' own tests use all of it.
#[path = "../../../../math/tests/world/naive.rs"]
mod naive;

use naive::Naive;

const POOLS: usize = 2;
const HOSTS: usize = 3;
const GPUS: usize = 6;

/// Who may hold GPUs.
const HOLDERS: [AccountId; 3] = [20, 21, 22];

#[derive(Clone, Debug)]
enum Happening {
	Join { gpu: usize, pool: usize },
	LeaveNow { gpu: usize },
	Leave { gpu: usize },
	Status { gpu: usize, online: bool, ago: Minute },
	Darken { host: usize, ago: Minute },
	Light { host: usize },
	Suspend { host: usize, suspended: bool },
	Rent { pool: usize, count: u32, rate: Credits },
	Price { rental: usize, rate: Credits },
	Spend { rental: usize, credits: Credits },
	GiveBack { rental: usize },
	SetPrice { pool: usize, is_fair: bool },
	Announce { pool: usize, shares: Shares },
	Claim { gpu: usize, by_holder: bool },
	Collect { host: usize, pool: usize, by_holder: bool },
	Sell { gpu: usize, to: usize },
	Sweep { weight: u64 },
	Outage { minutes: Minute },
}

fn shares() -> impl Strategy<Value = Shares> {
	(0..=10_000u16, 0..=10_000u16, 0..=10_000u16).prop_map(|cuts| {
		let mut cuts = [cuts.0, cuts.1, cuts.2];
		cuts.sort_unstable();
		Shares::new(cuts[0], cuts[1] - cuts[0], cuts[2] - cuts[1], 10_000 - cuts[2]).expect("the whole")
	})
}

fn happening() -> impl Strategy<Value = Happening> {
	use Happening::*;
	let (gpu, host, pool, ago) = (0..GPUS, 0..HOSTS, 0..POOLS, 0..20 as Minute);
	let rate = prop_oneof![1 => Just(0), 4 => 1..10u128, 4 => 1..1_000_000u128];
	prop_oneof![
		8 => (gpu.clone(), pool.clone()).prop_map(|(gpu, pool)| Join { gpu, pool }),
		2 => gpu.clone().prop_map(|gpu| LeaveNow { gpu }),
		2 => gpu.clone().prop_map(|gpu| Leave { gpu }),
		5 => (gpu.clone(), any::<bool>(), ago.clone()).prop_map(|(gpu, online, ago)| Status { gpu, online, ago }),
		2 => (host.clone(), ago).prop_map(|(host, ago)| Darken { host, ago }),
		3 => host.clone().prop_map(|host| Light { host }),
		2 => (host.clone(), any::<bool>()).prop_map(|(host, suspended)| Suspend { host, suspended }),
		6 => (pool.clone(), 1..4u32, rate.clone()).prop_map(|(pool, count, rate)| Rent { pool, count, rate }),
		2 => (0..4usize, rate).prop_map(|(rental, rate)| Price { rental, rate }),
		2 => (0..4usize, 1..1_000_000u128).prop_map(|(rental, credits)| Spend { rental, credits }),
		3 => (0..4usize).prop_map(|rental| GiveBack { rental }),
		1 => (pool.clone(), any::<bool>()).prop_map(|(pool, is_fair)| SetPrice { pool, is_fair }),
		1 => (pool.clone(), shares()).prop_map(|(pool, shares)| Announce { pool, shares }),
		3 => (gpu.clone(), any::<bool>()).prop_map(|(gpu, by_holder)| Claim { gpu, by_holder }),
		2 => (host, pool, any::<bool>()).prop_map(|(host, pool, by_holder)| Collect { host, pool, by_holder }),
		1 => (gpu, 0..HOLDERS.len()).prop_map(|(gpu, to)| Sell { gpu, to }),
		3 => (0..30u64).prop_map(|weight| Sweep { weight }),
		1 => (1..15 as Minute).prop_map(|minutes| Outage { minutes }),
	]
}

fn budget() -> impl Strategy<Value = Budget> {
	let rewards = prop_oneof![1 => Just(0), 1 => 0..2_000u128, 5 => 0..10u128.pow(21)];
	let cap = || {
		prop_oneof![
			4 => Just(U256::MAX),
			1 => any::<u64>().prop_map(U256::from),
			3 => any::<u128>().prop_map(|cap| (cap >> 20).into())
		]
	};
	(rewards, cap(), cap()).prop_map(|(rewards, credit_cap, weight_cap)| Budget {
		rewards,
		credit_cap,
		weight_cap,
	})
}

#[derive(Clone, Debug)]
struct History {
	/// Length and budget of each epoch, round and round.
	epochs: Vec<(Minute, Budget)>,
	/// What happens, each so many minutes after the one before.
	happenings: Vec<(Minute, Happening)>,
}

fn history() -> impl Strategy<Value = History> {
	let gap = prop_oneof![3 => Just(0), 6 => 1..4 as Minute, 3 => 4..40 as Minute, 1 => 40..90 as Minute];
	(
		prop::collection::vec((1..25 as Minute, budget()), 1..8),
		prop::collection::vec((gap, happening()), 1..60),
	)
		.prop_map(|(epochs, happenings)| History { epochs, happenings })
}

fn operator(host: usize) -> OperatorId {
	OLD + host as OperatorId
}

/// The number of a GPU in a pool in the naive model, in which each is a GPU of its own.
fn number(gpu: usize, pool: usize) -> usize {
	gpu * POOLS + pool
}

fn group(pool: usize, host: usize) -> usize {
	pool * HOSTS + host
}

/// What the streams reckon with when a GPU begins to wait.
fn waiting(gpu: usize) -> Status {
	match Hosting::<Test>::get(operator(gpu % HOSTS)).suspended {
		true => Status::Kept,
		false => Status::Idle,
	}
}

/// A slot and its GPUs.
struct Rental {
	slot: SlotId,
	pool: usize,
	gpus: Vec<GpuId>,
}

/// The pallet and the naive model side by side.
struct Pair {
	naive: Naive,
	epochs: Vec<(Minute, Budget)>,
	rentals: Vec<Rental>,
	slots: SlotId,
	/// What was paid, as the events say: by stream and GPU in a pool, by group, by pool, and what went back by pool.
	gpus: BTreeMap<usize, [Balance; 3]>,
	hosts: BTreeMap<usize, Balance>,
	managers: BTreeMap<usize, Balance>,
	unshared: BTreeMap<usize, Balance>,
	accounts: BTreeMap<AccountId, Balance>,
}

impl Pair {
	fn new(epochs: Vec<(Minute, Budget)>) -> Self {
		MockEmissions::begin(epochs[0].0);
		let short = ParametersRecord {
			terms_notice: 5.try_into().expect("in range"),
			leave_notice: 3.try_into().expect("in range"),
			..parameters()
		};
		assert_ok!(PoolsPallet::set_parameters(RuntimeOrigin::root(), short));
		let mut naive = Naive::new(now());
		MockOperators::add(operator(2), &HOST, 0);
		for pool in 0..POOLS {
			create(Mode::Distributed);
			naive.add_pool(crate::mock::shares(), WEIGHT.into());
			for host in 0..HOSTS {
				let holder = if host == 0 { MANAGER } else { HOST };
				admit(pool as PoolId, operator(host), holder, 100);
				naive.add_group(pool);
			}
		}
		for gpu in 0..GPUS {
			register(gpu as GpuId, HOLDERS[gpu % 3], operator(gpu % HOSTS), GpuStatus::Online);
			for pool in 0..POOLS {
				assert_eq!(naive.gpus.len(), number(gpu, pool));
				naive.add_gpu(group(pool, gpu % HOSTS));
			}
		}
		let mut pair = Pair {
			naive,
			epochs,
			rentals: vec![],
			slots: 0,
			gpus: BTreeMap::new(),
			hosts: BTreeMap::new(),
			managers: BTreeMap::new(),
			unshared: BTreeMap::new(),
			accounts: BTreeMap::new(),
		};
		for gpu in 0..GPUS {
			pair.happen(Happening::Join { gpu, pool: gpu % POOLS });
		}
		System::reset_events();
		pair
	}

	fn pass(&mut self, minutes: Minute, outage: bool) {
		let pass = if outage {
			MockClock::pass_outage
		} else {
			MockClock::advance
		};
		for _ in 0..minutes {
			self.naive.pass();
			let network = MockEmissions::network();
			if now() + 1 < network.end() {
				pass(1);
				continue;
			}
			let epoch = |number: u32| self.epochs[number as usize % self.epochs.len()];
			let budget = epoch(network.epoch()).1;
			let closed = MockEmissions::close(budget, epoch(network.epoch() + 1).0);
			let (rewards, availability, left) = self.naive.close(budget);
			assert_eq!(
				(closed.rewards, closed.availability, closed.left),
				(rewards, availability, left)
			);
		}
	}

	fn pool_of(&self, gpu: usize) -> Option<usize> {
		Members::<Test>::get(gpu as GpuId).map(|member| member.pool as usize)
	}

	/// A slot does not have the GPU any more.
	fn lose(&mut self, gpu: usize) {
		for rental in &mut self.rentals {
			rental.gpus.retain(|other| *other != gpu as GpuId);
		}
	}

	fn depart(&mut self, gpu: usize, pool: usize, was: MemberState) {
		if was != MemberState::Away {
			self.naive.change(number(gpu, pool), Status::Offline);
		}
		self.lose(gpu);
	}

	fn happen(&mut self, happening: Happening) {
		match happening {
			Happening::Join { gpu, pool } => {
				let (id, host) = (gpu as GpuId, gpu % HOSTS);
				let known = GpuStreams::<Test>::contains_key(id, (pool as PoolId, operator(host)));
				let joined = PoolsPallet::join(origin(holder(id)), id, pool as PoolId, record(pool as PoolId).version);
				if joined.is_err() {
					return assert!(self.pool_of(gpu) != Some(pool) || joined == Err(Error::<Test>::InPool.into()));
				}
				if !known {
					self.naive.move_gpu(number(gpu, pool), group(pool, host));
				}
				if member(id).state != MemberState::Away {
					self.naive.change(number(gpu, pool), waiting(gpu));
				}
			}
			Happening::LeaveNow { gpu } => {
				if let Some(pool) = self.pool_of(gpu) {
					let was = member(gpu as GpuId).state;
					leave_now(gpu as GpuId);
					self.depart(gpu, pool, was);
				}
			}
			Happening::Leave { gpu } => {
				if let Some(pool) = self.pool_of(gpu) {
					let was = member(gpu as GpuId).state;
					if PoolsPallet::announce_leave(origin(holder(gpu as GpuId)), gpu as GpuId).is_err()
						&& PoolsPallet::leave(origin(STRANGER), gpu as GpuId).is_ok()
						&& self.pool_of(gpu).is_none()
					{
						self.depart(gpu, pool, was);
					}
				}
			}
			Happening::Status { gpu, online, ago } => {
				let status = if online { GpuStatus::Online } else { GpuStatus::Offline };
				if facts(gpu as GpuId).status == status {
					return;
				}
				let before = Members::<Test>::get(gpu as GpuId);
				set_status(gpu as GpuId, status, now() - ago);
				if let Some(before) = before {
					let number = number(gpu, before.pool as usize);
					if !online {
						self.naive.darken_gpu(number, ago);
						self.lose(gpu);
					} else if self.pool_of(gpu).is_some() {
						self.naive.change(number, waiting(gpu));
					}
				}
			}
			Happening::Darken { host, ago } => {
				let was_dark = Hosting::<Test>::get(operator(host)).dark;
				darken(operator(host), now() - ago);
				for pool in 0..POOLS {
					let clock = PoolsPallet::clock(pool as PoolId, operator(host));
					let back = self.naive.darken(group(pool, host), ago);
					assert!(back == 0 || !was_dark);
					assert_eq!(PoolsPallet::clock(pool as PoolId, operator(host)), clock);
				}
			}
			Happening::Light { host } => {
				light(operator(host));
				(0..POOLS).for_each(|pool| self.naive.light(group(pool, host)));
			}
			Happening::Suspend { host, suspended } => match suspended {
				true => PoolsPallet::suspended(operator(host)),
				false => PoolsPallet::resumed(operator(host)),
			},
			Happening::Rent { pool, count, rate } => {
				let facts = PoolsPallet::facts(pool as PoolId).expect("it is there");
				let idle = facts.idle + facts.suspended;
				self.slots += 1;
				let taken = PoolsPallet::take(pool as PoolId, count, self.slots);
				assert_eq!(taken.is_ok(), count <= idle);
				let Ok(taken) = taken else { return };
				let gpus: Vec<GpuId> = taken.iter().map(|assigned| assigned.gpu).collect();
				self.change(pool, &gpus, Status::Kept);
				self.rentals.push(Rental {
					slot: self.slots,
					pool,
					gpus,
				});
				self.price(self.rentals.len() - 1, rate);
			}
			Happening::Price { rental, rate } => {
				if rental < self.rentals.len() {
					self.price(rental, rate);
				}
			}
			Happening::Spend { rental, credits } => {
				if let Some(Rental { pool, gpus, .. }) = self.rentals.get(rental) {
					assert_ok!(PoolsPallet::spend(*pool as PoolId, gpus, credits));
					for gpu in gpus {
						self.naive.lump(number(*gpu as usize, *pool), credits);
					}
				}
			}
			Happening::GiveBack { rental } => {
				if rental < self.rentals.len() {
					let Rental { pool, gpus, .. } = self.rentals.swap_remove(rental);
					give_back(pool as PoolId, &gpus);
					for gpu in gpus {
						let status = if self.pool_of(gpu as usize).is_some() {
							waiting(gpu as usize)
						} else {
							Status::Offline
						};
						self.change(pool, &[gpu], status);
					}
				}
			}
			Happening::SetPrice { pool, is_fair } => {
				let on_demand = Some(REFERENCE_PRICE * if is_fair { 2 } else { 3 });
				let prices = Prices { on_demand, ..prices() };
				assert_ok!(PoolsPallet::set_prices(origin(MANAGER), pool as PoolId, prices));
				let weight = if is_fair { WEIGHT.into() } else { 0 };
				if self.naive.pools[pool].weight != weight {
					self.naive.weigh(pool, weight);
				}
			}
			Happening::Announce { pool, shares } => {
				let terms = Terms { shares, ..terms() };
				assert_ok!(PoolsPallet::announce_terms(origin(MANAGER), pool as PoolId, terms));
			}
			Happening::Claim { gpu, by_holder } => {
				let who = if by_holder { holder(gpu as GpuId) } else { STRANGER };
				let _ = PoolsPallet::claim_gpu(origin(who), gpu as GpuId);
			}
			Happening::Collect { host, pool, by_holder } => {
				let who = |holder| origin(if by_holder { holder } else { STRANGER });
				let holder = if host == 0 { MANAGER } else { HOST };
				let _ = PoolsPallet::claim_host(who(holder), pool as PoolId, operator(host));
				let _ = PoolsPallet::claim_manager(who(MANAGER), pool as PoolId);
			}
			Happening::Sell { gpu, to } => TestGpus::set_holder(gpu as GpuId, &HOLDERS[to]),
			Happening::Sweep { weight } => {
				let free: Vec<(usize, usize)> = (0..GPUS).filter_map(|gpu| Some((gpu, self.pool_of(gpu)?))).collect();
				let states: Vec<MemberState> = free.iter().map(|(gpu, _)| member(*gpu as GpuId).state).collect();
				let limit = Weight::from_parts(weight * 1_000_000_000, 0);
				PoolsPallet::do_sweep(&mut WeightMeter::with_limit(limit));
				for ((gpu, pool), was) in free.into_iter().zip(states) {
					match self.pool_of(gpu) {
						None => self.depart(gpu, pool, was),
						Some(_) if member(gpu as GpuId).is_waiting() => self.see_to(gpu, pool),
						Some(_) => {}
					}
				}
			}
			Happening::Outage { minutes } => self.pass(minutes, true),
		}
	}

	/// The sweep may have seen that the host of a GPU that waits was suspended, or sells again.
	fn see_to(&mut self, gpu: usize, pool: usize) {
		let streams = GpuStreams::<Test>::get(gpu as GpuId, member(gpu as GpuId).group()).expect("it is there");
		let number = number(gpu, pool);
		if self.naive.gpus[number].status != streams.status() {
			assert_eq!(streams.status(), waiting(gpu));
			self.naive.change(number, streams.status());
		}
	}

	fn change(&mut self, pool: usize, gpus: &[GpuId], status: Status) {
		for gpu in gpus {
			self.naive.change(number(*gpu as usize, pool), status);
		}
	}

	fn price(&mut self, rental: usize, rate: Credits) {
		let Rental { slot, pool, ref gpus } = self.rentals[rental];
		let gpus = gpus.clone();
		assert_ok!(PoolsPallet::set_rate(pool as PoolId, &gpus, slot, rate));
		self.change(pool, &gpus, if rate > 0 { Status::Rented(rate) } else { Status::Kept });
	}

	/// Takes over which terms are to come, and what was paid to whom.
	fn note(&mut self) {
		for pool in 0..POOLS {
			let announced = record(pool as PoolId).announced;
			let epoch = MockEmissions::network().epoch();
			let to_come = announced.and_then(|announced| Some((announced.from?, announced.terms.shares)));
			self.naive.pools[pool].scheduled = to_come.filter(|(from, _)| *from > epoch);
		}
		for event in events() {
			match event {
				Event::GpuPaid {
					gpu,
					pool,
					to,
					earnings,
				} => {
					assert_eq!(to, holder(gpu));
					let paid = self.gpus.entry(number(gpu as usize, pool as usize)).or_default();
					paid[0] += earnings.pool;
					paid[1] += earnings.used;
					paid[2] += earnings.available;
					*self.accounts.entry(to).or_default() += earnings.sum().expect("it fits");
				}
				Event::HostPaid {
					pool,
					operator,
					to,
					amount,
				} => {
					let host = (operator - OLD) as usize;
					*self.hosts.entry(group(pool as usize, host)).or_default() += amount;
					*self.accounts.entry(to).or_default() += amount;
				}
				Event::ManagerPaid { pool, to, amount, .. } => {
					*self.managers.entry(pool as usize).or_default() += amount;
					*self.accounts.entry(to).or_default() += amount;
				}
				Event::CarriedOver { pool, amount } => {
					*self.unshared.entry(pool as usize).or_default() += amount;
				}
				_ => {}
			}
		}
		System::reset_events();
	}

	/// No planck comes from nowhere or goes astray.
	fn check_sums(&self) -> Balance {
		let mut paid: Balance = MockEmissions::carried_over();
		for (account, amount) in &self.accounts {
			assert_eq!(MockEmissions::paid(account), *amount);
			paid += amount;
		}
		assert_eq!(self.naive.minted, paid + MockEmissions::pot());
		paid
	}

	/// Everybody leaves, is paid, and has what the naive model says.
	fn finish(mut self) {
		for gpu in 0..GPUS {
			self.happen(Happening::LeaveNow { gpu });
		}
		self.note();
		self.pass(MockEmissions::network().end() - now(), false);
		self.note();
		for gpu in 0..GPUS {
			let _ = PoolsPallet::claim_gpu(origin(holder(gpu as GpuId)), gpu as GpuId);
		}
		for pool in 0..POOLS {
			for host in 0..HOSTS {
				let holder = if host == 0 { MANAGER } else { HOST };
				assert_ok!(PoolsPallet::claim_host(origin(holder), pool as PoolId, operator(host)));
			}
			assert_ok!(PoolsPallet::claim_manager(origin(MANAGER), pool as PoolId));
		}
		self.note();
		assert_eq!(GpuStreams::<Test>::iter().count(), 0);
		let paid = self.check_sums();

		let epochs = u128::from(MockEmissions::network().epoch());
		let mut dust_at_most = 2 * epochs;
		let mut compare = |paid: Balance, wanted: U512, roundings: u128, who: String| {
			let dust = roundings * epochs + 1;
			let (scaled, one) = (U512::from(paid) << 128, U512::one() << 128);
			assert!(
				scaled <= wanted + U512::from(epochs),
				"{who}: paid {paid}, earned {wanted} / 2^128"
			);
			assert!(
				wanted < scaled + one * U512::from(dust),
				"{who}: paid {paid}, earned {wanted} / 2^128"
			);
			dust_at_most += dust;
		};
		for (gpu, earned) in self.naive.gpus.iter().enumerate() {
			let paid = self.gpus.get(&gpu).copied().unwrap_or_default();
			for (paid, wanted) in paid.into_iter().zip([earned.pool, earned.used, earned.available]) {
				compare(paid, wanted, 2, format!("GPU {gpu}"));
			}
		}
		for (group, earned) in self.naive.groups.iter().enumerate() {
			let paid = self.hosts.get(&group).copied().unwrap_or_default();
			compare(paid, earned.host, 2, format!("host {group}"));
		}
		for (pool, earned) in self.naive.pools.iter().enumerate() {
			let amount = |paid: &BTreeMap<usize, Balance>| paid.get(&pool).copied().unwrap_or_default();
			compare(amount(&self.managers), earned.manager, 4, format!("manager {pool}"));
			compare(amount(&self.unshared), earned.unshared, 4, format!("unshared {pool}"));
		}
		assert!(self.naive.minted - paid <= dust_at_most, "more than dust is left");
	}
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
	#![proptest_config(cases(1_000))]

	#[test]
	fn pools_should_pay_what_the_naive_model_pays_when_history_is_random(history in history()) {
		TestExt::execute_with(|| {
			let mut pair = Pair::new(history.epochs);
			for (turn, (gap, happening)) in history.happenings.into_iter().enumerate() {
				pair.pass(gap, false);
				pair.happen(happening);
				pair.note();
				pair.check_sums();
				if turn % 8 == 0 {
					assert_ok!(PoolsPallet::do_try_state());
				}
			}
			pair.finish();
		});
	}
}
