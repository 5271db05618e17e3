//! A thief with keys that others trust with some of their calls.

use crate::{
	configs::{GpuDeeds, OperatorDeeds, ProxyType, TimeSlotDeeds},
	*,
};
use frame_support::{storage::with_transaction_unchecked, traits::fungible::Inspect};
use millpond_primitives::DC_ASSET;
use millpond_traits::Deeds;
use sp_keyring::Sr25519Keyring::{self, AliceStash, Bob, BobStash, Charlie, Dave, Eve};
use sp_runtime::{traits::Dispatchable, TransactionOutcome};

/// The thief. It hosts nothing and has what it needs for fees.
pub const THIEF: Sr25519Keyring = AliceStash;

/// Accounts of which the thief has keys, each for some calls.
pub const VICTIMS: [Sr25519Keyring; 4] = [Bob, Charlie, Dave, Eve];

/// An account that nobody trusts with anything.
const BYSTANDER: Sr25519Keyring = BobStash;

/// What each victim trusts the thief with. Proxies of the types `Any` and `Nfts` may sell all that there is, and are not meant
/// for keys that can be stolen.
const TRUSTED_WITH: [ProxyType; 5] = [
	ProxyType::Customer,
	ProxyType::Operator,
	ProxyType::NonTransfer,
	ProxyType::Staking,
	ProxyType::CancelProxy,
];

/// The calls by which victims trust the thief.
pub fn proxies() -> impl Iterator<Item = (Sr25519Keyring, RuntimeCall)> {
	VICTIMS.into_iter().map(|victim| {
		let calls = TRUSTED_WITH.map(|proxy_type| {
			let delegate = THIEF.to_account_id().into();
			pallet_proxy::Call::add_proxy {
				delegate,
				proxy_type,
				delay: 0,
			}
			.into()
		});
		(victim, pallet_utility::Call::batch_all { calls: calls.to_vec() }.into())
	})
}

/// The call as one that a proxy makes.
pub fn on_behalf_of(victim: Sr25519Keyring, call: RuntimeCall) -> RuntimeCall {
	pallet_proxy::Call::proxy {
		real: victim.to_account_id().into(),
		force_proxy_type: None,
		call: Box::new(call),
	}
	.into()
}

/// What an account is worth: BCT, credits and NFTs of ours.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Worth {
	bct: Balance,
	credits: Balance,
	items: usize,
}

fn worth(account: &AccountId) -> Worth {
	let held = |holder: Option<AccountId>| holder.as_ref() == Some(account);
	let operators = pallet_operators::Bonds::<Runtime>::iter_keys().filter(|id| held(OperatorDeeds::holder(*id)));
	let gpus = pallet_gpus::GpuRecords::<Runtime>::iter_keys().filter(|id| held(GpuDeeds::holder(*id)));
	let slots = pallet_market::Slots::<Runtime>::iter_keys().filter(|id| held(TimeSlotDeeds::holder(*id)));
	Worth {
		bct: <Balances as Inspect<_>>::total_balance(account),
		credits: Assets::balance(DC_ASSET, account),
		items: operators.count() + gpus.count() + slots.count(),
	}
}

/// What `account` is worth after `who` has made `call`, which is then undone.
fn worth_after(account: &AccountId, who: &AccountId, call: &RuntimeCall) -> Worth {
	with_transaction_unchecked(|| {
		let _ = call.clone().dispatch(RuntimeOrigin::signed(who.clone()));
		TransactionOutcome::Rollback(worth(account))
	})
}

/// Checks that no account but the victim is worth more after what the thief does on the victim's behalf than after the same
/// call by an account that nobody trusts: what anybody may do for others (claim their rewards) is no theft.
pub fn check_that_it_does_not_pay(victim: Sr25519Keyring, call: &RuntimeCall, proxied: &RuntimeCall) {
	let (thief, bystander) = (THIEF.to_account_id(), BYSTANDER.to_account_id());
	let stolen = worth_after(&thief, &thief, proxied);
	let given = worth_after(&thief, &bystander, call);
	assert!(
		stolen.bct <= given.bct && stolen.credits <= given.credits && stolen.items <= given.items,
		"{THIEF} is worth {stolen:?} instead of {given:?} by {victim}'s {call:?}"
	);
}
