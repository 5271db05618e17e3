//! `millpond credits`: what burning BCT yields, burning it, and what an account has.

use crate::client::{
	self,
	address::{format_account, parse_account},
	amount::{format_bct, format_credits, format_fixed, parse_bct},
	command_group,
	output::{facts, parse_day},
	refusal, to_hex, Node, NodeArgs, Report, TransactionArgs,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{Credits, Minute, DC_ASSET};
use millpond_runtime::{AccountId, Balance, Runtime};
use pallet_data_credits::Quote;
use serde_json::json;
use sp_runtime::DispatchError;

/// How long a reference is kept where nothing else is said: a day, in minutes.
const DEFAULT_REFERENCE_MINUTES: u32 = 1_440;

command_group! {
	/// Data Credits: what compute costs, made by burning BCT. A credit is $0.00001.
	CreditsCommand {
		Quote(QuoteCommand),
		Burn(BurnCommand),
		BurnFor(BurnForCommand),
		Balance(BalanceCommand),
	}
}

/// Show what burning an amount of BCT would yield now.
#[derive(Debug, Parser)]
pub struct QuoteCommand {
	/// How much BCT, such as 12 or 0.5.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	#[clap(flatten)]
	node: NodeArgs,
}

impl QuoteCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let quote: Result<Quote, DispatchError> = node.call("CreditsApi_quote", &self.amount.encode(), None).await?;
		let quote = quote.map_err(|error| refusal::failed(&error))?;
		let price = format_fixed(quote.price);
		Ok(Report::new(
			json!({
				"amount": self.amount.to_string(),
				"credits": quote.credits.to_string(),
				"price": price,
				"available": quote.available.to_string(),
			}),
			facts(&[
				("burned", format_bct(self.amount)),
				("credits", format_credits(quote.credits)),
				("price", format!("${price} for a BCT")),
				("left this hour", format_credits(quote.available)),
			]),
		))
	}
}

/// Burn BCT for Data Credits. There is no way back.
#[derive(Debug, Parser)]
pub struct BurnCommand {
	/// How much BCT, such as 12 or 0.5.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	/// Burn nothing if it would yield fewer credits than this: the price moves.
	#[arg(long, value_name = "CREDITS", default_value_t = 0)]
	min_credits: Credits,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BurnCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let call = pallet_data_credits::Call::burn {
			amount: self.amount,
			min_credits: self.min_credits,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("{} burned", format_bct(self.amount))))
	}
}

/// Burn BCT for somebody else's Data Credits, once for each reference.
///
/// A second burn with the same reference is refused until the reference expires, so that a retry cannot pay twice.
#[derive(Debug, Parser)]
pub struct BurnForCommand {
	/// Who gets the credits.
	#[arg(value_name = "BENEFICIARY", value_parser = parse_account)]
	beneficiary: AccountId,

	/// How much BCT, such as 12 or 0.5.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	/// What tells this payment from others, at most 32 bytes: an invoice number, say.
	#[arg(long, value_name = "TEXT", value_parser = parse_reference)]
	reference: [u8; 32],

	/// For how many minutes of the chain's time the reference is remembered; at most 30 days.
	#[arg(long, value_name = "MINUTES", default_value_t = DEFAULT_REFERENCE_MINUTES, value_parser = clap::value_parser!(u32).range(1..=43_200))]
	valid_for: u32,

	/// Until the beginning of which day the reference is remembered, such as 2026-03-01, in the place of --valid-for; at most
	/// 30 days ahead. Whoever may have to send the payment again later names the same day each time.
	#[arg(long, value_name = "DAY", value_parser = parse_day, conflicts_with = "valid_for")]
	until: Option<Minute>,

	/// Burn nothing if it would yield fewer credits than this: the price moves.
	#[arg(long, value_name = "CREDITS", default_value_t = 0)]
	min_credits: Credits,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BurnForCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let call = pallet_data_credits::Call::burn_for {
			beneficiary: self.beneficiary.clone(),
			amount: self.amount,
			min_credits: self.min_credits,
			reference: self.reference,
			deadline: match self.until {
				Some(day) => day,
				None => node.minute().await?.saturating_add(self.valid_for),
			},
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!(
			"{} burned for {}, reference {}",
			format_bct(self.amount),
			format_account(&self.beneficiary),
			to_hex(&self.reference)
		)))
	}
}

/// Show an account's Data Credits.
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
		let key = pallet_assets::Account::<Runtime>::hashed_key_for(DC_ASSET, &self.account);
		let account: Option<pallet_assets::AssetAccountOf<Runtime, ()>> = node.storage(key, None).await?;
		let credits = account.map(|account| account.balance).unwrap_or_default();
		let address = format_account(&self.account);
		Ok(Report::new(
			json!({ "account": address, "credits": credits.to_string() }),
			facts(&[("account", address), ("credits", format_credits(credits))]),
		))
	}
}

fn parse_reference(text: &str) -> Result<[u8; 32], String> {
	let mut reference = [0; 32];
	reference
		.get_mut(..text.len())
		.filter(|_| !text.is_empty())
		.ok_or_else(|| format!("a reference has 1 to 32 bytes, this one has {}", text.len()))?
		.copy_from_slice(text.as_bytes());
	Ok(reference)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_reference_should_be_the_text_padded_with_zeros() {
		let mut expected = [0; 32];
		expected[..7].copy_from_slice(b"inv-042");
		assert_eq!(parse_reference("inv-042"), Ok(expected));
		assert_eq!(parse_reference(&"x".repeat(32)), Ok([b'x'; 32]));
	}

	#[test]
	fn a_reference_should_be_refused_when_it_is_empty_or_too_long() {
		assert!(parse_reference("").expect_err("empty").contains("has 0"));
		assert!(parse_reference(&"x".repeat(33))
			.expect_err("too long")
			.contains("has 33"));
	}
}
