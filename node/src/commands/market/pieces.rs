//! Splitting and merging slots.

use super::{
	count_gpus, slot,
	time::{parse_when, When},
};
use crate::client::{output::format_minute, tell, Error, Node, NodeArgs, Report, TransactionArgs};
use clap::{ArgGroup, Parser};
use millpond_primitives::SlotId;
use millpond_runtime::RuntimeEvent;
use pallet_market::{Call, Event};

/// Split a slot in two: at a time, or by GPUs. Both pieces have new numbers.
///
/// Signed by its holder, who pays a deposit more. Only reserved time can be split at a time. Hosts grant access to the
/// pieces anew where GPUs are split.
#[derive(Debug, Parser)]
#[clap(group = ArgGroup::new("how").required(true))]
pub struct SplitCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	/// Where the second piece begins: a time such as 2027-01-15T08:00 (UTC), or so long from now, such as +2h; in slices of
	/// ten minutes.
	#[arg(long, value_name = "TIME", value_parser = parse_when, group = "how")]
	at: Option<When>,

	/// How many GPUs the first piece has; the second one has the rest.
	#[arg(long, value_name = "COUNT", group = "how")]
	gpus: Option<u32>,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl SplitCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let total = slot(node, self.slot).await?.summary.slot.gpus;
		let (call, pieces) = match (self.at, self.gpus) {
			(Some(at), _) => {
				let at = at.minute(node).await?;
				let pieces = format!("until {} and from then on", format_minute(at));
				(Call::split_time { slot: self.slot, at }, pieces)
			}
			(None, Some(gpus)) => {
				let rest = total.saturating_sub(gpus);
				let pieces = format!("of {} and of {}", count_gpus(gpus), count_gpus(rest));
				(Call::split_gpus { slot: self.slot, gpus }, pieces)
			}
			// clap asks for one of them.
			(None, None) => return Err(Error::input("it is not said how the slot is to be split")),
		};
		tell!("Slot {} is to be split: {pieces}.", self.slot);
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let split = receipt.find(|event| match event {
			RuntimeEvent::Market(Event::Split { slot, first, second }) if *slot == self.slot => Some((*first, *second)),
			_ => None,
		});
		Ok(match split {
			Some((first, second)) => receipt
				.report(&format!(
					"slot {} became slots {first} and {second}, {pieces}",
					self.slot
				))
				.detail("first", first)
				.detail("second", second),
			None => receipt.report(&format!("slot {} is split, {pieces}", self.slot)),
		})
	}
}

/// Make one slot of two of the same pool, kind and price. It has a new number.
///
/// Signed by the holder of both. They have the same time, or are reserved time that follows one another. A deposit comes
/// back.
#[derive(Debug, Parser)]
pub struct MergeCommand {
	/// The one; of two times, the earlier.
	#[arg(value_name = "SLOT")]
	first: SlotId,

	/// The other.
	#[arg(value_name = "OTHER")]
	second: SlotId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl MergeCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (first, second) = (self.first, self.second);
		let receipt = self.transaction.submit(node, Call::merge { first, second }).await?;
		let merged = receipt.find(|event| match event {
			RuntimeEvent::Market(Event::Merged {
				first: one,
				second: other,
				slot,
			}) if (*one, *other) == (first, second) => Some(*slot),
			_ => None,
		});
		Ok(match merged {
			Some(slot) => receipt
				.report(&format!("slots {first} and {second} became slot {slot}"))
				.detail("slot", slot),
			None => receipt.report(&format!("slots {first} and {second} are merged")),
		})
	}
}
