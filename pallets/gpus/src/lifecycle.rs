//! How GPUs stand, and what they have done.

use crate::{
	registration::{attributes, shown},
	Config, Device, Devices, Error, Event, GpuRecord, GpuRecords, Histories, Models, Pallet,
};
use alloc::format;
use frame_support::{ensure, storage::with_storage_layer};
use millpond_primitives::{Balance, GpuId, GpuModelId, Minute};
use millpond_traits::{
	Clock, Deeds, GpuFacts, GpuHistory, GpuLifecycle, GpuStatus, Gpus, ModelFacts, OnGpuStatus, Operators,
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Has the GPU stand as `status`, and tells the pools when it comes or goes. When it was online, it was so until
	/// `since`. Whether it can come to that is for the caller to know.
	pub(crate) fn put_status(gpu: GpuId, old: GpuRecord, status: GpuStatus, since: Minute) -> DispatchResult {
		let mut record = GpuRecord { status, ..old };
		let (was, is) = (old.status == GpuStatus::Online, status == GpuStatus::Online);
		if is && old.in_service.is_none() {
			let now = T::Clock::now();
			record.in_service = Some(now);
			Self::show(gpu, attributes::IN_SERVICE, format!("{now}").as_bytes());
		}
		if shown(old.status) != shown(status) {
			Self::show_status(gpu, status);
		}
		GpuRecords::<T>::insert(gpu, record);
		match (was, is) {
			(false, true) => T::Pools::online(gpu)?,
			(true, false) => T::Pools::offline(gpu, since)?,
			_ => {}
		}
		if status == GpuStatus::Retired {
			// Nobody is to pay for it what it was worth alive.
			T::Deeds::withdraw_offers(gpu)?;
		}
		Self::deposit_event(Event::StatusChanged { gpu, status, since });
		Ok(())
	}

	fn move_to(gpu: GpuId, record: GpuRecord, status: GpuStatus, since: Minute) -> DispatchResult {
		ensure!(record.status.can_become(status), Error::<T>::InvalidMove);
		Self::put_status(gpu, record, status, since)
	}

	pub(crate) fn do_simulate_status(gpu: GpuId, record: GpuRecord, status: GpuStatus) -> DispatchResult {
		let is_simulated = Models::<T>::get(record.model).is_some_and(|model| model.simulated);
		ensure!(is_simulated, Error::<T>::NotSimulated);
		Self::move_to(gpu, record, status, T::Clock::now())
	}
}

impl<T: Config> GpuLifecycle for Pallet<T> {
	fn set_status(gpu: GpuId, status: GpuStatus, since: Minute) -> DispatchResult {
		with_storage_layer(|| Self::move_to(gpu, Self::gpu(gpu)?, status, since))
	}

	fn condemn(gpu: GpuId, since: Minute) -> DispatchResult {
		with_storage_layer(|| {
			let record = Self::gpu(gpu)?;
			Self::move_to(gpu, record, GpuStatus::Retired, since)?;
			let device = record.device;
			Devices::<T>::insert(device, Device::Condemned);
			Self::deposit_event(Event::Condemned { gpu, device });
			Ok(())
		})
	}
}

impl<T: Config> Gpus<T::AccountId> for Pallet<T> {
	fn holder(gpu: GpuId) -> Option<T::AccountId> {
		T::Deeds::holder(gpu)
	}

	fn facts(gpu: GpuId) -> Option<GpuFacts> {
		GpuRecords::<T>::get(gpu).map(|record| GpuFacts {
			operator: record.operator,
			model: record.model,
			status: record.status,
		})
	}

	fn model(model: GpuModelId) -> Option<ModelFacts> {
		Models::<T>::get(model).map(|record| record.facts())
	}

	fn bond(gpu: GpuId) -> Balance {
		GpuRecords::<T>::get(gpu).map_or(0, |record| T::Operators::answering(record.operator, record.bond))
	}

	fn withdraw_offers(gpu: GpuId) -> DispatchResult {
		T::Deeds::withdraw_offers(gpu)
	}

	fn note_history(gpu: GpuId, more: GpuHistory) {
		Histories::<T>::mutate_extant(gpu, |history| *history = history.plus(more));
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(holder: &T::AccountId, operator: millpond_primitives::OperatorId) -> GpuId {
		use crate::benchmarking::{a_model, device, papers};
		use crate::NextGpu;

		let device = device(NextGpu::<T>::get());
		let registered = Self::do_register(operator, a_model::<T>(), device, papers(), holder.clone());
		let Ok(gpu) = registered else {
			panic!("a GPU for a benchmark: {registered:?}")
		};
		for status in [GpuStatus::Probation, GpuStatus::Online] {
			let moved = Self::set_status(gpu, status, T::Clock::now());
			assert!(moved.is_ok(), "a GPU for a benchmark: {moved:?}");
		}
		T::Deeds::set_up_offers(gpu);
		gpu
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_offers(gpu: GpuId) {
		T::Deeds::set_up_offers(gpu);
	}
}
