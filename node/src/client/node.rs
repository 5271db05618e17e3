//! The connection to a running node, and what can be read through it.

use super::{
	health::{self, Health},
	tell, Error,
};
use clap::Args;
use codec::{Codec, Decode, DecodeAll, Encode};
use jsonrpsee::{
	core::{
		client::{ClientT, Error as RpcError, Subscription, SubscriptionClientT},
		params::ArrayParams,
	},
	rpc_params,
	ws_client::{WsClient, WsClientBuilder},
};
use millpond_primitives::{Minute, Moment, MINUTE};
use millpond_runtime::{AccountId, BlockNumber, Hash, Header, Nonce, Runtime, VERSION, WASM_BINARY};
use millpond_runtime_api::Page;
use serde::{de::DeserializeOwned, Deserialize};
use sp_core::{storage::well_known_keys::CODE, Bytes};
use sp_io::hashing::blake2_256;
use std::time::Duration;

const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Which node to speak to, and how to answer.
#[derive(Args, Clone, Debug)]
pub struct NodeArgs {
	/// The running node's WebSocket.
	#[arg(long, value_name = "URL", default_value = "ws://127.0.0.1:9944")]
	pub url: String,

	/// Print JSON, of errors too.
	///
	/// Amounts are strings of the smallest unit: 10^-12 BCT, 1 DC.
	#[arg(long)]
	pub json: bool,
}

/// A running node of the same runtime as this binary's.
pub struct Node {
	client: WsClient,
	url: String,
	chain: String,
	genesis: Hash,
}

/// A block that a node has told of.
#[derive(Clone, Copy, Debug)]
pub struct BlockRef {
	pub hash: Hash,
	pub number: BlockNumber,
}

/// What a node says its runtime is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodeVersion {
	spec_name: String,
	spec_version: u32,
	transaction_version: u32,
}

impl Node {
	/// Connects to a node and makes sure that it runs the runtime that this binary knows. Warns where the node's answers may
	/// not be those of now.
	///
	/// # Errors
	/// No node, or one of another chain or version.
	pub async fn connect(url: &str) -> Result<Self, Error> {
		let client = WsClientBuilder::default()
			.connection_timeout(CONNECTION_TIMEOUT)
			.build(url)
			.await
			.map_err(|error| {
				Error::node(format!("no node answers at {url}: {error}"))
					.advise("Start one (millpond --dev), or name another with --url.")
			})?;
		let mut node = Self {
			client,
			url: url.into(),
			chain: String::new(),
			genesis: Hash::default(),
		};
		let (version, chain, genesis, health, is_of_this_build) = tokio::join!(
			node.request("state_getRuntimeVersion", rpc_params![]),
			node.request("system_chain", rpc_params![]),
			node.request("chain_getBlockHash", rpc_params![0]),
			Health::of(&node),
			node.is_of_this_build(),
		);
		check_version(url, &version?)?;
		(node.chain, node.genesis) = (chain?, genesis?);
		if !is_of_this_build? {
			tell!(
				"Warning: the node at {url} runs another build of version {} of the runtime than this binary knows. What it \
				 answers may be misread, and what you sign may mean another thing there.",
				VERSION.spec_version
			);
		}
		for warning in health.iter().flat_map(|health| health.warnings(url, health::now())) {
			tell!("Warning: {warning}");
		}
		Ok(node)
	}

	/// Whether the node's runtime has the same calls and types as this binary's: it is the same, byte by byte, or its metadata
	/// is. A version says so only of what was released.
	async fn is_of_this_build(&self) -> Result<bool, Error> {
		let code: Option<Hash> = self
			.request("state_getStorageHash", rpc_params![Bytes(CODE.to_vec())])
			.await?;
		let ours = WASM_BINARY.map(|code| Hash::from(blake2_256(code)));
		if code.is_some() && code == ours {
			return Ok(true);
		}
		let metadata: Bytes = self.request("state_getMetadata", rpc_params![]).await?;
		Ok(*metadata == Runtime::metadata().encode())
	}

	/// Where the node is.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// What the node calls its chain, in quotation marks.
	pub fn chain(&self) -> String {
		// Whoever runs the node chose the name: what controls a terminal is escaped.
		format!("{:?}", self.chain)
	}

	/// The hash of the chain's first block, which tells the chain from others of the same name.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}

