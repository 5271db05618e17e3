//! `millpond key`: what every Substrate node has for keys, and session keys with the proof that the chain asks for.

use crate::cli::Cli;
use clap::Parser;
use codec::{Decode, Encode};
use jsonrpsee::{
	core::client::ClientT,
	rpc_params,
	ws_client::{WsClient, WsClientBuilder},
};
use millpond_runtime::{AccountId, RuntimeCall, SessionKeys};
use sp_core::{
	crypto::{Ss58AddressFormat, Ss58Codec},
	Bytes,
};

/// Make, show, insert and rotate keys.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum KeyCommand {
	#[command(flatten)]
	Standard(sc_cli::KeySubcommand),

	/// Make new session keys in a running node's keystore and show the call that registers them.
	Rotate(RotateCommand),
}

impl KeyCommand {
	/// Runs the command.
	pub fn run(&self, cli: &Cli) -> sc_cli::Result<()> {
		match self {
			KeyCommand::Standard(command) => command.run(cli),
			KeyCommand::Rotate(command) => tokio::runtime::Runtime::new()?.block_on(command.run()),
		}
	}
}

/// Make new session keys in a running node's keystore and show the call that registers them.
///
/// The keys stay in the node; what is shown is public. The call must be signed by the stash account that the keys are
/// for: the proof that comes with them is valid for that account alone.
#[derive(Debug, Parser)]
pub struct RotateCommand {
	/// The validator's stash account.
	#[arg(long, value_name = "ADDRESS", value_parser = parse_account)]
	owner: AccountId,

	/// The running node. It makes keys only for connections that may call unsafe methods: by default, those from its
	/// own machine.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	url: String,

	/// Print JSON.
	#[arg(long)]
	json: bool,
}

/// What `author_rotateKeysWithOwner` answers.
#[derive(serde::Deserialize)]
struct GeneratedSessionKeys {
	keys: Bytes,
	#[serde(default)]
	proof: Option<Bytes>,
}

impl RotateCommand {
	async fn run(&self) -> sc_cli::Result<()> {
		let client = connect(&self.url).await?;
		let generated: GeneratedSessionKeys = client
			.request("author_rotateKeysWithOwner", rpc_params![Bytes(self.owner.encode())])
			.await
			.map_err(|error| {
				sc_cli::Error::Input(format!(
					"the node at {} made no keys: {error}. It must run on this machine, or with --rpc-methods unsafe",
					self.url
				))
			})?;
		let keys = SessionKeys::decode(&mut &generated.keys[..])
			.map_err(|_| sc_cli::Error::Input(format!("the node at {} has session keys of another kind", self.url)))?;
		let proof = generated.proof.map(|proof| proof.0).unwrap_or_default();
		let call = RuntimeCall::Session(pallet_session::Call::set_keys {
			keys,
			proof: proof.clone(),
		});
		let (keys, proof, call) = (to_hex(&generated.keys), to_hex(&proof), to_hex(&call.encode()));
		let owner = self
			.owner
			.to_ss58check_with_version(Ss58AddressFormat::custom(millpond_runtime::configs::SS58_PREFIX));
		if self.json {
			println!(
				"{}",
				serde_json::json!({ "owner": owner, "keys": keys, "proof": proof, "call": call })
			);
		} else {
			println!("New session keys are in the keystore of the node at {}.\n", self.url);
			println!("owner  {owner}\nkeys   {keys}\nproof  {proof}\ncall   {call}\n");
			println!("Register them: sign session.setKeys(keys, proof) as the owner, or paste the call into");
			println!("polkadot.js Apps under Developer, Extrinsics, Decode. They take effect two sessions later.");
		}
		Ok(())
	}
}

async fn connect(url: &str) -> sc_cli::Result<WsClient> {
	WsClientBuilder::default().build(url).await.map_err(|error| {
		sc_cli::Error::Input(format!(
			"no node answers at {url}: {error}. Start one, or name another with --url"
		))
	})
}

fn to_hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn parse_account(address: &str) -> Result<AccountId, String> {
	AccountId::from_ss58check(address).map_err(|error| format!("not an account's address: {error:?}"))
}
