//! A model's bond that governance has changed becomes that of the GPUs that there are: one after another, in bounded work.

use crate::{types::duty, Config, GpuRecords, Models, Pallet, Revaluation, RevaluationRecord, WeightInfo};
use frame_support::{defensive, storage::with_storage_layer, traits::Get, weights::WeightMeter};
use millpond_primitives::GpuId;
use millpond_traits::Operators;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
	/// Goes on with the round through all GPUs, if there is one, for up to `count` of them, while `meter` lasts. It goes by the
	/// order of the storage keys, in which the place of the last one is known even if that has retired.
	pub(crate) fn revalue_some(count: u32, meter: &mut WeightMeter) {
		if meter.try_consume(T::DbWeight::get().reads(1)).is_err() || !Revaluation::<T>::exists() {
			return;
		}
		for _ in 0..count {
			if meter.try_consume(T::WeightInfo::revalue()).is_err() || !Self::revalue_next() {
				return;
			}
		}
	}

	/// Has the next GPU of the round ask what its model does now. Tells whether there was one: the round ends otherwise.
	pub(crate) fn revalue_next() -> bool {
		let Some(RevaluationRecord { last }) = Revaluation::<T>::get() else {
			return false;
		};
		let mut gpus = match last {
			Some(last) => GpuRecords::<T>::iter_keys_from(GpuRecords::<T>::hashed_key_for(last)),
			None => GpuRecords::<T>::iter_keys(),
		};
		let Some(gpu) = gpus.next() else {
			Revaluation::<T>::kill();
			return false;
		};
		if let Err(error) = with_storage_layer(|| Self::revalue(gpu)) {
			defensive!("a GPU cannot ask what its model does", error);
		}
		Revaluation::<T>::put(RevaluationRecord { last: Some(gpu) });
		true
	}

	fn revalue(gpu: GpuId) -> DispatchResult {
		let mut record = Self::gpu(gpu)?;
		let bond = Models::<T>::get(record.model).map_or(record.bond, |model| model.model.bond.get());
		if bond != record.bond {
			T::Operators::revalue(record.operator, record.duty(), duty(bond))?;
			record.bond = bond;
			GpuRecords::<T>::insert(gpu, record);
		}
		Ok(())
	}
}