	/// Calls an RPC method.
	///
	/// # Errors
	/// The node's own, or an answer of another form.
	pub async fn request<T: DeserializeOwned>(&self, method: &str, params: ArrayParams) -> Result<T, Error> {
		self.try_request(method, params)
			.await
			.map_err(|error| self.explain(method, &error))
	}

	/// Calls an RPC method whose errors mean something to the caller.
	///
	/// # Errors
	/// The node's own, or an answer of another form.
	pub async fn try_request<T: DeserializeOwned>(&self, method: &str, params: ArrayParams) -> Result<T, RpcError> {
		self.client.request(method, params).await
	}

	/// Subscribes to what an RPC method reports.
	///
	/// # Errors
	/// The node's own.
	pub async fn subscribe<T: DeserializeOwned>(
		&self,
		method: &str,
		params: ArrayParams,
		unsubscribe: &str,
	) -> Result<Subscription<T>, RpcError> {
		self.client.subscribe(method, params, unsubscribe).await
	}

	/// Says in plain words what an RPC method failed with.
	pub fn explain(&self, method: &str, error: &RpcError) -> Error {
		match error {
			RpcError::Call(error) => Error::node(format!("the node at {} refuses {method}: {error}", self.url)),
			RpcError::ParseError(error) => Error::node(format!(
				"the node at {} answers {method} in a form that this binary does not know: {error}",
				self.url
			)),
			RpcError::RequestTimeout => {
				Error::node(format!("the node at {} does not answer {method} in time", self.url))
			}
			error => Error::node(format!("the connection to the node at {} is lost: {error}", self.url)),
		}
	}

	/// Calls a function of a runtime API, such as `AccountNonceApi_account_nonce`, at a block or at the newest. `args` are
	/// its arguments, encoded one after the other.
	///
	/// # Errors
	/// The node's own, or an answer of another form.
	pub async fn call<T: Decode>(&self, function: &str, args: &[u8], at: Option<Hash>) -> Result<T, Error> {
		let output: Bytes = self
			.request("state_call", rpc_params![function, Bytes(args.to_vec()), at])
			.await?;
		self.decode(function, &output)
	}

	/// Reads a whole list that a function of a runtime API gives page by page. `args` are its arguments before the cursor,
	/// encoded one after the other.
	///
	/// # Errors
	/// The node's own, or an answer of another form.
	pub async fn list<Cursor: Codec, Entry: Decode>(&self, function: &str, args: &[u8]) -> Result<Vec<Entry>, Error> {
		let at = Some(self.best().await?.hash);
		let (mut entries, mut cursor) = (Vec::new(), None::<Cursor>);
		loop {
			let args = [args, &cursor.encode()].concat();
			let page: Page<Cursor, Entry> = self.call(function, &args, at).await?;
			entries.extend(page.entries);
			cursor = page.next;
			if cursor.is_none() {
				return Ok(entries);
			}
		}
	}

	/// The minute of the chain's time.
	///
	/// # Errors
	/// The node's own.
	pub async fn minute(&self) -> Result<Minute, Error> {
		let key = pallet_timestamp::Now::<Runtime>::hashed_key().to_vec();
		let now: Moment = self.storage(key, None).await?.unwrap_or_default();
		Ok(Minute::try_from(now / MINUTE).unwrap_or(Minute::MAX))
	}

	/// Reads a storage value by its whole key, such as `frame_system::Account::<Runtime>::hashed_key_for(account)`.
	///
	/// # Errors
	/// The node's own, or a value of another form.
	pub async fn storage<T: Decode>(&self, key: Vec<u8>, at: Option<Hash>) -> Result<Option<T>, Error> {
		let value: Option<Bytes> = self.request("state_getStorage", rpc_params![Bytes(key), at]).await?;
		value.map(|value| self.decode("a storage value", &value)).transpose()
	}

	/// The newest block that is final.
	///
	/// # Errors
	/// The node's own.
	pub async fn finalized(&self) -> Result<BlockRef, Error> {
		let hash = self.request("chain_getFinalizedHead", rpc_params![]).await?;
		self.block_ref(hash).await
	}

	/// The newest block.
	///
	/// # Errors
	/// The node's own.
	pub async fn best(&self) -> Result<BlockRef, Error> {
		let hash = self.request("chain_getBlockHash", rpc_params![]).await?;
		self.block_ref(hash).await
	}

	/// The hash of the block of a number, on the chain of the newest.
	///
	/// # Errors
	/// The node's own, or a number that no block has yet.
	pub async fn block_hash(&self, number: BlockNumber) -> Result<Hash, Error> {
		let hash: Option<Hash> = self.request("chain_getBlockHash", rpc_params![number]).await?;
		hash.ok_or_else(|| Error::node(format!("the node at {} has no block {number}", self.url)))
	}

