//! Benchmarks: GPUs that are online, in pools, each with a customer of its own, and with a bond to slash; groups that were last
//! touched in an epoch that closed two epochs ago; and proofs as large as those of real GPUs.

use crate::{
	messages, proofs::purpose_seed, Answer, AttestorRecord, Attestors, Call, Changes, CommitRecord, Commits, Config,
	Due, MemberRecord, NextDue, Order, Pallet, Parameters, ParametersRecord, Phase, Picks, Places, Presence,
	ProfileRecord, Profiles, Roster, Round, RoundRecord, Rounds, Sweep, Vouched, WalkRecord, MAX_GPUS, MAX_PRESENCE,
};
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	pallet_prelude::{DispatchResultWithPostInfo, TransactionSource},
	traits::{EnsureOrigin, Get, UnfilteredDispatchable},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use millpond_primitives::{GpuId, Minute, OperatorId, MINUTES_PER_DAY};
use millpond_proof::{operator::Tree, prover::Prover, Profile, Purpose, Refusal, Seeds};
use millpond_traits::{Clock, GpuLifecycle, GpuStatus, Gpus, Hosts, Operators};
use sp_core::{crypto::KeyTypeId, sr25519};
use sp_runtime::{AccountId32, MultiSignature};

/// What benchmarks sign with.
pub trait BenchmarkHelper<AccountId, Signature> {
	/// The account of a key that [`sign`](Self::sign) has.
	fn attestor() -> AccountId;

	/// Signs `message` with it.
	fn sign(message: &[u8]) -> Signature;
}

/// A key in the keystore.
fn key() -> sr25519::Public {
	sp_io::crypto::sr25519_generate(KEY, Some(b"//Attestor".to_vec()))
}

const KEY: KeyTypeId = KeyTypeId(*b"atst");

impl BenchmarkHelper<AccountId32, MultiSignature> for () {
	fn attestor() -> AccountId32 {
		key().into()
	}

	fn sign(message: &[u8]) -> MultiSignature {
		let Some(signature) = sp_io::crypto::sr25519_sign(KEY, &key(), message) else {
			panic!("the key is in the keystore")
		};
		MultiSignature::Sr25519(signature)
	}
}

/// A market minute after the first, at the start of a period.
const NOW: Minute = 30_000_000;

/// How many operators have committed in the round.
const OPERATORS: u32 = 100_000;

/// An operator with an attestor.
fn operator<T: Config>() -> (T::AccountId, OperatorId) {
	T::Clock::set_now(NOW);
	let holder: T::AccountId = whitelisted_caller();
	let operator = T::Operators::set_up(&holder);
	let record = AttestorRecord {
		attestor: T::BenchmarkHelper::attestor(),
		gpus: 0,
		beat: 0,
		vouched: None,
	};
	Attestors::<T>::insert(operator, record);
	(holder, operator)
}

/// A profile of `openings` openings of `k` entries a row, with paths as long as those of a card of 128 GiB.
fn profile(k: u32, openings: u32) -> Profile {
	let Ok(profile) = Profile::new(1 << 17, 1 << 18, k, 1 << 16, 1 << 10, openings) else {
		panic!("within bounds")
	};
	profile
}

/// A GPU of the operator that is online.
fn online_gpu<T: Config>(holder: &T::AccountId, operator: OperatorId) -> GpuId {
	let gpu = T::Gpus::set_up(holder, operator);
	let Some(facts) = T::Gpus::facts(gpu) else {
		panic!("it was just set up")
	};
	let present = profile(64, 8);
	Profiles::<T>::insert(facts.model, ProfileRecord { present, next: None });
	gpu
}

/// Closes two epochs.
fn later<T: Config>() {
	(0..2).for_each(|_| T::Clock::set_now(T::Clock::now().saturating_add(MINUTES_PER_DAY + 60)));
}

