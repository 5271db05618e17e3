//! Random actions of many people on the whole runtime, in real blocks, with all invariants checked after each of them.
//!
//! What a seed does is always the same. A failure names its seed; `scripts/fuzz-actions.sh` runs one again, or goes from one
//! seed to the next for hours. It is steered by the environment:
//!
//! | variable | what | else |
//! |---|---|---|
//! | `FUZZ_SEED` | the first seed | 1 |
//! | `FUZZ_BLOCKS` | blocks of each seed | 60 |
//! | `FUZZ_SECONDS` | for how long new seeds are begun | three seeds |
//! | `FUZZ_TRACE` | every action is printed | nothing is |

mod actions;
mod random;
mod thief;
mod world;

use super::chain::Chain;
use crate::{configs::BlockWeightLimits, *};
use actions::{Draw, ACTIONS};
use millpond_primitives::{Credits, OracleKey, Price, DC_ASSET};
use random::Random;
use sp_keyring::Sr25519Keyring::{self, Alice, FerdieStash};
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	DispatchError, FixedPointNumber,
};
use std::{
	collections::BTreeMap,
	env,
	time::{Duration, Instant},
};
use thief::THIEF;
use world::{Actor, PEOPLE};

/// What came of an action that was tried.
#[derive(Default)]
struct Tally {
	tried: u32,
	done: u32,
	refused: BTreeMap<String, u32>,
}

type Tallies = BTreeMap<&'static str, Tally>;

/// How a price moves.
#[derive(Clone, Copy)]
enum Path {
	Steady,
	Down,
	Up,
}

/// A chain on which people act at random.
struct Fuzzer<'t> {
	chain: Chain,
	random: Random,
	/// What a BCT costs, in cents.
	price: u32,
	/// The path that the price follows, and for how many blocks more.
	path: (Path, u32),
	/// For how many blocks more the feeder says nothing.
	silence: u32,
	trace: bool,
	/// The DC that each account may have: those minted for it, and those that hosts did not deliver to it.
	bought: BTreeMap<AccountId, Credits>,
	tallies: &'t mut Tallies,
}

