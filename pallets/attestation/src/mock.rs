//! A runtime with the pallet alone, all seams mocked, and nodes that take part in rounds with real proofs.

use crate as pallet_attestation;
use crate::*;
use frame_support::{
	assert_ok, derive_impl,
	dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
	pallet_prelude::{TransactionSource, TransactionValidityError, ValidTransaction},
	parameter_types,
	traits::{Authorize, ConstU32, OnPoll, Randomness, UnfilteredDispatchable},
	weights::{Weight, WeightMeter},
};
use frame_system::{EnsureRoot, RawOrigin};
use millpond_primitives::{Balance, GpuId, GpuModelId, Minute, OperatorId, BCT, CREDITS_PER_USD};
use millpond_proof::{
	expansion::Keys,
	hash,
	operator::Tree,
	prover::Prover,
	seeds::{entry_pick, step_pick},
	walk, Hash, Profile,
};
use millpond_traits::{
	mocks::{MockClock, MockGpus, MockHosts, MockOnGpuStatus, MockOperators},
	Clock, GpuFacts, GpuStatus, Gpus, ModelFacts,
};
use sp_core::{crypto::AccountId32, sr25519, Pair, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage, MultiSignature};
use std::collections::BTreeMap;

pub type AccountId = AccountId32;
type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Test>;
	#[runtime::pallet_index(1)]
	pub type Attestation = pallet_attestation::Pallet<Test>;
}

/// The market minute in which tests begin: the start of a period.
pub const START: Minute = 30_000_000;

/// A heartbeat's period.
pub const PERIOD: Minute = 10;

/// The model of all GPUs, and what its hosts answer for each with.
pub const MODEL: GpuModelId = 1;
pub const BOND: Balance = 10_000 * BCT;

/// The hash of the first block.
pub const GENESIS: H256 = H256::repeat_byte(7);

/// Small enough for many rounds; four chunks, of which eight openings see nearly each.
pub fn toy_profile() -> Profile {
	Profile::new(4, 16, 64, 2, 4, 8).expect("within bounds")
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
}

parameter_types! {
	pub static RandomnessIsThere: bool = true;
	/// What the randomness of the tests follows from.
	pub static Chance: u64 = 0;
	pub static MaxPollWeight: Weight = Weight::MAX;
}

/// Randomness that follows from the block's number, and is not there when a test says so.
pub struct TestRandomness;

impl Randomness<Option<H256>, u64> for TestRandomness {
	fn random(subject: &[u8]) -> (Option<H256>, u64) {
		let block = System::block_number();
		let value = hash(&[subject, &Chance::get().to_le_bytes(), &block.to_le_bytes()]);
		(
			RandomnessIsThere::get().then_some(value.into()),
			block.saturating_sub(1),
		)
	}
}

/// The GPUs of the tests.
pub type TestGpus = MockGpus<MockOnGpuStatus>;

