use crate::{mock::*, *};
use codec::{Decode, Encode};
use frame_support::{
	assert_noop, assert_ok,
	traits::{Get, OnIdle, OnPoll},
	weights::{RuntimeDbWeight, Weight, WeightMeter},
};
use millpond_primitives::{Credits, GpuId};
use millpond_traits::{Gpus as _, ModelFacts};
use sp_runtime::{DispatchError, FixedU128};

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn least() -> FixedU128 {
	<Gpus as Get<FixedU128>>::get()
}

#[test]
fn least_reference_price_should_follow_the_catalogue_rounded_down() {
	TestExt::execute_with(|| {
		// A third of a DC.
		assert_eq!(least().into_inner(), 333_333_333_333_333_333);
		assert_ok!(Gpus::add_model(root(), model(2, 7, 10 * USD)));
		assert_eq!(least().into_inner(), 285_714_285_714_285_714);
		assert_ok!(Gpus::change_model(root(), 2, model(3, 7, 10 * USD)));
		assert_eq!(least().into_inner(), 333_333_333_333_333_333);
		assert_ok!(Gpus::remove_model(root(), SIMULATED));
		assert_eq!(least().into_inner(), 428_571_428_571_428_571);
		assert_ok!(Gpus::remove_model(root(), REAL));
		assert_ok!(Gpus::remove_model(root(), 2));
		assert_eq!(least(), FixedU128::from_u32(0));
		// A number is not given again.
		assert_ok!(Gpus::add_model(root(), model(2, 7, 10 * USD)));
		let numbers: Vec<_> = Gpus::gpu_models().into_iter().map(|(number, _)| number).collect();
		assert_eq!(numbers, [3]);
	});
}

#[test]
fn catalogue_should_be_for_governance_only() {
	TestExt::execute_with(|| {
		let miller = || RuntimeOrigin::signed(MILLER);
		let model = model(2, 7, 10 * USD);
		assert_noop!(Gpus::add_model(miller(), model.clone()), DispatchError::BadOrigin);
		assert_noop!(
			Gpus::change_model(miller(), REAL, model.clone()),
			DispatchError::BadOrigin
		);
		assert_noop!(Gpus::remove_model(miller(), REAL), DispatchError::BadOrigin);
		assert_noop!(
			Gpus::change_model(root(), 9, model.clone()),
			Error::<Test>::UnknownModel
		);
		assert_noop!(Gpus::remove_model(root(), 9), Error::<Test>::UnknownModel);
		assert_ok!(Gpus::add_model(root(), model.clone()));
		assert_eq!(last_event(), Event::ModelSet { number: 2, model });
		// No model that is added later is simulated.
		assert_eq!(
			Gpus::gpu_model(2).map(|record| (record.simulated, record.gpus)),
			Some((false, 0))
		);
		assert_eq!(Gpus::gpu_model(SIMULATED).map(|record| record.simulated), Some(true));
	});
}

#[test]
fn model_should_be_of_the_same_device_while_there_are_gpus_of_it() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		let change = |model| Gpus::change_model(root(), REAL, model);
		assert_noop!(Gpus::remove_model(root(), REAL), Error::<Test>::ModelInUse);
		let with = |change: fn(&mut Model)| {
			let mut model = model(4, 8, 100 * USD);
			change(&mut model);
			model
		};
		assert_noop!(
			change(with(|model| model.name = text("H200"))),
			Error::<Test>::ModelInUse
		);
		assert_noop!(
			change(with(|model| model.vendor = text("AMD"))),
			Error::<Test>::ModelInUse
		);
		assert_noop!(
			change(with(|model| model.memory = Memory::constant::<1>())),
			Error::<Test>::ModelInUse
		);
		assert_ok!(change(model(5, 9, 200 * USD)));
		let facts = ModelFacts {
			weight: 9,
			reference_price: 5,
			bond: 200 * USD,
			memory: 81_920,
			simulated: false,
		};
		assert_eq!(Gpus::model(REAL), Some(facts));
		// What comes has the new bond at once, what is there as soon as a block has room for it.
		let other = register(2);
		assert_eq!((record(gpu).bond, record(other).bond), (100 * USD, 200 * USD));
		<Gpus as OnIdle<u64>>::on_idle(2, Weight::MAX);
		assert_eq!((record(gpu).bond, record(other).bond), (200 * USD, 200 * USD));
		assert_eq!(Revaluation::<Test>::get(), None);
		assert_ok!(Gpus::retire(RuntimeOrigin::signed(OWNER), gpu));
		assert_eq!(Gpus::gpu_model(REAL).map(|record| record.gpus), Some(1));
		assert_ok!(Gpus::retire(RuntimeOrigin::signed(OWNER), other));
		assert_ok!(change(with(|model| model.name = text("H200"))));
	});
}