impl<'t> Fuzzer<'t> {
	/// A chain with some hosts, pools and GPUs.
	fn new(seed: u64, tallies: &'t mut Tallies) -> Self {
		let mut fuzzer = Self {
			chain: Chain::development(),
			random: Random::new(seed),
			price: 100,
			path: (Path::Steady, 0),
			silence: 0,
			trace: env::var_os("FUZZ_TRACE").is_some(),
			bought: BTreeMap::new(),
			tallies,
		};
		let steps: [(u32, &'static str, Draw); 10] = [
			(1, "dataCredits.burn", actions::burn),
			(2, "dataCredits.burnFor", actions::burn_for),
			(1, "operators.register", actions::register_operator),
			(5, "gpus.register", actions::register_gpu),
			(1, "pools.create", actions::create_pool),
			(10, "gpus.simulateStatus", actions::simulate_status),
			(3, "pools.invite", actions::invite),
			(3, "pools.accept", actions::accept),
			(6, "gpus.simulateStatus", actions::simulate_status),
			(10, "pools.join", actions::join),
		];
		for (blocks, name, draw) in steps {
			for _ in 0..blocks {
				let mut acts = vec![fuzzer.feed()];
				acts.extend(PEOPLE.into_iter().filter_map(|who| fuzzer.draw(who, name, draw)));
				fuzzer.block(10, acts);
			}
			fuzzer.chain.execute(actions::pass_round);
		}
		let trust = thief::proxies().map(|(who, call)| Act {
			who,
			name: "proxy.addProxy",
			call,
		});
		fuzzer.block(1, trust.collect());
		fuzzer
	}

	/// What `who` would do now.
	fn draw(&mut self, who: Sr25519Keyring, name: &'static str, draw: Draw) -> Option<Act> {
		let Self { chain, random, .. } = self;
		let account = who.to_account_id();
		let call = chain.execute(|| draw(&mut Actor { account, random }))?;
		Some(Act { who, name, call })
	}

	/// A random action of `who`.
	fn draw_any(&mut self, who: Sr25519Keyring) -> Option<Act> {
		let all: u64 = ACTIONS.iter().map(|(_, weight, _)| weight).sum();
		let mut left = self.random.below(all);
		let (name, _, draw) = ACTIONS.into_iter().find(|(_, weight, _)| {
			let found = left < *weight;
			left = left.saturating_sub(*weight);
			found
		})?;
		self.draw(who, name, draw)
	}

	/// The feeder says what a BCT costs: in most cases about the same as before; at times a jump, or a walk in one direction.
	fn feed(&mut self) -> Act {
		self.path = match self.path {
			(path, left @ 1..) => (path, left - 1),
			_ if self.random.one_in(30) => (Path::Down, self.random.between(5, 60)),
			_ if self.random.one_in(40) => (Path::Up, self.random.between(5, 60)),
			_ => (Path::Steady, 0),
		};
		let percent = match self.path.0 {
			_ if self.random.one_in(40) => self.random.between(10, 400),
			Path::Steady => self.random.between(98, 102),
			Path::Down => self.random.between(93, 99),
			Path::Up => self.random.between(101, 107),
		};
		self.price = (self.price * percent / 100).clamp(5, 2_000);
		let price = Price::saturating_from_rational(self.price, 100);
		let values = vec![(OracleKey::BctUsd, price)].try_into().expect("one value");
		Act {
			who: FerdieStash,
			name: "oracle.feedValues",
			call: pallet_oracle::Call::feed_values { values }.into(),
		}
	}

	/// Whether the feeder says something: now and then it does not for so long that what it said is not fresh any more.
	fn is_heard(&mut self) -> bool {
		self.silence = match self.silence.checked_sub(1) {
			Some(left) => left,
			None if self.random.one_in(40) => self.random.between(1, 20),
			None => 0,
		};
		self.silence == 0
	}

	/// How much time passes until the next block, in slots: often a minute or two, now and then hours or more.
	fn slots(&mut self) -> u64 {
		let (least, most) = match self.random.below(40) {
			0..=9 => (1, 20),
			10..=31 => (20, 40),
			32..=37 => (40, 400),
			38 => (400, 4_000),
			// Once in a while a month, after which bonds are free.
			_ if self.random.one_in(4) => (600_000, 900_000),
			_ => (4_000, 60_000),
		};
		self.random.between(least, most).into()
	}

	/// Lets something happen, and a block pass.
	fn step(&mut self) {
		let mut acts: Vec<_> = self.is_heard().then(|| self.feed()).into_iter().collect();
		if self.random.one_in(4) {
			let Self { chain, random, .. } = self;
			let account = Alice.to_account_id();
			// What it tells is not of a block: the next one forgets it.
			let told = chain.execute(|| {
				let told = System::events().len();
				actions::attest(&mut Actor { account, random });
				told
			});
			self.check_credits(told);
		}
		acts.extend(self.rob());
		for who in PEOPLE {
			let rules = who == Alice
				&& self.random.one_in(match self.chain.execute(SafeMode::is_entered) {
					true => 4,
					false => 50,
				});
			if rules {
				acts.extend(self.draw(Alice, "sudo.sudo", actions::govern).map(Act::by_root));
			} else if !self.random.one_in(4) {
				acts.extend(self.draw_any(who));
			}
		}
		let slots = self.slots();
		self.block(slots, acts);
	}

	/// What the thief does: something on behalf of an account that trusts it with some calls, or for itself.
	fn rob(&mut self) -> Option<Act> {
		let all: Vec<_> = ACTIONS.iter().map(|(_, _, draw)| *draw).collect();
		let draw = self.random.pick(&all)?;
		let victim = self.random.pick(&thief::VICTIMS)?;
		let drawn = self.draw(victim, "proxy.proxy", draw)?;
		let call = thief::on_behalf_of(victim, drawn.call.clone());
		self.chain
			.execute(|| thief::check_that_it_does_not_pay(victim, &drawn.call, &call));
		Some(Act {
			who: THIEF,
			call,
			..drawn
		})
	}

	/// Makes a block of what people do, each one thing, and notes what came of it.
	fn block(&mut self, slots: u64, acts: Vec<Act>) {
		let extrinsics = acts
			.iter()
			.map(|act| self.chain.sign(act.who, act.call.clone()))
			.collect();
		let session = self.chain.execute(Session::current_index);
		let results = self.chain.block_after(slots, extrinsics);
		// pallet-session claims all of a block that ends a session.
		let ends_session = self.chain.execute(Session::current_index) != session;
		for (act, result) in acts.iter().zip(results) {
			if self.trace {
				println!("{} {:?}: {result:?}", act.who, act.call);
			}
			let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
			let refusal = match result {
				Err(error) if ends_session && error == full => continue,
				Err(error) => format!("{error:?}"),
				Ok(Err(error)) => name(error),
				Ok(Ok(())) => String::new(),
			};
			let tally = self.tallies.entry(act.name).or_default();
			tally.tried += 1;
			match refusal.is_empty() {
				true => tally.done += 1,
				false => *tally.refused.entry(refusal).or_default() += 1,
			}
		}
		self.chain.execute(|| {
			let limits: frame_system::limits::BlockWeights = BlockWeightLimits::get();
			let used = System::block_weight().total();
			assert!(
				ends_session || used.all_lte(limits.max_block),
				"a block is too heavy: {used:?}"
			);
		});
		self.check_credits(0);
	}

	/// No account has, or could have back, more credits than it has bought. The first `told` events were counted before.
	fn check_credits(&mut self, told: usize) {
		let Self { chain, bought, .. } = self;
		chain.execute(|| {
			for record in System::events().into_iter().skip(told) {
				let (who, credits) = match record.event {
					RuntimeEvent::DataCredits(pallet_data_credits::Event::Burned {
						beneficiary, credits, ..
					}) => (beneficiary, credits),
					RuntimeEvent::Market(pallet_market::Event::Refunded { holder, inherited, .. }) => {
						(holder, inherited)
					}
					_ => continue,
				};
				*bought.entry(who).or_default() += credits;
			}
			let mut back: BTreeMap<AccountId, Credits> = BTreeMap::new();
			for slot in pallet_market::Slots::<Runtime>::iter_values() {
				*back.entry(slot.payer).or_default() += slot.deposit + slot.escrow - slot.inherited;
			}
			let market = pallet_market::Pallet::<Runtime>::account();
			for (who, account) in pallet_assets::Account::<Runtime>::iter_prefix(DC_ASSET) {
				let has = account.balance + back.get(&who).copied().unwrap_or_default();
				let may = bought.get(&who).copied().unwrap_or_default();
				assert!(who == market || has <= may, "{who} has {has} DC and has bought {may}");
			}
		});
	}
}

/// Something that somebody does.
struct Act {
	who: Sr25519Keyring,
	name: &'static str,
	call: RuntimeCall,
}

impl Act {
	fn by_root(self) -> Self {
		let call = Box::new(self.call);
		Self {
			call: pallet_sudo::Call::sudo { call }.into(),
			..self
		}
	}
}

/// What an error is called.
fn name(error: DispatchError) -> String {
	match error {
		DispatchError::Module(module) => module.message.unwrap_or("unnamed").into(),
		other => format!("{other:?}"),
	}
}

/// Names the seed when its run panics.
struct Reproducible {
	seed: u64,
	blocks: u64,
}

impl Drop for Reproducible {
	fn drop(&mut self) {
		if std::thread::panicking() {
			let Self { seed, blocks } = self;
			eprintln!("again: FUZZ_BLOCKS={blocks} scripts/fuzz-actions.sh 0 {seed}");
		}
	}
}

fn variable(name: &str) -> Option<u64> {
	let value = env::var(name).ok()?;
	Some(
		value
			.parse()
			.unwrap_or_else(|_| panic!("{name} is to be a number, not {value}")),
	)
}

fn report(tallies: &Tallies, seeds: u64, blocks: u64) {
	println!("{seeds} seeds, {blocks} blocks");
	println!(
		"{:<24} {:>8} {:>8} {:>5}  most often refused for",
		"action", "tried", "done", "%"
	);
	for (name, Tally { tried, done, refused }) in tallies {
		let mut refused: Vec<_> = refused.iter().collect();
		refused.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
		let refused: Vec<_> = refused
			.into_iter()
			.take(3)
			.map(|(name, count)| format!("{name} {count}"))
			.collect();
		let percent = 100 * done / tried;
		println!("{name:<24} {tried:>8} {done:>8} {percent:>5}  {}", refused.join(", "));
	}
}

#[test]
fn invariants_should_hold_after_every_block_whatever_people_do() {
	let first = variable("FUZZ_SEED").unwrap_or(1);
	let blocks = variable("FUZZ_BLOCKS").unwrap_or(60);
	let time = variable("FUZZ_SECONDS").map(Duration::from_secs);
	let (begun, mut tallies, mut seed) = (Instant::now(), Tallies::new(), first);
	while time.map_or(seed < first + 3, |time| seed == first || begun.elapsed() < time) {
		let reproducible = Reproducible { seed, blocks };
		let mut fuzzer = Fuzzer::new(seed, &mut tallies);
		for _ in 0..blocks {
			fuzzer.step();
		}
		drop(reproducible);
		seed += 1;
	}
	report(&tallies, seed - first, (seed - first) * blocks);
	let (tried, done) = tallies
		.values()
		.fold((0, 0), |(tried, done), tally| (tried + tally.tried, done + tally.done));
	assert!(
		5 * done > 2 * tried,
		"only {done} of {tried} actions succeeded: they try nothing"
	);
}
