//! Benchmarks: papers as long as they can be, GPUs online, the catalogue full.

use crate::{
	Call, Config, Device, DeviceId, Devices, Document, Event, GpuBond, GpuRecords, Memory, Model, Models, NextGpu,
	NextModel, Notices, Pallet, Papers, Proposals, ReferencePrice, Revaluation, RevaluationRecord, Weighting,
	MAX_MODELS,
};
use alloc::vec;
use codec::{Decode, Encode};
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{Consideration, EnsureOrigin},
};
use frame_system::RawOrigin;
use millpond_primitives::{GpuId, GpuModelId, OperatorId, CREDITS_PER_USD};
use millpond_traits::{Clock, GpuLifecycle, GpuStatus, Gpus, Operators, Proofs};
use sp_runtime::traits::TrailingZeroInput;

const AGREEMENT: [u8; 32] = [3; 32];

fn model() -> Model {
	Model {
		name: vec![b'n'; 64].try_into().unwrap_or_default(),
		vendor: vec![b'v'; 32].try_into().unwrap_or_default(),
		memory: Memory::constant::<1_024>(),
		weight: Weighting::constant::<1_000>(),
		reference_price: ReferencePrice::constant::<1_000>(),
		bond: GpuBond::constant::<{ 10 * CREDITS_PER_USD }>(),
	}
}

/// A simulated model with the longest name.
pub(crate) fn a_model<T: Config>() -> GpuModelId {
	let known = Models::<T>::iter().find(|(_, record)| record.simulated && record.model == model());
	if let Some((number, _)) = known {
		return number;
	}
	let added = Pallet::<T>::do_add_model(model(), true);
	let Ok(number) = added else {
		panic!("a model for a benchmark: {added:?}")
	};
	number
}

/// A device of a number.
pub(crate) fn device(number: GpuId) -> DeviceId {
	(*b"device", number).using_encoded(|bytes| DeviceId::decode(&mut TrailingZeroInput::new(bytes)).unwrap_or_default())
}

fn document(hash: [u8; 32]) -> Document {
	Document {
		uri: vec![b'u'; 128].try_into().unwrap_or_default(),
		hash,
	}
}

/// Papers as long as they can be.
pub(crate) fn papers() -> Papers {
	Papers {
		serial: vec![b's'; 64].try_into().unwrap_or_default(),
		purchased: 0,
		hosting: document([1; 32]),
		ownership: document([2; 32]),
	}
}

/// Fills the catalogue but for `room` models; the number of the last one.
fn fill_catalogue<T: Config>(room: u32) -> GpuModelId {
	while Models::<T>::count() < MAX_MODELS.saturating_sub(room) {
		assert_ok!(Pallet::<T>::do_add_model(model(), false));
	}
	NextModel::<T>::get().saturating_sub(1)
}

/// A holder, a host and its operator, and a GPU of theirs that is online.
fn gpu<T: Config>() -> (T::AccountId, T::AccountId, OperatorId, GpuId) {
	let (holder, host): (T::AccountId, T::AccountId) = (account("holder", 0, 0), account("host", 0, 0));
	let operator = T::Operators::set_up(&host);
	let gpu = <Pallet<T> as Gpus<_>>::set_up(&holder, operator);
	(holder, host, operator, gpu)
}

