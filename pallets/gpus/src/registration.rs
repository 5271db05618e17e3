//! Registering GPUs, their papers, and their end.

use crate::{
	types::duty, AllPapers, Config, Device, DeviceId, Devices, Error, Event, GpuRecord, GpuRecords, Histories, Hosted,
	NextGpu, Notices, Pallet, Papers, Uri, NOTICE, UNPROVEN,
};
use alloc::{format, string::String};
use frame_support::{ensure, traits::Defensive};
use frame_system::{ensure_signed, pallet_prelude::OriginFor};
use millpond_primitives::{GpuId, GpuModelId, OperatorId};
use millpond_traits::{Clock, Deeds, GpuHistory, GpuStatus, OnGpuStatus, Operators, Proofs};
use sp_runtime::{DispatchError, DispatchResult};

/// The attributes that wallets show of a GPU's NFT.
pub(crate) mod attributes {
	pub const MODEL: &[u8] = b"model";
	pub const OPERATOR: &[u8] = b"operator";
	pub const STATUS: &[u8] = b"status";
	pub const DEVICE: &[u8] = b"device";
	pub const IN_SERVICE: &[u8] = b"in_service";
	/// All of them.
	pub const KEYS: [&[u8]; 5] = [MODEL, OPERATOR, STATUS, DEVICE, IN_SERVICE];
}

impl<T: Config> Pallet<T> {
	/// The GPU, if it is there.
	pub(crate) fn gpu(gpu: GpuId) -> Result<GpuRecord, DispatchError> {
		GpuRecords::<T>::get(gpu).ok_or_else(|| Error::<T>::UnknownGpu.into())
	}

	/// Makes sure that the caller holds the operator's NFT.
	pub(crate) fn ensure_host(origin: OriginFor<T>, operator: OperatorId) -> DispatchResult {
		let who = ensure_signed(origin)?;
		let host = T::Operators::holder(operator).ok_or(Error::<T>::UnknownOperator)?;
		ensure!(who == host, Error::<T>::NotHost);
		Ok(())
	}

	/// Makes sure that `texts` are UTF-8.
	pub(crate) fn ensure_text<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> DispatchResult {
		let is_text = |text| core::str::from_utf8(text).is_ok();
		ensure!(texts.into_iter().all(is_text), Error::<T>::NotText);
		Ok(())
	}

	pub(crate) fn do_register(
		operator: OperatorId,
		model: GpuModelId,
		device: DeviceId,
		papers: Papers,
		owner: T::AccountId,
	) -> Result<GpuId, DispatchError> {
		let now = T::Clock::now();
		match Devices::<T>::get(device) {
			Some(Device::Registered(_)) => return Err(Error::<T>::DeviceTaken.into()),
			Some(Device::Condemned) => return Err(Error::<T>::DeviceCondemned.into()),
			None => {}
		}
		ensure!(papers.purchased <= now, Error::<T>::PurchasedInFuture);
		Self::ensure_text([
			papers.serial.as_slice(),
			papers.hosting.uri.as_slice(),
			papers.ownership.uri.as_slice(),
		])?;
		let (bond, name) = Self::try_mutate_model(model, |record| {
			record.gpus = record.gpus.checked_add(1).ok_or(Error::<T>::Overflow)?;
			let bond = record.model.bond.get();
			T::Operators::take_on(operator, duty(bond))?;
			Ok((bond, record.model.name.clone()))
		})?;
		let gpu = NextGpu::<T>::get();
		NextGpu::<T>::put(gpu.checked_add(1).ok_or(Error::<T>::Overflow)?);
		T::Deeds::mint(gpu, &owner)?;
		let record = GpuRecord {
			operator,
			model,
			status: GpuStatus::Registered,
			device,
			bond,
			registered: now,
			unproven_since: now,
			in_service: None,
		};
		GpuRecords::<T>::insert(gpu, record);
		AllPapers::<T>::insert(gpu, papers);
		Histories::<T>::insert(gpu, GpuHistory::default());
		Hosted::<T>::insert(operator, gpu, ());
		Devices::<T>::insert(device, Device::Registered(gpu));
		let hex: String = device.iter().map(|byte| format!("{byte:02x}")).collect();
		Self::show(gpu, attributes::MODEL, &name);
		Self::show(gpu, attributes::DEVICE, hex.as_bytes());
		Self::show_operator(gpu, operator);
		Self::show_status(gpu, record.status);
		Self::deposit_event(Event::Registered {
			gpu,
			operator,
			model,
			device,
			owner,
		});
		Ok(gpu)
	}

	pub(crate) fn do_update_documents(who: &T::AccountId, gpu: GpuId, hosting: Uri, ownership: Uri) -> DispatchResult {
		let record = Self::gpu(gpu)?;
		let is_party = [T::Deeds::holder(gpu), T::Operators::holder(record.operator)]
			.iter()
			.flatten()
			.any(|party| party == who);
		ensure!(is_party, Error::<T>::NotParty);
		Self::ensure_text([hosting.as_slice(), ownership.as_slice()])?;
		AllPapers::<T>::mutate_extant(gpu, |papers| {
			papers.hosting.uri = hosting.clone();
			papers.ownership.uri = ownership.clone();
		});
		T::Deeds::withdraw_offers(gpu)?;
		Self::deposit_event(Event::DocumentsMoved {
			gpu,
			hosting,
			ownership,
		});
		Ok(())
	}

