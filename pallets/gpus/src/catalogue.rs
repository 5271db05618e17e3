//! The catalogue of models.

use crate::{
	Config, Error, Event, GenesisModel, LeastReferencePrice, Model, ModelRecord, Models, NextModel, Pallet,
	Revaluation, RevaluationRecord, MAX_MODELS,
};
use frame_support::{ensure, traits::Get};
use millpond_primitives::GpuModelId;
use sp_runtime::{DispatchError, DispatchResult, FixedPointNumber, FixedU128};

/// Whether the two are the same device under other terms.
fn is_same_device(one: &Model, other: &Model) -> bool {
	(&one.name, &one.vendor, one.memory) == (&other.name, &other.vendor, other.memory)
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_add_model(model: Model, simulated: bool) -> Result<GpuModelId, DispatchError> {
		ensure!(Models::<T>::count() < MAX_MODELS, Error::<T>::CatalogueFull);
		let number = NextModel::<T>::get();
		NextModel::<T>::put(number.checked_add(1).ok_or(Error::<T>::Overflow)?);
		let record = ModelRecord {
			model: model.clone(),
			simulated,
			gpus: 0,
		};
		Models::<T>::insert(number, record);
		Self::update_least_reference_price();
		Self::deposit_event(Event::ModelSet { number, model });
		Ok(number)
	}

	pub(crate) fn do_change_model(number: GpuModelId, model: Model) -> DispatchResult {
		Self::try_mutate_model(number, |record| {
			ensure!(
				record.gpus == 0 || is_same_device(&record.model, &model),
				Error::<T>::ModelInUse
			);
			if record.gpus > 0 && record.model.bond != model.bond {
				Revaluation::<T>::put(RevaluationRecord::default());
			}
			record.model = model.clone();
			Ok(())
		})?;
		Self::update_least_reference_price();
		Self::deposit_event(Event::ModelSet { number, model });
		Ok(())
	}

	pub(crate) fn do_remove_model(number: GpuModelId) -> DispatchResult {
		let record = Models::<T>::get(number).ok_or(Error::<T>::UnknownModel)?;
		ensure!(record.gpus == 0, Error::<T>::ModelInUse);
		Models::<T>::remove(number);
		Self::update_least_reference_price();
		Self::deposit_event(Event::ModelRemoved { number });
		Ok(())
	}

	pub(crate) fn list_at_genesis(model: &GenesisModel) -> DispatchResult {
		let text = |text: &str| text.as_bytes().to_vec();
		let listed = Model {
			name: text(&model.name).try_into().map_err(|_| "the name is too long")?,
			vendor: text(&model.vendor).try_into().map_err(|_| "the vendor is too long")?,
			memory: model.memory,
			weight: model.weight,
			reference_price: model.reference_price,
			bond: model.bond,
		};
		Self::do_add_model(listed, model.simulated).map(drop)
	}

	/// Changes a model, unless `change` fails.
	pub(crate) fn try_mutate_model<R>(
		number: GpuModelId,
		change: impl FnOnce(&mut ModelRecord) -> Result<R, DispatchError>,
	) -> Result<R, DispatchError> {
		Models::<T>::try_mutate(number, |record| {
			change(record.as_mut().ok_or(Error::<T>::UnknownModel)?)
		})
	}

	/// The lowest reference price per unit of reward weight, rounded down. Looks at every model.
	pub(crate) fn least_reference_price() -> FixedU128 {
		Models::<T>::iter_values()
			.filter_map(|record| {
				let (price, weight) = (record.model.reference_price.get(), record.model.weight.get());
				FixedU128::checked_from_rational(price, weight)
			})
			.min()
			.unwrap_or_default()
	}

	fn update_least_reference_price() {
		LeastReferencePrice::<T>::put(Self::least_reference_price());
	}
}

impl<T: Config> Get<FixedU128> for Pallet<T> {
	/// The lowest reference price of all models per unit of reward weight, in DC a minute.
	fn get() -> FixedU128 {
		LeastReferencePrice::<T>::get()
	}
}
