//! The two ends of the sealed box: hosts grant access, and holders open it.

use super::slot;
use crate::{
	client::{
		sealed::{seal, AccessKeyArgs, Secret, OVERHEAD},
		text::Foreign,
		to_hex, Error, Node, NodeArgs, Report, TransactionArgs,
	},
	rpc::market::access,
};
use clap::Parser;
use codec::Encode;
use millpond_primitives::{OperatorId, SlotId};
use millpond_runtime::AccountId;
use pallet_market::{Call, GrantRecord, Sealed, MAX_GRANT};
use serde_json::{json, Value};
use std::io::Read;

/// The most bytes that can be sealed.
const MAX_CONTENT: usize = MAX_GRANT as usize - OVERHEAD;

/// Set the key that hosts seal access to.
///
/// Signed by the slot's holder. Hosts have the time for a grant again; what is billed goes on.
#[derive(Debug, Parser)]
pub struct SetKeyCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	#[clap(flatten)]
	access: AccessKeyArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl SetKeyCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let key = self.access.key()?.ok_or_else(|| {
			Error::input("no access key is named")
				.advise("Make one with --new-access-key <FILE>, or name one with --access-key.")
		})?;
		let slot = self.slot;
		let call = Call::set_access_key { slot, key };
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let shown = to_hex(&key);
		Ok(receipt
			.report(&format!("access to slot {slot} is sealed to {shown} from now on"))
			.detail("accessKey", shown))
	}
}

/// Grant access to an operator's GPUs in a slot: seals a file to the key of the slot's holder.
///
/// Signed by who holds the operator. The GPUs are billed from now on.
#[derive(Debug, Parser)]
pub struct GrantCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	/// The operator that hosts the GPUs.
	#[arg(long, value_name = "OPERATOR")]
	operator: OperatorId,

	/// What lets the holder in, such as an address and a password: a file of at most 976 bytes; `-` is the standard input.
	#[arg(value_name = "FILE")]
	content: String,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl GrantCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let signer = self.transaction.signer.signer()?;
		let content = read(&self.content)?;
		let summary = slot(node, self.slot).await?.summary;
		let key = access(&summary.slot, &summary.holder)
			.map(|access| access.key)
			.ok_or_else(|| {
				Error::input(format!("the holder of slot {} has set no access key", self.slot))
					.advise("There is nothing to do: the GPUs are billed without a grant until he sets one.")
			})?;
		let sealed = Sealed::try_from(seal(&key, &content)?).map_err(|_| {
			Error::input(format!(
				"{} bytes are more than the {MAX_CONTENT} that can be granted",
				content.len()
			))
			.advise("Grant an address and a secret with which the holder gets the rest.")
		})?;
		let (slot, operator) = (self.slot, self.operator);
		let call = Call::grant_access {
			slot,
			operator,
			key,
			sealed,
		};
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		Ok(receipt.report(&format!(
			"access to the GPUs of operator {operator} in slot {slot} is granted, sealed to {}",
			to_hex(&key)
		)))
	}
}

fn read(file: &str) -> Result<Vec<u8>, Error> {
	let unreadable =
		|error: std::io::Error| Error::input(format!("what is granted cannot be read from {file}: {error}"));
	let mut content = Vec::new();
	match file {
		"-" => std::io::stdin().read_to_end(&mut content).map_err(unreadable)?,
		file => std::fs::File::open(file)
			.and_then(|mut open| open.read_to_end(&mut content))
			.map_err(unreadable)?,
	};
	match content.is_empty() {
		true => Err(Error::input(format!("nothing is granted: {file} is empty"))),
		false => Ok(content),
	}
}

/// Open the access that hosts have granted to the GPUs of a slot.
#[derive(Debug, Parser)]
pub struct AccessCommand {
	/// The slot.
	#[arg(value_name = "SLOT")]
	slot: SlotId,

	/// The file with the secret access key, which --new-access-key made; `-` reads it from the standard input.
	#[arg(long, value_name = "FILE")]
	access_key: String,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl AccessCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let secret = Secret::read(&self.access_key)?;
		let holder = slot(node, self.slot).await?.summary.holder;
		let args = self.slot.encode();
		let grants: Vec<(OperatorId, GrantRecord<AccountId>)> = node.call("MarketApi_grants", &args, None).await?;
		let valid: Vec<_> = grants.into_iter().filter(|(_, grant)| grant.holder == holder).collect();
		if valid.is_empty() {
			return Err(Error::input(format!(
				"no host has granted access to slot {} to its holder yet",
				self.slot
			))
			.advise(
				"`millpond market show` says which hosts are waited for. They need an access key (`millpond market \
					 set-key`), and grant anew when the slot was sold.",
			));
		}
		let opened: Vec<_> = valid
			.iter()
			.map(|(operator, grant)| (*operator, open(&secret, grant)))
			.collect();
		if opened.iter().all(|(_, content)| content.is_none()) {
			let (_, grant) = &valid[0];
			return Err(Error::input(format!(
				"{} is the secret of {}, and access to slot {} is sealed to {}",
				self.access_key,
				to_hex(&secret.public()),
				self.slot,
				to_hex(&grant.key)
			))
			.advise("Name the file with the secret of that key, or set this one (`millpond market set-key`)."));
		}
		let text = opened
			.iter()
			.map(|(operator, content)| shown(*operator, content.as_deref()));
		let json = opened
			.iter()
			.map(|(operator, content)| to_json(*operator, content.as_deref()));
		Ok(Report::new(json.collect(), text.collect::<Vec<_>>().join("\n\n")))
	}
}

fn open(secret: &Secret, grant: &GrantRecord<AccountId>) -> Option<Vec<u8>> {
	secret.open(&grant.sealed)
}

/// A grant as people read it.
fn shown(operator: OperatorId, content: Option<&[u8]>) -> String {
	match content.map(|content| (content, Foreign::if_text(content))) {
		Some((_, Some(text))) => format!("From host {operator}:\n{}", text.lines().trim_end()),
		Some((bytes, None)) => format!("From host {operator}, in hexadecimal:\n{}", to_hex(bytes)),
		None => format!("From host {operator}: sealed to another key."),
	}
}

fn to_json(operator: OperatorId, content: Option<&[u8]>) -> Value {
	json!({
		"operator": operator,
		"text": content.and_then(Foreign::if_text),
		"hex": content.map(to_hex),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_grant_should_be_shown_as_text_where_it_is_one() {
		assert_eq!(
			shown(3, Some(b"ssh mill@10.0.0.1\n")),
			"From host 3:\nssh mill@10.0.0.1"
		);
		assert_eq!(
			shown(3, Some(b"\x1b[2Jssh\tmill@10.0.0.1\npassword\n")),
			"From host 3:\n\\u{1b}[2Jssh\tmill@10.0.0.1\npassword"
		);
		assert_eq!(shown(3, Some(&[0xff, 0])), "From host 3, in hexadecimal:\n0xff00");
		assert!(shown(3, None).contains("another key"));
		assert_eq!(
			to_json(3, Some(b"in")),
			json!({ "operator": 3, "text": "in", "hex": "0x696e" })
		);
	}

	#[test]
	fn the_help_should_name_the_longest_grant() {
		assert_eq!(MAX_CONTENT, 976);
	}
}