impl Config for Test {
	type Clock = MockClock;
	type Operators = MockOperators;
	type Gpus = TestGpus;
	type Hosts = MockHosts;
	type Randomness = TestRandomness;
	type Signature = MultiSignature;
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type MaxChanges = ConstU32<16>;
	type MaxPollWeight = MaxPollWeight;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// Who holds the operator's NFT.
pub fn holder(operator: OperatorId) -> AccountId {
	AccountId::new(hash(&[b"holder", &operator.to_le_bytes()]))
}

/// The key of the operator's node.
pub fn key(operator: OperatorId) -> sr25519::Pair {
	sr25519::Pair::from_seed(&hash(&[b"attestor", &operator.to_le_bytes()]))
}

/// The account of that key.
pub fn attestor(operator: OperatorId) -> AccountId {
	key(operator).public().into()
}

pub fn sign(key: &sr25519::Pair, message: [u8; 32]) -> MultiSignature {
	MultiSignature::Sr25519(key.sign(&message))
}

/// Makes a block, whose hooks have `weight`.
pub fn block_with_weight(weight: Weight) -> Weight {
	System::set_block_number(System::block_number() + 1);
	let mut meter = WeightMeter::with_limit(weight);
	<Attestation as OnPoll<u64>>::on_poll(System::block_number(), &mut meter);
	meter.consumed()
}

pub fn block() {
	block_with_weight(Weight::MAX);
}

/// Lets `minutes` pass with a block in each.
pub fn pass(minutes: Minute) {
	for _ in 0..minutes {
		MockClock::advance(1);
		block();
	}
}

/// Makes blocks until the round is in `phase`.
pub fn run_to(phase: Phase) {
	while phase_now() != Some(phase) {
		assert!(Round::<Test>::exists(), "the round is over");
		block();
	}
}

/// Makes blocks until no round is on.
pub fn close() {
	while Round::<Test>::exists() {
		block();
	}
}

pub fn phase_now() -> Option<Phase> {
	Round::<Test>::get().map(|round| round.phase)
}

/// Begins a round. It has what it needs to see who was free before.
pub fn open() -> RoundIndex {
	Attestation::begin_round();
	Rounds::<Test>::get()
}

/// Sends a transaction without a signer, as a node does: whether it may go into a block is asked, and what it does then
/// never fails.
pub fn send(call: Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
	let call = RuntimeCall::Attestation(call);
	let (valid, _) = call
		.authorize(TransactionSource::External)
		.expect("it can be authorized")?;
	let info = call.get_dispatch_info();
	assert!(info.call_weight.ref_time() > 0);
	assert_ok!(call.dispatch_bypass_filter(RawOrigin::Authorized.into()));
	Ok(valid)
}

pub fn heartbeat_signed(
	key: &sr25519::Pair,
	operator: OperatorId,
	period: Minute,
	away: &[GpuId],
	back: &[GpuId],
) -> Call<Test> {
	Call::heartbeat {
		operator,
		period,
		away: away.to_vec().try_into().expect("few enough"),
		back: back.to_vec().try_into().expect("few enough"),
		signature: sign(key, messages::heartbeat(GENESIS, operator, period, away, back)),
	}
}

/// The operator's node sends the heartbeat of the present period.
pub fn beat(
	operator: OperatorId,
	away: &[GpuId],
	back: &[GpuId],
) -> Result<ValidTransaction, TransactionValidityError> {
	let period = MockClock::now() / PERIOD * PERIOD;
	send(heartbeat_signed(&key(operator), operator, period, away, back))
}

/// Registers `operator`, and has it name its node's key.
pub fn add_operator(operator: OperatorId) {
	MockOperators::add(operator, &holder(operator), 100 * BOND);
	assert_ok!(Attestation::set_attestor(
		RuntimeOrigin::signed(holder(operator)),
		operator,
		attestor(operator)
	));
}

/// Registers `gpu` with `operator` as its host.
pub fn add_gpu(operator: OperatorId, gpu: GpuId) {
	let facts = GpuFacts {
		operator,
		model: MODEL,
		status: GpuStatus::Registered,
	};
	TestGpus::add(gpu, &holder(operator), facts);
}

/// Changes how `gpu` stands without telling anybody.
pub fn change_gpu(gpu: GpuId, change: impl FnOnce(&mut GpuFacts)) {
	let mut facts = facts(gpu);
	change(&mut facts);
	TestGpus::add(gpu, &holder(facts.operator), facts);
}

/// Registers `operator` with `gpus`, all on its roster, and lets the next period begin.
pub fn add_host(operator: OperatorId, gpus: &[GpuId]) {
	add_operator(operator);
	gpus.iter().for_each(|gpu| add_gpu(operator, *gpu));
	assert_ok!(beat(operator, &[], gpus));
}

/// Registers `operator` with `gpus`, all of them online.
pub fn add_online_host(operator: OperatorId, gpus: &[GpuId]) {
	add_host(operator, gpus);
	for gpu in gpus {
		let (_, position) = Places::<Test>::get(gpu).expect("it is on the roster");
		Roster::<Test>::mutate(operator, position, |member| {
			let member = member.as_mut().expect("it is there");
			(member.left, member.unproven) = (0, false);
		});
		change_gpu(*gpu, |facts| facts.status = GpuStatus::Online);
	}
}

pub fn facts(gpu: GpuId) -> GpuFacts {
	<TestGpus as Gpus<AccountId>>::facts(gpu).expect("it is there")
}

pub fn status(gpu: GpuId) -> GpuStatus {
	facts(gpu).status
}

pub fn member(gpu: GpuId) -> MemberRecord {
	Attestation::attestation_status(gpu).expect("it is on a roster").member
}

/// What the sum of its slashes is in basis points of a bond.
pub fn slashed(operator: OperatorId) -> Balance {
	MockOperators::slashed(operator) * 10_000 / BOND
}

/// The node of an operator in a round.
pub struct Node {
	pub operator: OperatorId,
	pub round: RoundIndex,
	provers: BTreeMap<GpuId, Prover>,
}

impl Node {
	/// A node of `operator` for the round that is on.
	pub fn new(operator: OperatorId) -> Self {
		Self {
			operator,
			round: Rounds::<Test>::get(),
			provers: BTreeMap::new(),
		}
	}