/// Puts a GPU on the operator's roster.
fn enroll<T: Config>(operator: OperatorId, gpu: GpuId) -> u32 {
	let Some(mut record) = Attestors::<T>::get(operator) else {
		panic!("it has an attestor")
	};
	let position = record.gpus;
	let member = MemberRecord {
		left: 0,
		unproven: false,
		..MemberRecord::new(gpu, 1, 3)
	};
	Roster::<T>::insert(operator, position, member);
	Places::<T>::insert(gpu, (operator, position));
	record.gpus = position.saturating_add(1);
	Attestors::<T>::insert(operator, record);
	position
}

/// A round in `phase`, with its randomness known.
fn round<T: Config>(phase: Phase) -> RoundRecord {
	Pallet::<T>::begin_round();
	let Some(round) = Round::<T>::get() else {
		panic!("it has just begun")
	};
	let round = RoundRecord {
		phase,
		left: 2,
		fill: Some([1; 32]),
		walk: Some([2; 32]),
		pick: Some([3; 32]),
		..round
	};
	Round::<T>::put(round);
	round
}

/// A commit that says that the GPU at `position` took part, in a roster as long as can be.
fn commit<T: Config>(operator: OperatorId, position: u32, fill: [u8; 32], walk: [u8; 32]) -> CommitRecord {
	let mut present = vec![0u8; MAX_PRESENCE as usize];
	present[position as usize / 8] |= 1 << (position % 8);
	let record = CommitRecord {
		fill,
		walk: Some(WalkRecord {
			root: walk,
			present: Presence::truncate_from(present),
			place: 0,
		}),
	};
	Commits::<T>::insert(operator, record.clone());
	record
}

/// A round is on whose picks are not drawn, and the GPU, whose host has committed to as many as it can, did not take part.
pub(crate) fn owes_nothing<T: Config>(gpu: GpuId) {
	let Some(facts) = T::Gpus::facts(gpu) else {
		panic!("the GPU is there")
	};
	let record = AttestorRecord {
		attestor: whitelisted_caller(),
		gpus: 0,
		beat: 0,
		vouched: None,
	};
	Attestors::<T>::insert(facts.operator, record);
	let position = enroll::<T>(facts.operator, gpu);
	round::<T>(Phase::Picking);
	commit::<T>(facts.operator, position.saturating_add(1), [0; 32], [0; 32]);
}

/// An operator whose only GPU is online, has a customer, and took part in the round that is on, in `phase`.
fn member<T: Config>(phase: Phase) -> (RoundRecord, OperatorId, GpuId) {
	let (holder, operator) = operator::<T>();
	let gpu = online_gpu::<T>(&holder, operator);
	let position = enroll::<T>(operator, gpu);
	T::Hosts::set_up(operator, 1, &[gpu]);
	later::<T>();
	let round = round::<T>(phase);
	commit::<T>(operator, position, [0; 32], [0; 32]);
	(round, operator, gpu)
}

/// The proof of a GPU that was picked.
fn picked<T: Config>(profile: Profile) -> (OperatorId, GpuId, Answer) {
	let (round, operator, gpu) = member::<T>(Phase::Proving);
	Picks::<T>::insert(operator, gpu, false);
	let Some(facts) = T::Gpus::facts(gpu) else {
		panic!("it was just set up")
	};
	Profiles::<T>::insert(
		facts.model,
		ProfileRecord {
			present: profile,
			next: None,
		},
	);
	let genesis = Pallet::<T>::genesis_hash().0;
	let seed = |purpose, randomness| purpose_seed(purpose, &genesis, round.index, gpu, &randomness);
	let seeds = Seeds {
		fill: seed(Purpose::Fill, [1; 32]),
		walk: seed(Purpose::Walk, [2; 32]),
		pick: seed(Purpose::Pick, [3; 32]),
	};
	let prover = Prover::rehearsed(profile, &seeds);
	let roots = prover.roots();
	// As many other GPUs as can be, so that the paths are as long as they get.
	let tree = |root| {
		let others = (0..64).map(|bit| (gpu ^ 1 << bit, [bit as u8; 32]));
		let Some(tree) = Tree::new(others.chain([(gpu, root)])) else {
			panic!("no GPU is there twice")
		};
		tree
	};
	let (fills, walks) = (tree(roots.fill), tree(roots.walk));
	commit::<T>(operator, 0, fills.root(), walks.root());
	let (Some(fill), Some(walk)) = (fills.path(gpu), walks.path(gpu)) else {
		panic!("it is in both")
	};
	let answer = Answer {
		roots,
		fill,
		walk,
		proof: prover.prove(&seeds.pick),
	};
	(operator, gpu, answer)
}

