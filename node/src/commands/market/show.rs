//! How slots stand, in words: for their holders, and for the hosts of their GPUs.

use super::{count_gpus, kind_name, slot, time::format_left};
use crate::{
	client::{
		address::{format_account, parse_account},
		amount::{format_bct, format_credits, format_rate},
		output::{facts, format_minute, or_nothing, table},
		to_hex, Error, Node, NodeArgs, Report,
	},
	commands::operator,
	rpc::market::{access, HostedSlot, Slot},
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{Minute, OperatorId, PoolId, SlotId};
use millpond_runtime::{configs::TIME_SLOT_COLLECTION, AccountId, Balance, Runtime};
use millpond_runtime_api::{HostedEntry, SlotEntry};
use pallet_market::{EndReason, HostSummary, Phase};
use serde_json::{json, Value};

/// Show a slot: what it costs, how long it is paid for, its GPUs, and what it waits for.
#[derive(Debug, Parser)]
pub struct ShowCommand {
	/// Its number.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl ShowCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let entry = slot(node, self.slot).await?;
		let wallet = wallet_price(node, self.slot).await?;
		let report = Report::new(json!(Slot::from(&entry)), describe(&entry, wallet.as_ref()));
		Ok(report.detail("walletPrice", wallet.as_ref().map(WalletPrice::to_json)))
	}
}

/// What a wallet set for a slot's NFT (`nfts.setPrice`): it is sold for that by `nfts.buyItem`, whatever `millpond market list`
/// asks for it.
struct WalletPrice {
	amount: Balance,
	/// Who alone may buy it, where somebody was named.
	buyer: Option<AccountId>,
}

impl WalletPrice {
	fn to_json(&self) -> Value {
		json!({ "amount": self.amount.to_string(), "buyer": self.buyer.as_ref().map(format_account) })
	}

	fn describe(&self) -> String {
		let amount = format_bct(self.amount);
		match &self.buyer {
			Some(buyer) => format!("{amount}, for {} alone (nfts.buyItem)", format_account(buyer)),
			None => format!("{amount}, for anybody (nfts.buyItem)"),
		}
	}
}

async fn wallet_price(node: &Node, slot: SlotId) -> Result<Option<WalletPrice>, Error> {
	let key = pallet_nfts::ItemPriceOf::<Runtime>::hashed_key_for(TIME_SLOT_COLLECTION, slot);
	let price: Option<(Balance, Option<AccountId>)> = node.storage(key, None).await?;
	Ok(price.map(|(amount, buyer)| WalletPrice { amount, buyer }))
}

/// A slot as people read it.
fn describe(entry: &SlotEntry, wallet: Option<&WalletPrice>) -> String {
	let (summary, slot) = (&entry.summary, &entry.summary.slot);
	let key = access(slot, &summary.holder);
	let rows = [
		("slot", format!("{}, {}", entry.slot, kind_name(slot.kind))),
		("state", state(entry)),
		("holder", format_account(&summary.holder)),
		("pool", slot.pool.to_string()),
		("GPUs", format!("{}, {} assigned", slot.gpus, slot.assigned)),
		("price of a GPU", format_rate(slot.rate)),
		("an hour", format_credits(summary.hourly)),
		("from", format_minute(slot.start)),
		(
			"paid until",
			format!("{} ({} left)", format_minute(slot.end), format_left(summary.time_left)),
		),
		("paid for", format_credits(slot.escrow)),
		("of this, used up", format_credits(summary.accrued)),
		("deposit", format_credits(slot.deposit)),
		("access key", or_nothing(key, |access| to_hex(&access.key))),
		("for sale for", or_nothing(entry.price, format_credits)),
		("for sale by wallets for", or_nothing(wallet, WalletPrice::describe)),
	];
	let host = |host: &HostSummary| {
		let gpus: Vec<_> = host.gpus.iter().map(ToString::to_string).collect();
		[
			host.operator.to_string(),
			gpus.join(" "),
			yes(host.lit),
			yes(host.billed),
			match (key, host.granted) {
				(None, _) => "no key".into(),
				(_, granted) => yes(granted),
			},
		]
	};
	let hosts: Vec<_> = summary.hosts.iter().map(host).collect();
	let names = ["host", "GPUs", "there", "billed", "access granted"];
	format!("{}\n\n{}", facts(&rows), table(names, &hosts, "It has no GPUs now."))
}

fn yes(is: bool) -> String {
	if is { "yes" } else { "no" }.into()
}

/// Where a slot is in its life, what it waits for and why, and what can be done about it.
fn state(entry: &SlotEntry) -> String {
	let (summary, slot) = (&entry.summary, &entry.summary.slot);
	let end = format_minute(slot.end);
	match slot.phase {
		Phase::Booked => format!("booked: it starts {}", format_minute(slot.start)),
		Phase::Called => format!("called: it starts {}, room is made for it", format_minute(slot.start)),
		Phase::Running => running(entry),
		Phase::Paused => format!(
			"paused: its funds ran out {end}. Its GPUs are kept until {}: `millpond market top-up {}` goes on",
			or_nothing(summary.kept_until, format_minute),
			entry.slot
		),
		Phase::Leaving(reason) => format!("{}: it ends {end}", ending(reason)),
	}
}

