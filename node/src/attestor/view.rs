//! What the chain says, at a block.

use crate::service::Client;
use millpond_primitives::{GpuId, OperatorId};
use millpond_runtime::{AccountId, BlockNumber, Hash};
use millpond_runtime_api::{AttestationApi as _, GpuEntry, GpusApi as _, OperatorsApi as _, Page};
use pallet_attestation::{Challenge, Duties, MemberRecord, RoundStatus};
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_blockchain::HeaderBackend;
use std::sync::Arc;

/// The chain at its best block.
pub struct View {
	client: Arc<Client>,
	at: Hash,
	/// The number of that block.
	pub number: BlockNumber,
}

/// Why a state says nothing, in words.
fn unread(error: ApiError) -> String {
	format!("the chain's state cannot be read: {error}")
}

impl View {
	/// The chain as it is now.
	pub fn best(client: Arc<Client>) -> Self {
		let info = client.info();
		Self {
			client,
			at: info.best_hash,
			number: info.best_number,
		}
	}

	/// The hash of the chain's first block.
	pub fn genesis(&self) -> Hash {
		self.client.info().genesis_hash
	}

	/// What an operator's node has to do. None without an attestor.
	pub fn duties(&self, operator: OperatorId) -> Result<Option<Duties<AccountId>>, String> {
		self.client.runtime_api().duties(self.at, operator).map_err(unread)
	}

	/// The round that is on.
	pub fn round(&self) -> Result<Option<RoundStatus>, String> {
		self.client.runtime_api().current_round(self.at).map_err(unread)
	}

	/// What a GPU is asked to do in it.
	pub fn challenge(&self, gpu: GpuId) -> Result<Option<Challenge>, String> {
		self.client.runtime_api().challenge(self.at, gpu).map_err(unread)
	}

	/// An operator's roster, in the order of its positions.
	pub fn roster(&self, operator: OperatorId) -> Result<Vec<MemberRecord>, String> {
		let mut members = Vec::new();
		loop {
			let first = u32::try_from(members.len()).unwrap_or(u32::MAX);
			let page = self.client.runtime_api().roster(self.at, operator, first);
			let page = page.map_err(unread)?;
			if page.is_empty() {
				return Ok(members);
			}
			members.extend(page);
		}
	}

	/// A GPU.
	pub fn gpu(&self, gpu: GpuId) -> Result<Option<GpuEntry>, String> {
		self.client.runtime_api().gpu(self.at, gpu).map_err(unread)
	}

	/// The GPUs that an operator hosts.
	pub fn hosted(&self, operator: OperatorId) -> Result<Vec<GpuEntry>, String> {
		all(|cursor| self.client.runtime_api().hosted(self.at, operator, cursor))
	}

	/// Whether a GPU's model is a simulated one.
	pub fn is_simulated(&self, gpu: &GpuEntry) -> Result<bool, String> {
		let model = self.client.runtime_api().model(self.at, gpu.summary.gpu.model);
		Ok(model.map_err(unread)?.is_some_and(|record| record.simulated))
	}

	/// All operators.
	pub fn operators(&self) -> Result<Vec<OperatorId>, String> {
		let entries = all(|cursor| self.client.runtime_api().operators(self.at, cursor))?;
		Ok(entries.into_iter().map(|entry| entry.operator).collect())
	}
}

/// A whole list that comes in pages.
fn all<Cursor, Entry>(
	page: impl Fn(Option<Cursor>) -> Result<Page<Cursor, Entry>, ApiError>,
) -> Result<Vec<Entry>, String> {
	let (mut entries, mut cursor) = (Vec::new(), None);
	loop {
		let page = page(cursor).map_err(unread)?;
		entries.extend(page.entries);
		cursor = page.next;
		if cursor.is_none() {
			return Ok(entries);
		}
	}
}