fn changes<T: Config>(gpus: Vec<GpuId>) -> Changes<T> {
	Changes::<T>::truncate_from(gpus)
}

/// A heartbeat that is about to be heard.
struct Beat<T: Config> {
	operator: OperatorId,
	period: Minute,
	away: Changes<T>,
	back: Changes<T>,
	signature: T::Signature,
}

impl<T: Config> Beat<T> {
	/// Of an operator with `groups` groups that has been dark for a while, with so many GPUs that went away and came back.
	fn after_dark(away: u32, back: u32, groups: u32) -> Self {
		let (holder, operator) = operator::<T>();
		let mut gone: Vec<_> = (0..away + back).map(|_| online_gpu::<T>(&holder, operator)).collect();
		for gpu in &gone {
			enroll::<T>(operator, *gpu);
		}
		T::Hosts::set_up(operator, groups, &gone);
		let returned = gone.split_off(away as usize);
		returned.iter().for_each(|gpu| Pallet::<T>::note_away(operator, *gpu));
		T::Clock::set_now(NOW + 10);
		T::Hosts::darken(operator, NOW + 5);
		later::<T>();
		Self {
			operator,
			period: Pallet::<T>::present_period(),
			away: changes::<T>(gone),
			back: changes::<T>(returned),
			signature: T::BenchmarkHelper::sign(&[]),
		}
	}

	fn hear(&self) -> DispatchResultWithPostInfo {
		let call = Call::<T>::heartbeat {
			operator: self.operator,
			period: self.period,
			away: self.away.clone(),
			back: self.back.clone(),
			signature: self.signature.clone(),
		};
		call.dispatch_bypass_filter(RawOrigin::Authorized.into())
	}

	/// Makes sure that all of it was noted.
	fn ensure_heard(&self) {
		let Some(record) = Attestors::<T>::get(self.operator) else {
			panic!("it is there")
		};
		let (away, back) = (self.away.len(), self.back.len());
		assert_eq!((record.gpus as usize, record.beat), (away + back, self.period));
		assert_eq!(Due::<T>::iter_keys().count(), 1);
		let roster = (0..record.gpus).filter_map(|position| Roster::<T>::get(self.operator, position));
		assert_eq!(roster.filter(|member| member.away.is_none()).count(), back);
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn set_attestor() {
		let (holder, operator) = operator::<T>();
		let attestor: T::AccountId = account("attestor", 0, 0);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder), operator, attestor.clone());