	/// A block by its hash.
	///
	/// # Errors
	/// The node's own, or an unknown block.
	pub async fn block_ref(&self, hash: Hash) -> Result<BlockRef, Error> {
		let header: Option<Header> = self.request("chain_getHeader", rpc_params![hash]).await?;
		let header = header.ok_or_else(|| Error::node(format!("the node at {} has no block {hash:?}", self.url)))?;
		Ok(BlockRef {
			hash,
			number: header.number,
		})
	}

	/// How many transactions of an account are in blocks, up to one.
	///
	/// # Errors
	/// The node's own.
	pub async fn nonce_at(&self, account: &AccountId, at: Hash) -> Result<Nonce, Error> {
		self.call("AccountNonceApi_account_nonce", &account.encode(), Some(at))
			.await
	}

	/// The nonce of an account's next transaction, those that wait for a block counted.
	///
	/// # Errors
	/// The node's own.
	pub async fn next_nonce(&self, account: &AccountId) -> Result<Nonce, Error> {
		self.request("system_accountNextIndex", rpc_params![account]).await
	}

	fn decode<T: Decode>(&self, what: &str, bytes: &[u8]) -> Result<T, Error> {
		T::decode_all(&mut &bytes[..]).map_err(|error| {
			Error::node(format!(
				"the node at {} answers {what} in a form that this binary does not know: {error}",
				self.url
			))
			.advise(
				"Its runtime may have been upgraded just now, or be another build of the same version. Try again, or use the \
				 release of millpond that the node runs.",
			)
		})
	}
}

/// Makes sure that what this binary encodes and decodes is what the node's runtime does.
fn check_version(url: &str, node: &NodeVersion) -> Result<(), Error> {
	let ours = &VERSION;
	if node.spec_name != ours.spec_name {
		return Err(Error::node(format!(
			"the node at {url} runs the chain '{}', not '{}'",
			node.spec_name, ours.spec_name
		))
		.advise("Name a Millpond node with --url."));
	}
	if (node.spec_version, node.transaction_version) != (ours.spec_version, ours.transaction_version) {
		let older = if node.spec_version < ours.spec_version {
			"The node's chain was not upgraded yet: use the release of millpond that came with its runtime."
		} else {
			"Its runtime is newer: get the newest release of millpond."
		};
		return Err(Error::node(format!(
			"the node at {url} runs version {} of the runtime (transactions: {}), this binary knows version {} (transactions: {})",
			node.spec_version, node.transaction_version, ours.spec_version, ours.transaction_version
		))
		.advise(older));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn version(spec_name: &str, spec_version: u32, transaction_version: u32) -> NodeVersion {
		NodeVersion {
			spec_name: spec_name.into(),
			spec_version,
			transaction_version,
		}
	}

	#[test]
	fn a_node_of_the_same_runtime_should_be_spoken_to() {
		let ours = version(&VERSION.spec_name, VERSION.spec_version, VERSION.transaction_version);
		assert!(check_version("ws://node", &ours).is_ok());
	}

	#[test]
	fn a_node_of_another_runtime_should_be_refused_with_both_versions() {
		let other = check_version("ws://node", &version("polkadot", 1, 1)).expect_err("another chain");
		assert!(
			other.message.contains("'polkadot'") && other.message.contains("ws://node"),
			"{other}"
		);

		let (spec, transaction) = (VERSION.spec_version, VERSION.transaction_version);
		let newer = check_version("ws://node", &version("millpond", spec + 1, transaction)).expect_err("newer");
		assert!(newer.message.contains(&format!("runs version {}", spec + 1)), "{newer}");
		assert!(newer.to_string().contains("get the newest release"), "{newer}");

		let older = check_version("ws://node", &version("millpond", spec - 1, transaction)).expect_err("older");
		assert!(older.to_string().contains("not upgraded yet"), "{older}");

		assert!(check_version("ws://node", &version("millpond", spec, transaction + 1)).is_err());
	}

	#[tokio::test]
	async fn connecting_should_say_so_when_no_node_answers() {
		let error = Node::connect("ws://127.0.0.1:1").await.err().expect("nobody listens");
		assert!(error.message.contains("no node answers at ws://127.0.0.1:1"), "{error}");
		assert!(error.to_string().contains("--url"), "{error}");
	}
}
