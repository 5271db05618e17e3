//! Renting, going on, and ending.

use super::{
	count_gpus, find, kind_name, reserved,
	time::{format_left, parse_when, When},
	OpenKind,
};
use crate::client::{
	amount::{format_credits, format_minutes, format_rate, parse_minutes, parse_rate},
	output::format_minute,
	refusal,
	sealed::AccessKeyArgs,
	signer::Signer,
	tell,
	transaction::Receipt,
	Error, Node, NodeArgs, Report, TransactionArgs,
};
use clap::{Args, Parser};
use codec::Encode;
use millpond_primitives::{Credits, Minute, PoolId, SlotId};
use millpond_runtime::RuntimeEvent;
use millpond_runtime_api::RentalTime;
use millpond_traits::RentalKind;
use pallet_market::{Call, Event, Quote};
use sp_runtime::DispatchError;

/// Which GPUs are rented, on which terms.
#[derive(Args, Clone, Debug)]
struct TermsArgs {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// How many GPUs, at most 256.
	#[arg(long, value_name = "COUNT", default_value_t = 1)]
	gpus: u32,

	/// Rent nothing if a GPU costs more: DC a minute, 4000, or dollars an hour, 2.4/h. What it costs now if nothing is said.
	#[arg(long, value_name = "PRICE", value_parser = parse_rate)]
	max_price: Option<Credits>,

	#[clap(flatten)]
	access: AccessKeyArgs,
}

impl TermsArgs {
	/// What it costs now, which is told before anything is signed.
	async fn quote(&self, node: &Node, time: RentalTime) -> Result<Quote, Error> {
		let quote = find::quote(node, self.pool, self.gpus, time).await?;
		tell!(
			"{} from {} to {} ({}) at {} cost {}, and a deposit of {}.",
			count_gpus(self.gpus),
			format_minute(quote.start),
			format_minute(quote.end),
			format_left(quote.end.saturating_sub(quote.start)),
			format_rate(quote.rate),
			format_credits(quote.cost),
			format_credits(quote.deposit)
		);
		Ok(quote)
	}

	/// What is told when `signer` has rented it.
	fn rented(&self, receipt: &Receipt, signer: &Signer, kind: RentalKind, quote: &Quote) -> Report {
		let rented = receipt.find(|event| match event {
			RuntimeEvent::Market(Event::Rented {
				slot,
				holder,
				pool,
				start,
				end,
				..
			}) if holder == signer.account() && *pool == self.pool => Some((*slot, *start, *end)),
			_ => None,
		});
		let what = format!("{} of pool {}, {}", count_gpus(self.gpus), self.pool, kind_name(kind));
		let Some((slot, start, end)) = rented else {
			return receipt.report(&format!("rented: {what}"));
		};
		receipt
			.report(&format!(
				"slot {slot}, {what}, from {} to {}",
				format_minute(start),
				format_minute(end)
			))
			.detail("slot", slot)
			.detail("start", start)
			.detail("end", end)
			.detail("cost", quote.cost.to_string())
			.detail("deposit", quote.deposit.to_string())
	}
}

/// Rent GPUs from now on, for time paid in advance.
///
/// Paid in Data Credits, and billed by the minute from the host's grant of access on; from the start if no access key is
/// named. What is not used comes back when it is stopped. On-demand time may start after a short notice for spot.
#[derive(Debug, Parser)]
pub struct RentCommand {
	#[clap(flatten)]
	terms: TermsArgs,

	/// How it is sold.
	#[arg(long, value_enum, default_value_t = OpenKind::OnDemand)]
	kind: OpenKind,

	/// For how long it is paid: minutes, or such as 2h or 7d; at most a week. More can be paid any time.
	#[arg(long = "for", value_name = "TIME", value_parser = parse_minutes)]
	minutes: Minute,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl RentCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let terms = &self.terms;
		let quote = terms.quote(node, self.kind.time(self.minutes)).await?;
		let call = Call::rent {
			pool: terms.pool,
			kind: self.kind.into(),
			gpus: terms.gpus,
			minutes: self.minutes,
			max_rate: terms.max_price.unwrap_or(quote.rate),
			key: terms.access.key()?,
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		Ok(terms.rented(&receipt, &signer, self.kind.into(), &quote))
	}
}

/// Reserve GPUs from one time to another, take or pay.
///
/// All of it is paid now, in Data Credits, and burned minute by minute while the GPUs are there. It can be split, sold and
/// given away, but not be given back.
#[derive(Debug, Parser)]
pub struct ReserveCommand {
	#[clap(flatten)]
	terms: TermsArgs,

	/// From when on: a time such as 2027-01-15T08:00 (UTC), or so long from now, such as +2h; in slices of ten minutes.
	#[arg(long, value_name = "TIME", value_parser = parse_when)]
	start: When,

