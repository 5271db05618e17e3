use super::chain::{transfer, Chain};
use crate::{constants::currency::BCT, *};
use frame_support::{weights::Weight, BoundedVec};
use genesis_config_presets::TESTNET_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

fn name(pallet: &str, call: &str) -> pallet_tx_pause::RuntimeCallNameOf<Runtime> {
	let bounded = |text: &str| BoundedVec::try_from(text.as_bytes().to_vec()).expect("short");
	(bounded(pallet), bounded(call))
}

fn filtered() -> sp_runtime::DispatchError {
	frame_system::Error::<Runtime>::CallFiltered.into()
}

#[test]
fn safe_mode_should_stop_transfers_and_let_root_end_it() {
	let mut chain = Chain::development();
	chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
	assert_eq!(chain.submit(Bob, transfer(Charlie, BCT)), Err(filtered()));
	chain.as_root(pallet_safe_mode::Call::force_exit {}).expect("root may");
	chain
		.submit(Bob, transfer(Charlie, BCT))
		.expect("the chain is itself again");
}

#[test]
fn safe_mode_should_filter_the_calls_inside_wrappers_too() {
	let mut chain = Chain::development();
	chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
	let batch = pallet_utility::Call::batch_all {
		calls: vec![transfer(Charlie, BCT)],
	};
	assert_eq!(chain.submit(Bob, batch), Err(filtered()));
}

#[test]
fn safe_mode_should_let_validators_change_their_keys() {
	let mut chain = Chain::development();
	chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
	chain
		.submit(Alice, pallet_session::Call::purge_keys {})
		.expect("let through");
}

#[test]
fn nobody_should_buy_a_stop_of_the_chain() {
	let mut chain = Chain::development();
	chain
		.submit(Bob, pallet_safe_mode::Call::enter {})
		.expect_err("not for sale");
	chain.submit(Bob, transfer(Charlie, BCT)).expect("the chain goes on");
}

#[test]
fn a_paused_call_should_be_refused_until_it_is_resumed() {
	let mut chain = Chain::development();
	let full_name = name("Balances", "transfer_keep_alive");
	chain
		.as_root(pallet_tx_pause::Call::pause {
			full_name: full_name.clone(),
		})
		.expect("root may");
	assert_eq!(chain.submit(Bob, transfer(Charlie, BCT)), Err(filtered()));
	chain
		.as_root(pallet_tx_pause::Call::unpause { ident: full_name })
		.expect("root may");
	chain.submit(Bob, transfer(Charlie, BCT)).expect("resumed");
}

#[test]
fn what_lifts_a_pause_should_not_be_paused() {
	let mut chain = Chain::development();
	for (pallet, call) in [
		("TxPause", "unpause"),
		("SafeMode", "force_exit"),
		("Sudo", "sudo"),
		("Timestamp", "set"),
		// Root may be a multisig, whose signatories may act by proxies, with calls noted before.
		("Multisig", "as_multi"),
		("Multisig", "approve_as_multi"),
		("Multisig", "as_multi_threshold_1"),
		("Proxy", "proxy"),
		("Proxy", "proxy_announced"),
		("Utility", "batch_all"),
		("Preimage", "note_preimage"),
		("Scheduler", "schedule"),
		("System", "apply_authorized_upgrade"),
	] {
		let refused = chain.as_root(pallet_tx_pause::Call::pause {
			full_name: name(pallet, call),
		});
		assert_eq!(
			refused,
			Err(pallet_tx_pause::Error::<Runtime>::Unpausable.into()),
			"{pallet}.{call}"
		);
	}
}

#[test]
fn safe_mode_should_let_rewards_be_claimed() {
	let mut chain = Chain::development();
	chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
	assert_eq!(
		chain.submit(Bob, pallet_pools::Call::claim_gpu { gpu: 7 }),
		Err(pallet_pools::Error::<Runtime>::NotInPool.into()),
		"not filtered"
	);
}

#[test]
fn a_multisig_that_holds_root_should_lift_a_pause_and_end_safe_mode_on_the_testnet() {
	let mut chain = Chain::new(TESTNET_RUNTIME_PRESET);
	let mut signatories = [Alice, Bob, Charlie].map(|who| who.to_account_id());
	signatories.sort();
	let root = Multisig::multi_account_id(&signatories, 2);
	chain.execute(|| {
		pallet_sudo::Key::<Runtime>::put(&root);
		for who in [Alice, Bob] {
			let account = who.to_account_id();
			Balances::force_set_balance(RuntimeOrigin::root(), account.into(), 1_000 * BCT).expect("root may");
		}
	});
	let mut as_root = |call: RuntimeCall| {
		let sudo: RuntimeCall = pallet_sudo::Call::sudo { call: Box::new(call) }.into();
		let mut timepoint = None;
		for who in [Alice, Bob] {
			let account = who.to_account_id();
			let others = signatories.iter().filter(|other| **other != account).cloned().collect();
			let vote = pallet_multisig::Call::as_multi {
				threshold: 2,
				other_signatories: others,
				maybe_timepoint: timepoint,
				call: Box::new(sudo.clone()),
				max_weight: Weight::from_parts(1_000_000_000, 100_000),
			};
			chain.submit(who, vote).expect("a signatory of root votes");
			timepoint = chain.execute(|| {
				pallet_multisig::Multisigs::<Runtime>::iter_prefix_values(&root)
					.next()
					.map(|pending| pending.when)
			});
		}
		let sudid = chain
			.execute(System::events)
			.into_iter()
			.find_map(|record| match record.event {
				RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result),
				_ => None,
			});
		sudid.expect("the second vote makes the call")
	};
	let multisig = name("Multisig", "as_multi");
	let refused = as_root(pallet_tx_pause::Call::pause { full_name: multisig }.into());
	assert_eq!(refused, Err(pallet_tx_pause::Error::<Runtime>::Unpausable.into()));
	as_root(pallet_safe_mode::Call::force_enter {}.into()).expect("root may");
	as_root(pallet_safe_mode::Call::force_exit {}.into()).expect("root may, in safe mode too");
}
