use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_traits::{
	mocks::{MockClock, MockOnGpuStatus, MockOperators, MockProofs},
	GpuStatus, Gpus as _,
};

fn retire(who: AccountId, gpu: u64) -> sp_runtime::DispatchResult {
	Gpus::retire(RuntimeOrigin::signed(who), gpu)
}

fn resign(who: AccountId, gpu: u64) -> sp_runtime::DispatchResult {
	Gpus::resign(RuntimeOrigin::signed(who), gpu)
}

#[test]
fn holder_should_retire_a_gpu_at_any_time_and_leave_nothing_behind() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		put_online(gpu);
		MockClock::advance(10);
		assert_ok!(retire(OWNER, gpu));
		assert_eq!(MockOperators::duties(MILL), (0, 0));
		assert_eq!(MockOnGpuStatus::moves(), [(gpu, None), (gpu, Some(START + 10))]);
		assert_eq!((Gpus::holder(gpu), Gpus::facts(gpu)), (None, None));
		assert!(Deeds::attributes(gpu).is_empty());
		assert_eq!(
			GpuRecords::<Test>::iter().count() + AllPapers::<Test>::iter().count(),
			0
		);
		assert_eq!(Hosted::<Test>::iter().count() + Devices::<Test>::iter().count(), 0);
		assert_eq!(Histories::<Test>::iter().count(), 0);
		assert_noop!(retire(OWNER, gpu), Error::<Test>::UnknownGpu);
	});
}

#[test]
fn retire_should_fail_while_the_gpu_is_in_a_pool() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		MockOnGpuStatus::set_in_pool(gpu, true);
		assert_noop!(
			retire(OWNER, gpu),
			sp_runtime::DispatchError::Other("the GPU is in a pool")
		);
		assert!(!MockOnGpuStatus::has_retired(gpu));
		MockOnGpuStatus::set_in_pool(gpu, false);
		assert_ok!(retire(OWNER, gpu));
		assert!(MockOnGpuStatus::has_retired(gpu));
	});
}

#[test]
fn retire_should_fail_while_the_gpu_has_yet_to_prove_itself() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		MockProofs::set_owed(gpu, true);
		assert_noop!(
			retire(OWNER, gpu),
			sp_runtime::DispatchError::Other("the GPU owes a proof")
		);
		MockProofs::set_owed(gpu, false);
		assert_ok!(retire(OWNER, gpu));
	});
}

#[test]
fn host_should_retire_a_gpu_of_another_only_when_its_notice_is_over() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_noop!(retire(FISHER, gpu), Error::<Test>::NotParty);
		assert_noop!(retire(MILLER, gpu), Error::<Test>::NoticeMissing);
		assert_noop!(resign(OWNER, gpu), Error::<Test>::NotHost);
		assert_noop!(resign(MILLER, 9), Error::<Test>::UnknownGpu);
		assert_ok!(resign(MILLER, gpu));
		let from = START + NOTICE;
		assert_eq!(last_event(), Event::Resigned { gpu, from });
		assert_eq!(Gpus::gpu_summary(gpu).and_then(|gpu| gpu.resigned), Some(from));
		assert_noop!(resign(MILLER, gpu), Error::<Test>::AlreadyResigned);
		MockClock::advance(NOTICE - 1);
		assert_noop!(retire(MILLER, gpu), Error::<Test>::NoticeRunning);
		MockClock::advance(1);
		assert_ok!(retire(MILLER, gpu));
		assert!(!Notices::<Test>::contains_key(gpu));
	});
}

#[test]
fn anybody_should_retire_a_gpu_that_was_never_proven_to_be_there() {
	TestExt::execute_with(|| {
		let (gpu, proven) = (register(1), register(2));
		put_online(proven);
		MockClock::advance(UNPROVEN - 1);
		assert_noop!(retire(FISHER, gpu), Error::<Test>::NotParty);
		MockClock::advance(1);
		assert_noop!(retire(FISHER, proven), Error::<Test>::NotParty);
		assert_ok!(retire(FISHER, gpu));
		// The bond of its host is free, and who has the device registers it.
		assert_eq!(MockOperators::duties(MILL).0, 1);
		register(1);
	});
}

