use super::chain::{free, transfer, Chain};
use crate::{configs::ProxyType, constants::currency::BCT, *};
use frame_support::traits::InstanceFilter;
use pallet_staking::RewardDestination;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::Perbill;

fn examples() -> Vec<(&'static str, RuntimeCall, Vec<ProxyType>)> {
	use ProxyType::*;
	let burn = RuntimeCall::Nfts(pallet_nfts::Call::burn { collection: 9, item: 1 });
	vec![
		("a transfer", transfer(Alice, 1), vec![Any]),
		(
			"Root",
			pallet_sudo::Call::sudo {
				call: Box::new(transfer(Alice, 1)),
			}
			.into(),
			vec![Any],
		),
		(
			"chill",
			pallet_staking::Call::chill {}.into(),
			vec![Any, NonTransfer, Staking],
		),
		(
			"session keys",
			pallet_session::Call::purge_keys {}.into(),
			vec![Any, NonTransfer, Staking],
		),
		(
			"join a nomination pool",
			pallet_nomination_pools::Call::join { amount: 1, pool_id: 1 }.into(),
			vec![Any, NonTransfer, Staking],
		),
		(
			"pay staking rewards to another account",
			pallet_staking::Call::set_payee {
				payee: RewardDestination::Account(Alice.to_account_id()),
			}
			.into(),
			vec![Any],
		),
		(
			"bond, with rewards for another account",
			pallet_staking::Call::bond {
				value: 1,
				payee: RewardDestination::Account(Alice.to_account_id()),
			}
			.into(),
			vec![Any],
		),
		(
			"keep staking rewards",
			pallet_staking::Call::set_payee {
				payee: RewardDestination::Stash,
			}
			.into(),
			vec![Any, NonTransfer, Staking],
		),
		(
			"give a nomination pool's commission to another account",
			pallet_nomination_pools::Call::set_commission {
				pool_id: 1,
				new_commission: Some((Perbill::from_percent(1), Alice.to_account_id())),
			}
			.into(),
			vec![Any],
		),
		(
			"vote in a multisig",
			pallet_multisig::Call::approve_as_multi {
				threshold: 2,
				other_signatories: vec![Alice.to_account_id()],
				maybe_timepoint: None,
				call_hash: [0; 32],
				max_weight: Default::default(),
			}
			.into(),
			vec![Any],
		),
		(
			"act as a multisig of one",
			pallet_multisig::Call::as_multi_threshold_1 {
				other_signatories: vec![Alice.to_account_id()],
				call: Box::new(transfer(Alice, 1)),
			}
			.into(),
			vec![Any],
		),
		(
			"cancel one's own proposal in a multisig",
			pallet_multisig::Call::cancel_as_multi {
				threshold: 2,
				other_signatories: vec![Alice.to_account_id()],
				timepoint: Default::default(),
				call_hash: [0; 32],
			}
			.into(),
			vec![Any, NonTransfer],
		),
		("burn an NFT", burn.clone(), vec![Any, Nfts]),
		(
			"offer an NFT for sale",
			pallet_nfts::Call::set_price {
				collection: 9,
				item: 1,
				price: Some(1),
				whitelisted_buyer: None,
			}
			.into(),
			vec![Any, Nfts],
		),
		(
			"withdraw an offer",
			pallet_nfts::Call::set_price {
				collection: 9,
				item: 1,
				price: None,
				whitelisted_buyer: None,
			}
			.into(),
			vec![Any, NonTransfer, Nfts],
		),
		("vest", pallet_vesting::Call::vest {}.into(), vec![Any, NonTransfer]),
		(
			"refuse an announcement",
			pallet_proxy::Call::reject_announcement {
				delegate: Alice.to_account_id().into(),
				call_hash: Hash::zero(),
			}
			.into(),
			vec![Any, NonTransfer, CancelProxy],
		),
		(
			"add a proxy",
			pallet_proxy::Call::add_proxy {
				delegate: Alice.to_account_id().into(),
				proxy_type: Any,
				delay: 0,
			}
			.into(),
			vec![Any],
		),
		(
			"claim a GPU's rewards",
			pallet_pools::Call::claim_gpu { gpu: 1 }.into(),
			vec![Any, Operator],
		),
		(
			"unbond",
			pallet_operators::Call::unbond { operator: 1, amount: 1 }.into(),
			vec![Any],
		),
		(
			"grant access",
			pallet_market::Call::grant_access {
				slot: 1,
				operator: 1,
				key: [0; 32],
				sealed: Default::default(),
			}
			.into(),
			vec![Any, Operator],
		),
		(
			"stop a rental",
			pallet_market::Call::stop { slot: 1 }.into(),
			vec![Any, Customer],
		),
		(
			"buy a time slot",
			pallet_market::Call::buy { slot: 1, max_amount: 1 }.into(),
			vec![Any],
		),
		(
			"a remark",
			frame_system::Call::remark { remark: vec![] }.into(),
			vec![Any, NonTransfer],
		),
	]
}

const ALL: [ProxyType; 7] = [
	ProxyType::Any,
	ProxyType::NonTransfer,
	ProxyType::CancelProxy,
	ProxyType::Staking,
	ProxyType::Nfts,
	ProxyType::Operator,
	ProxyType::Customer,
];

#[test]
fn each_proxy_type_should_allow_exactly_its_calls() {
	for (what, call, allowed) in examples() {
		for proxy_type in ALL {
			assert_eq!(
				proxy_type.filter(&call),
				allowed.contains(&proxy_type),
				"{proxy_type:?}: {what}"
			);
		}
	}
}

#[test]
fn a_proxy_type_should_allow_all_that_its_subsets_allow() {
	for wide in ALL {
		for narrow in ALL.into_iter().filter(|narrow| wide.is_superset(narrow)) {
			for (what, call, _) in examples() {
				assert!(
					!narrow.filter(&call) || wide.filter(&call),
					"{narrow:?} in {wide:?}: {what}"
				);
			}
		}
	}
}

#[test]
fn a_proxy_should_act_for_another_within_its_type_and_not_beyond() {
	let mut chain = Chain::development();
	chain
		.submit(
			Bob,
			pallet_proxy::Call::add_proxy {
				delegate: Charlie.to_account_id().into(),
				proxy_type: ProxyType::NonTransfer,
				delay: 0,
			},
		)
		.expect("bob pays the deposit");
	let on_behalf_of_bob = |call: RuntimeCall| pallet_proxy::Call::proxy {
		real: Bob.to_account_id().into(),
		force_proxy_type: None,
		call: Box::new(call),
	};
	let bob = chain.execute(|| free(Bob));
	// Inside a batch too: the batch is let through, its calls are filtered by the same type.
	let batch = pallet_utility::Call::batch {
		calls: vec![transfer(Charlie, BCT)],
	};
	chain
		.submit(Charlie, on_behalf_of_bob(transfer(Charlie, BCT)))
		.expect("the proxy call itself is fine");
	chain
		.submit(Charlie, on_behalf_of_bob(batch.into()))
		.expect("the proxy call itself is fine");
	assert_eq!(chain.execute(|| free(Bob)), bob, "nothing left bob's account");
}
