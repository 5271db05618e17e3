//! Selling slots, and buying them.

use super::{kind_name, show::for_sale, slot, time::format_left};
use crate::{
	client::{
		amount::{format_bct, format_credits, format_rate, parse_bct, parse_dollars},
		output::table,
		refusal, tell, Error, Node, NodeArgs, Report, TransactionArgs,
	},
	rpc::market::Slot,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{Credits, SlotId};
use millpond_runtime::{Balance, RuntimeEvent};
use millpond_runtime_api::SlotEntry;
use pallet_market::{Call, Event};
use serde_json::json;
use sp_runtime::DispatchError;

/// How much dearer a slot may become, as one part of what it costs, between looking and buying.
const MARGIN: Balance = 100;

/// Offer a slot for a price in dollars, to be paid in BCT at the price that BCT has then.
///
/// Signed by its holder, who cannot give it away while it is offered. The time that is paid for goes with the slot; the deposit
/// comes back to the account that paid it. For a price in BCT, wallets have `nfts.setPrice`: one that is set is withdrawn.
#[derive(Debug, Parser)]
pub struct ListCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	/// What it costs, in dollars, such as 120 or 0.5.
	#[arg(long, value_name = "DOLLARS", value_parser = parse_dollars)]
	price: Credits,

	/// The least that it is sold for, in BCT, whatever a BCT costs then.
	#[arg(long, value_name = "BCT", value_parser = parse_bct, default_value = "0")]
	least: Balance,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl ListCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (slot, price, least) = (self.slot, self.price, self.least);
		tell!("Slot {slot} is to be for sale for {}.", format_credits(price));
		let receipt = self.transaction.submit(node, Call::list { slot, price, least }).await?;
		let at_least = match least {
			0 => String::new(),
			least => format!(", and for no less than {}", format_bct(least)),
		};
		Ok(receipt.report(&format!(
			"slot {slot} is for sale for {}{at_least}",
			format_credits(price)
		)))
	}
}

/// Withdraw an offer.
///
/// Signed by the slot's holder.
#[derive(Debug, Parser)]
pub struct UnlistCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl UnlistCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let slot = self.slot;
		let receipt = self.transaction.submit(node, Call::unlist { slot }).await?;
		Ok(receipt.report(&format!("slot {slot} is not for sale any more")))
	}
}

/// Show the slots that their holders sell for a price in dollars.
#[derive(Debug, Parser)]
pub struct ForSaleCommand {
	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl ForSaleCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let mut slots = node.list::<SlotId, SlotEntry>("MarketApi_for_sale", &[]).await?;
		slots.sort_by_key(|entry| (entry.listing.map(|listing| listing.price), entry.slot));
		let row = |entry: &SlotEntry| {
			let slot = &entry.summary.slot;
			[
				entry.slot.to_string(),
				for_sale(entry),
				kind_name(slot.kind).into(),
				slot.pool.to_string(),
				slot.gpus.to_string(),
				format_left(entry.summary.time_left),
				format_rate(slot.rate),
				format_credits(slot.escrow),
			]
		};
		let rows: Vec<_> = slots.iter().map(row).collect();
		let names = [
			"slot",
			"costs",
			"kind",
			"pool",
			"GPUs",
			"time left",
			"price of a GPU",
			"paid for",
		];
		let json = slots.iter().map(|entry| json!(Slot::from(entry))).collect();
		Ok(Report::new(json, table(names, &rows, "Nobody sells a slot.")))
	}
}

/// Buy a slot that is for sale, with the time that is paid for: it can be used, and never comes back as credits.
///
/// Paid in BCT, at the price that BCT has now. Set an access key then: hosts grant access to the new holder.
#[derive(Debug, Parser)]
pub struct BuyCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	/// Buy nothing if it costs more; 1% more than now if nothing is said.
	#[arg(long, value_name = "BCT", value_parser = parse_bct)]
	max_amount: Option<Balance>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl BuyCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		slot(node, self.slot).await?;
		let args = self.slot.encode();
		let amount: Result<Balance, DispatchError> = node.call("MarketApi_quote_buy", &args, None).await?;
		let amount = amount.map_err(|error| refusal::failed(&error))?;
		tell!("It costs {}.", format_bct(amount));
		let call = Call::buy {
			slot: self.slot,
			max_amount: self
				.max_amount
				.unwrap_or_else(|| amount.saturating_add(amount / MARGIN)),
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let paid = receipt.find(|event| match event {
			RuntimeEvent::Market(Event::Bought { slot, amount, .. }) if *slot == self.slot => Some(*amount),
			_ => None,
		});
		let done = match paid {
			Some(paid) => format!("slot {} is yours, for {}", self.slot, format_bct(paid)),
			None => format!("slot {} is bought", self.slot),
		};
		Ok(receipt.report(&done).detail("paid", paid.map(|paid| paid.to_string())))
	}
}
