//! Session keys, made in a running node, with the proof that the chain asks for.

use crate::client::{
	address::{format_account, parse_account},
	output::facts,
	tell, to_hex, Error, Node, NodeArgs, Report, TransactionArgs,
};
use clap::Parser;
use codec::{Decode, Encode};
use jsonrpsee::rpc_params;
use millpond_runtime::{AccountId, RuntimeCall, SessionKeys};
use serde_json::json;
use sp_core::Bytes;

/// Make new session keys in a running node's keystore, and register them or show the call that does.
///
/// The keys stay in the node; what is shown is public. The call must be signed by the stash account that the keys are
/// for: the proof that comes with them is valid for that account alone.
#[derive(Debug, Parser)]
pub struct RotateCommand {
	/// The validator's stash account. With --submit, the account that signs.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account, required_unless_present = "submit")]
	owner: Option<AccountId>,

	/// Register the keys at once: sign and send the call as the stash account.
	#[arg(long)]
	submit: bool,

	#[clap(flatten)]
	transaction: TransactionArgs,

	// The node makes keys only for connections that may call unsafe methods: by default, those from its own machine.
	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

/// What `author_rotateKeysWithOwner` answers.
#[derive(serde::Deserialize)]
struct GeneratedSessionKeys {
	keys: Bytes,
	#[serde(default)]
	proof: Option<Bytes>,
}

impl RotateCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		// Who signs is settled first, so that no keys are made that nobody can register.
		let signer = self.submit.then(|| self.transaction.signer.signer()).transpose()?;
		let owner = owner(self.owner.as_ref(), signer.as_ref().map(|signer| signer.account()))?;
		let generated: GeneratedSessionKeys = node
			.request("author_rotateKeysWithOwner", rpc_params![Bytes(owner.encode())])
			.await
			.map_err(|error| {
				error.advise(
					"Run this command on the node's own machine: a node makes keys only for connections that may call \
					 unsafe methods.",
				)
			})?;
		let keys = SessionKeys::decode(&mut &generated.keys[..]).map_err(|error| {
			Error::node(format!(
				"the node at {} has session keys of another kind: {error}",
				node.url()
			))
		})?;
		let proof = generated.proof.map(|proof| proof.0).unwrap_or_default();
		let call = RuntimeCall::Session(pallet_session::Call::set_keys {
			keys,
			proof: proof.clone(),
		});
		let made = json!({
			"owner": format_account(owner),
			"keys": to_hex(&generated.keys),
			"proof": to_hex(&proof),
			"call": to_hex(&call.encode()),
		});
		let Some(signer) = &signer else {
			let shown = facts(&["owner", "keys", "proof", "call"].map(|name| (name, text(&made, name))));
			return Ok(Report::new(
				made,
				format!(
					"New session keys are in the keystore of the node at {}.\n\n{shown}\n\n\
					 Register them: sign session.setKeys(keys, proof) as the owner, or paste the call into\n\
					 polkadot.js Apps under Developer, Extrinsics, Decode. They take effect two sessions later.",
					node.url()
				),
			));
		};
		tell!("New session keys are in the keystore of the node at {}.", node.url());
		let receipt = self.transaction.submit_as(node, signer, call).await?;
		let done = format!(
			"the session keys {} for {}; they take effect two sessions later",
			text(&made, "keys"),
			format_account(owner)
		);
		let details = ["owner", "keys", "proof", "call"];
		Ok(details.iter().fold(receipt.report(&done), |report, name| {
			report.detail(name, made[name].clone())
		}))
	}
}

fn text(object: &serde_json::Value, name: &str) -> String {
	object[name].as_str().unwrap_or_default().into()
}

/// Whose keys these are to be: the signer's, where there is one.
fn owner<'a>(named: Option<&'a AccountId>, signer: Option<&'a AccountId>) -> Result<&'a AccountId, Error> {
	match (named, signer) {
		(Some(named), Some(signer)) if named != signer => Err(Error::input(format!(
			"the keys are to be for {}, but the call would be signed by {}: the chain takes it from the owner alone",
			format_account(named),
			format_account(signer)
		))
		.advise("Sign with the owner's key, or leave --submit out and sign the call elsewhere.")),
		(_, Some(signer)) => Ok(signer),
		(Some(named), None) => Ok(named),
		(None, None) => Err(Error::input("it is not said whose keys these are to be").advise("Add --owner <ADDRESS>.")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring::{Alice, Bob};

	#[test]
	fn keys_should_be_for_the_named_owner_or_the_signer_and_never_for_two() {
		let (alice, bob) = (Alice.to_account_id(), Bob.to_account_id());
		assert_eq!(owner(Some(&alice), None).expect("named"), &alice);
		assert_eq!(owner(None, Some(&alice)).expect("signs"), &alice);
		assert_eq!(owner(Some(&alice), Some(&alice)).expect("both"), &alice);
		let refused = owner(Some(&alice), Some(&bob)).expect_err("two").to_string();
		assert!(
			refused.contains(&format_account(&alice)) && refused.contains(&format_account(&bob)),
			"{refused}"
		);
		assert!(owner(None, None).is_err());
	}
}