/// A proposal of the holder to move the GPU to another host: that one, and its operator.
fn proposal<T: Config>(holder: &T::AccountId, gpu: GpuId) -> (T::AccountId, OperatorId) {
	let host: T::AccountId = account("new host", 0, 0);
	let operator = T::Operators::set_up(&host);
	for who in [holder, &host] {
		T::Consideration::ensure_successful(who, Pallet::<T>::proposal_footprint());
	}
	let proposed = Pallet::<T>::do_propose_rehost(holder.clone(), gpu, operator, document(AGREEMENT));
	assert_ok!(proposed);
	(host, operator)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let (owner, host): (T::AccountId, T::AccountId) = (account("owner", 0, 0), whitelisted_caller());
		let operator = T::Operators::set_up(&host);
		let next = NextGpu::<T>::get();
		let device = device(next);

		#[extrinsic_call]
		_(
			RawOrigin::Signed(host),
			operator,
			a_model::<T>(),
			device,
			papers(),
			owner,
		);

		assert_eq!(Devices::<T>::get(device), Some(Device::Registered(next)));
	}

	#[benchmark]
	fn update_documents() {
		let (_, host, _, gpu) = gpu::<T>();
		let uri = document(AGREEMENT).uri;

		#[extrinsic_call]
		_(RawOrigin::Signed(host), gpu, uri.clone(), uri.clone());

		let event = Event::<T>::DocumentsMoved {
			gpu,
			hosting: uri.clone(),
			ownership: uri,
		};
		frame_system::Pallet::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(event));
	}

	#[benchmark]
	fn propose_rehost() {
		let (holder, _, _, gpu) = gpu::<T>();
		let (host, operator) = proposal::<T>(&holder, gpu);

		#[extrinsic_call]
		_(RawOrigin::Signed(host.clone()), gpu, operator, document(AGREEMENT));

		assert!(Proposals::<T>::get(gpu, operator).is_some_and(|proposal| proposal.by == host));
	}

	#[benchmark]
	fn accept_rehost() {
		let (holder, _, _, gpu) = gpu::<T>();
		let (host, operator) = proposal::<T>(&holder, gpu);
		Notices::<T>::insert(gpu, 0);
		T::Proofs::set_up(gpu);

		#[extrinsic_call]
		_(RawOrigin::Signed(host), gpu, operator, AGREEMENT);

		assert!(GpuRecords::<T>::get(gpu).is_some_and(|record| record.operator == operator));
	}

	#[benchmark]
	fn withdraw_proposal() {
		let (holder, _, _, gpu) = gpu::<T>();
		let (_, operator) = proposal::<T>(&holder, gpu);

		#[extrinsic_call]
		_(RawOrigin::Signed(holder), gpu, operator);

		assert!(!Proposals::<T>::contains_key(gpu, operator));
	}

	#[benchmark]
	fn resign() {
		let (_, host, _, gpu) = gpu::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(host), gpu);

		assert!(Notices::<T>::contains_key(gpu));
	}

	#[benchmark]
	fn retire() {
		let (_, host, _, gpu) = gpu::<T>();
		Notices::<T>::insert(gpu, 0);
		T::Proofs::set_up(gpu);

		#[extrinsic_call]
		_(RawOrigin::Signed(host), gpu);

		assert!(!GpuRecords::<T>::contains_key(gpu));
	}

	#[benchmark]
	fn simulate_status() {
		let (_, host, _, gpu) = gpu::<T>();
		// Once more for the first time.
		for status in [GpuStatus::Suspended, GpuStatus::Probation] {
			assert_ok!(Pallet::<T>::set_status(gpu, status, T::Clock::now()));
		}
		GpuRecords::<T>::mutate_extant(gpu, |record| record.in_service = None);

		#[extrinsic_call]
		_(RawOrigin::Signed(host), gpu, GpuStatus::Online);

		let online = GpuRecords::<T>::get(gpu).map(|record| record.status);
		assert_eq!(online, Some(GpuStatus::Online));
	}

	#[benchmark]
	fn add_model() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		fill_catalogue::<T>(1);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, model());

		assert_eq!(Models::<T>::count(), MAX_MODELS);
		Ok(())
	}

	#[benchmark]
	fn change_model() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let number = fill_catalogue::<T>(0);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, number, model());

		let event = Event::<T>::ModelSet { number, model: model() };
		frame_system::Pallet::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(event));
		Ok(())
	}

	#[benchmark]
	fn remove_model() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let number = fill_catalogue::<T>(0);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, number);

		assert!(!Models::<T>::contains_key(number));
		Ok(())
	}

	#[benchmark]
	fn revalue() {
		let holder: T::AccountId = account("holder", 0, 0);
		let operator = T::Operators::set_up(&holder);
		let gpu = Pallet::<T>::set_up(&holder, operator);
		let number = GpuRecords::<T>::get(gpu).map_or(0, |record| record.model);
		Models::<T>::mutate(number, |record| {
			if let Some(record) = record {
				record.model.bond = GpuBond::constant::<{ 20 * CREDITS_PER_USD }>();
			}
		});
		Revaluation::<T>::put(RevaluationRecord::default());

		#[block]
		{
			assert!(Pallet::<T>::revalue_next());
		}

		let asked = GpuRecords::<T>::get(gpu).map(|record| record.bond);
		assert_eq!(asked, Some(20 * CREDITS_PER_USD));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::build(), crate::mock::Test);
}
