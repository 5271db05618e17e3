//! What `market_*` answers. Amounts are decimal strings: they do not fit a JSON number.

use crate::client::{address::format_account, to_hex};
use millpond_primitives::{GpuId, Minute, OperatorId, PoolId, SlotId};
use millpond_runtime_api::{EndedEntry, HostedEntry, OfferEntry, SlotEntry};
use millpond_traits::RentalKind;
use pallet_market::{Access, EndReason, Phase, SlotRecord};
use serde::Serialize;

/// What renting costs, and when it starts.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Quote {
	/// DC a GPU-minute.
	pub rate: String,
	/// DC for all GPUs and minutes.
	pub cost: String,
	/// DC that come back at the end.
	pub deposit: String,
	/// The first minute, since 1970.
	pub start: Minute,
	/// The first minute after those that are paid for.
	pub end: Minute,
}

impl From<pallet_market::Quote> for Quote {
	fn from(quote: pallet_market::Quote) -> Self {
		Self {
			rate: quote.rate.to_string(),
			cost: quote.cost.to_string(),
			deposit: quote.deposit.to_string(),
			start: quote.start,
			end: quote.end,
		}
	}
}

/// What a pool offers.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Offer {
	/// The pool.
	pub pool: PoolId,
	/// The operator that manages it.
	pub manager: OperatorId,
	/// The regions of its hosts, each once.
	pub regions: Vec<String>,
	/// What the least reliable of its manager and its hosts delivered of late of what it promised, in basis points; null if
	/// none of them has promised anything.
	pub reliability: Option<u32>,
	/// What it would cost.
	#[serde(flatten)]
	pub quote: Quote,
}

impl From<&OfferEntry> for Offer {
	fn from(entry: &OfferEntry) -> Self {
		let region = |region: &Vec<u8>| String::from_utf8_lossy(region).into_owned();
		Self {
			pool: entry.offer.pool,
			manager: entry.offer.manager,
			regions: entry.regions.iter().map(region).collect(),
			reliability: entry.reliability,
			quote: entry.offer.quote.into(),
		}
	}
}

/// How many GPUs can be booked in a stretch of time.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Availability {
	/// The first minute.
	pub from: Minute,
	/// The first minute after it.
	pub to: Minute,
	/// GPUs that can be booked in all of it, at most as many as a slot has.
	pub gpus: u32,
}

impl From<pallet_market::Availability> for Availability {
	fn from(stretch: pallet_market::Availability) -> Self {
		Self {
			from: stretch.from,
			to: stretch.to,
			gpus: stretch.gpus,
		}
	}
}

/// How a time slot stands.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Slot {
	/// Its number.
	pub slot: SlotId,
	/// Who holds it.
	pub holder: String,
	/// Of which pool its GPUs are.
	pub pool: PoolId,
	/// How it was sold: `spot`, `onDemand` or `reserved`.
	pub kind: &'static str,
	/// Where it is in its life: `booked`, `called`, `running`, `paused` or `leaving`.
	pub phase: &'static str,
	/// Why it ends, if it is leaving.
	pub ending: Option<&'static str>,
	/// How many GPUs were sold.
	pub gpus: u32,
	/// How many it has.
	pub assigned: u32,
	/// How many it lacks.
	pub missing: u32,
	/// DC a GPU-minute.
	pub rate: String,
	/// DC an hour for all its GPUs.
	pub hourly: String,
	/// The first minute.
	pub start: Minute,
	/// The first minute after those that are paid for.
	pub end: Minute,
	/// Minutes until then.
	pub time_left: Minute,
	/// When its GPUs are given up if nobody tops it up; null unless it is paused.
	pub kept_until: Option<Minute>,
	/// DC that are kept for it.
	pub escrow: String,
	/// Of these, what has been used up and not burned yet.
	pub accrued: String,
	/// Of the escrow, what its holder paid: what is not used of it comes back.
	pub refundable: String,
	/// DC that come back at its end, less what the record of the ended slot costs.
	pub deposit: String,
	/// To whom: the account that paid for it last.
	pub payer: String,
	/// The key that hosts seal access to, in hexadecimal; null if the present holder has set none.
	pub access_key: Option<String>,
	/// What its holder sells it for, in DC, to be paid in BCT; null if the holder does not.
	pub price: Option<String>,
	/// The least amount that it is sold for then, in plancks.
	pub least: Option<String>,
	/// What a wallet sells its NFT for (`nfts.setPrice`), in plancks; null if none does.
	pub wallet_price: Option<String>,
	/// Its hosts.
	pub hosts: Vec<Host>,
}

/// The GPUs of one host in a slot.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Host {
	/// The host.
	pub operator: OperatorId,
	/// Its GPUs.
	pub gpus: Vec<GpuId>,
	/// Whether they are there: not while the host misses heartbeats.
	pub lit: bool,
	/// Whether they are billed.
	pub billed: bool,
	/// Whether access was granted for the present holder's key.
	pub granted: bool,
}