		assert_eq!(
			Attestors::<T>::get(operator).map(|record| record.attestor),
			Some(attestor)
		);
	}

	/// Without news, of an operator that has been dark for a while.
	#[benchmark]
	fn heartbeat(g: Linear<1, { T::Hosts::MAX_GROUPS }>) {
		let beat = Beat::<T>::after_dark(0, 0, g);

		#[block]
		{
			assert_ok!(beat.hear());
		}

		beat.ensure_heard();
	}

	/// Customers still have the GPUs that went away, and are paid for what they missed.
	#[benchmark]
	fn heartbeat_away(a: Linear<0, { T::MaxChanges::get() }>) {
		let beat = Beat::<T>::after_dark(a, 0, T::Hosts::MAX_GROUPS);

		#[block]
		{
			assert_ok!(beat.hear());
		}

		beat.ensure_heard();
	}

	/// What comes back goes online, which costs more than to enroll a new one.
	#[benchmark]
	fn heartbeat_back(b: Linear<0, { T::MaxChanges::get() }>) {
		let beat = Beat::<T>::after_dark(0, b, T::Hosts::MAX_GROUPS);

		#[block]
		{
			assert_ok!(beat.hear());
		}

		beat.ensure_heard();
	}

	#[benchmark]
	fn authorize_heartbeat(c: Linear<0, { 2 * T::MaxChanges::get() }>) {
		let (_, operator) = operator::<T>();
		let period = Pallet::<T>::present_period();
		let first = c / 2;
		let away: Vec<GpuId> = (0..first.into()).collect();
		let back: Vec<GpuId> = (0..(c - first).into()).collect();
		let message = messages::heartbeat(Pallet::<T>::genesis_hash(), operator, period, &away, &back);
		let signature = T::BenchmarkHelper::sign(&message);
		let (away, back) = (changes::<T>(away), changes::<T>(back));
		let result;

		#[block]
		{
			result = Pallet::<T>::authorize_heartbeat(
				TransactionSource::External,
				&operator,
				&period,
				&away,
				&back,
				&signature,
			);
		}

		assert_ok!(result);
	}

	#[benchmark]
	fn commit_fill() {
		let (_, operator) = operator::<T>();
		let round = round::<T>(Phase::Fill);
		let signature = T::BenchmarkHelper::sign(&[]);

		#[extrinsic_call]
		_(RawOrigin::Authorized, operator, round.index, [7; 32], signature);

		assert!(Commits::<T>::contains_key(operator));
	}

	#[benchmark]
	fn authorize_commit_fill() {
		let (holder, operator) = operator::<T>();
		enroll::<T>(operator, online_gpu::<T>(&holder, operator));
		let (index, root) = (round::<T>(Phase::Fill).index, [7; 32]);
		let message = messages::commit_fill(Pallet::<T>::genesis_hash(), operator, index, &root);
		let signature = T::BenchmarkHelper::sign(&message);
		let result;

		#[block]
		{
			result =
				Pallet::<T>::authorize_commit_fill(TransactionSource::External, &operator, &index, &root, &signature);
		}

		assert_ok!(result);
	}

	#[benchmark]
	fn commit_walk(p: Linear<0, MAX_PRESENCE>) {
		let (_, operator) = operator::<T>();
		let round = round::<T>(Phase::Walk);
		Commits::<T>::insert(
			operator,
			CommitRecord {
				fill: [7; 32],
				walk: None,
			},
		);
		let present = Presence::truncate_from(vec![255; p as usize]);
		let signature = T::BenchmarkHelper::sign(&[]);

		#[extrinsic_call]
		_(
			RawOrigin::Authorized,
			operator,
			round.index,
			[8; 32],
			present,
			signature,
		);

		assert_eq!(Order::<T>::get(0), Some(((p * 8).into(), operator)));
	}

	#[benchmark]
	fn authorize_commit_walk(p: Linear<0, MAX_PRESENCE>) {
		let (_, operator) = operator::<T>();
		Attestors::<T>::mutate(operator, |record| {
			if let Some(record) = record {
				record.gpus = MAX_GPUS;
			}
		});
		let (index, root) = (round::<T>(Phase::Walk).index, [8; 32]);
		Commits::<T>::insert(
			operator,
			CommitRecord {
				fill: [7; 32],
				walk: None,
			},
		);
		let present = Presence::truncate_from(vec![255; p as usize]);
		let message = messages::commit_walk(Pallet::<T>::genesis_hash(), operator, index, &root, &present);
		let signature = T::BenchmarkHelper::sign(&message);
		let result;

		#[block]
		{
			result = Pallet::<T>::authorize_commit_walk(
				TransactionSource::External,
				&operator,
				&index,
				&root,
				&present,
				&signature,
			);
		}

		assert_ok!(result);
	}

	/// `k` KiB of keystream, whatever the number of openings: `o`.
	#[benchmark]
	fn prove(k: Linear<64, 16_384>, o: Linear<8, 64>) {
		let profile = profile((k * 1_024 / (2 * o) / 64 * 64).max(64), o);
		let (operator, gpu, answer) = picked::<T>(profile);
		let attestor = T::BenchmarkHelper::attestor();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(attestor),
			Rounds::<T>::get(),
			gpu,
			profile.k(),
			Box::new(answer),
		);

		assert_eq!(Picks::<T>::get(operator, gpu), Some(true));
	}

	#[benchmark]
	fn condemn() {
		let (round, operator, gpu) = member::<T>(Phase::Proving);

		#[block]
		{
			assert_ok!(Pallet::<T>::condemn(
				round.index,
				operator,
				gpu,
				Refusal::EntryIsNotProduct
			));
		}

		assert!(Pallet::<T>::hosted(operator, gpu).is_none());
	}

	#[benchmark]
	fn set_profile() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let (holder, operator) = operator::<T>();
		let gpu = online_gpu::<T>(&holder, operator);
		let model = T::Gpus::facts(gpu).ok_or(BenchmarkError::Stop("no GPU"))?.model;
		let next = profile(128, 8);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, model, next);

		let from = Rounds::<T>::get().saturating_add(1);
		assert_eq!(
			Profiles::<T>::get(model).and_then(|record| record.next),
			Some((from, next))
		);
		Ok(())
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = ParametersRecord::default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		assert_eq!(Parameters::<T>::get(), parameters);
		Ok(())
	}

	/// A block in which the round goes on to its next part, and nobody is due.
	#[benchmark]
	fn poll() {
		T::Clock::set_now(NOW);
		NextDue::<T>::put(NOW.saturating_add(1));
		Round::<T>::put(RoundRecord {
			left: 1,
			..round::<T>(Phase::Fill)
		});

		#[block]
		{
			let mut meter = WeightMeter::new();
			Pallet::<T>::darken_missing(&mut meter);
			Pallet::<T>::work_on_round(&mut meter);
		}

		assert_eq!(Round::<T>::get().map(|round| round.phase), Some(Phase::WalkSeed));
	}

	#[benchmark]
	fn darken(g: Linear<0, { T::Hosts::MAX_GROUPS }>) {
		let (holder, operator) = operator::<T>();
		let gpus: Vec<_> = (0..g).map(|_| online_gpu::<T>(&holder, operator)).collect();
		T::Hosts::set_up(operator, g, &gpus);
		later::<T>();
		let now = T::Clock::now();
		let vouched = Vouched {
			until: now.saturating_sub(60),
			due: now,
		};
		Attestors::<T>::mutate(operator, |record| {
			if let Some(record) = record {
				record.vouched = Some(vouched);
			}
		});
		Due::<T>::insert(now, operator, ());
		NextDue::<T>::put(now);

		#[block]
		{
			Pallet::<T>::darken_missing(&mut WeightMeter::new());
		}

		assert_eq!(Attestors::<T>::get(operator).map(|record| record.vouched), Some(None));
		assert_eq!(Due::<T>::iter_keys().count(), 0);
	}

	#[benchmark]
	fn pick() {
		let (holder, operator) = operator::<T>();
		let gpu = online_gpu::<T>(&holder, operator);
		// At the end of a roster as long as can be.
		let position = MAX_GPUS - 1;
		Roster::<T>::insert(operator, position, MemberRecord::new(gpu, 1, 3));
		commit::<T>(operator, position, [0; 32], [0; 32]);
		for place in 0..OPERATORS {
			// The last operator is the one.
			let other = if place == OPERATORS - 1 {
				operator
			} else {
				OperatorId::MAX
			};
			Order::<T>::insert(place, (u64::from(place) + 1, other));
		}
		let round = RoundRecord {
			operators: OPERATORS,
			present: OPERATORS.into(),
			..round::<T>(Phase::Picking)
		};

		#[block]
		{
			Pallet::<T>::pick_gpu(&round, (OPERATORS - 1).into());
		}

		assert_eq!(Picks::<T>::get(operator, gpu), Some(false));
	}

	/// An operator that committed and of whose roster nothing is left to look at.
	#[benchmark]
	fn sweep_operator() {
		let (_, operator) = operator::<T>();
		commit::<T>(operator, 0, [0; 32], [0; 32]);
		Order::<T>::insert(0, (1, operator));
		let sweep = Sweep {
			operator: Some(operator),
			left: 1,
			passed: true,
			missed: false,
		};
		let mut round = RoundRecord {
			sweep,
			..round::<T>(Phase::Closing)
		};

		#[block]
		{
			Pallet::<T>::sweep(&mut round, &mut WeightMeter::new());
		}

		assert!(!Commits::<T>::contains_key(operator) && !Order::<T>::contains_key(0));
	}

	/// A GPU that has left, as has the one that takes its place.
	#[benchmark]
	fn verdict_none() {
		let (mut round, operator, gpu) = member::<T>(Phase::Closing);
		let holder: T::AccountId = whitelisted_caller();
		enroll::<T>(operator, online_gpu::<T>(&holder, operator));
		Picks::<T>::insert(operator, gpu, false);
		assert_ok!(T::Gpus::condemn(gpu, T::Clock::now()));
		let Some(mut record) = Attestors::<T>::get(operator) else {
			panic!("it is there")
		};
		let commit = Commits::<T>::get(operator);

		#[block]
		{
			Pallet::<T>::judge(&mut round, operator, &mut record, commit.as_ref(), 0);
		}

		assert_eq!(record.gpus, 1);
		assert!(!Places::<T>::contains_key(gpu));
	}

	/// One that is online and has a customer, was picked, proved nothing, and has as many strikes as there can be.
	#[benchmark]
	fn verdict_unanswered() {
		let (mut round, operator, gpu) = member::<T>(Phase::Closing);
		Picks::<T>::insert(operator, gpu, false);
		Roster::<T>::mutate(operator, 0, |member| {
			if let Some(member) = member {
				(member.strikes, member.struck) = (Parameters::<T>::get().strikes.get(), round.index);
			}
		});
		let Some(mut record) = Attestors::<T>::get(operator) else {
			panic!("it is there")
		};
		let commit = Commits::<T>::get(operator);

		#[block]
		{
			Pallet::<T>::judge(&mut round, operator, &mut record, commit.as_ref(), 0);
		}

		assert_eq!(
			T::Gpus::facts(gpu).map(|facts| facts.status),
			Some(GpuStatus::Suspended)
		);
	}

	/// One that is suspended, in a pool, and goes online with its first pass.
	#[benchmark]
	fn verdict_passed() {
		let (mut round, operator, gpu) = member::<T>(Phase::Closing);
		assert_ok!(T::Gpus::set_status(gpu, GpuStatus::Offline, T::Clock::now()));
		assert_ok!(T::Gpus::set_status(gpu, GpuStatus::Suspended, T::Clock::now()));
		Picks::<T>::insert(operator, gpu, true);
		Roster::<T>::mutate(operator, 0, |member| {
			if let Some(member) = member {
				(member.left, member.unproven) = (1, true);
			}
		});
		let Some(mut record) = Attestors::<T>::get(operator) else {
			panic!("it is there")
		};
		let commit = Commits::<T>::get(operator);

		#[block]
		{
			Pallet::<T>::judge(&mut round, operator, &mut record, commit.as_ref(), 0);
		}

		assert_eq!(T::Gpus::facts(gpu).map(|facts| facts.status), Some(GpuStatus::Online));
	}

	impl_benchmark_test_suite!(
		Pallet,
		crate::mock::TestExt::default().build_with_keys(),
		crate::mock::Test
	);
}