#[test]
fn price_cut_should_not_lower_the_cap_of_other_models_when_the_weight_is_cut_with_it() {
	TestExt::execute_with(|| {
		register(1);
		let before = least();
		assert_ok!(Gpus::change_model(root(), REAL, model(2, 8, 100 * USD)));
		assert_eq!(least(), FixedU128::from_rational(1, 4));
		assert_ok!(Gpus::change_model(root(), REAL, model(2, 4, 100 * USD)));
		assert_eq!(least(), before);
	});
}

#[test]
fn every_gpu_should_ask_for_its_models_new_bond_however_little_room_blocks_have() {
	TestExt::execute_with(|| {
		let gpus: Vec<GpuId> = (0..40).map(register).collect();
		let asked = |bond: Credits| gpus.iter().filter(|gpu| record(**gpu).bond == bond).count();
		let poll = || <Gpus as OnPoll<u64>>::on_poll(2, &mut WeightMeter::new());
		poll();
		assert_ok!(Gpus::change_model(root(), REAL, model(4, 8, 150 * USD)));
		poll();
		assert_eq!(asked(150 * USD), REVALUED_A_BLOCK as usize);
		// Another change begins anew, and a bond that is as it was costs nothing.
		assert_ok!(Gpus::change_model(root(), REAL, model(4, 8, 120 * USD)));
		assert_ok!(Gpus::change_model(root(), REAL, model(5, 9, 120 * USD)));
		poll();
		poll();
		assert_ok!(Gpus::retire(RuntimeOrigin::signed(OWNER), gpus[0]));
		let read = <<Test as frame_system::Config>::DbWeight as Get<RuntimeDbWeight>>::get().reads(1);
		let mut one = WeightMeter::with_limit(<() as WeightInfo>::revalue().saturating_mul(2).saturating_add(read));
		<Gpus as OnPoll<u64>>::on_poll(2, &mut one);
		poll();
		poll();
		assert_eq!(
			gpus[1..].iter().filter(|gpu| record(**gpu).bond == 120 * USD).count(),
			39
		);
		assert!(!Revaluation::<Test>::exists());
	});
}

#[test]
fn catalogue_should_be_bounded() {
	TestExt::execute_with(|| {
		for _ in Models::<Test>::count()..MAX_MODELS {
			assert_ok!(Gpus::add_model(root(), model(2, 1, 10 * USD)));
		}
		assert_noop!(
			Gpus::add_model(root(), model(2, 1, 10 * USD)),
			Error::<Test>::CatalogueFull
		);
		assert_ok!(Gpus::remove_model(root(), 100));
		assert_ok!(Gpus::add_model(root(), model(2, 1, 10 * USD)));
	});
}

/// The call as bytes, with the numbers written as plain integers: what a proposal by Root could carry.
fn call(memory: u32, weight: u32, price: u128, bond: Credits) -> Result<RuntimeCall, codec::Error> {
	let bytes = (
		2u8,
		8u8,
		b"H100 SXM".to_vec(),
		b"NVIDIA".to_vec(),
		memory,
		weight,
		price,
		bond,
	)
		.encode();
	RuntimeCall::decode(&mut &bytes[..])
}

#[test]
fn model_should_not_be_decodable_when_out_of_range_even_for_root() {
	assert_eq!(
		call(81_920, 8, 4, 100 * USD),
		Ok(RuntimeCall::Gpus(Call::add_model {
			model: model(4, 8, 100 * USD)
		}))
	);
	for (memory, weight, price, bond) in [
		(0, 8, 4, 100 * USD),
		(16_777_217, 8, 4, 100 * USD),
		(81_920, 0, 4, 100 * USD),
		(81_920, 1_000_001, 4, 100 * USD),
		(81_920, 8, 0, 100 * USD),
		(81_920, 8, 10_000_001, 100 * USD),
		(81_920, 8, 4, 10 * USD - 1),
		(81_920, 8, 4, 1_000_000 * USD + 1),
	] {
		assert!(
			call(memory, weight, price, bond).is_err(),
			"{memory} {weight} {price} {bond}"
		);
	}
}