	/// For how long: minutes, or such as 2h or 30d; in slices of ten minutes.
	#[arg(long = "for", value_name = "TIME", value_parser = parse_minutes)]
	minutes: Minute,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl ReserveCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let terms = &self.terms;
		let time = reserved(self.start, self.minutes, node).await?;
		let quote = terms.quote(node, time).await?;
		let call = Call::reserve {
			pool: terms.pool,
			gpus: terms.gpus,
			start: quote.start,
			end: quote.end,
			max_rate: terms.max_price.unwrap_or(quote.rate),
			key: terms.access.key()?,
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		Ok(terms.rented(&receipt, &signer, RentalKind::Reserved, &quote))
	}
}

/// Pay for more time of a spot or on-demand slot; a paused one goes on.
///
/// Signed by its holder. The minutes in which a paused slot's GPUs were kept are paid, too. A holder who has bought the slot
/// pays its deposit, and the seller's comes back to the seller.
#[derive(Debug, Parser)]
pub struct TopUpCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	/// How much more: minutes, or such as 2h or 7d. It is funded for at most a week ahead.
	#[arg(long = "for", value_name = "TIME", value_parser = parse_minutes)]
	minutes: Minute,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl TopUpCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (slot, minutes) = (self.slot, self.minutes);
		let args = (slot, minutes).encode();
		let quote: Result<Credits, DispatchError> = node.call("MarketApi_quote_top_up", &args, None).await?;
		let cost = format_credits(quote.map_err(|error| refusal::failed(&error))?);
		tell!("{} more for slot {slot} cost {cost}.", format_left(minutes));
		let receipt = self.transaction.submit(node, Call::top_up { slot, minutes }).await?;
		let paid = receipt.find(|event| match event {
			RuntimeEvent::Market(Event::ToppedUp {
				slot: paid,
				credits,
				end,
			}) if *paid == slot => Some((*credits, *end)),
			_ => None,
		});
		Ok(match paid {
			Some((credits, end)) => receipt
				.report(&format!(
					"slot {slot} is paid until {}, for {}",
					format_minute(end),
					format_credits(credits)
				))
				.detail("end", end)
				.detail("cost", credits.to_string()),
			None => receipt.report(&format!("slot {slot} is topped up by {}", format_left(minutes))),
		})
	}
}

/// What became of the credits of a slot that ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Settled {
	/// What came back to the slot's holder.
	back: Credits,
	/// What was burned, since another account had paid it.
	burned: Credits,
}

impl Settled {
	/// What the receipt tells of the slot. None if it has not ended yet.
	fn of(receipt: &Receipt, slot: SlotId) -> Option<Self> {
		receipt.find(|event| match event {
			RuntimeEvent::Market(Event::Ended {
				slot: ended,
				holder,
				payer,
				credits,
				burned,
				..
			}) if *ended == slot => Some(Self {
				back: if payer == holder { *credits } else { 0 },
				burned: *burned,
			}),
			_ => None,
		})
	}

	fn describe(self) -> String {
		let back = format!("{} came back", format_credits(self.back));
		match self.burned {
			0 => back,
			burned => format!(
				"{back}; {} that an earlier holder had paid was burned",
				format_credits(burned)
			),
		}
	}

	/// The same for a report.
	fn tell(settled: Option<Self>, report: Report) -> Report {
		report
			.detail("refund", settled.map(|settled| settled.back.to_string()))
			.detail("burned", settled.map(|settled| settled.burned.to_string()))
	}
}

/// End a spot or on-demand slot. What you paid and have not used comes back, and so does your deposit.
///
/// Signed by its holder. At least a minute is billed. Of a slot that you have bought, what the seller had paid does not come
/// back: it is time that you can use, and is burned if you stop.
#[derive(Debug, Parser)]
pub struct StopCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl StopCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let slot = self.slot;
		let receipt = self.transaction.submit(node, Call::stop { slot }).await?;
		let settled = Settled::of(&receipt, slot);
		let done = match settled {
			Some(settled) => format!("slot {slot} has ended, and {}", settled.describe()),
			None => format!("slot {slot} ends within {}", format_minutes(1)),
		};
		Ok(Settled::tell(settled, receipt.report(&done)))
	}
}

/// Reject reserved time, within an hour of its first billed minute.
///
/// Signed by the account that reserved it, while it holds the slot. A day of it is paid; the rest comes back. The host's
/// reputation remembers it, and so does yours.
#[derive(Debug, Parser)]
pub struct RejectCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl RejectCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let slot = self.slot;
		let receipt = self.transaction.submit(node, Call::reject { slot }).await?;
		let settled = Settled::of(&receipt, slot);
		let done = match settled {
			Some(settled) => format!("slot {slot} is rejected, and {}", settled.describe()),
			None => format!("slot {slot} is rejected"),
		};
		Ok(Settled::tell(settled, receipt.report(&done)))
	}
}
