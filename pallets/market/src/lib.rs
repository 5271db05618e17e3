#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
// Money is spent here and a panic would stop the chain.
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

mod agenda;
mod assignment;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod calendar;
mod charges;
mod delivery;
mod ended;
mod ending;
mod failure;
mod metering;
#[cfg(test)]
mod mock;
mod obligations;
mod paying;
mod pieces;
mod renting;
mod slots;
#[cfg(test)]
mod tests;
mod trade;
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
	use frame_support::{pallet_prelude::*, traits::fungible, weights::WeightMeter, PalletId};
	use frame_system::pallet_prelude::*;
	use millpond_math::calendar::{Node, NodeKey};
	use millpond_primitives::{Balance, Credits as Dc, Minute, OperatorId, PoolId, SlotId};
	use millpond_traits::{Clock, Credits, Deeds, Operators, Pools, Prices, RentalKind};

	/// The storage version of this pallet.
	pub const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// BCT: what slots are resold for.
		type Bct: fungible::Mutate<Self::AccountId, Balance = Balance>;

		/// Data Credits: what time is bought with.
		type Credits: Credits<Self::AccountId>;

		/// The collection of time slots.
		type Deeds: Deeds<Self::AccountId>;

		/// The pools whose GPUs are rented out.
		type Pools: Pools;

		/// Hosts and managers, who answer for what is sold.
		type Operators: Operators<Self::AccountId>;

		/// Market time.
		type Clock: Clock;

		/// The price of BCT, at which slots are resold.
		type Prices: Prices;

		/// What a slot costs until its end, in DC: for the storage of its record, its NFT and its place in the agenda.
		#[pallet::constant]
		type SlotDeposit: Get<Dc>;

		/// What each GPU of a slot costs beside that, in DC: for the storage of a host's part and its sealed grant.
		#[pallet::constant]
		type GpuDeposit: Get<Dc>;

		/// What the record of a slot that has ended costs, in DC: it is taken from the deposit.
		#[pallet::constant]
		type RecordPrice: Get<Dc>;

		/// What another key for a slot costs for each host that is to grant access anew, in DC. It is spent on the host's GPUs.
		#[pallet::constant]
		type KeyPrice: Get<Dc>;

		/// The most that a block spends on the agenda.
		#[pallet::constant]
		type MaxClockWeight: Get<Weight>;

		/// Who may set the parameters.
		type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Names the account that keeps escrows and deposits. It has no key.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// The weights of this pallet.
		type WeightInfo: WeightInfo;
	}

	/// What governance has set.
	#[pallet::storage]
	pub type Parameters<T> = StorageValue<_, ParametersRecord, ValueQuery>;

	/// The id of the next slot.
	#[pallet::storage]
	pub type NextSlot<T> = StorageValue<_, SlotId, ValueQuery>;

	/// The slots that have not ended.
	#[pallet::storage]
	pub type Slots<T: Config> = StorageMap<_, Twox64Concat, SlotId, SlotRecordOf<T>, OptionQuery>;

	/// The GPUs of each slot, by their hosts.
	#[pallet::storage]
	pub type Parts<T> = StorageDoubleMap<_, Twox64Concat, SlotId, Twox64Concat, OperatorId, PartRecord, OptionQuery>;

	/// The slots that each group has GPUs in.
	#[pallet::storage]
	pub type Hosted<T> = StorageDoubleMap<_, Twox64Concat, (PoolId, OperatorId), Twox64Concat, SlotId, (), OptionQuery>;

	/// Access to the GPUs of a slot, by their hosts.
	#[pallet::storage]
	pub type Grants<T: Config> =
		StorageDoubleMap<_, Twox64Concat, SlotId, Twox64Concat, OperatorId, GrantRecordOf<T>, OptionQuery>;

	/// The slots for sale, and what they cost. Their NFTs are locked.
	#[pallet::storage]
	pub type Listings<T> = StorageMap<_, Twox64Concat, SlotId, Listing, OptionQuery>;

	/// The slots that ended in the last 30 days, until they are removed in idle time.
	#[pallet::storage]
	pub type EndedSlots<T: Config> = StorageMap<_, Twox64Concat, SlotId, EndedRecordOf<T>, OptionQuery>;

	/// Those that each account held at the end, the newest first.
	#[pallet::storage]
	pub type EndedSlotsOf<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Identity, Descending, (), OptionQuery>;

	/// The same in the order in which they ended: so they are removed.
	#[pallet::storage]
	pub type EndedQueue<T> = StorageMap<_, Identity, AgendaKey, (), OptionQuery>;

	/// What the market keeps of each pool of which anything is sold or withheld, or was until its past was reclaimed.
	#[pallet::storage]
	pub type PoolRecords<T> = StorageMap<_, Twox64Concat, PoolId, PoolRecord, OptionQuery>;

	/// The nodes of the pools' capacity calendars.
	#[pallet::storage]
	pub type CalendarNodes<T> = StorageDoubleMap<_, Twox64Concat, PoolId, Twox64Concat, NodeKey, Node, OptionQuery>;

	/// From which minute on how many GPUs of a pool are withheld, the latest first.
	#[pallet::storage]
	pub type Withheld<T> = StorageDoubleMap<_, Twox64Concat, PoolId, Identity, Descending, u32, OptionQuery>;

	/// At which rates time of each pool that is booked was sold, the highest first, and how many slots have it.
	#[pallet::storage]
	pub type SoldRates<T> = StorageDoubleMap<_, Twox64Concat, PoolId, Identity, Descending, u32, OptionQuery>;

	/// The spot slots of each pool that can be evicted, the newest first.
	#[pallet::storage]
	pub type Spot<T> = StorageDoubleMap<_, Twox64Concat, PoolId, Identity, Descending, (), OptionQuery>;

	/// What is due, in its order: each slot is in it once.
	#[pallet::storage]
	pub type Agenda<T> = StorageMap<_, Identity, AgendaKey, (), OptionQuery>;

	/// The groups that went dark and whose slots are to get other GPUs, and the last slot of each that was looked at.
	#[pallet::storage]
	pub type DarkGroups<T> = StorageMap<_, Twox64Concat, (PoolId, OperatorId), DarkGroup, OptionQuery>;

	/// The pool whose past was reclaimed last.
	#[pallet::storage]
	pub type Reclaimed<T> = StorageValue<_, PoolId, OptionQuery>;

	/// How often each account has rejected what it had reserved, of its slots in [`EndedSlots`].
	#[pallet::storage]
	pub type Rejections<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Time was sold.
		Rented {
			/// The new slot.
			slot: SlotId,
			/// Who holds it.
			holder: T::AccountId,
			/// Of which pool.
			pool: PoolId,
			/// How it was sold.
			kind: RentalKind,
			/// How many GPUs.
			gpus: u32,
			/// DC a GPU-minute.
			rate: Dc,
			/// The first minute.
			start: Minute,
			/// The first minute after those that are paid for.
			end: Minute,
		},
		/// A slot was funded further.
		ToppedUp {
			/// The slot.
			slot: SlotId,
			/// What was paid, in DC.
			credits: Dc,
			/// The first minute after those that are paid for now.
			end: Minute,
		},
		/// GPUs were given to a slot. Their host is to grant access to them.
		GpusAssigned {
			/// The slot.
			slot: SlotId,
			/// Their host.
			operator: OperatorId,
			/// How many.
			gpus: u32,
		},
		/// A slot lacks GPUs from now on.
		GpusMissing {
			/// The slot.
			slot: SlotId,
			/// Who answers for it, if anybody does.
			operator: Option<OperatorId>,
			/// How many.
			gpus: u32,
		},
		/// A holder set the key that hosts seal access to.
		AccessKeySet {
			/// The slot.
			slot: SlotId,
			/// The key.
			key: AccessKey,
		},
		/// A host granted access to its GPUs.
		AccessGranted {
			/// The slot.
			slot: SlotId,
			/// The host.
			operator: OperatorId,
		},
		/// The funds of a slot will run out.
		FundsLow {
			/// The slot.
			slot: SlotId,
			/// When.
			end: Minute,
		},
		/// The funds of a slot have run out; its GPUs are kept for a while.
		Paused {
			/// The slot.
			slot: SlotId,
			/// Until when.
			kept_until: Minute,
		},
		/// The GPUs of a spot slot are needed for a better protected rental.
		EvictionNoticed {
			/// The slot.
			slot: SlotId,
			/// When it ends.
			end: Minute,
		},
		/// Time that was paid for and not delivered was paid back.
		Refunded {
			/// The slot.
			slot: SlotId,
			/// The account that holds it.
			holder: T::AccountId,
			/// What was paid back, in DC.
			credits: Dc,
			/// How much of that the holder had not paid.
			inherited: Dc,
		},
		/// An operator owes the holder a compensation for missing time, from its bond.
		Compensated {
			/// The slot.
			slot: SlotId,
			/// The operator.
			operator: OperatorId,
			/// What it owes, in DC. It is paid in BCT.
			credits: Dc,
		},
		/// Somebody took a GPU out of a pool and paid for the time that this strands.
		BoughtOut {
			/// The pool.
			pool: PoolId,
			/// What was paid in all, in DC.
			credits: Dc,
		},
		/// A slot was split. It is not there any more.
		Split {
			/// The slot.
			slot: SlotId,
			/// The one with its first time or GPUs.
			first: SlotId,
			/// The one with the rest.
			second: SlotId,
		},
		/// Two slots were merged. They are not there any more.
		Merged {
			/// The one.
			first: SlotId,
			/// The other.
			second: SlotId,
			/// What they became.
			slot: SlotId,
		},
		/// A slot is for sale, or not any more.
		Listed {
			/// The slot.
			slot: SlotId,
			/// What it costs. None: it is not for sale any more.
			listing: Option<Listing>,
		},
		/// A slot was sold.
		Bought {
			/// The slot.
			slot: SlotId,
			/// Who sold it.
			seller: T::AccountId,
			/// Who bought it.
			buyer: T::AccountId,
			/// What was paid, in plancks.
			amount: Balance,
		},
		/// A slot is over. Its NFT is burned.
		Ended {
			/// The slot.
			slot: SlotId,
			/// Who held it.
			holder: T::AccountId,
			/// Why.
			reason: EndReason,
			/// The account that had paid for it last, and to which what comes back went.
			payer: T::AccountId,
			/// What came back: the deposit, and what its holder had paid and not used, in DC.
			credits: Dc,
			/// What was left in escrow and burned, since another account than its holder had paid it, in DC.
			burned: Dc,
		},
		/// Time that another account than the slot's holder had paid for, and that is not used, was burned: no GPU earned it.
		Lapsed {
			/// The slot.
			slot: SlotId,
			/// What was burned, in DC.
			credits: Dc,
		},
		/// Governance set the parameters.
		ParametersSet {
			/// All of them, as they are now.
			parameters: ParametersRecord,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no such slot.
		UnknownSlot,
		/// There is no such pool.
		UnknownPool,
		/// Only who holds the slot may do this.
		NotHolder,
		/// Only who holds the operator that hosts GPUs of the slot may do this.
		NotHost,
		/// A slot has from 1 to 256 GPUs.
		WrongNumberOfGpus,
		/// This cannot be done with a rental of this kind.
		WrongKind,
		/// This cannot be done with a slot that is where this one is in its life.
		WrongPhase,
		/// The pool does not sell such time.
		NotForSale,
		/// It costs more than the caller is ready to pay.
		PriceAboveLimit,
		/// The time is shorter than may be bought.
		TooShort,
		/// The time is further ahead than may be bought.
		TooFarAhead,
		/// The time has begun, or begins sooner than room can be made for it.
		TooLate,
		/// Reserved time begins and ends at whole slices of ten minutes.
		NotAligned,
		/// So many GPUs of the pool are not free in all of that time.
		SoldOut,
		/// So many GPUs of the pool are not free now.
		NotEnoughGpus,
		/// The slots differ in pool, kind, rate or phase, or neither follow each other nor are of the same time.
		NotMergeable,
		/// The slot's holder has set no key.
		NoKey,
		/// The grant is for another key than the present one.
		OtherKey,
		/// Nothing was granted yet, the time has begun too long ago, it begins later than what it was split from, or another
		/// account reserved it.
		NotRejectable,
		/// The slot is not for sale.
		NotListed,
		/// A price of nothing.
		NoPrice,
		/// Amounts, GPUs or bookings do not fit together. A fault of the chain, not of the caller.
		Inconsistent,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Rents `gpus` GPUs of a pool from now on, open-ended and paid for `minutes`.
		///
		/// Signed. `kind` is spot or on-demand. `max_rate` bounds the price, in DC a GPU-minute. Without a `key` the time is
		/// paid from the start, with one from the grant of access on. On-demand time starts after the notice for spot where
		/// that has to make room. Errors: `WrongKind`, `WrongNumberOfGpus`, `TooShort`, `TooFarAhead`, `UnknownPool`, `SoldOut`,
		/// `NotForSale`, `PriceAboveLimit`, `NotEnoughGpus`, too few DC. Emits [`Rented`](Event::Rented). The fee for evictions
		/// that were not needed is given back.
		#[pallet::call_index(0)]
		#[pallet::weight(Pallet::<T>::rent_weight(*kind, *gpus))]
		pub fn rent(
			origin: OriginFor<T>,
			pool: PoolId,
			kind: RentalKind,
			gpus: u32,
			minutes: Minute,
			max_rate: Dc,
			key: Option<AccessKey>,
		) -> DispatchResultWithPostInfo {
			let evicted = Self::do_rent(ensure_signed(origin)?, pool, kind, gpus, minutes, max_rate, key)?;
			Ok(Some(Self::rented_weight(gpus, evicted)).into())
		}

		/// Reserves `gpus` GPUs of a pool for the minutes from `start` to `end` (not included), take or pay.
		///
		/// Signed. Both are whole slices of 10 minutes. `max_rate` and `key` as in [`rent`](Self::rent). Errors: `WrongNumberOfGpus`,
		/// `NotAligned`, `TooShort`, `TooLate`, `TooFarAhead`, `UnknownPool`, `NotForSale`, `PriceAboveLimit`, `SoldOut`, too few
		/// DC. Emits [`Rented`](Event::Rented).
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::reserve())]
		pub fn reserve(
			origin: OriginFor<T>,
			pool: PoolId,
			gpus: u32,
			start: Minute,
			end: Minute,
			max_rate: Dc,
			key: Option<AccessKey>,
		) -> DispatchResult {
			Self::do_reserve(ensure_signed(origin)?, pool, gpus, start, end, max_rate, key)
		}

		/// Pays for `minutes` more of an open slot. A paused one goes on, and its paused minutes are paid, too.
		///
		/// Signed by the holder, at the slot's own rate. A holder who has bought the slot pays the deposit, too, and the account
		/// that had paid it has it back. Errors: `UnknownSlot`, `NotHolder`, `WrongKind`, `WrongPhase`, `TooShort`, `SoldOut`,
		/// `TooFarAhead`, `UnknownPool` (it has closed), too few DC. Emits [`ToppedUp`](Event::ToppedUp).
		#[pallet::call_index(2)]
		#[pallet::weight(Pallet::<T>::of_slot(*slot, T::WeightInfo::top_up_one, T::WeightInfo::top_up))]
		pub fn top_up(origin: OriginFor<T>, slot: SlotId, minutes: Minute) -> DispatchResult {
			Self::do_top_up(ensure_signed(origin)?, slot, minutes)
		}

		/// Ends an open slot. What its holder paid and has not used comes back; what an earlier holder paid is burned, and the
		/// slot's GPUs earn it. A slot of which no minute was billed goes on for a minute.
		///
		/// Signed by the holder. Errors: `UnknownSlot`, `NotHolder`, `WrongKind` (reserved time is take or pay), `WrongPhase`.
		/// Emits [`Ended`](Event::Ended), at the latest a minute later.
		#[pallet::call_index(3)]
		#[pallet::weight(Pallet::<T>::of_slot(*slot, T::WeightInfo::stop_one, T::WeightInfo::stop))]
		pub fn stop(origin: OriginFor<T>, slot: SlotId) -> DispatchResult {
			Self::do_stop(ensure_signed(origin)?, slot)
		}

		/// Splits reserved time in two: until minute `at` (not included) and from then on.
		///
		/// Signed by the holder, who pays a deposit more, and the slot's own one if another account had paid that, which has it
		/// back. `at` is a whole slice to come. Errors: `UnknownSlot`, `NotHolder`,
		/// `WrongKind`, `WrongPhase`, `NotAligned`, `TooLate`, `TooFarAhead`, too few DC. Emits [`Split`](Event::Split).
		#[pallet::call_index(4)]
		#[pallet::weight(Pallet::<T>::of_slot(*slot, T::WeightInfo::split_time_one, T::WeightInfo::split_time))]
		pub fn split_time(origin: OriginFor<T>, slot: SlotId, at: Minute) -> DispatchResult {
			Self::do_split_time(ensure_signed(origin)?, slot, at)
		}

		/// Splits a slot in two: with `gpus` of its GPUs, and with the rest.
		///
		/// Signed by the holder, who pays a deposit more, and the slot's own one if another account had paid that, which has it
		/// back. Hosts grant access to the pieces anew. Errors: `UnknownSlot`,
		/// `NotHolder`, `WrongPhase`, `WrongNumberOfGpus`, or too few DC. Emits [`Split`](Event::Split).
		#[pallet::call_index(5)]
		#[pallet::weight(Pallet::<T>::of_slot(*slot, || T::WeightInfo::split_gpus(1, 1), T::WeightInfo::split_gpus))]
		pub fn split_gpus(origin: OriginFor<T>, slot: SlotId, gpus: u32) -> DispatchResult {
			Self::do_split_gpus(ensure_signed(origin)?, slot, gpus)
		}

		/// Makes one slot of two of the same pool, kind and rate: of reserved time that follows the other's, or of GPUs for the
		/// same time. A deposit comes back.
		///
		/// Signed by the holder of both, who pays their deposits if another account had paid them, which has them back. Errors: `UnknownSlot`, `NotHolder`, `NotMergeable`, `WrongPhase`, `WrongNumberOfGpus`.
		/// Emits [`Merged`](Event::Merged).
		#[pallet::call_index(6)]
		#[pallet::weight(Pallet::<T>::merge_weight(*first, *second))]
		pub fn merge(origin: OriginFor<T>, first: SlotId, second: SlotId) -> DispatchResult {
			Self::do_merge(ensure_signed(origin)?, first, second)
		}

		/// Sets the X25519 key that hosts seal access to.
		///
		/// Signed by the holder. Hosts have the time for a grant again; a holder who replaces a key pays meanwhile, and pays each
		/// host [`Config::KeyPrice`] for the other grant. The slot's first key is free. Errors: `UnknownSlot`, `NotHolder`, too few
		/// DC. Emits [`AccessKeySet`](Event::AccessKeySet).
		#[pallet::call_index(7)]
		#[pallet::weight(Pallet::<T>::key_weight(*slot))]
		pub fn set_access_key(origin: OriginFor<T>, slot: SlotId, key: AccessKey) -> DispatchResult {
			Self::do_set_access_key(ensure_signed(origin)?, slot, key)
		}

		/// Grants access to the GPUs of `operator` in a slot, sealed to the holder's `key`. They are billed at the latest from now on.
		///
		/// Signed by who holds the operator. `sealed` has at most 1,024 bytes. Errors: `UnknownSlot`, `NotHost`, `WrongPhase`,
		/// `NoKey`, `OtherKey`. Emits [`AccessGranted`](Event::AccessGranted).
		#[pallet::call_index(8)]
		#[pallet::weight(Pallet::<T>::grant_weight(*slot))]
		pub fn grant_access(
			origin: OriginFor<T>,
			slot: SlotId,
			operator: OperatorId,
			key: AccessKey,
			sealed: Sealed,
		) -> DispatchResult {
			Self::do_grant_access(ensure_signed(origin)?, slot, operator, key, sealed)
		}

		/// Rejects reserved time within an hour of its first billed minute, for the price of a day of it. The rest comes back.
		///
		/// Signed by the account that reserved it, while it holds the slot. Errors: `UnknownSlot`, `NotHolder`, `WrongKind`, `WrongPhase`, `NotRejectable`. Emits
		/// [`Ended`](Event::Ended).
		#[pallet::call_index(9)]
		#[pallet::weight(Pallet::<T>::of_slot(*slot, T::WeightInfo::reject_one, T::WeightInfo::reject))]
		pub fn reject(origin: OriginFor<T>, slot: SlotId) -> DispatchResult {
			Self::do_reject(ensure_signed(origin)?, slot)
		}

		/// Offers a slot for `price` DC (that is, dollars), to be paid in BCT, and for no less than `least` plancks. Its NFT is
		/// locked until it is bought or unlisted, and a price that a wallet has set on it is withdrawn.
		///
		/// Signed by the holder. Errors: `UnknownSlot`, `NotHolder`, `NoPrice`. Emits [`Listed`](Event::Listed).
		#[pallet::call_index(10)]
		#[pallet::weight(T::WeightInfo::list())]
		pub fn list(origin: OriginFor<T>, slot: SlotId, price: Dc, least: Balance) -> DispatchResult {
			Self::do_list(ensure_signed(origin)?, slot, price, least)
		}

		/// Withdraws an offer, and a price that a wallet has set on the NFT.
		///
		/// Signed by the holder. Errors: `UnknownSlot`, `NotHolder`, `NotListed`. Emits [`Listed`](Event::Listed).
		#[pallet::call_index(11)]
		#[pallet::weight(T::WeightInfo::unlist())]
		pub fn unlist(origin: OriginFor<T>, slot: SlotId) -> DispatchResult {
			Self::do_unlist(ensure_signed(origin)?, slot)
		}

		/// Buys a slot that is for sale, with the time that is paid for, for at most `max_amount` plancks.
		///
		/// Signed. The price in BCT is that of the oracle now, and fails while there is none. The deposit stays with the account
		/// that paid it. Errors: `UnknownSlot`, `NotListed`, `PriceAboveLimit`, no price, too little BCT. Emits [`Bought`](Event::Bought).
		#[pallet::call_index(12)]
		#[pallet::weight(T::WeightInfo::buy())]
		pub fn buy(origin: OriginFor<T>, slot: SlotId, max_amount: Balance) -> DispatchResult {
			Self::do_buy(ensure_signed(origin)?, slot, max_amount)
		}

		/// Sets all parameters at once.
		///
		/// [`Config::GovernanceOrigin`]. They take effect at once. A value out of its range cannot be decoded, so that no
		/// origin can set one. Errors: `BadOrigin`. Emits [`ParametersSet`](Event::ParametersSet).
		#[pallet::call_index(13)]
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
		/// Removes the past of one pool's calendar, and what is kept of the pool if nothing of it is sold any more; and the records
		/// of slots that ended long ago.
		fn on_idle(_: BlockNumberFor<T>, remaining: Weight) -> Weight {
			let mut meter = WeightMeter::with_limit(remaining);
			Self::reclaim(&mut meter);
			Self::forget_ended(&mut meter);
			meter.consumed()
		}

		fn integrity_test() {
			Self::ensure_entries_fit();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What [`rent`](Pallet::rent) would cost now, or the error that it would fail with.
		pub fn quote_rent(pool: PoolId, kind: RentalKind, gpus: u32, minutes: Minute) -> Result<Quote, DispatchError> {
			Self::do_quote_rent(pool, kind, gpus, minutes)
		}

		/// What [`reserve`](Pallet::reserve) would cost now, or the error that it would fail with.
		pub fn quote_reserve(pool: PoolId, gpus: u32, start: Minute, end: Minute) -> Result<Quote, DispatchError> {
			Self::do_quote_reserve(pool, gpus, start, end)
		}

		/// What [`top_up`](Pallet::top_up) would cost the holder now, in DC, or the error that it would fail with.
		pub fn quote_top_up(slot: SlotId, minutes: Minute) -> Result<Dc, DispatchError> {
			Self::do_quote_top_up(slot, minutes)
		}

		/// How many GPUs of a pool can be booked from one minute to another, stretch by stretch, at most a week of it.
		pub fn availability(pool: PoolId, from: Minute, to: Minute) -> Vec<Availability> {
			Self::do_availability(pool, from, to)
		}

		/// What became of a slot that ended in the last 30 days.
		pub fn ended_slot(slot: SlotId) -> Option<EndedRecordOf<T>> {
			EndedSlots::<T>::get(slot)
		}

		/// How a slot stands.
		pub fn slot_summary(slot: SlotId) -> Option<SlotSummary<T::AccountId>> {
			Self::do_slot_summary(slot)
		}
	}
}
