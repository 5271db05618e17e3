//! Keeping slots: their records, their NFTs, their money, their place in the agenda.

use crate::{
	Agenda, AgendaKey, Config, Descending, Due, Error, Event, NextSlot, Pallet, Parameters, ParametersRecord, Phase,
	SlotRecordOf, Slots, SoldRates, Stage,
};
use alloc::format;
use frame_support::{ensure, traits::Get};
use millpond_primitives::{Credits, Minute, SlotId};
use millpond_traits::{Clock, Deeds, RentalKind};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};

/// The attribute of a slot's NFT that tells wallets what it is.
pub(crate) const TERMS: &[u8] = b"terms";

impl<T: Config> Pallet<T> {
	/// The account that keeps the escrows and deposits of all slots.
	pub fn account() -> T::AccountId {
		T::PalletId::get().into_account_truncating()
	}

	pub(crate) fn now() -> Minute {
		T::Clock::now()
	}

	/// The slot, if `who` holds it.
	pub(crate) fn held_slot(who: &T::AccountId, id: SlotId) -> Result<SlotRecordOf<T>, DispatchError> {
		let slot = Slots::<T>::get(id).ok_or(Error::<T>::UnknownSlot)?;
		ensure!(T::Deeds::holder(id).as_ref() == Some(who), Error::<T>::NotHolder);
		Ok(slot)
	}

	/// What `gpus` GPUs cost for `minutes`.
	pub(crate) fn cost(rate: Credits, gpus: u32, minutes: Minute) -> Result<Credits, DispatchError> {
		let gpu_minutes = Credits::from(gpus).saturating_mul(minutes.into());
		Ok(rate.checked_mul(gpu_minutes).ok_or(ArithmeticError::Overflow)?)
	}

	/// What comes back at the end of a slot of `gpus` GPUs.
	pub(crate) fn deposit_of(gpus: u32) -> Credits {
		T::SlotDeposit::get().saturating_add(T::GpuDeposit::get().saturating_mul(gpus.into()))
	}

	/// An id that no slot has had.
	fn next_id() -> Result<SlotId, DispatchError> {
		NextSlot::<T>::try_mutate(|next| {
			let id = *next;
			*next = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;
			Ok(id)
		})
	}

	/// Mints the NFT of a new slot to `holder`.
	pub(crate) fn mint(holder: &T::AccountId, slot: &SlotRecordOf<T>) -> Result<SlotId, DispatchError> {
		let id = Self::next_id()?;
		T::Deeds::mint(id, holder)?;
		Self::count_rate(slot, |count| count.checked_add(1))?;
		Self::describe(id, slot)?;
		Ok(id)
	}

	/// Counts how many slots that are booked have the slot's rate.
	pub(crate) fn count_rate(slot: &SlotRecordOf<T>, change: impl FnOnce(u32) -> Option<u32>) -> DispatchResult {
		if slot.is_spot() {
			return Ok(());
		}
		let rate = u64::try_from(slot.rate).unwrap_or(u64::MAX);
		SoldRates::<T>::try_mutate_exists(slot.pool, Descending::from(rate), |count| {
			let changed = change(count.unwrap_or_default()).ok_or(Error::<T>::Inconsistent)?;
			*count = Some(changed).filter(|count| *count > 0);
			Ok(())
		})
	}

	/// Tells wallets what the slot is.
	pub(crate) fn describe(id: SlotId, slot: &SlotRecordOf<T>) -> DispatchResult {
		let SlotRecordOf::<T> {
			pool,
			gpus,
			rate,
			start,
			end,
			..
		} = slot;
		let what = format!("{gpus} GPUs of pool {pool} at {rate} DC a GPU-minute");
		let terms = match slot.kind {
			RentalKind::Spot => format!("spot: {what}"),
			RentalKind::OnDemand => format!("on-demand: {what}"),
			RentalKind::Reserved => format!("reserved: {what}, from minute {start} to {end}"),
		};
		T::Deeds::set_attribute(id, TERMS, terms.as_bytes())
	}