	/// The GPUs on its roster.
	pub fn roster(&self) -> Vec<GpuId> {
		let members = Attestation::roster(self.operator, 0);
		members.into_iter().map(|member| member.gpu).collect()
	}

	/// Fills the memory of `gpus`; what is in the chunks of which `honest` says no is zero.
	pub fn fill(&mut self, gpus: &[GpuId], honest: impl Fn(GpuId, u64) -> bool) {
		for gpu in gpus {
			let challenge = Attestation::challenge(*gpu).expect("a round is on");
			let seed = challenge.fill.expect("it is known");
			let prover = Prover::new(challenge.profile, &seed, |chunk| honest(*gpu, chunk));
			self.provers.insert(*gpu, prover);
		}
	}

	fn tree(&self, root: impl Fn(&Prover) -> Hash) -> Tree {
		Tree::new(self.provers.iter().map(|(gpu, prover)| (*gpu, root(prover)))).expect("no GPU is there twice")
	}

	pub fn fill_root(&self) -> Hash {
		self.tree(|prover| prover.roots().fill).root()
	}

	pub fn walk_root(&self) -> Hash {
		self.tree(|prover| prover.roots().walk).root()
	}

	/// A bit for each position at which one of `gpus` is.
	pub fn presence(&self, gpus: &[GpuId]) -> Presence {
		let mut present = vec![0u8; self.roster().len().div_ceil(8)];
		for gpu in gpus {
			let (_, position) = Places::<Test>::get(gpu).expect("it is on a roster");
			present[position as usize / 8] |= 1 << (position % 8);
		}
		present.try_into().expect("few enough")
	}

	pub fn fill_call(&self) -> Call<Test> {
		let (operator, round, root) = (self.operator, self.round, self.fill_root());
		let message = messages::commit_fill(GENESIS, operator, round, &root);
		Call::commit_fill {
			operator,
			round,
			root,
			signature: sign(&key(operator), message),
		}
	}

	pub fn commit_fill(&self) -> Result<ValidTransaction, TransactionValidityError> {
		send(self.fill_call())
	}

	/// Walks with all GPUs that it has filled.
	pub fn walk(&mut self) {
		for (gpu, prover) in &mut self.provers {
			let challenge = Attestation::challenge(*gpu).expect("a round is on");
			prover.walk(&challenge.walk.expect("it is known"));
		}
	}

	pub fn walk_call(&self, present: Presence) -> Call<Test> {
		let (operator, round, root) = (self.operator, self.round, self.walk_root());
		let message = messages::commit_walk(GENESIS, operator, round, &root, &present);
		Call::commit_walk {
			operator,
			round,
			root,
			present,
			signature: sign(&key(operator), message),
		}
	}

