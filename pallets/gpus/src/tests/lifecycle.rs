use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::{
	mocks::{MockClock, MockOnGpuStatus, MockOperators},
	GpuHistory, GpuLifecycle, GpuStatus, Gpus as _,
};
use GpuStatus::{Offline, Online, Probation, Registered, Retired, Suspended};

const ALL: [GpuStatus; 6] = [Registered, Probation, Online, Offline, Suspended, Retired];

/// Takes a new GPU to `status`.
fn gpu_that_is(status: GpuStatus, number: u8) -> u64 {
	let gpu = register(number);
	let way: &[GpuStatus] = match status {
		Registered => &[],
		Probation => &[Probation],
		Online => &[Probation, Online],
		Offline => &[Probation, Online, Offline],
		Suspended => &[Probation, Suspended],
		Retired => &[Retired],
	};
	way.iter().for_each(|status| {
		assert_ok!(set_status(gpu, *status));
	});
	gpu
}

#[test]
fn status_should_move_along_the_table_only() {
	TestExt::execute_with(|| {
		let allowed = [
			(Registered, Probation),
			(Registered, Retired),
			(Probation, Online),
			(Probation, Suspended),
			(Probation, Retired),
			(Online, Offline),
			(Online, Suspended),
			(Online, Retired),
			(Offline, Online),
			(Offline, Suspended),
			(Offline, Retired),
			(Suspended, Probation),
			(Suspended, Retired),
		];
		for (number, (from, to)) in (0..).zip(ALL.into_iter().flat_map(|from| ALL.map(|to| (from, to)))) {
			let gpu = gpu_that_is(from, number);
			if allowed.contains(&(from, to)) {
				assert_ok!(set_status(gpu, to));
				assert_eq!(record(gpu).status, to);
			} else {
				assert_noop!(set_status(gpu, to), Error::<Test>::InvalidMove);
			}
		}
		assert_noop!(set_status(999, Probation), Error::<Test>::UnknownGpu);
	});
}

#[test]
fn pools_should_be_told_of_every_coming_and_going() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		put_online(gpu);
		MockClock::advance(10);
		assert_ok!(Gpus::set_status(gpu, Offline, START + 4));
		assert_eq!(
			last_event(),
			Event::StatusChanged {
				gpu,
				status: Offline,
				since: START + 4
			}
		);
		assert_ok!(set_status(gpu, Suspended));
		assert_ok!(set_status(gpu, Probation));
		assert_ok!(set_status(gpu, Online));
		assert_ok!(Gpus::condemn(gpu, START + 7));
		assert_eq!(
			MockOnGpuStatus::moves(),
			[(gpu, None), (gpu, Some(START + 4)), (gpu, None), (gpu, Some(START + 7))]
		);
	});
}

#[test]
fn in_service_should_be_the_first_time_online() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(set_status(gpu, Probation));
		MockClock::advance(5);
		assert_ok!(set_status(gpu, Online));
		assert_eq!(attribute(gpu, "status").as_deref(), Some("in service"));
		MockClock::advance(5);
		assert_ok!(set_status(gpu, Offline));
		assert_ok!(set_status(gpu, Online));
		assert_eq!(record(gpu).in_service, Some(START + 5));
		assert_eq!(attribute(gpu, "in_service"), Some((START + 5).to_string()));
		assert_ok!(set_status(gpu, Suspended));
		assert_eq!(attribute(gpu, "status").as_deref(), Some("suspended"));
	});
}

#[test]
fn condemned_device_should_never_be_registered_again() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		put_online(gpu);
		assert_ok!(Gpus::condemn(gpu, START));
		assert_eq!(record(gpu).status, Retired);
		assert_eq!(attribute(gpu, "status").as_deref(), Some("retired"));
		assert_eq!(last_event(), Event::Condemned { gpu, device: device(1) });
		assert_noop!(Gpus::condemn(gpu, START), Error::<Test>::InvalidMove);
		assert_noop!(Gpus::condemn(9, START), Error::<Test>::UnknownGpu);
		let register = || {
			let origin = RuntimeOrigin::signed(FISHER);
			Gpus::register(origin, RIVAL, REAL, device(1), papers(), OWNER)
		};
		assert_noop!(register(), Error::<Test>::DeviceCondemned);
		// The host clears it away, without a notice; but not while it is in a pool.
		let retire = || Gpus::retire(RuntimeOrigin::signed(MILLER), gpu);
		MockOnGpuStatus::set_in_pool(gpu, true);
		assert!(retire().is_err());
		MockOnGpuStatus::set_in_pool(gpu, false);
		assert_ok!(retire());
		assert_noop!(register(), Error::<Test>::DeviceCondemned);
		assert_eq!(MockOperators::duties(MILL), (0, 0));
	});
}

#[test]
fn status_should_be_simulated_by_the_host_of_a_simulated_gpu_only() {
	TestExt::execute_with(|| {
		let (gpu, real) = (register_as(MILL, SIMULATED, 1), register(2));
		let simulate = |who, gpu, status| Gpus::simulate_status(RuntimeOrigin::signed(who), gpu, status);
		assert_noop!(simulate(MILLER, real, Probation), Error::<Test>::NotSimulated);
		assert_noop!(simulate(OWNER, gpu, Probation), Error::<Test>::NotHost);
		assert_noop!(simulate(MILLER, gpu, Online), Error::<Test>::InvalidMove);
		assert_noop!(simulate(MILLER, 9, Probation), Error::<Test>::UnknownGpu);
		assert_ok!(simulate(MILLER, gpu, Probation));
		MockOperators::set_holder(MILL, &FISHER);
		assert_noop!(simulate(MILLER, gpu, Online), Error::<Test>::NotHost);
		assert_ok!(simulate(FISHER, gpu, Online));
		MockClock::advance(3);
		assert_ok!(simulate(FISHER, gpu, Offline));
		assert_eq!(MockOnGpuStatus::moves(), [(gpu, None), (gpu, Some(START + 3))]);
	});
}

#[test]
fn history_should_add_up_and_stop_at_its_end() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		let history = |earned, online, rented| GpuHistory { earned, online, rented };
		Gpus::note_history(gpu, history(5, 4, 3));
		Gpus::note_history(gpu, history(u128::MAX - 6, 4, u64::MAX));
		let sum = history(u128::MAX - 1, 8, u64::MAX);
		assert_eq!(Gpus::gpu_summary(gpu).map(|gpu| gpu.history), Some(sum));
		Gpus::note_history(gpu, history(2, 0, 0));
		assert_ok!(Gpus::retire(RuntimeOrigin::signed(OWNER), gpu));
		assert_eq!(
			last_event(),
			Event::Retired {
				gpu,
				history: history(u128::MAX, 8, u64::MAX)
			}
		);
	});
}
