//! `millpond credits`: what burning BCT yields, burning it, and what an account has.

use crate::client::{
	self,
	address::{format_account, parse_account},
	amount::{format_bct, format_decimal, parse_bct},
	output::facts,
	refusal, to_hex, Node, NodeArgs, Report, TransactionArgs,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{Credits, DC_ASSET};
use millpond_runtime::{AccountId, Balance, Runtime};
use millpond_runtime_api::CreditsQuote;
use serde_json::json;
use sp_runtime::DispatchError;

/// Decimals of a Data Credit, read as dollars.
const DOLLAR_DECIMALS: usize = 5;
/// Decimals of a price.
const PRICE_DECIMALS: usize = 18;
/// How long a reference is kept where nothing else is said: a day, in minutes.
const DEFAULT_REFERENCE_MINUTES: u32 = 1_440;

/// Data Credits: what compute costs, made by burning BCT. A credit is $0.00001.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum CreditsCommand {
	/// Show what burning an amount of BCT would yield now.
	Quote(QuoteCommand),

	/// Burn BCT for Data Credits. There is no way back.
	Burn(BurnCommand),

	/// Burn BCT for somebody else's Data Credits, once for each reference.
	BurnFor(BurnForCommand),

	/// Show an account's Data Credits.
	Balance(BalanceCommand),
}

impl CreditsCommand {
	/// Runs the command.
	pub fn run(&self) -> sc_cli::Result<()> {
		match self {
			CreditsCommand::Quote(command) => client::run(&command.node, async |node| command.answer(node).await),
			CreditsCommand::Burn(command) => client::run(&command.node, async |node| command.answer(node).await),
			CreditsCommand::BurnFor(command) => client::run(&command.node, async |node| command.answer(node).await),
			CreditsCommand::Balance(command) => client::run(&command.node, async |node| command.answer(node).await),
		}
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
		let quote: Result<CreditsQuote, DispatchError> =
			node.call("CreditsApi_quote", &self.amount.encode(), None).await?;
		let quote = quote.map_err(|error| refusal::failed(&error))?;
		let price = format_decimal(quote.price.into_inner(), PRICE_DECIMALS);
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
		let now: u64 = node
			.storage(pallet_timestamp::Now::<Runtime>::hashed_key().to_vec(), None)
			.await?
			.unwrap_or_default();
		let minute = u32::try_from(now / millpond_primitives::MINUTE).unwrap_or(u32::MAX);
		let call = pallet_data_credits::Call::burn_for {
			beneficiary: self.beneficiary.clone(),
			amount: self.amount,
			min_credits: self.min_credits,
			reference: self.reference,
			deadline: minute.saturating_add(self.valid_for),
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

/// Credits with what they are worth.
fn format_credits(credits: Credits) -> String {
	format!("{credits} DC (${})", format_decimal(credits, DOLLAR_DECIMALS))
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

	#[test]
	fn credits_should_be_shown_with_what_they_are_worth() {
		assert_eq!(format_credits(250_000), "250000 DC ($2.5)");
	}
}
