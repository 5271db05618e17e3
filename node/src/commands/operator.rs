//! `millpond operator`: who hosts GPUs and manages pools.

use crate::{
	client::{
		address::{format_account, parse_account},
		amount::{format_bct, format_credits, format_percent, parse_bct},
		command_group,
		output::{facts, format_minute, or_nothing, table},
		tell,
		text::Foreign,
		Error, Node, NodeArgs, Report, TransactionArgs,
	},
	rpc::operators::Reputation,
};
use clap::{Args, Parser};
use codec::Encode;
use frame_support::{traits::Get, BoundedVec};
use millpond_primitives::{Credits, OperatorId};
use millpond_runtime::{AccountId, Balance, RuntimeEvent};
use millpond_runtime_api::OperatorEntry;
use pallet_operators::{Call, Event, OperatorSummary, Profile};
use serde_json::{json, Value};

command_group! {
	/// Operators: who hosts GPUs and manages pools, and answers for it with a bond.
	OperatorCommand {
		Register(RegisterCommand),
		Show(ShowCommand),
		List(ListCommand),
		Profile(ProfileCommand),
		Bond(BondCommand),
		Unbond(UnbondCommand),
		Withdraw(WithdrawCommand),
		Retire(RetireCommand),
	}
}

/// How an operator presents itself.
#[derive(Args, Clone, Debug, Default)]
pub struct ProfileArgs {
	/// The address of its website, at most 128 bytes.
	#[arg(long, value_name = "URL")]
	website: Option<String>,

	/// How to reach it: a mail address, a telephone number. At most 128 bytes.
	#[arg(long, value_name = "TEXT")]
	contact: Option<String>,
}

/// Become an operator.
///
/// The account that signs gets the operator's NFT. Whoever holds that decides and is paid; bond, duties and reputation go
/// with it. Beside the bond, a deposit for the storage is paid; it comes back when the operator retires.
#[derive(Debug, Parser)]
pub struct RegisterCommand {
	/// Its name, at most 64 bytes.
	#[arg(long, value_name = "TEXT")]
	name: String,

	/// Where its GPUs are: a country like DE or a part of one like US-CA.
	#[arg(long, value_name = "CODE")]
	region: String,

	#[clap(flatten)]
	profile: ProfileArgs,

	/// What it answers with, in BCT. GPUs and pools each need a part of it.
	#[arg(long, value_name = "BCT", value_parser = parse_bct)]
	bond: Balance,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl RegisterCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let empty = Profile {
			name: Default::default(),
			website: Default::default(),
			contact: Default::default(),
			region: Default::default(),
		};
		let call = Call::register {
			profile: self.profile.change(empty, Some(&self.name), Some(&self.region))?,
			bond: self.bond,
		};
		tell!("To be bonded: {}.", format_bct(self.bond));
		let signer = self.transaction.signer.signer()?;
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let operator = receipt.find(|event| match event {
			RuntimeEvent::Operators(Event::Registered { operator, holder, .. }) if holder == signer.account() => {
				Some(*operator)
			}
			_ => None,
		});
		let (name, bond) = (&self.name, format_bct(self.bond));
		Ok(match operator {
			Some(operator) => receipt
				.report(&format!("{name} is operator {operator}, with a bond of {bond}"))
				.detail("operator", operator),
			None => receipt.report(&format!("{name} registers as an operator, with a bond of {bond}")),
		})
	}
}

impl ProfileArgs {
	/// `old` with what is given in place of what was.
	fn change(&self, old: Profile, name: Option<&String>, region: Option<&String>) -> Result<Profile, Error> {
		Ok(Profile {
			name: replaced(old.name, "name", name)?,
			website: replaced(old.website, "website", self.website.as_ref())?,
			contact: replaced(old.contact, "contact", self.contact.as_ref())?,
			region: replaced(old.region, "region", region)?,
		})
	}
}

/// A line of a profile with what is given in place of what was.
fn replaced<Length: Get<u32>>(
	old: BoundedVec<u8, Length>,
	line: &str,
	new: Option<&String>,
) -> Result<BoundedVec<u8, Length>, Error> {
	match new {
		Some(new) => bounded(new, &format!("the operator's {line}")),
		None => Ok(old),
	}
}

/// Text that the chain takes up to a length of.
///
/// # Errors
/// A longer one: says what it is and how long it may be.
pub fn bounded<Length: Get<u32>>(text: &str, what: &str) -> Result<BoundedVec<u8, Length>, Error> {
	BoundedVec::try_from(text.as_bytes().to_vec()).map_err(|_| {
		Error::input(format!(
			"{what} '{text}' has {} bytes, and at most {} are kept",
			text.len(),
			Length::get()
		))
	})
}

/// Text as the chain keeps it, for people.
pub fn shown_text(bytes: &[u8]) -> String {
	or_nothing((!bytes.is_empty()).then_some(bytes), |bytes| {
		Foreign::new(bytes).to_string()
	})
}

