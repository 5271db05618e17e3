//! What one account may let another do on its behalf.

use crate::{constants::currency::*, *};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{ConstU32, InstanceFilter},
};
use scale_info::TypeInfo;

/// The calls that a proxy may make.
#[derive(
	Copy,
	Clone,
	Debug,
	Default,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Daily work that cannot move tokens, rewards or NFTs to another account: for a key kept on a server.
	#[codec(index = 1)]
	NonTransfer,
	/// Only to refuse what another proxy has announced: for an alarm that watches delayed proxies.
	#[codec(index = 2)]
	CancelProxy,
	/// A validator's or nominator's work: staking, nomination pools and session keys.
	#[codec(index = 3)]
	Staking,
	/// Trade in NFTs: for a marketplace or an aggregator's bot.
	#[codec(index = 4)]
	Nfts,
	/// An operator's daily work, on its GPUs, pools, grants and attestation, but not on its bond: for a key kept on the
	/// machine that hosts.
	#[codec(index = 5)]
	Operator,
	/// Renting and reserving GPUs: for a customer's server.
	#[codec(index = 6)]
	Customer,
}

/// Whether `call` is one of staking or of a nomination pool that leaves stake and rewards with the account that makes it.
///
/// Refused: a payee other than the account itself, whatever hands a pool's roles or commission to another account, and a
/// deposit into another account's pool.
fn stakes_for_the_principal(call: &RuntimeCall) -> bool {
	use pallet_nomination_pools::Call as Pool;
	use pallet_staking::{Call as Stake, RewardDestination::*};

	match call {
		RuntimeCall::Staking(Stake::bond { payee, .. } | Stake::set_payee { payee }) => matches!(payee, Staked | Stash),
		RuntimeCall::Staking(Stake::update_payee { .. }) => false,
		RuntimeCall::Staking(..) => true,
		RuntimeCall::NominationPools(pool) => matches!(
			pool,
			Pool::join { .. }
				| Pool::bond_extra { .. }
				| Pool::claim_payout { .. }
				| Pool::unbond { .. }
				| Pool::pool_withdraw_unbonded { .. }
				| Pool::withdraw_unbonded { .. }
				| Pool::nominate { .. }
				| Pool::chill { .. }
				| Pool::set_state { .. }
				| Pool::set_metadata { .. }
				| Pool::bond_extra_other { .. }
				| Pool::claim_payout_other { .. }
				| Pool::adjust_pool_deposit { .. }
				| Pool::apply_slash { .. }
				| Pool::migrate_delegation { .. }
				| Pool::migrate_pool_to_delegate_stake { .. }
		),
		_ => false,
	}
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		// The wrappers themselves are let through where their inner calls are filtered again by the same type.
		let wrapper = matches!(call, RuntimeCall::Utility(..));
		match self {
			ProxyType::Any => true,
			// A list of what is allowed: a pallet that is added later must be thought of before it is let in.
			ProxyType::NonTransfer => {
				wrapper
					|| stakes_for_the_principal(call)
					|| matches!(
						call,
						RuntimeCall::System(..)
							| RuntimeCall::Session(..)
							| RuntimeCall::VoterList(..)
							// Every other call of a multisig is a vote on what happens to tokens that are not the principal's alone.
							| RuntimeCall::Multisig(
								pallet_multisig::Call::cancel_as_multi { .. } | pallet_multisig::Call::poke_deposit { .. }
							) | RuntimeCall::Vesting(
								pallet_vesting::Call::vest { .. } | pallet_vesting::Call::vest_other { .. }
							) | RuntimeCall::Preimage(..)
							| RuntimeCall::Nfts(
								pallet_nfts::Call::set_metadata { .. }
									| pallet_nfts::Call::clear_metadata { .. }
									| pallet_nfts::Call::set_attribute { .. }
									| pallet_nfts::Call::clear_attribute { .. }
									| pallet_nfts::Call::set_price { price: None, .. }
							) | RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. })
					)
			}
			ProxyType::CancelProxy => {
				matches!(call, RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. }))
			}
			ProxyType::Staking => {
				wrapper
					|| stakes_for_the_principal(call)
					|| matches!(call, RuntimeCall::Session(..) | RuntimeCall::VoterList(..))
			}
			ProxyType::Nfts => wrapper || matches!(call, RuntimeCall::Nfts(..)),
			ProxyType::Operator => {
				wrapper
					|| matches!(
						call,
						RuntimeCall::Operators(
							pallet_operators::Call::set_profile { .. } | pallet_operators::Call::withdraw { .. }
						) | RuntimeCall::Gpus(..)
							| RuntimeCall::Pools(..)
							| RuntimeCall::Market(pallet_market::Call::grant_access { .. })
							| RuntimeCall::Attestation(..)
					)
			}
			ProxyType::Customer => {
				wrapper
					|| matches!(
						call,
						RuntimeCall::Market(
							pallet_market::Call::rent { .. }
								| pallet_market::Call::reserve { .. }
								| pallet_market::Call::top_up { .. }
								| pallet_market::Call::stop { .. }
								| pallet_market::Call::split_time { .. }
								| pallet_market::Call::split_gpus { .. }
								| pallet_market::Call::merge { .. }
								| pallet_market::Call::set_access_key { .. }
								| pallet_market::Call::reject { .. }
						)
					)
			}
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(same, other) if same == other => true,
			(ProxyType::Any, _) => true,
			(ProxyType::NonTransfer, ProxyType::Staking | ProxyType::CancelProxy) => true,
			_ => false,
		}
	}
}

parameter_types! {
	pub const ProxyDepositBase: Balance = deposit(1, 8);
	pub const ProxyDepositFactor: Balance = deposit(0, 33);
	pub const AnnouncementDepositBase: Balance = deposit(1, 8);
	pub const AnnouncementDepositFactor: Balance = deposit(0, 66);
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ProxyDepositBase;
	type ProxyDepositFactor = ProxyDepositFactor;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = sp_runtime::traits::BlakeTwo256;
	type AnnouncementDepositBase = AnnouncementDepositBase;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = System;
}
