use crate::{mock::*, Error, Event, NextEnd, Pauses};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, traits::Dispatchable};

fn pause(name: &str) -> sp_runtime::DispatchResult {
	Emergency::pause(RuntimeOrigin::signed(COMMITTEE), call(name))
}

/// Whether an account can make the call `transfer_allow_death`: without funds it fails, but it is not filtered.
fn is_filtered() -> bool {
	let transfer = RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest: 2, value: 1 });
	let refused = transfer.dispatch(RuntimeOrigin::signed(1)).expect_err("no funds");
	refused.error == frame_system::Error::<Test>::CallFiltered.into()
}

#[test]
fn a_pause_should_stop_the_call_and_end_by_itself() {
	test(|| {
		assert_ok!(pause("transfer_allow_death"));
		assert!(is_filtered());
		run_to(1 + DURATION - 1);
		assert!(is_filtered());
		run_to(1 + DURATION);
		assert!(!is_filtered());
		System::assert_last_event(
			Event::PauseEnded {
				call: call("transfer_allow_death"),
			}
			.into(),
		);
		assert_eq!(NextEnd::<Test>::get(), None);
	});
}

#[test]
fn the_committee_should_not_renew_a_pause_before_it_has_rested() {
	test(|| {
		assert_ok!(pause("transfer_allow_death"));
		assert_noop!(pause("transfer_allow_death"), Error::<Test>::Resting);
		run_to(REST);
		assert_noop!(pause("transfer_allow_death"), Error::<Test>::Resting);
		assert!(!is_filtered());
		run_to(1 + REST);
		assert_ok!(pause("transfer_allow_death"));
		assert_eq!(Pauses::<Test>::get().len(), 1);
	});
}

#[test]
fn pauses_should_end_each_at_its_time() {
	test(|| {
		assert_ok!(pause("transfer_allow_death"));
		run_to(5);
		assert_ok!(pause("transfer_all"));
		run_to(1 + DURATION);
		assert_eq!(NextEnd::<Test>::get(), Some(5 + DURATION));
		assert!(TxPause::is_paused(&call("transfer_all")));
		run_to(5 + DURATION);
		assert!(!TxPause::is_paused(&call("transfer_all")));
	});
}

#[test]
fn holders_should_end_a_pause_at_once() {
	test(|| {
		assert_ok!(pause("transfer_allow_death"));
		assert_ok!(TxPause::unpause(RuntimeOrigin::root(), call("transfer_allow_death")));
		assert!(!is_filtered());
		run_to(1 + DURATION);
		assert!(!is_filtered(), "its end finds nothing to do");
	});
}

#[test]
fn a_pause_should_be_refused_when_the_call_is_paused_already_or_one_too_many_is_asked_for() {
	test(|| {
		assert_ok!(TxPause::pause(RuntimeOrigin::root(), call("transfer_all")));
		assert_noop!(pause("transfer_all"), Error::<Test>::AlreadyPaused);
		for number in 0..MAX_PAUSES {
			assert_ok!(pause(&format!("call_{number}")));
		}
		assert_noop!(pause("burn"), Error::<Test>::TooManyPauses);
		run_to(1 + REST);
		assert_ok!(pause("burn"));
	});
}

#[test]
fn the_pause_itself_should_not_be_paused() {
	test(|| {
		let text = |text: &str| text.as_bytes().to_vec().try_into().expect("short");
		let unpause = (text("TxPause"), text("unpause"));
		assert_noop!(
			Emergency::pause(RuntimeOrigin::signed(COMMITTEE), unpause),
			Error::<Test>::Unpausable
		);
	});
}

#[test]
fn safe_mode_should_end_by_itself_and_not_be_entered_again_at_once() {
	test(|| {
		assert_ok!(Emergency::enter_safe_mode(RuntimeOrigin::signed(COMMITTEE)));
		assert!(is_filtered());
		run_to(1 + DURATION + 1);
		assert!(!is_filtered());
		assert_noop!(
			Emergency::enter_safe_mode(RuntimeOrigin::signed(COMMITTEE)),
			Error::<Test>::Resting
		);
		run_to(1 + REST);
		assert_ok!(Emergency::enter_safe_mode(RuntimeOrigin::signed(COMMITTEE)));
	});
}

#[test]
fn safe_mode_should_be_refused_when_it_holds_already() {
	test(|| {
		assert_ok!(SafeMode::force_enter(RuntimeOrigin::root()));
		assert_noop!(
			Emergency::enter_safe_mode(RuntimeOrigin::signed(COMMITTEE)),
			Error::<Test>::AlreadyEntered
		);
	});
}

#[test]
fn nobody_but_the_committee_should_stop_anything() {
	test(|| {
		for origin in [RuntimeOrigin::signed(1), RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Emergency::pause(origin.clone(), call("burn")), BadOrigin);
			assert_noop!(Emergency::enter_safe_mode(origin), BadOrigin);
		}
	});
}