/// Show an operator: its profile, bond, duties and reputation.
#[derive(Debug, Parser)]
pub struct ShowCommand {
	/// Its number.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ShowCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let summary = summary(node, self.operator).await?;
		let reputation: Option<pallet_operators::Reputation> = node
			.call("OperatorsApi_reputation", &self.operator.encode(), None)
			.await?;
		let reputation = reputation.ok_or_else(|| unknown(self.operator))?;
		let entry = OperatorEntry {
			operator: self.operator,
			summary,
			reputation,
		};
		Ok(Report::new(to_json(&entry), describe(&entry)))
	}
}

/// What there is to know about an operator.
///
/// # Errors
/// There is no such one.
pub async fn summary(node: &Node, operator: OperatorId) -> Result<OperatorSummary<AccountId>, Error> {
	let summary: Option<_> = node.call("OperatorsApi_summary", &operator.encode(), None).await?;
	summary.ok_or_else(|| unknown(operator))
}

/// How much BCT a bond of `credits` DC is asked in now.
///
/// # Errors
/// There is no price for it.
pub async fn bond_for(node: &Node, credits: Credits) -> Result<Balance, Error> {
	let bond: Option<_> = node.call("OperatorsApi_bond_for", &credits.encode(), None).await?;
	bond.ok_or_else(|| {
		Error::input("there is no price of BCT now at which the bond could be asked")
			.advise("Wait until minting is open: `millpond credits quote 1` tells.")
	})
}

fn unknown(operator: OperatorId) -> Error {
	Error::input(format!("there is no operator {operator}")).advise("`millpond operator list` shows them all.")
}

fn to_json(entry: &OperatorEntry) -> Value {
	let (summary, bond) = (&entry.summary, &entry.summary.bond);
	let chunk = |chunk: &pallet_operators::Chunk| json!({ "amount": chunk.amount.to_string(), "due": chunk.due });
	json!({
		"operator": entry.operator,
		"holder": format_account(&summary.holder),
		"name": Foreign::new(&summary.profile.name),
		"region": Foreign::new(&summary.profile.region),
		"website": Foreign::new(&summary.profile.website),
		"contact": Foreign::new(&summary.profile.contact),
		"bondAccount": format_account(&summary.bond_account),
		"bond": bond.bond.to_string(),
		"worth": summary.worth.map(|worth| worth.to_string()),
		"free": summary.free.to_string(),
		"unbonding": bond.unbonding.iter().map(chunk).collect::<Vec<_>>(),
		"deposit": bond.deposit.to_string(),
		"duties": bond.duties,
		"dutyBond": bond.duty_bond.to_string(),
		"asked": bond.asked.to_string(),
		"missing": summary.missing.to_string(),
		"calledSince": bond.shortfall.map(|shortfall| shortfall.since),
		"raiseUntil": summary.raise_until,
		"suspended": bond.shortfall.is_some_and(|shortfall| shortfall.suspended),
		"compensationsOwed": bond.owed,
		"compensationLeft": summary.compensation_left.to_string(),
		"reputation": Reputation::new(entry.operator, &entry.reputation),
	})
}

/// An operator as people read it.
fn describe(entry: &OperatorEntry) -> String {
	let (summary, bond) = (&entry.summary, &entry.summary.bond);
	let (profile, record) = (&summary.profile, &entry.reputation.record);
	let rows = [
		("operator", entry.operator.to_string()),
		("name", shown_text(&profile.name)),
		("region", shown_text(&profile.region)),
		("website", shown_text(&profile.website)),
		("contact", shown_text(&profile.contact)),
		("holder", format_account(&summary.holder)),
		(
			"bond",
			format!(
				"{}, worth {}",
				format_bct(bond.bond),
				or_nothing(summary.worth, format_credits)
			),
		),
		("of that, free", format_bct(summary.free)),
		(
			"duties",
			format!(
				"{}, which ask {}, with {}",
				bond.duties,
				format_credits(bond.asked),
				format_bct(bond.duty_bond)
			),
		),
		("called", or_nothing(called(summary), |called| called)),
		("compensations owed", bond.owed.to_string()),
		("since", format_minute(record.since)),
		("reliability of late", reliability(entry.reputation.reliability)),
		("reliability ever", reliability(entry.reputation.lifetime_reliability)),
		(
			"GPU-minutes",
			format!(
				"{} delivered of {}",
				record.lifetime.delivered, record.lifetime.promised
			),
		),
		(
			"attestations",
			format!(
				"{} passed, {} missed",
				record.attestations_passed, record.attestations_missed
			),
		),
		(
			"rentals",
			format!(
				"{} completed, {} failed, {} rejected",
				record.rentals_completed, record.rentals_failed, record.rentals_rejected
			),
		),
		("slashes", format!("{}, {}", record.slashes, format_bct(record.slashed))),
	];
	let unbonding = bond.unbonding.iter().map(|chunk| {
		let (amount, due) = (format_bct(chunk.amount), format_minute(chunk.due));
		("unbonding", format!("{amount}, free from {due}"))
	});
	facts(&rows.into_iter().chain(unbonding).collect::<Vec<_>>())
}

