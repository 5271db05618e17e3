//! `millpond credits`: what burning BCT yields, burning it, and what an account has.

use crate::client::{
	self,
	address::{format_account, parse_account},
	amount::{format_bct, format_credits, format_fixed, parse_bct},
	command_group,
	output::{facts, format_minute, parse_day},
	refusal, tell, to_hex,
	transaction::Receipt,
	Error, Node, NodeArgs, Report, TransactionArgs,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{Credits, Minute, Moment, DC_ASSET, MINUTE};
use millpond_runtime::{AccountId, Balance, Runtime, RuntimeEvent};
use pallet_data_credits::{Event, LastPrice, PriceRecord, Quote};
use serde_json::json;
use sp_runtime::DispatchError;

/// How long a reference is kept where nothing else is said: a day, in minutes.
const DEFAULT_REFERENCE_MINUTES: u32 = 1_440;

/// By which part of it a burn may yield less than was shown: the price moves a little all the time.
const MARGIN: Credits = 100;

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
		let quote = quote(node, self.amount).await?;
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

/// What burning an amount yields now.
///
/// # Errors
/// Why nothing can be burned now, and where that is known, until when.
async fn quote(node: &Node, amount: Balance) -> Result<Quote, Error> {
	let quote: Result<Quote, DispatchError> = node.call("CreditsApi_quote", &amount.encode(), None).await?;
	let error = match quote {
		Ok(quote) => return Ok(quote),
		Err(error) => error,
	};
	let halted = pallet_data_credits::Error::<Runtime>::Halted.into();
	let key = LastPrice::<Runtime>::hashed_key().to_vec();
	let price: Option<PriceRecord> = match error == halted {
		true => node.storage(key, None).await?,
		false => None,
	};
	let until = price.and_then(|price| price.halted_until);
	Err(not_quoted(&error, until))
}

/// Why nothing can be burned, and until when at least.
fn not_quoted(error: &DispatchError, halted_until: Option<Moment>) -> Error {
	let why = refusal::failed(error);
	let Some(until) = halted_until else { return why };
	let minute = Minute::try_from(until.div_ceil(MINUTE)).unwrap_or(Minute::MAX);
	Error {
		message: format!("{}: at least until {}", why.message, format_minute(minute)),
		..why
	}
	.detail("haltedUntil", minute)
}

/// The least that a burn may yield: what was asked for, or a little less than it yields now, which is told before anything
/// is signed.
///
/// # Errors
/// It cannot be burned now, or yields less already.
async fn least(node: &Node, amount: Balance, asked: Option<Credits>) -> Result<Credits, Error> {
	let quote = quote(node, amount).await?;
	let least = bounded(&quote, asked)?;
	tell!(
		"{} yield {} now, at ${} for a BCT. Nothing is burned for fewer than {}.",
		format_bct(amount),
		format_credits(quote.credits),
		format_fixed(quote.price),
		format_credits(least)
	);
	Ok(least)
}

/// The least that a burn may yield which yields `quote` now.
///
/// # Errors
/// It yields less already, or more than the network mints in an hour.
fn bounded(quote: &Quote, asked: Option<Credits>) -> Result<Credits, Error> {
	let (yields, available) = (quote.credits, quote.available);
	if yields > available {
		return Err(Error::input(format!(
			"this would yield {}, and the network mints only {} more this hour",
			format_credits(yields),
			format_credits(available)
		))
		.advise("Burn less, or later."));
	}
	match asked {
		Some(asked) if asked > yields => Err(Error::input(format!(
			"this yields {} now, fewer than the {} asked for",
			format_credits(yields),
			format_credits(asked)
		))
		.advise("Burn more, wait, or ask for fewer (--min-credits).")),
		Some(asked) => Ok(asked),
		None => Ok(yields.saturating_sub(yields.div_ceil(MARGIN)).max(1)),
	}
}

/// The yield of a burn by `who`, as its transaction tells it.
fn burned(receipt: &Receipt, who: &AccountId) -> Option<Credits> {
	receipt.find(|event| match event {
		RuntimeEvent::DataCredits(Event::Burned {
			who: burner, credits, ..
		}) if burner == who => Some(*credits),
		_ => None,
	})
}

/// Burn BCT for Data Credits. There is no way back.
#[derive(Debug, Parser)]
pub struct BurnCommand {
	/// How much BCT, such as 12 or 0.5.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	/// Burn nothing if it would yield fewer credits than this: the price moves. 1% fewer than it yields now if nothing is
	/// said.
	#[arg(long, value_name = "CREDITS")]
	min_credits: Option<Credits>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BurnCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let signer = self.transaction.signer.signer()?;
		let call = pallet_data_credits::Call::burn {
			amount: self.amount,
			min_credits: least(node, self.amount, self.min_credits).await?,
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let credits = burned(&receipt, signer.account());
		let yielded = credits.map(|credits| format!(" for {}", format_credits(credits)));
		Ok(receipt
			.report(&format!(
				"{} burned{}",
				format_bct(self.amount),
				yielded.unwrap_or_default()
			))
			.detail("credits", credits.map(|credits| credits.to_string())))
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

	/// Burn nothing if it would yield fewer credits than this: the price moves. 1% fewer than it yields now if nothing is
	/// said.
	#[arg(long, value_name = "CREDITS")]
	min_credits: Option<Credits>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BurnForCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let signer = self.transaction.signer.signer()?;
		let call = pallet_data_credits::Call::burn_for {
			beneficiary: self.beneficiary.clone(),
			amount: self.amount,
			min_credits: least(node, self.amount, self.min_credits).await?,
			reference: self.reference,
			deadline: match self.until {
				Some(day) => day,
				None => node.minute().await?.saturating_add(self.valid_for),
			},
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let credits = burned(&receipt, signer.account());
		Ok(receipt
			.report(&format!(
				"{} burned for {}, reference {}",
				format_bct(self.amount),
				format_account(&self.beneficiary),
				to_hex(&self.reference)
			))
			.detail("credits", credits.map(|credits| credits.to_string())))
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

	fn quoted(credits: Credits, available: Credits) -> Quote {
		Quote {
			credits,
			price: 1.into(),
			available,
		}
	}

	#[test]
	fn a_burn_should_be_bounded_by_what_it_yields_now() {
		let least = |credits| bounded(&quoted(credits, 1_000_000), None).expect("it can be burned");
		assert_eq!([100_000, 101, 1].map(least), [99_000, 99, 1]);
		let asked = |asked| bounded(&quoted(100_000, 1_000_000), Some(asked));
		assert_eq!(asked(100_000).expect("as many as it yields"), 100_000);
		assert_eq!(asked(0).expect("whatever it yields"), 0);
		let refused = asked(100_001).expect_err("more than it yields").to_string();
		assert!(
			refused.contains("100000 DC") && refused.contains("100001 DC"),
			"{refused}"
		);
	}

	#[test]
	fn a_burn_should_be_refused_when_the_hour_has_no_room_for_it() {
		let refused = bounded(&quoted(100_000, 99_999), None)
			.expect_err("too many")
			.to_string();
		assert!(refused.contains("99999 DC"), "{refused}");
	}

	#[test]
	fn a_halt_should_be_told_with_its_end_and_never_as_a_failure_in_a_block() {
		let halted = DispatchError::from(pallet_data_credits::Error::<Runtime>::Halted);
		let told = not_quoted(&halted, Some(30_000_000 * MINUTE - 1));
		assert!(told.message.ends_with("at least until 2027-01-15 08:00 UTC"), "{told}");
		assert_eq!(told.exit_code(), 1);
		assert_eq!(told.details["haltedUntil"], 30_000_000);
		assert!(!not_quoted(&halted, None).message.contains("until 1970"));
	}

	#[test]
	fn a_reference_should_be_refused_when_it_is_empty_or_too_long() {
		assert!(parse_reference("").expect_err("empty").contains("has 0"));
		assert!(parse_reference(&"x".repeat(33))
			.expect_err("too long")
			.contains("has 33"));
	}
}
