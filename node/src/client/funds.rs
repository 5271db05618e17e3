//! What an account has to spend.

use super::{
	address::format_account,
	amount::{format_bct, format_credits},
	Error, Node,
};
use millpond_primitives::{Credits, DC_ASSET};
use millpond_runtime::{constants::currency::EXISTENTIAL_DEPOSIT, AccountId, Balance, Hash, Nonce, Runtime};
use pallet_balances::AccountData;

/// What an account has to spend.
#[derive(Clone, Copy, Debug, Default)]
pub struct Funds {
	/// BCT that can leave the account while the account stays.
	pub bct: Balance,
	/// Data Credits.
	pub credits: Credits,
}

impl Funds {
	/// Those of an account at a block, or at the newest.
	///
	/// # Errors
	/// The node's own.
	pub async fn of(node: &Node, account: &AccountId, at: Option<Hash>) -> Result<Self, Error> {
		let bct = frame_system::Account::<Runtime>::hashed_key_for(account);
		let credits = pallet_assets::Account::<Runtime>::hashed_key_for(DC_ASSET, account);
		let bct: Option<frame_system::AccountInfo<Nonce, AccountData<Balance>>> = node.storage(bct, at).await?;
		let credits: Option<pallet_assets::AssetAccountOf<Runtime, ()>> = node.storage(credits, at).await?;
		Ok(Self {
			bct: bct.map(|account| transferable(&account.data)).unwrap_or_default(),
			credits: credits.map(|account| account.balance).unwrap_or_default(),
		})
	}

	/// What `account` has, in words.
	pub fn describe(&self, account: &AccountId) -> String {
		format!(
			"{} has {} to spend, and {}",
			format_account(account),
			format_bct(self.bct),
			format_credits(self.credits)
		)
	}
}

/// What can leave an account that is to stay. What is frozen may be on hold as well; the rest of it must stay free.
pub fn transferable(data: &AccountData<Balance>) -> Balance {
	let stays = data.frozen.saturating_sub(data.reserved).max(EXISTENTIAL_DEPOSIT);
	data.free.saturating_sub(stays)
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring::Alice;

	#[test]
	fn what_is_transferable_should_leave_what_is_frozen_and_the_existential_deposit() {
		let account = |free, reserved, frozen| AccountData {
			free,
			reserved,
			frozen,
			..Default::default()
		};
		let deposit = EXISTENTIAL_DEPOSIT;
		assert_eq!(transferable(&account(0, 0, 0)), 0);
		assert_eq!(transferable(&account(10 * deposit, 0, 0)), 9 * deposit);
		assert_eq!(transferable(&account(10 * deposit, 0, 4 * deposit)), 6 * deposit);
		assert_eq!(
			transferable(&account(10 * deposit, 3 * deposit, 4 * deposit)),
			9 * deposit
		);
		assert_eq!(transferable(&account(deposit / 2, 0, 4 * deposit)), 0);
	}

	#[test]
	fn funds_should_be_told_in_both_units() {
		let funds = Funds {
			bct: 1_500_000_000_000,
			credits: 250,
		};
		let alice = Alice.to_account_id();
		assert_eq!(
			funds.describe(&alice),
			format!("{} has 1.5 BCT to spend, and 250 DC ($0.0025)", format_account(&alice))
		);
	}
}