/// What an operator is called for, and until when. None if it is not.
pub fn called(summary: &OperatorSummary<AccountId>) -> Option<String> {
	let shortfall = summary.bond.shortfall?;
	let raise = match summary.missing {
		0 => "its bond suffices again, which is noticed within a day".to_string(),
		missing => format!("its bond has to be raised by {}", format_bct(missing)),
	};
	Some(if shortfall.suspended {
		format!("{raise}: until then its GPUs sell no new time and earn no availability")
	} else {
		let until = summary.raise_until.unwrap_or(shortfall.since);
		format!("{raise} until {}", format_minute(until))
	})
}

fn reliability(basis_points: Option<u32>) -> String {
	or_nothing(basis_points, format_percent)
}

/// List all operators.
#[derive(Debug, Parser)]
pub struct ListCommand {
	/// Only those whose NFT this account holds.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account)]
	holder: Option<AccountId>,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ListCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let mut operators: Vec<OperatorEntry> = node.list::<OperatorId, _>("OperatorsApi_operators", &[]).await?;
		if let Some(holder) = &self.holder {
			operators.retain(|entry| entry.summary.holder == *holder);
		}
		let row = |entry: &OperatorEntry| {
			let (summary, bond) = (&entry.summary, &entry.summary.bond);
			[
				entry.operator.to_string(),
				shown_text(&summary.profile.name),
				shown_text(&summary.profile.region),
				format_bct(bond.bond),
				bond.duties.to_string(),
				reliability(entry.reputation.reliability),
				format_account(&summary.holder),
			]
		};
		let rows: Vec<_> = operators.iter().map(row).collect();
		let names = ["operator", "name", "region", "bond", "duties", "reliability", "holder"];
		Ok(Report::new(
			operators.iter().map(to_json).collect(),
			table(names, &rows, "There are no such operators."),
		))
	}
}

/// Change how an operator presents itself. What is not given stays as it is.
#[derive(Debug, Parser)]
pub struct ProfileCommand {
	/// Its number.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	/// Its name, at most 64 bytes.
	#[arg(long, value_name = "TEXT")]
	name: Option<String>,

	/// Where its GPUs are: a country like DE or a part of one like US-CA.
	#[arg(long, value_name = "CODE")]
	region: Option<String>,

	#[clap(flatten)]
	profile: ProfileArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl ProfileCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let old = summary(node, self.operator).await?.profile;
		let call = Call::set_profile {
			operator: self.operator,
			profile: self.profile.change(old, self.name.as_ref(), self.region.as_ref())?,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("operator {} has another profile", self.operator)))
	}
}

/// Raise an operator's bond. If it was called for too small a bond, and that suffices now, its GPUs sell again at once.
#[derive(Debug, Parser)]
pub struct BondCommand {
	/// Its number.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	/// By how much BCT.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BondCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (operator, amount) = (self.operator, self.amount);
		let before = summary(node, operator).await?;
		let missing = before.missing.saturating_sub(amount);
		if before.missing > 0 {
			tell!("The bond is too small by {}.", format_bct(before.missing));
		}
		tell!("To be bonded: {} more.", format_bct(amount));
		let receipt = self
			.transaction
			.submit(node, Call::bond_more { operator, amount })
			.await?;
		let still = match missing {
			0 => String::new(),
			missing => format!(", and still too small by {}", format_bct(missing)),
		};
		let done = format!(
			"the bond of operator {operator} is higher by {}{still}",
			format_bct(amount)
		);
		Ok(receipt.report(&done).detail("missing", missing.to_string()))
	}
}

/// Begin to free a part of an operator's bond that answers for nothing.
///
/// It comes free after the unbonding time; a slash reaches it until it is withdrawn.
#[derive(Debug, Parser)]
pub struct UnbondCommand {
	/// Its number.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	/// How much BCT.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl UnbondCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (operator, amount) = (self.operator, self.amount);
		tell!("To be unbonded: {}.", format_bct(amount));
		let receipt = self.transaction.submit(node, Call::unbond { operator, amount }).await?;
		let due = receipt.find(|event| match event {
			RuntimeEvent::Operators(Event::Unbonding {
				operator: whose, due, ..
			}) if *whose == operator => Some(*due),
			_ => None,
		});
		let from = due
			.map(|due| format!(" from {}", format_minute(due)))
			.unwrap_or_default();
		Ok(receipt.report(&format!(
			"{} of the bond of operator {operator} can be withdrawn{from}",
			format_bct(amount)
		)))
	}
}

/// Pay what has come free of an operator's bond to whoever holds its NFT.
#[derive(Debug, Parser)]
pub struct WithdrawCommand {
	/// Its number.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl WithdrawCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let operator = self.operator;
		let receipt = self.transaction.submit(node, Call::withdraw { operator }).await?;
		Ok(receipt.report(&format!(
			"what has come free of the bond of operator {operator} is paid"
		)))
	}
}

/// End an operator that has no duties and has unbonded everything. The deposit comes back.
#[derive(Debug, Parser)]
pub struct RetireCommand {
	/// Its number.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl RetireCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let operator = self.operator;
		let receipt = self.transaction.submit(node, Call::retire { operator }).await?;
		Ok(receipt.report(&format!("operator {operator} is one no more")))
	}
}