	/// Commits to the walks of all GPUs that it has filled, and that all of them took part.
	pub fn commit_walk(&self) -> Result<ValidTransaction, TransactionValidityError> {
		let gpus: Vec<_> = self.provers.keys().copied().collect();
		send(self.walk_call(self.presence(&gpus)))
	}

	/// What it answers for `gpu`.
	pub fn answer(&self, gpu: GpuId) -> Answer {
		let challenge = Attestation::challenge(gpu).expect("a round is on");
		let prover = &self.provers[&gpu];
		Answer {
			roots: prover.roots(),
			fill: self.tree(|prover| prover.roots().fill).path(gpu).expect("it is in"),
			walk: self.tree(|prover| prover.roots().walk).path(gpu).expect("it is in"),
			proof: prover.prove(&challenge.pick.expect("it is known")),
		}
	}

	/// What it answers for `gpu`, with the fill of `other` and its own walk.
	pub fn answer_from(&self, gpu: GpuId, other: &Self) -> Answer {
		let (mut answer, fill) = (self.answer(gpu), other.answer(gpu));
		let (profile, seed) = (
			toy_profile(),
			Attestation::challenge(gpu).and_then(|challenge| challenge.pick),
		);
		for (number, step) in (0..).zip(&mut answer.proof.steps) {
			let pick = step_pick(&seed.expect("it is known"), number, profile.all_steps());
			let mut state = step.state;
			for (number, read) in walk::reads_of(pick).zip(&mut step.reads) {
				*read = other.provers[&gpu].open(walk::address(state, profile.chunks()));
				state = walk::mix(state, number, &read.chunk);
			}
		}
		answer.roots.fill = fill.roots.fill;
		answer.fill = fill.fill;
		answer.proof.entries = fill.proof.entries;
		answer
	}

	/// Whether all entries of `gpu` that the round opens are in the chunks that `computed` has a bit for, or zero anyway.
	pub fn opens_only(&self, gpu: GpuId, computed: u8) -> bool {
		let (challenge, profile) = (Attestation::challenge(gpu).expect("a round is on"), toy_profile());
		let keys = Keys::new(&challenge.fill.expect("it is known"));
		let seed = challenge.pick.expect("it is known");
		(0..profile.openings()).all(|number| {
			let entry = entry_pick(&seed, number, profile.entries());
			let (row, column) = (
				entry / u64::from(profile.columns()),
				entry % u64::from(profile.columns()),
			);
			computed >> (entry / 16) & 1 == 1 || keys.dot(row as u32, column as u32, profile.k()) == 0
		})
	}

	/// The same memory and walk in another round.
	pub fn in_round(self, round: RoundIndex) -> Self {
		Self { round, ..self }
	}

	pub fn send_answer(&self, gpu: GpuId, answer: Answer) -> DispatchResultWithPostInfo {
		let k = toy_profile().k();
		let signer = RuntimeOrigin::signed(attestor(self.operator));
		Attestation::prove(signer, self.round, gpu, k, Box::new(answer))
	}

	/// Proves `gpu`.
	pub fn prove(&self, gpu: GpuId) -> DispatchResultWithPostInfo {
		self.send_answer(gpu, self.answer(gpu))
	}