/// What a running slot waits for.
fn running(entry: &SlotEntry) -> String {
	let (summary, slot) = (&entry.summary, &entry.summary.slot);
	let mut waits = Vec::new();
	if slot.missing() > 0 {
		waits.push(format!(
			"{} missing, not billed, others are looked for",
			count_gpus(slot.missing())
		));
	}
	for host in &summary.hosts {
		let operator = host.operator;
		if !host.lit {
			waits.push(format!("host {operator} is dark, its GPUs are not billed"));
		} else if !host.billed {
			waits.push(format!(
				"host {operator} has not granted access yet, its GPUs are not billed"
			));
		}
	}
	match waits.is_empty() {
		true => "running".into(),
		false => format!("running: {}", waits.join("; ")),
	}
}

/// Why a slot ends.
fn ending(reason: EndReason) -> &'static str {
	match reason {
		EndReason::Completed => "over",
		EndReason::Stopped => "stopped by its holder",
		EndReason::Evicted => "evicted, its GPUs are needed for a better protected rental",
		EndReason::Unfunded => "out of funds",
		EndReason::Rejected => "rejected",
		EndReason::Failed => "failed, none of its GPUs is left",
	}
}

/// Show the slots that an account holds.
#[derive(Debug, Parser)]
pub struct SlotsCommand {
	/// The account.
	#[arg(value_name = "ADDRESS", value_parser = parse_account)]
	account: AccountId,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl SlotsCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let args = self.account.encode();
		let mut slots = node.list::<SlotId, SlotEntry>("MarketApi_slots", &args).await?;
		slots.sort_by_key(|entry| entry.slot);
		let row = |entry: &SlotEntry| {
			let slot = &entry.summary.slot;
			[
				entry.slot.to_string(),
				kind_name(slot.kind).into(),
				slot.pool.to_string(),
				slot.gpus.to_string(),
				format_credits(entry.summary.hourly),
				format_left(entry.summary.time_left),
				format_credits(slot.escrow),
				state(entry),
			]
		};
		let rows: Vec<_> = slots.iter().map(row).collect();
		let names = [
			"slot",
			"kind",
			"pool",
			"GPUs",
			"an hour",
			"time left",
			"paid for",
			"state",
		];
		let none = format!("{} holds no time slots.", format_account(&self.account));
		let json = slots.iter().map(|entry| json!(Slot::from(entry))).collect();
		Ok(Report::new(json, table(names, &rows, &none)))
	}
}

/// Show the slots that an operator hosts GPUs of: first those whose holders wait for access, the most urgent on top.
///
/// Access that is not granted in time goes with the GPUs to other hosts, and the operator answers for it with its bond.
#[derive(Debug, Parser)]
pub struct HostedCommand {
	/// The operator.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl HostedCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let operator = self.operator;
		// One that hosts nothing is told from one that is not there.
		operator::summary(node, operator).await?;
		let args = operator.encode();
		let mut slots = node
			.list::<(PoolId, SlotId), HostedEntry>("MarketApi_hosted_slots", &args)
			.await?;
		slots.sort_by_key(urgency);
		let rows: Vec<_> = slots.iter().map(|hosted| row(operator, hosted)).collect();
		let names = ["slot", "holder", "access key", "granted", "to grant in", "GPUs"];
		let none = format!("Operator {operator} hosts no GPUs that are rented.");
		let json = slots.iter().map(|hosted| json!(HostedSlot::from(hosted))).collect();
		Ok(Report::new(json, table(names, &rows, &none)))
	}
}

/// What slots are sorted by: those that wait for a grant first.
fn urgency(hosted: &HostedEntry) -> (bool, Option<Minute>, SlotId) {
	let left = hosted.minutes_to_grant;
	(left.is_none(), left, hosted.entry.slot)
}