	pub(crate) fn do_resign(gpu: GpuId, record: GpuRecord) -> DispatchResult {
		ensure!(record.status != GpuStatus::Retired, Error::<T>::IsRetired);
		ensure!(!Notices::<T>::contains_key(gpu), Error::<T>::AlreadyResigned);
		let from = T::Clock::now().checked_add(NOTICE).ok_or(Error::<T>::Overflow)?;
		Notices::<T>::insert(gpu, from);
		T::Deeds::withdraw_offers(gpu)?;
		Self::deposit_event(Event::Resigned { gpu, from });
		Ok(())
	}

	pub(crate) fn do_retire(who: &T::AccountId, gpu: GpuId) -> DispatchResult {
		let record = Self::gpu(gpu)?;
		Self::ensure_may_retire(who, gpu, &record)?;
		T::Proofs::ensure_none_owed(gpu)?;
		let in_no_pool = T::Pools::ensure_in_no_pool(gpu);
		if in_no_pool.is_err() && Self::is_unproven(&record) {
			return Self::give_up(gpu, record);
		}
		in_no_pool?;
		T::Operators::lay_down(record.operator, record.duty())?;
		Self::try_mutate_model(record.model, |model| {
			model.gpus = model.gpus.checked_sub(1).ok_or(Error::<T>::Overflow)?;
			Ok(())
		})?;
		if record.status == GpuStatus::Online {
			T::Pools::offline(gpu, T::Clock::now())?;
		}
		if Devices::<T>::get(record.device) == Some(Device::Registered(gpu)) {
			Devices::<T>::remove(record.device);
		}
		T::Deeds::burn(gpu, &attributes::KEYS)?;
		GpuRecords::<T>::remove(gpu);
		AllPapers::<T>::remove(gpu);
		Hosted::<T>::remove(record.operator, gpu);
		Notices::<T>::remove(gpu);
		T::Pools::retired(gpu);
		let history = Histories::<T>::take(gpu).unwrap_or_default();
		Self::deposit_event(Event::Retired { gpu, history });
		Ok(())
	}

	/// Ends a GPU that nobody has proven to be there while it is in a pool, and frees its device. It leaves the pool, since its
	/// life is over; then its holder or its host can clear away what is left of it.
	fn give_up(gpu: GpuId, record: GpuRecord) -> DispatchResult {
		Devices::<T>::remove(record.device);
		Self::put_status(gpu, record, GpuStatus::Retired, T::Clock::now())
	}

	/// Whether its host had long enough to prove that the GPU is there, and has not.
	fn is_unproven(record: &GpuRecord) -> bool {
		let until = record.unproven_since.saturating_add(UNPROVEN);
		record.status == GpuStatus::Registered && until <= T::Clock::now()
	}

	/// Makes sure that `who` may retire the GPU: who owns it at any time; who hosts it once its owner had the time to find
	/// another host, or when its life is over anyway; anybody if nobody has proven for long that it is there, so that a
	/// device's id cannot be kept from who has the device.
	fn ensure_may_retire(who: &T::AccountId, gpu: GpuId, record: &GpuRecord) -> DispatchResult {
		if Self::is_unproven(record) || T::Deeds::holder(gpu).as_ref() == Some(who) {
			return Ok(());
		}
		let host = T::Operators::holder(record.operator);
		ensure!(host.as_ref() == Some(who), Error::<T>::NotParty);
		if record.status != GpuStatus::Retired {
			let from = Notices::<T>::get(gpu).ok_or(Error::<T>::NoticeMissing)?;
			ensure!(from <= T::Clock::now(), Error::<T>::NoticeRunning);
		}
		Ok(())
	}

	/// Has wallets show the host.
	pub(crate) fn show_operator(gpu: GpuId, operator: OperatorId) {
		Self::show(gpu, attributes::OPERATOR, format!("{operator}").as_bytes());
	}

	/// Has wallets show how the GPU stands.
	pub(crate) fn show_status(gpu: GpuId, status: GpuStatus) {
		Self::show(gpu, attributes::STATUS, shown(status).as_bytes());
	}

	/// Has wallets show `value` under `key`.
	pub(crate) fn show(gpu: GpuId, key: &[u8], value: &[u8]) {
		let _ = T::Deeds::set_attribute(gpu, key, value).defensive_proof("keys and values are short");
	}
}

/// What wallets show of a status. Coming and going is not worth a write each time.
pub(crate) fn shown(status: GpuStatus) -> &'static str {
	match status {
		GpuStatus::Registered => "registered",
		GpuStatus::Probation => "probation",
		GpuStatus::Online | GpuStatus::Offline => "in service",
		GpuStatus::Suspended => "suspended",
		GpuStatus::Retired => "retired",
	}
}