	/// Sends all proofs that it owes.
	pub fn prove_all(&self) {
		let duties = Attestation::duties(self.operator).expect("it has an attestor");
		for gpu in duties.owes_proofs {
			assert_ok!(self.prove(gpu));
		}
	}
}

/// Has the node of `operator` go through the round that is on with `gpus` only, up to the proofs.
pub fn take_part_with(operator: OperatorId, gpus: &[GpuId]) -> Node {
	run_to(Phase::Fill);
	let mut node = Node::new(operator);
	node.fill(gpus, |_, _| true);
	assert_ok!(node.commit_fill());
	run_to(Phase::Walk);
	node.walk();
	assert_ok!(node.commit_walk());
	run_to(Phase::Proving);
	node
}

/// Has the nodes of `operators` go through the round that is on with all their GPUs, up to the proofs.
pub fn take_part(operators: &[OperatorId]) -> Vec<Node> {
	run_to(Phase::Fill);
	let mut nodes: Vec<_> = operators.iter().map(|operator| Node::new(*operator)).collect();
	for node in &mut nodes {
		node.fill(&node.roster(), |_, _| true);
		assert_ok!(node.commit_fill());
	}
	run_to(Phase::Walk);
	for node in &mut nodes {
		node.walk();
		assert_ok!(node.commit_walk());
	}
	run_to(Phase::Proving);
	nodes
}

/// A whole round in which all GPUs of `operators` do all that they should.
pub fn honest_round(operators: &[OperatorId]) {
	open();
	take_part(operators).iter().for_each(Node::prove_all);
	close();
}

/// The events of this pallet so far.
pub fn events() -> Vec<Event<Test>> {
	let of_ours = |event| match event {
		RuntimeEvent::Attestation(event) => Some(event),
		_ => None,
	};
	System::events()
		.into_iter()
		.filter_map(|record| of_ours(record.event))
		.collect()
}

/// The GPUs that got a strike in the rounds so far.
pub fn struck() -> Vec<GpuId> {
	let of = |event| match event {
		Event::Struck { gpu, .. } => Some(gpu),
		_ => None,
	};
	events().into_iter().filter_map(of).collect()
}

/// Sets up a test, runs it, and checks every invariant after it.
pub struct TestExt {
	pub genesis: GenesisConfig<Test>,
}

impl Default for TestExt {
	/// Short windows; rounds begin only when a test says so; one GPU has a profile; all GPUs are picked.
	fn default() -> Self {
		let parameters = ParametersRecord {
			period: PERIOD.try_into().expect("in range"),
			interval: 201_600.try_into().expect("in range"),
			seed_blocks: 2.try_into().expect("in range"),
			fill_blocks: 3.try_into().expect("in range"),
			walk_blocks: 3.try_into().expect("in range"),
			prove_blocks: 4.try_into().expect("in range"),
			fraud_slash: 5_000.try_into().expect("in range"),
			unanswered_slash: 100.try_into().expect("in range"),
			..ParametersRecord::default()
		};
		Self {
			genesis: GenesisConfig {
				parameters,
				profiles: vec![(MODEL, toy_profile())],
				..Default::default()
			},
		}
	}
}

impl TestExt {
	/// With other parameters.
	pub fn parameters(mut self, change: impl FnOnce(&mut ParametersRecord)) -> Self {
		change(&mut self.genesis.parameters);
		self
	}

	pub fn build(self) -> sp_io::TestExternalities {
		RandomnessIsThere::set(true);
		Chance::set(0);
		MaxPollWeight::set(Weight::MAX);
		let genesis = RuntimeGenesisConfig {
			attestation: self.genesis,
			..Default::default()
		};
		let mut ext: sp_io::TestExternalities = genesis.build_storage().expect("a valid genesis").into();
		ext.execute_with(|| {
			System::set_block_number(1);
			frame_system::BlockHash::<Test>::insert(0, GENESIS);
			MockClock::advance(START);
			let model = ModelFacts {
				weight: 1,
				reference_price: 1,
				bond: BOND / (BCT / CREDITS_PER_USD),
				memory: 1,
				simulated: true,
			};
			TestGpus::add_model(MODEL, model);
		});
		ext
	}

	/// With a keystore, for benchmarks.
	#[cfg(feature = "runtime-benchmarks")]
	pub fn build_with_keys(self) -> sp_io::TestExternalities {
		let mut ext = self.build();
		ext.register_extension(sp_keystore::KeystoreExt::new(
			sp_keystore::testing::MemoryKeystore::new(),
		));
		ext
	}

	pub fn execute_with(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			assert_ok!(Attestation::do_try_state());
		});
	}
}
