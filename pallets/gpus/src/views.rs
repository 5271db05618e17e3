//! What wallets and services ask for.

use crate::{AllPapers, Config, GpuRecords, GpuSummary, Histories, Hosted, ModelRecord, Models, Notices, Pallet, PAGE};
use alloc::vec::Vec;
use millpond_primitives::{GpuId, GpuModelId, OperatorId};
use millpond_traits::{Deeds, Gpus, OnGpuStatus};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_gpu_summary(gpu: GpuId) -> Option<GpuSummary<T::AccountId>> {
		Some(GpuSummary {
			holder: T::Deeds::holder(gpu)?,
			gpu: GpuRecords::<T>::get(gpu)?,
			bond: Self::bond(gpu),
			papers: AllPapers::<T>::get(gpu)?,
			history: Histories::<T>::get(gpu)?.plus(T::Pools::history(gpu)),
			resigned: Notices::<T>::get(gpu),
		})
	}

	pub(crate) fn do_gpu_models() -> Vec<(GpuModelId, ModelRecord)> {
		let mut models: Vec<_> = Models::<T>::iter().collect();
		models.sort_unstable_by_key(|(number, _)| *number);
		models
	}

	pub(crate) fn do_hosted_gpus(operator: OperatorId, after: Option<GpuId>) -> Vec<GpuId> {
		let gpus = match after {
			None => Hosted::<T>::iter_key_prefix(operator),
			Some(last) => Hosted::<T>::iter_key_prefix_from(operator, Hosted::<T>::hashed_key_for(operator, last)),
		};
		gpus.take(PAGE).collect()
	}
}
