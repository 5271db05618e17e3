//! `millpond account`: what an account holds, and sending BCT.

use crate::client::{
	self,
	address::{format_account, parse_account},
	amount::{format_bct, parse_bct},
	command_group,
	output::facts,
	Node, NodeArgs, Report, TransactionArgs,
};
use clap::Parser;
use millpond_runtime::{constants::currency::EXISTENTIAL_DEPOSIT, AccountId, Balance, Nonce, Runtime};
use pallet_balances::AccountData;
use serde_json::json;

command_group! {
	/// What an account holds, and sending BCT.
	AccountCommand {
		Balance(BalanceCommand),
		Transfer(TransferCommand),
	}
}

/// Show what an account holds.
#[derive(Debug, Parser)]
pub struct BalanceCommand {
	/// The account.
	#[arg(value_name = "ADDRESS", value_parser = parse_account)]
	account: AccountId,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BalanceCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let key = frame_system::Account::<Runtime>::hashed_key_for(&self.account);
		let account: Option<frame_system::AccountInfo<Nonce, AccountData<Balance>>> = node.storage(key, None).await?;
		let account = account.unwrap_or_default();
		let data = &account.data;
		let address = format_account(&self.account);
		Ok(Report::new(
			json!({
				"account": address,
				"transferable": transferable(data).to_string(),
				"free": data.free.to_string(),
				"reserved": data.reserved.to_string(),
				"frozen": data.frozen.to_string(),
				"nonce": account.nonce,
			}),
			facts(&[
				("account", address),
				("transferable", format_bct(transferable(data))),
				("free", format_bct(data.free)),
				("reserved", format_bct(data.reserved)),
				("frozen", format_bct(data.frozen)),
				("transactions", account.nonce.to_string()),
			]),
		))
	}
}

/// What can leave an account that is to stay. What is frozen may be on hold as well; the rest of it must stay free.
fn transferable(data: &AccountData<Balance>) -> Balance {
	let stays = data.frozen.saturating_sub(data.reserved).max(EXISTENTIAL_DEPOSIT);
	data.free.saturating_sub(stays)
}

/// Send BCT.
///
/// The existential deposit, 0.01 BCT, stays in the account.
#[derive(Debug, Parser)]
pub struct TransferCommand {
	/// The account to send to.
	#[arg(value_name = "TO", value_parser = parse_account)]
	to: AccountId,

	/// How much BCT, such as 12 or 0.5.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl TransferCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let call = pallet_balances::Call::transfer_keep_alive {
			dest: self.to.clone().into(),
			value: self.amount,
		};
		let receipt = self.transaction.submit(node, call).await?;
		let (amount, to) = (format_bct(self.amount), format_account(&self.to));
		Ok(receipt.report(&format!("{amount} to {to}")))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

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
}
