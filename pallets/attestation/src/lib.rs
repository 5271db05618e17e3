#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// Bonds are taken here and a panic would stop the chain.
#![cfg_attr(
	not(test),
	deny(
		clippy::arithmetic_side_effects,
		clippy::cast_possible_truncation,
		clippy::expect_used,
		clippy::float_arithmetic,
		clippy::indexing_slicing,
		clippy::unwrap_used
	)
)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod commits;
mod heartbeats;
pub mod messages;
#[cfg(test)]
mod mock;
mod proofs;
mod roster;
mod rounds;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod types;
mod verdicts;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[allow(clippy::cast_possible_truncation, clippy::expect_used)] // In what the attribute writes.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{
		dispatch::DispatchResultWithPostInfo, pallet_prelude::*, traits::Randomness, weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use millpond_primitives::{Balance, GpuId, GpuModelId, Minute, OperatorId};
	use millpond_proof::{Hash, Profile, Refusal};
	use millpond_traits::{Clock, GpuLifecycle, Gpus, Hosts, Operators};
	use sp_core::H256;
	use sp_runtime::traits::{IdentifyAccount, Verify};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The GPUs of which a heartbeat has news.
	pub type Changes<T> = BoundedVec<GpuId, <T as Config>::MaxChanges>;

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> {
		/// Market time.
		type Clock: Clock;

		/// Those who host GPUs, and their bonds.
		type Operators: Operators<Self::AccountId>;

		/// The GPUs.
		type Gpus: Gpus<Self::AccountId> + GpuLifecycle;

		/// The groups that GPUs work in, and whether customers have them.
		type Hosts: Hosts;

		/// Randomness that is made with every block, or with some of them. What it gives in a block must not have been known
		/// to anybody but the author of the block before it.
		type Randomness: Randomness<Option<H256>, BlockNumberFor<Self>>;

		/// What attestors sign with.
		type Signature: Parameter + Verify<Signer: IdentifyAccount<AccountId = Self::AccountId>>;

		/// Who may set profiles and parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The most GPUs that one heartbeat reports as away, and the most that it reports as back.
		#[pallet::constant]
		type MaxChanges: Get<u32>;

		/// The most that a block spends on heartbeats that were missed and on rounds, transactions apart.
		#[pallet::constant]
		type MaxPollWeight: Get<Weight>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;

		/// What benchmarks sign with.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId, Self::Signature>;
	}

	/// What governance has set.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, ParametersRecord, ValueQuery>;

	/// The size of the challenge to each model. GPUs of others cannot be attested.
	#[pallet::storage]
	pub type Profiles<T> = StorageMap<_, Twox64Concat, GpuModelId, ProfileRecord, OptionQuery>;

	/// The operators with an attestor.
	#[pallet::storage]
	pub type Attestors<T: Config> = StorageMap<_, Twox64Concat, OperatorId, AttestorRecord<T::AccountId>, OptionQuery>;

	/// The operators that are not dark, by the minute in which they will be if no heartbeat comes.
	#[pallet::storage]
	pub type Due<T> = StorageDoubleMap<_, Twox64Concat, Minute, Twox64Concat, OperatorId, (), OptionQuery>;

	/// The first minute in which an operator may be due. None before the first heartbeat of all.
	#[pallet::storage]
	pub type NextDue<T> = StorageValue<_, Minute, OptionQuery>;

	/// The GPUs of each operator, at positions from zero.
	#[pallet::storage]
	pub type Roster<T> = StorageDoubleMap<_, Twox64Concat, OperatorId, Twox64Concat, u32, MemberRecord, OptionQuery>;

	/// Where each GPU is in [`Roster`].
	#[pallet::storage]
	pub type Places<T> = StorageMap<_, Twox64Concat, GpuId, (OperatorId, u32), OptionQuery>;

	/// The places that are given away in rounds to come, to GPUs that have to prove themselves.
	#[pallet::storage]
	pub type Tickets<T> = StorageValue<_, TicketsRecord, ValueQuery>;

	/// How many rounds have begun: the number of the newest.
	#[pallet::storage]
	pub type Rounds<T> = StorageValue<_, RoundIndex, ValueQuery>;

	/// The round that is on.
	#[pallet::storage]
	pub type Round<T> = StorageValue<_, RoundRecord, OptionQuery>;

	/// What each operator has committed to in the round that is on.
	#[pallet::storage]
	pub type Commits<T> = StorageMap<_, Twox64Concat, OperatorId, CommitRecord, OptionQuery>;

	/// The operators that have committed to a walk in the round that is on, in this order, each with the number of GPUs that
	/// took part with it and those before it.
	#[pallet::storage]
	pub type Order<T> = StorageMap<_, Twox64Concat, u32, (u64, OperatorId), OptionQuery>;

	/// The GPUs that are picked in the round that is on, and those that proved themselves unpicked: whether they have.
	#[pallet::storage]
	pub type Picks<T> = StorageDoubleMap<_, Twox64Concat, OperatorId, Twox64Concat, GpuId, bool, OptionQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// What governance may change later.
		pub parameters: ParametersRecord,
		/// The profiles of the models.
		pub profiles: Vec<ModelProfile>,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Parameters::<T>::put(self.parameters);
			for (model, present) in &self.profiles {
				let record = ProfileRecord {
					present: *present,
					next: None,
				};
				Profiles::<T>::insert(model, record);
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An operator has another attestor.
		AttestorSet {
			/// The operator.
			operator: OperatorId,
			/// Who signs for it from now on.
			attestor: T::AccountId,
		},
		/// A heartbeat lit an operator's groups.
		Lit {
			/// The operator.
			operator: OperatorId,
		},
		/// No heartbeat came: an operator's groups are dark.
		WentDark {
			/// The operator.
			operator: OperatorId,
			/// The first market minute that nobody vouches for.
			since: Minute,
		},
		/// A GPU is attested from now on.
		Enrolled {
			/// The operator that hosts it.
			operator: OperatorId,
			/// The GPU.
			gpu: GpuId,
			/// Its place on the operator's roster.
			position: u32,
			/// The first round that it has to take part in.
			from: RoundIndex,
		},
		/// A GPU is not attested any more: it has retired, or another operator hosts it.
		Removed {
			/// The operator that hosted it.
			operator: OperatorId,
			/// The GPU.
			gpu: GpuId,
		},
		/// An operator reported a GPU as away.
		WentAway {
			/// The GPU.
			gpu: GpuId,
		},
		/// An operator reported a GPU as back.
		CameBack {
			/// The GPU.
			gpu: GpuId,
			/// Whether it has to pass a round before it is online.
			must_pass: bool,
		},
		/// A round began, or the next part of it.
		PhaseBegan {
			/// The round.
			round: RoundIndex,
			/// How it stands now.
			phase: Phase,
		},
		/// An operator committed to the fills of its GPUs.
		FillCommitted {
			/// The round.
			round: RoundIndex,
			/// The operator.
			operator: OperatorId,
		},
		/// An operator committed to the walks of its GPUs.
		WalkCommitted {
			/// The round.
			round: RoundIndex,
			/// The operator.
			operator: OperatorId,
			/// How many GPUs took part.
			present: u32,
		},
		/// A GPU was picked and has to prove itself.
		Picked {
			/// The round.
			round: RoundIndex,
			/// The operator that hosts it.
			operator: OperatorId,
			/// The GPU.
			gpu: GpuId,
		},
		/// A GPU proved itself.
		Proven {
			/// The round.
			round: RoundIndex,
			/// The GPU.
			gpu: GpuId,
		},
		/// A GPU was caught: what its host committed to is not what the challenge gives.
		Condemned {
			/// The round.
			round: RoundIndex,
			/// The operator that hosts it.
			operator: OperatorId,
			/// The GPU. It has retired, and its device cannot be registered again.
			gpu: GpuId,
			/// What was found.
			refusal: Refusal,
			/// What that cost its host, in plancks.
			slashed: Balance,
		},
		/// A GPU got a strike.
		Struck {
			/// The round.
			round: RoundIndex,
			/// The operator that hosts it.
			operator: OperatorId,
			/// The GPU.
			gpu: GpuId,
			/// Why.
			miss: Miss,
			/// How many it has now. With zero it was suspended for them, and begins anew.
			strikes: u32,
		},
		/// A GPU that is not online yet passed a round.
		Passed {
			/// The round.
			round: RoundIndex,
			/// The GPU.
			gpu: GpuId,
			/// How many rounds it still has to pass. With zero it is online.
			left: u32,
		},
		/// A round is over, and all its verdicts are given.
		RoundClosed {
			/// The round.
			round: RoundIndex,
		},
		/// Governance set the profile of a model.
		ProfileSet {
			/// The model.
			model: GpuModelId,
			/// The profile.
			profile: Profile,
			/// The first round that has it.
			from: RoundIndex,
		},
		/// Governance set the parameters.
		ParametersSet {
			/// All of them, as they are now.
			parameters: ParametersRecord,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// Only who holds the operator's NFT may do this.
		NotHolder,
		/// The call has to be signed by the operator's attestor.
		NotAttestor,
		/// The GPU is not on the roster of an operator: its host's heartbeat has to report it first.
		NotEnrolled,
		/// This is another round than the one that is on, or it takes no proofs now.
		NotNow,
		/// Nothing is to be proven of the GPU in this round.
		NothingToProve,
		/// The GPU has proven itself in this round.
		AlreadyProven,
		/// The proof is for another number of entries a row than the model's profile has.
		WrongProfile,
		/// The roots are not in what the operator committed to for this GPU.
		NotCommitted,
		/// There are not as many openings as the profile asks for.
		WrongNumberOfOpenings,
		/// An opening does not lead to the roots: its path, its index or what it opens is wrong.
		WrongOpening,
		/// There is no model of this number.
		NoModel,
		/// The GPU took part in the round that is on and has to prove itself, or may have to. It can retire, or change its host,
		/// when it has, or when the round is over.
		OwesProof,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Names who signs an operator's heartbeats, commits and proofs: the key of its node.
		///
		/// Signed by the holder of the operator's NFT. What the attestor before signed is void at once, whatever is not in a
		/// block yet. Whoever buys an operator should name an attestor of his own first of all: it can do the bond harm.
		///
		/// Errors: [`NotHolder`](Error::NotHolder). Emits [`AttestorSet`](Event::AttestorSet).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::set_attestor())]
		pub fn set_attestor(origin: OriginFor<T>, operator: OperatorId, attestor: T::AccountId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_set_attestor(&who, operator, attestor)
		}

		/// Says that an operator's GPUs are there, and which of them went away or came back since the last time.
		///
		/// Without a fee: authorized by `signature`, the attestor's, over [`messages::heartbeat`]. `period` is the present
		/// period, by its first minute; one heartbeat of each is valid. GPUs in `back` that are not on the roster yet are
		/// enrolled. What makes no sense in the lists is passed over.
		///
		/// Emits [`Lit`](Event::Lit) if the operator was dark, and [`WentAway`](Event::WentAway),
		/// [`CameBack`](Event::CameBack) or [`Enrolled`](Event::Enrolled) for each GPU.
		#[pallet::call_index(1)]
		#[pallet::weight((
			Pallet::<T>::weight_of_heartbeat(away.len(), back.len(), T::Hosts::MAX_GROUPS),
			DispatchClass::Operational,
		))]
		#[pallet::authorize(Self::authorize_heartbeat)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_heartbeat(away.len().saturating_add(back.len()) as u32))]
		pub fn heartbeat(
			origin: OriginFor<T>,
			operator: OperatorId,
			period: Minute,
			away: Changes<T>,
			back: Changes<T>,
			signature: T::Signature,
		) -> DispatchResultWithPostInfo {
			ensure_authorized(origin)?;
			let _ = signature;
			let cost = Self::do_heartbeat(operator, period, &away, &back)?;
			Ok(Some(cost).into())
		}

		/// Commits to the fills of an operator's GPUs, by one root over theirs.
		///
		/// Without a fee: authorized by `signature`, the attestor's, over [`messages::commit_fill`]. One of each operator is
		/// valid while `round` is in [`Phase::Fill`].
		///
		/// Emits [`FillCommitted`](Event::FillCommitted).
		#[pallet::call_index(2)]
		#[pallet::weight((T::WeightInfo::commit_fill(), DispatchClass::Operational))]
		#[pallet::authorize(Self::authorize_commit_fill)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit_fill())]
		pub fn commit_fill(
			origin: OriginFor<T>,
			operator: OperatorId,
			round: RoundIndex,
			root: Hash,
			signature: T::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let _ = signature;
			Self::do_commit_fill(operator, round, root);
			Ok(())
		}

		/// Commits to the walks of an operator's GPUs, by one root over theirs, and says which took part.
		///
		/// Without a fee: authorized by `signature`, the attestor's, over [`messages::commit_walk`]. One of each operator
		/// that committed to its fills is valid while `round` is in [`Phase::Walk`]. `present` has a bit for each position
		/// of the roster; a GPU that is free and whose bit is not set gets a strike.
		///
		/// Emits [`WalkCommitted`](Event::WalkCommitted).
		#[pallet::call_index(3)]
		#[pallet::weight((T::WeightInfo::commit_walk(present.len() as u32), DispatchClass::Operational))]
		#[pallet::authorize(Self::authorize_commit_walk)]
		#[pallet::weight_of_authorize(T::WeightInfo::authorize_commit_walk(present.len() as u32))]
		pub fn commit_walk(
			origin: OriginFor<T>,
			operator: OperatorId,
			round: RoundIndex,
			root: Hash,
			present: Presence,
			signature: T::Signature,
		) -> DispatchResult {
			ensure_authorized(origin)?;
			let _ = signature;
			Self::do_commit_walk(operator, round, root, present)
		}

		/// Proves a GPU that was picked, or that has to prove itself before it goes online.
		///
		/// Signed by the operator's attestor; the fee comes back if the proof holds. `k` is that of the model's profile: it
		/// says what checking costs. What does not lead to the roots that the operator committed to fails, and may be sent
		/// again; what does and is not what the challenge gives is a fraud: the GPU is condemned, its host slashed.
		///
		/// Errors: [`NotNow`](Error::NotNow), [`NotEnrolled`](Error::NotEnrolled), [`NotAttestor`](Error::NotAttestor),
		/// [`NothingToProve`](Error::NothingToProve), [`AlreadyProven`](Error::AlreadyProven),
		/// [`WrongProfile`](Error::WrongProfile), [`NotCommitted`](Error::NotCommitted),
		/// [`WrongNumberOfOpenings`](Error::WrongNumberOfOpenings), [`WrongOpening`](Error::WrongOpening). Emits
		/// [`Proven`](Event::Proven) or [`Condemned`](Event::Condemned).
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::weight_of_proof(*k, answer))]
		pub fn prove(
			origin: OriginFor<T>,
			round: RoundIndex,
			gpu: GpuId,
			k: u32,
			answer: Box<Answer>,
		) -> DispatchResultWithPostInfo {
			let who = ensure_signed(origin)?;
			let cost = Self::do_prove(&who, round, gpu, k, &answer)?;
			Ok(cost)
		}

		/// Sets the size of the challenge to the GPUs of a model, from the next round on.
		///
		/// [`Config::GovernanceOrigin`]. A profile out of its bounds cannot be decoded.
		///
		/// Errors: [`NoModel`](Error::NoModel). Emits [`ProfileSet`](Event::ProfileSet).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::set_profile())]
		pub fn set_profile(origin: OriginFor<T>, model: GpuModelId, profile: Profile) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_set_profile(model, profile)
		}

		/// Sets all parameters at once.
		///
		/// [`Config::GovernanceOrigin`]. A window that is on keeps its length. A value out of its range cannot be decoded,
		/// so that no origin can set one. Emits [`ParametersSet`](Event::ParametersSet).
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::set_parameters())]
		pub fn set_parameters(origin: OriginFor<T>, parameters: ParametersRecord) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Parameters::<T>::put(parameters);
			Self::deposit_event(Event::ParametersSet { parameters });
			Ok(())
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Darkens the operators whose heartbeats were missed, and moves the round on, before any transaction of the block.
		fn on_poll(_: BlockNumberFor<T>, block: &mut WeightMeter) {
			let mut meter = WeightMeter::with_limit(block.remaining().min(T::MaxPollWeight::get()));
			if meter.try_consume(T::WeightInfo::poll()).is_ok() {
				Self::darken_missing(&mut meter);
				Self::work_on_round(&mut meter);
			}
			block.consume(meter.consumed());
		}

		fn integrity_test() {
			let largest = [
				T::WeightInfo::darken(T::Hosts::MAX_GROUPS),
				T::WeightInfo::pick(),
				T::WeightInfo::sweep_operator().saturating_add(Self::weight_of_verdict()),
			]
			.into_iter()
			.fold(T::WeightInfo::poll(), |sum, step| sum.saturating_add(step));
			assert!(
				largest.all_lte(T::MaxPollWeight::get()),
				"a round would never close: {largest:?} exceeds MaxPollWeight"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// How a GPU stands with attestation. None if it is not on an operator's roster.
		pub fn attestation_status(gpu: GpuId) -> Option<GpuAttestation> {
			Self::status_of(gpu)
		}

		/// The round that is on, if one is.
		pub fn current_round() -> Option<RoundStatus> {
			Self::round_status()
		}

		/// What the GPU is asked to do in the round that is on. None if none is, or if the GPU cannot be attested.
		pub fn challenge(gpu: GpuId) -> Option<Challenge> {
			Self::challenge_of(gpu)
		}

		/// What an operator's node still has to do: now, and after a restart. None without an attestor.
		pub fn duties(operator: OperatorId) -> Option<Duties<T::AccountId>> {
			Self::duties_of(operator)
		}

		/// The GPUs on an operator's roster from position `first` on, 1,000 at most.
		pub fn roster(operator: OperatorId, first: u32) -> Vec<MemberRecord> {
			Self::roster_from(operator, first)
		}
	}
}
