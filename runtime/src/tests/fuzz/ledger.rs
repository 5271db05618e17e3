//! What each account has paid into the market in credits, and what it had back.

use crate::*;
use millpond_primitives::DC_ASSET;
use std::collections::BTreeMap;

/// The credits of one account, in DC.
#[derive(Default)]
struct Account {
	paid: Balance,
	returned: Balance,
}

/// The credits of all accounts.
#[derive(Default)]
pub struct Ledger {
	accounts: BTreeMap<AccountId, Account>,
	/// Credits that hosts failed to deliver for: the only ones that may come back to another account than the one that paid.
	made_good: Balance,
}

impl Ledger {
	/// Notes what the block has moved, and checks that credits go nowhere but into the market, and from there back to the account
	/// that paid them.
	pub fn note_block(&mut self) {
		let market = Market::account();
		for record in System::events() {
			match record.event {
				RuntimeEvent::Assets(pallet_assets::Event::Transferred {
					asset_id: DC_ASSET,
					from,
					to,
					amount,
				}) => {
					if to == market {
						self.accounts.entry(from).or_default().paid += amount;
					} else {
						assert_eq!(from, market, "{amount} DC went from {from} to {to}");
						self.accounts.entry(to).or_default().returned += amount;
					}
				}
				RuntimeEvent::Market(pallet_market::Event::Refunded { credits, .. }) => self.made_good += credits,
				_ => {}
			}
		}
		let excess: Balance = self
			.accounts
			.values()
			.map(|account| account.returned.saturating_sub(account.paid))
			.sum();
		assert!(
			excess <= self.made_good,
			"{excess} DC came back to accounts that had not paid them, {} of them for what hosts failed to deliver",
			self.made_good
		);
	}
}