#[test]
fn anybody_should_free_the_device_of_a_gpu_that_waits_in_a_pool_without_being_proven() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		MockOnGpuStatus::set_in_pool(gpu, true);
		MockClock::advance(UNPROVEN - 1);
		assert_noop!(retire(FISHER, gpu), Error::<Test>::NotParty);
		MockClock::advance(1);
		assert_ok!(retire(FISHER, gpu));
		let status = GpuStatus::Retired;
		let since = START + UNPROVEN;
		assert_eq!(last_event(), Event::StatusChanged { gpu, status, since });
		// Who has the device registers it, and answers for it.
		let other = register_as(RIVAL, REAL, 1);
		assert_eq!((MockOperators::duties(MILL).0, MockOperators::duties(RIVAL).0), (1, 1));
		let in_pool = sp_runtime::DispatchError::Other("the GPU is in a pool");
		assert_noop!(retire(MILLER, gpu), in_pool);
		// The pool lets go of what is retired.
		MockOnGpuStatus::set_in_pool(gpu, false);
		assert_noop!(retire(FISHER, gpu), Error::<Test>::NotParty);
		assert_ok!(retire(MILLER, gpu));
		assert_eq!(Devices::<Test>::get(device(1)), Some(Device::Registered(other)));
	});
}

#[test]
fn unproven_gpu_should_stay_while_it_has_yet_to_prove_itself_in_a_round() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		MockOnGpuStatus::set_in_pool(gpu, true);
		MockClock::advance(UNPROVEN);
		MockProofs::set_owed(gpu, true);
		let owes = sp_runtime::DispatchError::Other("the GPU owes a proof");
		assert_noop!(retire(FISHER, gpu), owes);
	});
}

fn move_to_rival(gpu: u64) {
	let (owner, rival) = (RuntimeOrigin::signed(OWNER), RuntimeOrigin::signed(FISHER));
	assert_ok!(Gpus::propose_rehost(owner, gpu, RIVAL, agreement(2)));
	assert_ok!(Gpus::accept_rehost(rival, gpu, RIVAL, [2; 32]));
}

#[test]
fn new_host_should_have_time_to_prove_a_gpu_when_the_old_one_had_proven_it() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		put_online(gpu);
		MockClock::advance(2 * UNPROVEN);
		move_to_rival(gpu);
		assert_eq!(record(gpu).registered, START);
		MockClock::advance(UNPROVEN - 1);
		assert_noop!(retire(BUYER, gpu), Error::<Test>::NotParty);
		MockClock::advance(1);
		assert_ok!(retire(BUYER, gpu));
	});
}

#[test]
fn gpu_should_gain_no_time_by_moving_when_it_was_never_proven() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		MockClock::advance(UNPROVEN - 1);
		move_to_rival(gpu);
		MockClock::advance(1);
		assert_ok!(retire(BUYER, gpu));
	});
}

#[test]
fn notice_should_end_when_the_gpu_moves_to_another_host() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(resign(MILLER, gpu));
		assert_ok!(Gpus::propose_rehost(
			RuntimeOrigin::signed(OWNER),
			gpu,
			RIVAL,
			agreement(2)
		));
		assert_ok!(Gpus::accept_rehost(RuntimeOrigin::signed(FISHER), gpu, RIVAL, [2; 32]));
		MockClock::advance(NOTICE);
		assert_noop!(retire(FISHER, gpu), Error::<Test>::NoticeMissing);
		assert_noop!(retire(MILLER, gpu), Error::<Test>::NotParty);
	});
}

#[test]
fn retiring_should_be_for_present_holders_when_nfts_were_sold() {
	TestExt::execute_with(|| {
		let (gpu, other) = (register(1), register(2));
		assert_ok!(resign(MILLER, other));
		assert_ok!(Deeds::sell(gpu, &BUYER));
		MockOperators::set_holder(MILL, &FISHER);
		assert_noop!(retire(OWNER, gpu), Error::<Test>::NotParty);
		assert_noop!(resign(MILLER, gpu), Error::<Test>::NotHost);
		assert_ok!(retire(BUYER, gpu));
		// The notice is the host's, whoever holds it.
		MockClock::advance(NOTICE);
		assert_noop!(retire(MILLER, other), Error::<Test>::NotParty);
		assert_ok!(retire(FISHER, other));
	});
}

#[test]
fn what_is_retired_should_be_cleared_away_by_either_and_nothing_else() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(set_status(gpu, GpuStatus::Retired));
		assert_noop!(resign(MILLER, gpu), Error::<Test>::IsRetired);
		let propose = Gpus::propose_rehost(RuntimeOrigin::signed(OWNER), gpu, RIVAL, agreement(2));
		assert_eq!(propose, Err(Error::<Test>::IsRetired.into()));
		assert_noop!(retire(FISHER, gpu), Error::<Test>::NotParty);
		assert_ok!(retire(MILLER, gpu));
	});
}