	pub(crate) fn announce(id: SlotId, holder: T::AccountId, slot: &SlotRecordOf<T>) {
		Self::deposit_event(Event::Rented {
			slot: id,
			holder,
			pool: slot.pool,
			kind: slot.kind,
			gpus: slot.gpus,
			rate: slot.rate,
			start: slot.start,
			end: slot.end,
		});
	}

	/// Stores the slot, and moves its entry in the agenda to where it is due next.
	pub(crate) fn keep(id: SlotId, slot: SlotRecordOf<T>) {
		let due = slot.next_due(&Parameters::<T>::get(), Self::now());
		Self::keep_until(id, slot, due);
	}

	/// Stores the slot with its entry at `due`.
	pub(crate) fn keep_until(id: SlotId, mut slot: SlotRecordOf<T>, due: Due) {
		if slot.due != Some(due) {
			Self::unschedule(id, &slot);
			Agenda::<T>::insert(AgendaKey::new(due, id), ());
			slot.due = Some(due);
		}
		Slots::<T>::insert(id, slot);
	}

	/// Takes the slot out of the agenda.
	pub(crate) fn unschedule(id: SlotId, slot: &SlotRecordOf<T>) {
		if let Some(due) = slot.due {
			Agenda::<T>::remove(AgendaKey::new(due, id));
		}
	}
}

impl<AccountId: PartialEq> crate::SlotRecord<AccountId> {
	/// How many GPUs it lacks.
	pub fn missing(&self) -> u32 {
		self.gaps.iter().fold(0, |sum: u32, gap| sum.saturating_add(gap.gpus))
	}

	/// Until when its GPUs are kept.
	pub fn kept_until(&self) -> Minute {
		self.end.saturating_add(self.grace)
	}

	/// Whether it may be evicted, and is not booked.
	pub fn is_spot(&self) -> bool {
		self.kind == RentalKind::Spot
	}

	/// Whether it has no fixed end.
	pub fn is_open(&self) -> bool {
		self.kind != RentalKind::Reserved
	}

	/// Its GPUs are to be relieved at `minute`, or before.
	pub(crate) fn relieve_by(&mut self, minute: Minute) {
		self.relieve_at = Some(self.relieve_at.map_or(minute, |earlier| earlier.min(minute)));
	}

	/// When something has to be done with it next, not before `now`.
	pub(crate) fn next_due(&self, parameters: &ParametersRecord, now: Minute) -> Due {
		let turn = match self.phase {
			Phase::Booked => self.start.saturating_sub(parameters.notice.get()),
			Phase::Called => self.start,
			Phase::Running => self.next_need(parameters),
			Phase::Paused => self.relieve_at.into_iter().fold(self.kept_until(), Minute::min),
			Phase::Leaving(_) => self.end,
		};
		let turn = Due {
			minute: turn.max(now),
			stage: Stage::Turn,
		};
		let fill = self.fill_at.filter(|_| self.phase == Phase::Running).map(|minute| Due {
			minute: minute.max(now),
			stage: Stage::Fill,
		});
		fill.filter(|fill| fill.minute < turn.minute).unwrap_or(turn)
	}

	/// When a running slot needs something other than GPUs.
	fn next_need(&self, parameters: &ParametersRecord) -> Minute {
		let warning = self.warn_at(parameters).filter(|_| !self.warned);
		[Some(self.end), warning, self.deliver_by, self.relieve_at]
			.into_iter()
			.flatten()
			.min()
			.unwrap_or(self.end)
	}

	/// When the holder of an open slot is to be warned.
	pub(crate) fn warn_at(&self, parameters: &ParametersRecord) -> Option<Minute> {
		self.is_open()
			.then(|| self.end.saturating_sub(parameters.warning.get()))
	}
}
