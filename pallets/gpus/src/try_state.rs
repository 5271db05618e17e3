//! The invariants. The list stands in the README.

use crate::{
	AllPapers, Config, Device, Devices, GpuRecord, GpuRecords, Histories, Hosted, LeastReferencePrice, Models, NextGpu,
	NextModel, Notices, Pallet, Revaluation, MAX_MODELS,
};
use alloc::collections::BTreeMap;
use frame_support::ensure;
use millpond_primitives::{GpuId, GpuModelId};
use millpond_traits::{Deeds, GpuStatus, Operators};
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_models()?;
		GpuRecords::<T>::iter().try_for_each(|(gpu, record)| Self::check_gpu(gpu, record))?;
		Self::check_indices()
	}

	fn check_models() -> Result<(), TryRuntimeError> {
		let mut gpus = BTreeMap::<GpuModelId, u32>::new();
		for record in GpuRecords::<T>::iter_values() {
			let count = gpus.entry(record.model).or_default();
			*count = count.saturating_add(1);
		}
		ensure!(
			gpus.keys().all(Models::<T>::contains_key),
			"there are GPUs of a model that is not listed"
		);
		for (number, record) in Models::<T>::iter() {
			ensure!(number < NextModel::<T>::get(), "a model's number will be given again");
			ensure!(
				record.gpus == gpus.get(&number).copied().unwrap_or_default(),
				"a model has another number of GPUs than there are"
			);
		}
		ensure!(Models::<T>::count() <= MAX_MODELS, "the catalogue is too long");
		ensure!(
			LeastReferencePrice::<T>::get() == Self::least_reference_price(),
			"the least reference price is not that of the catalogue"
		);
		Ok(())
	}

	fn check_gpu(gpu: GpuId, record: GpuRecord) -> Result<(), TryRuntimeError> {
		ensure!(gpu < NextGpu::<T>::get(), "a GPU's number will be given again");
		ensure!(T::Deeds::holder(gpu).is_some(), "nobody holds the NFT of a GPU");
		ensure!(
			T::Operators::holder(record.operator).is_some(),
			"a GPU is hosted by nobody"
		);
		ensure!(
			Hosted::<T>::contains_key(record.operator, gpu),
			"a host does not know its GPU"
		);
		ensure!(
			Devices::<T>::get(record.device) == Some(Device::Registered(gpu)) || record.status == GpuStatus::Retired,
			"a device is not the GPU's"
		);
		ensure!(
			record.in_service.is_some() || !matches!(record.status, GpuStatus::Online | GpuStatus::Offline),
			"a GPU that was never in service is"
		);
		let model = Models::<T>::get(record.model);
		ensure!(
			Revaluation::<T>::exists() || model.is_none_or(|model| model.model.bond.get() == record.bond),
			"a GPU asks for another bond than its model does"
		);
		ensure!(
			AllPapers::<T>::contains_key(gpu) && Histories::<T>::contains_key(gpu),
			"a GPU has no papers or no history"
		);
		Ok(())
	}

	fn check_indices() -> Result<(), TryRuntimeError> {
		let gpus = GpuRecords::<T>::iter_keys().count();
		ensure!(
			AllPapers::<T>::iter_keys().count() == gpus
				&& Histories::<T>::iter_keys().count() == gpus
				&& Hosted::<T>::iter_keys().count() == gpus,
			"something is kept of a GPU that is gone"
		);
		ensure!(
			Notices::<T>::iter_keys().all(GpuRecords::<T>::contains_key),
			"a notice is kept of a GPU that is gone"
		);
		let is_there = |(id, device)| match device {
			Device::Registered(gpu) => GpuRecords::<T>::get(gpu).is_some_and(|record| record.device == id),
			Device::Condemned => true,
		};
		ensure!(
			Devices::<T>::iter().all(is_there),
			"a device is that of a GPU that is gone, or of another"
		);
		Ok(())
	}
}