impl From<&SlotEntry> for Slot {
	fn from(entry: &SlotEntry) -> Self {
		let (summary, slot) = (&entry.summary, &entry.summary.slot);
		let host = |host: &pallet_market::HostSummary| Host {
			operator: host.operator,
			gpus: host.gpus.clone(),
			lit: host.lit,
			billed: host.billed,
			granted: host.granted,
		};
		Self {
			slot: entry.slot,
			holder: format_account(&summary.holder),
			pool: slot.pool,
			kind: kind(slot.kind),
			phase: phase(slot.phase),
			ending: match slot.phase {
				Phase::Leaving(reason) => Some(ending(reason)),
				_ => None,
			},
			gpus: slot.gpus,
			assigned: slot.assigned,
			missing: slot.missing(),
			rate: slot.rate.to_string(),
			hourly: summary.hourly.to_string(),
			start: slot.start,
			end: slot.end,
			time_left: summary.time_left,
			kept_until: summary.kept_until,
			escrow: slot.escrow.to_string(),
			accrued: summary.accrued.to_string(),
			refundable: summary.refundable.to_string(),
			deposit: slot.deposit.to_string(),
			payer: format_account(&slot.payer),
			access_key: access(slot, &summary.holder).map(|access| to_hex(&access.key)),
			price: entry.listing.map(|listing| listing.price.to_string()),
			least: entry.listing.map(|listing| listing.least.to_string()),
			wallet_price: entry.wallet_price.map(|price| price.to_string()),
			hosts: summary.hosts.iter().map(host).collect(),
		}
	}
}

/// What became of a time slot that has ended.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedSlot {
	/// Its number.
	pub slot: SlotId,
	/// Always `ended`.
	pub phase: &'static str,
	/// The account that held it.
	pub holder: String,
	/// Of which pool its GPUs were.
	pub pool: PoolId,
	/// How it was sold: `spot`, `onDemand` or `reserved`.
	pub kind: &'static str,
	/// How many GPUs were sold.
	pub gpus: u32,
	/// DC a GPU-minute.
	pub rate: String,
	/// The first minute.
	pub start: Minute,
	/// The minute in which it ended.
	pub ended: Minute,
	/// Why it ended.
	pub reason: &'static str,
	/// GPU-minutes that were delivered and paid for.
	pub delivered: u64,
	/// DC that came back to its holders before the end, for time that was not delivered.
	pub refunded: String,
	/// DC that operators owe its holders as compensations: paid in BCT, from their bonds.
	pub compensation: String,
	/// DC that came back at the end.
	pub returned: String,
	/// To whom: the account that had paid for it last.
	pub payer: String,
	/// DC that were burned at the end, since another account than its holder had paid them.
	pub burned: String,
}

impl From<&EndedEntry> for EndedSlot {
	fn from(entry: &EndedEntry) -> Self {
		let record = &entry.record;
		Self {
			slot: entry.slot,
			phase: "ended",
			holder: format_account(&record.holder),
			pool: record.pool,
			kind: kind(record.kind),
			gpus: record.gpus,
			rate: record.rate.to_string(),
			start: record.start,
			ended: record.ended,
			reason: ending(record.reason),
			delivered: record.tally.delivered,
			refunded: record.tally.refunded.to_string(),
			compensation: record.tally.compensation.to_string(),
			returned: record.returned.to_string(),
			payer: format_account(&record.payer),
			burned: record.burned.to_string(),
		}
	}
}

/// A time slot, whether it has ended or not.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AnySlot {
	/// How it stands.
	Present(Box<Slot>),
	/// What became of it.
	Ended(Box<EndedSlot>),
}

/// How a time slot stands, for a host of its GPUs.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostedSlot {
	/// The slot.
	#[serde(flatten)]
	pub slot: Slot,
	/// In how many minutes the host has to grant access to its GPUs; null where no grant is waited for.
	pub minutes_to_grant: Option<Minute>,
}

impl From<&HostedEntry> for HostedSlot {
	fn from(hosted: &HostedEntry) -> Self {
		Self {
			slot: Slot::from(&hosted.entry),
			minutes_to_grant: hosted.minutes_to_grant,
		}
	}
}

/// The key that counts: the one that the present holder has set.
pub fn access<'a, AccountId: PartialEq>(
	slot: &'a SlotRecord<AccountId>,
	holder: &AccountId,
) -> Option<&'a Access<AccountId>> {
	slot.access.as_ref().filter(|access| access.holder == *holder)
}

/// The name of a kind.
pub fn kind(kind: RentalKind) -> &'static str {
	match kind {
		RentalKind::Spot => "spot",
		RentalKind::OnDemand => "onDemand",
		RentalKind::Reserved => "reserved",
	}
}

/// The name of a phase.
pub fn phase(phase: Phase) -> &'static str {
	match phase {
		Phase::Booked => "booked",
		Phase::Called => "called",
		Phase::Running => "running",
		Phase::Paused => "paused",
		Phase::Leaving(_) => "leaving",
	}
}

/// The name of a reason to end.
pub fn ending(reason: EndReason) -> &'static str {
	match reason {
		EndReason::Completed => "completed",
		EndReason::Stopped => "stopped",
		EndReason::Evicted => "evicted",
		EndReason::Unfunded => "unfunded",
		EndReason::Rejected => "rejected",
		EndReason::Failed => "failed",
	}
}
