#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// Bonds depend on it and a panic would stop the chain.
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
mod catalogue;
mod lifecycle;
#[cfg(test)]
mod mock;
mod registration;

mod rehosting;
mod revaluation;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "std", feature = "try-runtime"))]
mod try_state;
mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[allow(clippy::cast_possible_truncation, clippy::expect_used)] // In what the attribute writes.
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{
		pallet_prelude::*,
		traits::{Consideration, Footprint},
		weights::WeightMeter,
	};
	use frame_system::pallet_prelude::*;
	use millpond_primitives::{GpuId, GpuModelId, Minute, OperatorId};
	use millpond_traits::{Clock, Deeds, GpuHistory, GpuStatus, OnGpuStatus, Operators, Proofs};
	use sp_runtime::FixedU128;

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The NFTs that GPUs are. Nobody but this pallet mints or burns them.
		type Deeds: Deeds<Self::AccountId>;

		/// Those who host GPUs and answer for them.
		type Operators: Operators<Self::AccountId>;

		/// What is told when GPUs come and go.
		type Pools: OnGpuStatus;

		/// What knows which GPUs have yet to prove themselves.
		type Proofs: Proofs;

		/// Market time.
		type Clock: Clock;

		/// What who proposes a move deposits for storing the proposal.
		type Consideration: Consideration<Self::AccountId, Footprint>;

		/// Who may change the catalogue.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// Why BCT are held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For the storage of a proposal to move a GPU, until it is accepted or withdrawn.
		Proposal,
	}

	/// The model that will be added next.
	#[pallet::storage]
	pub type NextModel<T> = StorageValue<_, GpuModelId, ValueQuery>;

	/// The catalogue.
	#[pallet::storage]
	pub type Models<T> = CountedStorageMap<_, Twox64Concat, GpuModelId, ModelRecord, OptionQuery>;

	/// The lowest reference price of all models per unit of reward weight, in DC a minute, rounded down. Zero while the
	/// catalogue is empty.
	#[pallet::storage]
	pub type LeastReferencePrice<T> = StorageValue<_, FixedU128, ValueQuery>;

	/// The GPU that will be registered next.
	#[pallet::storage]
	pub type NextGpu<T> = StorageValue<_, GpuId, ValueQuery>;

	/// All GPUs.
	#[pallet::storage]
	pub type GpuRecords<T> = StorageMap<_, Twox64Concat, GpuId, GpuRecord, OptionQuery>;

	/// What is written about them.
	#[pallet::storage]
	pub type AllPapers<T> = StorageMap<_, Twox64Concat, GpuId, Papers, OptionQuery>;

	/// What they have done.
	#[pallet::storage]
	pub type Histories<T> = StorageMap<_, Twox64Concat, GpuId, GpuHistory, OptionQuery>;

	/// The GPUs of each host.
	#[pallet::storage]
	pub type Hosted<T> = StorageDoubleMap<_, Twox64Concat, OperatorId, Twox64Concat, GpuId, (), OptionQuery>;

	/// The devices that are registered, and those that never will be again.
	#[pallet::storage]
	pub type Devices<T> = StorageMap<_, Blake2_128Concat, DeviceId, Device, OptionQuery>;

	/// From when on hosts that gave notice may retire GPUs.
	#[pallet::storage]
	pub type Notices<T> = StorageMap<_, Twox64Concat, GpuId, Minute, OptionQuery>;

	/// How far the round is in which GPUs come to ask what their models do since governance has changed that. None: there is none.
	#[pallet::storage]
	pub type Revaluation<T> = StorageValue<_, RevaluationRecord, OptionQuery>;

	/// The offers to move a GPU to another host.
	#[pallet::storage]
	pub type Proposals<T: Config> =
		StorageDoubleMap<_, Twox64Concat, GpuId, Twox64Concat, OperatorId, ProposalRecordOf<T>, OptionQuery>;

	#[pallet::genesis_config]
	#[derive(frame_support::DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// The catalogue, numbered from 0.
		pub models: Vec<GenesisModel>,
		#[serde(skip)]
		pub _config: PhantomData<T>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			for model in &self.models {
				let listed = Pallet::<T>::list_at_genesis(model);
				assert!(listed.is_ok(), "{model:?} cannot be listed: {listed:?}");
			}
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A model was listed, or what is said of it changed.
		ModelSet {
			/// Its number.
			number: GpuModelId,
			/// The model.
			model: Model,
		},
		/// A model is listed no more.
		ModelRemoved {
			/// Its number.
			number: GpuModelId,
		},
		/// A GPU was registered.
		Registered {
			/// Its NFT.
			gpu: GpuId,
			/// Its host.
			operator: OperatorId,
			/// Its model.
			model: GpuModelId,
			/// Its device.
			device: DeviceId,
			/// Who holds the NFT.
			owner: T::AccountId,
		},
		/// The documents of a GPU are in other places.
		DocumentsMoved {
			/// Which one's.
			gpu: GpuId,
			/// Where the hosting agreement is.
			hosting: Uri,
			/// Where the ownership contract is.
			ownership: Uri,
		},
		/// A GPU stands otherwise.
		StatusChanged {
			/// Which one.
			gpu: GpuId,
			/// How it stands now.
			status: GpuStatus,
			/// The market minute up to which it was online, if it was.
			since: Minute,
		},
		/// A GPU was caught at a fraud.
		Condemned {
			/// Which one.
			gpu: GpuId,
			/// Its device, which is never registered again.
			device: DeviceId,
		},
		/// Somebody proposed to move a GPU to another host.
		RehostProposed {
			/// Which one.
			gpu: GpuId,
			/// To whom.
			operator: OperatorId,
			/// Who proposed it.
			by: T::AccountId,
			/// As which of the two who have to agree.
			party: Party,
			/// The market minute from which it cannot be accepted any more.
			expires: Minute,
		},
		/// A proposal to move a GPU to another host is gone.
		ProposalWithdrawn {
			/// Which one.
			gpu: GpuId,
			/// To whom.
			operator: OperatorId,
		},
		/// A GPU has another host.
		Rehosted {
			/// Which one.
			gpu: GpuId,
			/// Who hosted it.
			from: OperatorId,
			/// Who hosts it.
			to: OperatorId,
		},
		/// A host gave notice for a GPU.
		Resigned {
			/// Which one.
			gpu: GpuId,
			/// The market minute from which the host may retire it.
			from: Minute,
		},
		/// A GPU is one of the network no more.
		Retired {
			/// Which one.
			gpu: GpuId,
			/// What it had done.
			history: GpuHistory,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such model.
		UnknownModel,
		/// The catalogue is full.
		CatalogueFull,
		/// There are GPUs of this model: it stays, and with it its name, vendor and memory.
		ModelInUse,
		/// There is no such GPU.
		UnknownGpu,
		/// There is no such operator.
		UnknownOperator,
		/// Only who holds the operator's NFT may do this.
		NotHost,
		/// Only who holds the GPU's NFT, or the NFT of its host, may do this.
		NotParty,
		/// This device is registered already.
		DeviceTaken,
		/// This device was caught at a fraud.
		DeviceCondemned,
		/// A serial number or an address of a document is not UTF-8 text.
		NotText,
		/// The GPU cannot have been bought in the future.
		PurchasedInFuture,
		/// A GPU cannot come to stand so from where it is.
		InvalidMove,
		/// GPUs of this model prove how they stand.
		NotSimulated,
		/// The GPU is there already.
		AlreadyHosted,
		/// The GPU is retired.
		IsRetired,
		/// There is no such proposal.
		UnknownProposal,
		/// The proposal is of another hosting agreement.
		ProposalChanged,
		/// The proposal has expired, or who made it holds the NFT no more.
		ProposalVoid,
		/// The proposal is for the other one to accept.
		NotAddressed,
		/// The proposal stands: only who made it may withdraw it.
		ProposalStands,
		/// The host has given notice already.
		AlreadyResigned,
		/// The host has to give notice first.
		NoticeMissing,
		/// The notice is not over.
		NoticeRunning,
		/// A number or a time cannot be counted.
		Overflow,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Registers a GPU: mints its NFT to `owner`, and has the operator answer for it with the model's bond, asked
		/// in BCT at the price for minting.
		///
		/// Signed by the holder of the operator's NFT. `device` is the hash of the UUID that the driver tells, or of the key
		/// that the card's maker certified, and unique in the network; `papers` say where the contracts are. What is stored
		/// for the GPU is paid for by that bond, which comes free when it retires. It has to prove itself before it earns.
		///
		/// Errors: [`NotHost`](Error::NotHost), [`UnknownOperator`](Error::UnknownOperator),
		/// [`UnknownModel`](Error::UnknownModel), [`DeviceTaken`](Error::DeviceTaken),
		/// [`DeviceCondemned`](Error::DeviceCondemned), [`NotText`](Error::NotText),
		/// [`PurchasedInFuture`](Error::PurchasedInFuture), and those of the bond. Emits
		/// [`Registered`](Event::Registered).
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::register())]
		pub fn register(
			origin: OriginFor<T>,
			#[pallet::compact] operator: OperatorId,
			#[pallet::compact] model: GpuModelId,
			device: DeviceId,
			papers: Papers,
			owner: T::AccountId,
		) -> DispatchResult {
			Self::ensure_host(origin, operator)?;
			Self::do_register(operator, model, device, papers, owner).map(drop)
		}

		/// Says where the documents of a GPU are now. What they say stays: a hosting agreement is replaced by moving to
		/// another host only.
		///
		/// Signed by the holder of the GPU's NFT or of its host's.
		///
		/// Errors: [`NotParty`](Error::NotParty), [`UnknownGpu`](Error::UnknownGpu), [`NotText`](Error::NotText). Emits
		/// [`DocumentsMoved`](Event::DocumentsMoved).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::update_documents())]
		pub fn update_documents(
			origin: OriginFor<T>,
			#[pallet::compact] gpu: GpuId,
			hosting: Uri,
			ownership: Uri,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_update_documents(&who, gpu, hosting, ownership)
		}

		/// Proposes to move a GPU to another host. The other party may [accept](Self::accept_rehost) it within 14 days.
		///
		/// Signed by the holder of the GPU's NFT, or of the new host's, `operator`. `hosting` is the new agreement. A
		/// deposit is held from the caller until the proposal is accepted, withdrawn or replaced; a later one for the same
		/// two replaces it, whoever made it. It is void once the caller holds that NFT no more.
		///
		/// Errors: [`NotParty`](Error::NotParty), [`UnknownGpu`](Error::UnknownGpu),
		/// [`UnknownOperator`](Error::UnknownOperator), [`AlreadyHosted`](Error::AlreadyHosted),
		/// [`IsRetired`](Error::IsRetired), [`NotText`](Error::NotText), and those of the deposit. Emits
		/// [`RehostProposed`](Event::RehostProposed).
		#[pallet::call_index(2)]
		#[pallet::weight(T::WeightInfo::propose_rehost())]
		pub fn propose_rehost(
			origin: OriginFor<T>,
			#[pallet::compact] gpu: GpuId,
			#[pallet::compact] operator: OperatorId,
			hosting: Document,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_propose_rehost(who, gpu, operator, hosting)
		}

		/// Accepts a proposal to move a GPU to another host, and moves it.
		///
		/// Signed by the holder of the GPU's NFT, where the new host proposed it, and by the holder of the new host's NFT,
		/// where the GPU's did. `agreement` is the hash of the hosting agreement that is agreed to. The GPU is in no pool.
		/// The new host answers for it with what the model's bond is now, at the price of now, and the old one does no more. The
		/// GPU has to prove itself anew: who proved it before has it no more.
		///
		/// Errors: [`UnknownProposal`](Error::UnknownProposal), [`ProposalVoid`](Error::ProposalVoid),
		/// [`ProposalChanged`](Error::ProposalChanged), [`NotAddressed`](Error::NotAddressed),
		/// [`UnknownGpu`](Error::UnknownGpu), [`IsRetired`](Error::IsRetired), those of the bond, of pools and of attestation. Emits
		/// [`Rehosted`](Event::Rehosted) and [`StatusChanged`](Event::StatusChanged).
		#[pallet::call_index(3)]
		#[pallet::weight(T::WeightInfo::accept_rehost())]
		pub fn accept_rehost(
			origin: OriginFor<T>,
			#[pallet::compact] gpu: GpuId,
			#[pallet::compact] operator: OperatorId,
			agreement: ContentHash,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_accept_rehost(&who, gpu, operator, agreement)
		}

		/// Takes a proposal back, and returns its deposit to who made it.
		///
		/// Signed by who made it; by anyone once it is void.
		///
		/// Errors: [`UnknownProposal`](Error::UnknownProposal), [`ProposalStands`](Error::ProposalStands). Emits
		/// [`ProposalWithdrawn`](Event::ProposalWithdrawn).
		#[pallet::call_index(4)]
		#[pallet::weight(T::WeightInfo::withdraw_proposal())]
		pub fn withdraw_proposal(
			origin: OriginFor<T>,
			#[pallet::compact] gpu: GpuId,
			#[pallet::compact] operator: OperatorId,
		) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_withdraw_proposal(&who, gpu, operator)
		}

		/// Gives notice that the host wants to host a GPU no more: after 28 days it may [retire](Self::retire) it.
		///
		/// Signed by the holder of the host's NFT. Until then the GPU's holder may find another host, which ends the notice.
		///
		/// Errors: [`NotHost`](Error::NotHost), [`UnknownGpu`](Error::UnknownGpu), [`IsRetired`](Error::IsRetired),
		/// [`AlreadyResigned`](Error::AlreadyResigned). Emits [`Resigned`](Event::Resigned).
		#[pallet::call_index(5)]
		#[pallet::weight(T::WeightInfo::resign())]
		pub fn resign(origin: OriginFor<T>, #[pallet::compact] gpu: GpuId) -> DispatchResult {
			let record = Self::gpu(gpu)?;
			Self::ensure_host(origin, record.operator)?;
			Self::do_resign(gpu, record)
		}

		/// Retires a GPU that is in no pool and has nothing to prove: burns its NFT, and its host answers for it no more. Its
		/// device may be registered again, unless it was caught at a fraud.
		///
		/// Signed by the holder of the GPU's NFT; by the holder of its host's after a notice; by either when its status is
		/// retired already; by anybody when its host has not proven it in 60 days. Such a one may be in a pool: its status is
		/// retired then, its device may be registered again at once, and the rest follows when it has left.
		///
		/// Errors: [`NotParty`](Error::NotParty), [`UnknownGpu`](Error::UnknownGpu),
		/// [`NoticeMissing`](Error::NoticeMissing), [`NoticeRunning`](Error::NoticeRunning), and those of pools and of
		/// attestation. Emits [`Retired`](Event::Retired); of one that is in a pool [`StatusChanged`](Event::StatusChanged).
		#[pallet::call_index(6)]
		#[pallet::weight(T::WeightInfo::retire())]
		pub fn retire(origin: OriginFor<T>, #[pallet::compact] gpu: GpuId) -> DispatchResult {
			let who = ensure_signed(origin)?;
			Self::do_retire(&who, gpu)
		}

		/// Says how a GPU of a simulated model stands. Only development chains have such models.
		///
		/// Signed by the holder of the host's NFT.
		///
		/// Errors: [`NotSimulated`](Error::NotSimulated), [`InvalidMove`](Error::InvalidMove),
		/// [`NotHost`](Error::NotHost), [`UnknownGpu`](Error::UnknownGpu), and those of pools. Emits
		/// [`StatusChanged`](Event::StatusChanged).
		#[pallet::call_index(7)]
		#[pallet::weight(T::WeightInfo::simulate_status())]
		pub fn simulate_status(
			origin: OriginFor<T>,
			#[pallet::compact] gpu: GpuId,
			status: GpuStatus,
		) -> DispatchResult {
			let record = Self::gpu(gpu)?;
			Self::ensure_host(origin, record.operator)?;
			Self::do_simulate_status(gpu, record, status)
		}

		/// Lists a model.
		///
		/// [`Config::GovernanceOrigin`]. A value out of its range cannot be decoded.
		///
		/// Errors: [`CatalogueFull`](Error::CatalogueFull). Emits [`ModelSet`](Event::ModelSet).
		#[pallet::call_index(8)]
		#[pallet::weight(T::WeightInfo::add_model())]
		pub fn add_model(origin: OriginFor<T>, model: Model) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_add_model(model, false).map(drop)
		}

		/// Changes what is said of a model. While there are GPUs of it, only reward weight, reference price and bond. GPUs
		/// that there are ask for the new bond as blocks have room for it; what answers for them stays as it was until their
		/// host's bond is reviewed.
		///
		/// [`Config::GovernanceOrigin`]. A value out of its range cannot be decoded. A price that is cut without the
		/// weight, so that no model has less for each unit of weight, lowers what idle GPUs of all models can earn; with
		/// the weight, what those of this one can.
		///
		/// Errors: [`UnknownModel`](Error::UnknownModel), [`ModelInUse`](Error::ModelInUse). Emits
		/// [`ModelSet`](Event::ModelSet).
		#[pallet::call_index(9)]
		#[pallet::weight(T::WeightInfo::change_model())]
		pub fn change_model(
			origin: OriginFor<T>,
			#[pallet::compact] number: GpuModelId,
			model: Model,
		) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_change_model(number, model)
		}

		/// Takes a model off the list that there are no GPUs of.
		///
		/// [`Config::GovernanceOrigin`].
		///
		/// Errors: [`UnknownModel`](Error::UnknownModel), [`ModelInUse`](Error::ModelInUse). Emits
		/// [`ModelRemoved`](Event::ModelRemoved).
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::remove_model())]
		pub fn remove_model(origin: OriginFor<T>, #[pallet::compact] number: GpuModelId) -> DispatchResult {
			T::GovernanceOrigin::ensure_origin(origin)?;
			Self::do_remove_model(number)
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Has a few GPUs ask for the bond that their model has come to have.
		fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
			Self::revalue_some(REVALUED_A_BLOCK, meter);
		}

		/// Has as many more do so as the block has room for.
		fn on_idle(_: BlockNumberFor<T>, limit: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(limit);
			Self::revalue_some(u32::MAX, &mut meter);
			meter.consumed()
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What there is to know about a GPU. None if there is no such one.
		pub fn gpu_summary(gpu: GpuId) -> Option<GpuSummary<T::AccountId>> {
			Self::do_gpu_summary(gpu)
		}

		/// A model of the catalogue. None if there is no such one.
		pub fn gpu_model(number: GpuModelId) -> Option<ModelRecord> {
			Models::<T>::get(number)
		}

		/// The whole catalogue, by number.
		pub fn gpu_models() -> Vec<(GpuModelId, ModelRecord)> {
			Self::do_gpu_models()
		}

		/// Up to 256 of the GPUs that an operator hosts, in no order: the first ones, or those that follow `after`, the last
		/// of the page before.
		pub fn hosted_gpus(operator: OperatorId, after: Option<GpuId>) -> Vec<GpuId> {
			Self::do_hosted_gpus(operator, after)
		}
	}
}
