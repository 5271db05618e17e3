//! `millpond market`: renting GPUs, and what becomes of the time slots.

mod access;
mod find;
mod pieces;
mod rent;
mod show;
mod time;
mod trade;

use access::{AccessCommand, GrantCommand, SetKeyCommand};
use find::{AvailabilityCommand, OffersCommand, QuoteCommand};
use pieces::{MergeCommand, SplitCommand};
use rent::{RejectCommand, RentCommand, ReserveCommand, StopCommand, TopUpCommand};
use show::{HostedCommand, ShowCommand, SlotsCommand};
use time::{parse_when, When};
use trade::{BuyCommand, ForSaleCommand, ListCommand, UnlistCommand};

use crate::client::{amount::parse_minutes, command_group, Error, Node};
use clap::{Args, ValueEnum};
use codec::Encode;
use millpond_primitives::{Minute, SlotId};
use millpond_runtime_api::{EndedEntry, RentalTime, SlotEntry};
use millpond_traits::RentalKind;

command_group! {
	/// The market: renting GPUs, and what becomes of the time slots.
	MarketCommand {
		Offers(OffersCommand),
		Quote(QuoteCommand),
		Availability(AvailabilityCommand),
		Rent(RentCommand),
		Reserve(ReserveCommand),
		TopUp(TopUpCommand),
		Stop(StopCommand),
		Reject(RejectCommand),
		Split(SplitCommand),
		Merge(MergeCommand),
		List(ListCommand),
		Unlist(UnlistCommand),
		ForSale(ForSaleCommand),
		Buy(BuyCommand),
		Slots(SlotsCommand),
		Show(ShowCommand),
		Hosted(HostedCommand),
		SetKey(SetKeyCommand),
		Grant(GrantCommand),
		Access(AccessCommand),
	}
}

/// How open time is sold.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum OpenKind {
	/// The cheapest. Ends after a short notice when its GPUs are needed for the other two.
	Spot,
	/// Never ended while it is funded.
	OnDemand,
}

impl From<OpenKind> for RentalKind {
	fn from(kind: OpenKind) -> Self {
		match kind {
			OpenKind::Spot => Self::Spot,
			OpenKind::OnDemand => Self::OnDemand,
		}
	}
}

impl OpenKind {
	/// So many minutes from now on.
	fn time(self, minutes: Minute) -> RentalTime {
		match self {
			Self::Spot => RentalTime::Spot(minutes),
			Self::OnDemand => RentalTime::OnDemand(minutes),
		}
	}
}

/// What is to be rented.
#[derive(Args, Clone, Debug)]
struct WantedArgs {
	/// How many GPUs, at most 256.
	#[arg(long, value_name = "COUNT", default_value_t = 1)]
	gpus: u32,

	/// For how long: minutes, or such as 2h or 30d.
	#[arg(long = "for", value_name = "TIME", value_parser = parse_minutes, default_value = "1h")]
	minutes: Minute,

	/// How it is sold: spot or on-demand, from now on.
	#[arg(long, value_enum, default_value_t = OpenKind::OnDemand, conflicts_with = "start")]
	kind: OpenKind,

	/// Reserve it from then on: a time such as 2027-01-15T08:00 (UTC), or so long from now, such as +2h.
	#[arg(long, value_name = "TIME", value_parser = parse_when)]
	start: Option<When>,
}

impl WantedArgs {
	async fn time(&self, node: &Node) -> Result<RentalTime, Error> {
		match self.start {
			Some(start) => reserved(start, self.minutes, node).await,
			None => Ok(self.kind.time(self.minutes)),
		}
	}
}

/// So many minutes from `start` on.
async fn reserved(start: When, minutes: Minute, node: &Node) -> Result<RentalTime, Error> {
	let start = start.minute(node).await?;
	let end = start.saturating_add(minutes);
	Ok(RentalTime::Reserved { start, end })
}

/// What people call a kind.
fn kind_name(kind: RentalKind) -> &'static str {
	match kind {
		RentalKind::Spot => "spot",
		RentalKind::OnDemand => "on-demand",
		RentalKind::Reserved => "reserved",
	}
}

/// "1 GPU", or how many they are.
fn count_gpus(gpus: u32) -> String {
	match gpus {
		1 => "1 GPU".into(),
		gpus => format!("{gpus} GPUs"),
	}
}

/// A slot of the chain that has not ended.
async fn slot(node: &Node, slot: SlotId) -> Result<SlotEntry, Error> {
	match any_slot(node, slot).await? {
		AnySlot::Present(entry) => Ok(*entry),
		AnySlot::Ended(entry) => Err(Error::input(format!(
			"slot {slot} has ended: {}",
			show::ending(entry.record.reason)
		))
		.advise(format!("`millpond market show {slot}` tells what came back."))),
	}
}

/// A slot of the chain, whether it has ended or not.
enum AnySlot {
	/// How it stands.
	Present(Box<SlotEntry>),
	/// What became of it.
	Ended(Box<EndedEntry>),
}

async fn any_slot(node: &Node, slot: SlotId) -> Result<AnySlot, Error> {
	let entry: Option<SlotEntry> = node.call("MarketApi_slot", &slot.encode(), None).await?;
	if let Some(entry) = entry {
		return Ok(AnySlot::Present(Box::new(entry)));
	}
	let ended: Option<EndedEntry> = node.call("MarketApi_ended_slot", &slot.encode(), None).await?;
	ended.map(|entry| AnySlot::Ended(Box::new(entry))).ok_or_else(|| {
		Error::input(format!("there is no slot {slot}")).advise(
			"It may have ended more than 30 days ago, or was split or merged into others: `millpond market slots <ADDRESS>` \
			 shows those that an account holds, and with `--ended` those that it held.",
		)
	})
}