/// A hosted slot in a line.
fn row(operator: OperatorId, hosted: &HostedEntry) -> [String; 6] {
	let summary = &hosted.entry.summary;
	let host = summary.hosts.iter().find(|host| host.operator == operator);
	let gpus = host.map(|host| host.gpus.iter().map(ToString::to_string).collect::<Vec<_>>());
	[
		hosted.entry.slot.to_string(),
		format_account(&summary.holder),
		yes(access(&summary.slot, &summary.holder).is_some()),
		yes(host.is_some_and(|host| host.granted)),
		or_nothing(hosted.minutes_to_grant, format_left),
		or_nothing(gpus, |gpus| gpus.join(" ")),
	]
}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_traits::RentalKind;
	use pallet_market::{Access, Gap, SlotRecord, SlotSummary};
	use sp_keyring::Sr25519Keyring::Alice;

	const START: u32 = 30_000_000;

	fn entry(phase: Phase) -> SlotEntry {
		let slot = SlotRecord {
			pool: 3,
			kind: RentalKind::OnDemand,
			gpus: 2,
			rate: 4_000,
			start: START,
			end: START + 90,
			grace: 9,
			excused: 0,
			escrow: 720_000,
			deposit: 140_000,
			phase,
			assigned: 2,
			gaps: Default::default(),
			due: None,
			warned: false,
			deliver_by: None,
			fill_at: None,
			relieve_at: None,
			billed_since: None,
			rejectable: false,
			first_grant: None,
			access: None,
		};
		SlotEntry {
			slot: 7,
			summary: SlotSummary {
				holder: Alice.to_account_id(),
				time_left: 90,
				hourly: 480_000,
				accrued: 0,
				kept_until: None,
				hosts: vec![HostSummary {
					operator: 5,
					gpus: vec![1, 2],
					lit: true,
					billed: true,
					granted: false,
				}],
				slot,
			},
			price: None,
		}
	}

	#[test]
	fn a_slot_should_be_shown_with_its_costs_in_dollars_and_its_time_left() {
		let shown = describe(&entry(Phase::Running), None);
		for line in [
			"slot                     7, on-demand",
			"state                    running",
			"price of a GPU           4000 DC/min ($2.4/h)",
			"an hour                  480000 DC ($4.8)",
			"paid until               2027-01-15 09:30 UTC (1 h 30 min left)",
			"access key               -",
			"for sale for             -",
			"for sale by wallets for  -",
			"host  GPUs  there  billed  access granted",
		] {
			assert!(shown.lines().any(|shown| shown == line), "'{line}' is not in:\n{shown}");
		}
	}

	#[test]
	fn a_slot_should_be_shown_with_both_of_its_prices() {
		let mut listed = entry(Phase::Running);
		listed.price = Some(1_000_000);
		let anybody = WalletPrice {
			amount: 5_000_000_000_000,
			buyer: None,
		};
		let shown = describe(&listed, Some(&anybody));
		assert!(shown.contains("for sale for             1000000 DC ($10)"), "{shown}");
		assert!(
			shown.contains("for sale by wallets for  5 BCT, for anybody (nfts.buyItem)"),
			"{shown}"
		);
		let alice = WalletPrice {
			buyer: Some(Alice.to_account_id()),
			..anybody
		};
		assert!(alice.describe().contains(&format_account(&Alice.to_account_id())));
		assert_eq!(alice.to_json()["amount"], "5000000000000");
	}

	#[test]
	fn a_hosts_slots_should_be_shown_by_how_soon_access_has_to_be_granted() {
		let hosted = |slot, minutes_to_grant| HostedEntry {
			entry: SlotEntry {
				slot,
				..entry(Phase::Running)
			},
			minutes_to_grant,
		};
		let mut slots = [
			hosted(1, None),
			hosted(2, Some(7)),
			hosted(4, Some(0)),
			hosted(3, Some(7)),
		];
		slots.sort_by_key(urgency);
		assert_eq!(slots.each_ref().map(|hosted| hosted.entry.slot), [4, 2, 3, 1]);

		let holder = format_account(&Alice.to_account_id());
		assert_eq!(row(5, &hosted(1, None)), ["1", &holder, "no", "no", "-", "1 2"]);
		let mut waiting = hosted(2, Some(7));
		waiting.entry.summary.slot.access = Some(Access {
			holder: Alice.to_account_id(),
			key: [7; 32],
			since: START,
			version: 0,
		});
		assert_eq!(row(5, &waiting), ["2", &holder, "yes", "no", "7 min", "1 2"]);
		let json = json!(HostedSlot::from(&waiting));
		assert_eq!((&json["slot"], &json["minutesToGrant"]), (&json!(2), &json!(7)));
	}

	#[test]
	fn a_paused_slot_should_say_why_until_when_and_what_to_do() {
		let mut paused = entry(Phase::Paused);
		paused.summary.kept_until = Some(START + 99);
		assert_eq!(
			state(&paused),
			"paused: its funds ran out 2027-01-15 09:30 UTC. Its GPUs are kept until 2027-01-15 09:39 UTC: `millpond market \
			 top-up 7` goes on"
		);
	}

	#[test]
	fn a_running_slot_should_say_what_it_waits_for() {
		let mut waiting = entry(Phase::Running);
		waiting.summary.slot.gaps = vec![Gap {
			operator: None,
			paid_until: 0,
			gpus: 1,
			since: START,
		}]
		.try_into()
		.expect("one gap");
		waiting.summary.hosts[0].lit = false;
		assert_eq!(
			state(&waiting),
			"running: 1 GPU missing, not billed, others are looked for; host 5 is dark, its GPUs are not billed"
		);
		let mut ungranted = entry(Phase::Running);
		ungranted.summary.hosts[0].billed = false;
		assert!(state(&ungranted).contains("host 5 has not granted access yet"));
		assert!(state(&entry(Phase::Leaving(EndReason::Evicted))).starts_with("evicted, its GPUs are needed"));
	}
}
