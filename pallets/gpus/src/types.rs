//! What the pallet stores and tells.

#![allow(clippy::cast_possible_truncation)] // In what deriving `Encode` for an enum writes.

use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millpond_primitives::{
	Balance, Credits, GpuId, GpuModelId, Minute, OperatorId, RangedU128, RangedU32, BCT, CREDITS_PER_USD,
	MINUTES_PER_DAY,
};
use millpond_traits::{Duty, GpuHistory, GpuStatus, ModelFacts};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// How many models the catalogue has at most.
pub const MAX_MODELS: u32 = 256;

/// How many GPUs a page of a host's has at most.
pub const PAGE: usize = 256;

/// For how many minutes a proposal may be accepted: 14 days.
pub const PROPOSAL_LIFETIME: Minute = 14 * MINUTES_PER_DAY;

/// How many minutes before it may retire a GPU that is another's a host gives notice: 28 days.
pub const NOTICE: Minute = 28 * MINUTES_PER_DAY;

/// For how many minutes a GPU may be registered without its host having proven that it is there: 60 days. Then anybody may
/// retire it.
pub const UNPROVEN: Minute = 60 * MINUTES_PER_DAY;

/// How many GPUs a block has ask for their model's bond at least, after governance has changed that.
pub const REVALUED_A_BLOCK: u32 = 16;

/// Bounded text, UTF-8.
pub type Text<const LENGTH: u32> = BoundedVec<u8, ConstU32<LENGTH>>;

/// Where a document is.
pub type Uri = Text<128>;

/// The Blake2-256 hash of a document's content.
pub type ContentHash = [u8; 32];

/// What a device is known by in the whole network: the Blake2-256 hash of the UUID that its driver tells, or of the key,
/// as a compressed point, that its maker certified.
pub type DeviceId = [u8; 32];

/// A reward weight, by which idle minutes of different models compare.
pub type Weighting = RangedU32<1, 1_000_000>;
/// Memory in MiB: up to 16 TiB.
pub type Memory = RangedU32<1, 16_777_216>;
/// DC a GPU-minute: up to $100.
pub type ReferencePrice = RangedU128<1, { 100 * CREDITS_PER_USD }>;
/// What a host answers for a GPU with, in DC: from $10 to $1,000,000.
pub type GpuBond = RangedU128<{ 10 * CREDITS_PER_USD }, { 1_000_000 * CREDITS_PER_USD }>;

/// The least that a host answers for a GPU with, in plancks, whatever a BCT costs: it pays for what is stored for the GPU.
pub const LEAST_BOND: Balance = 10 * BCT;

/// A model of the catalogue.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Model {
	/// Its name: `H100 SXM`.
	pub name: Text<64>,
	/// Who makes it: `NVIDIA`.
	pub vendor: Text<32>,
	/// Its memory, in MiB.
	pub memory: Memory,
	/// Its reward weight.
	pub weight: Weighting,
	/// What it is reckoned to cost, in DC a GPU-minute.
	pub reference_price: ReferencePrice,
	/// What a host answers for one with, in DC.
	pub bond: GpuBond,
}

/// A model and what there is of it.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ModelRecord {
	/// The model.
	pub model: Model,
	/// Whether it is a simulated one, which only the genesis of a development chain can list.
	pub simulated: bool,
	/// How many GPUs of it there are.
	pub gpus: u32,
}

impl ModelRecord {
	/// What other pallets need to know of it.
	pub(crate) fn facts(&self) -> ModelFacts {
		ModelFacts {
			weight: self.model.weight.get().into(),
			reference_price: self.model.reference_price.get(),
			bond: self.model.bond.get(),
			memory: self.model.memory.get(),
			simulated: self.simulated,
		}
	}
}

/// A model that is listed from the start.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GenesisModel {
	/// Its name.
	pub name: String,
	/// Who makes it.
	pub vendor: String,
	/// Its memory, in MiB.
	pub memory: Memory,
	/// Its reward weight.
	pub weight: Weighting,
	/// What it is reckoned to cost, in DC a GPU-minute.
	pub reference_price: ReferencePrice,
	/// What a host answers for one with, in DC.
	pub bond: GpuBond,
	/// Whether it is a simulated one.
	pub simulated: bool,
}

/// How far GPUs have come to ask what their models do.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct RevaluationRecord {
	/// The last GPU that was looked at. None: the round begins.
	pub last: Option<GpuId>,
}

/// A document outside the chain.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Document {
	/// Where it is.
	pub uri: Uri,
	/// What it says.
	pub hash: ContentHash,
}

/// What is written about a GPU.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Papers {
	/// The serial number that its maker gave it.
	pub serial: Text<64>,
	/// When it was bought, in minutes since 1970.
	pub purchased: Minute,
	/// The agreement between its owner and its host.
	pub hosting: Document,
	/// The contract by which who holds the NFT owns it.
	pub ownership: Document,
}

/// A GPU.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct GpuRecord {
	/// Its host.
	pub operator: OperatorId,
	/// Its model.
	pub model: GpuModelId,
	/// How it stands.
	pub status: GpuStatus,
	/// Its device.
	pub device: DeviceId,
	/// What it asks of its host's bond, in DC: the model's bond, as it was when this host took the GPU on or the model's was last
	/// changed.
	pub bond: Credits,
	/// The market minute in which it was registered.
	pub registered: Minute,
	/// The market minute since which its host had the time to prove that it is there, while it is
	/// [registered](GpuStatus::Registered): in which it was registered, or came from a host that had proven it.
	pub unproven_since: Minute,
	/// The market minute in which it was online for the first time.
	pub in_service: Option<Minute>,
}

impl GpuRecord {
	/// What it asks of its host's bond.
	pub fn duty(&self) -> Duty {
		duty(self.bond)
	}
}

/// What a GPU of a model with this bond, in DC, asks of its host's.
pub(crate) fn duty(credits: Credits) -> Duty {
	Duty {
		credits,
		least: LEAST_BOND,
	}
}

/// What is known of a device.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Device {
	/// It is this GPU.
	Registered(GpuId),
	/// It was caught at a fraud and is never registered again.
	Condemned,
}

/// One of the two who have to agree on a move to another host.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Party {
	/// Who holds the GPU's NFT.
	Holder,
	/// Who holds the new host's NFT.
	Host,
}

/// An offer to move a GPU to another host.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ProposalRecord<AccountId, Ticket> {
	/// Who made it.
	pub by: AccountId,
	/// As which of the two; the other may accept it.
	pub party: Party,
	/// The new hosting agreement.
	pub hosting: Document,
	/// The market minute from which it cannot be accepted any more.
	pub expires: Minute,
	/// The deposit for storing it.
	pub ticket: Ticket,
}

/// The [`ProposalRecord`] of a runtime.
pub type ProposalRecordOf<T> =
	ProposalRecord<<T as frame_system::Config>::AccountId, <T as crate::Config>::Consideration>;

/// What there is to know about a GPU.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub struct GpuSummary<AccountId> {
	/// Who holds its NFT.
	pub holder: AccountId,
	/// The GPU.
	pub gpu: GpuRecord,
	/// What of its host's bond answers for it now, in plancks.
	pub bond: Balance,
	/// What is written about it.
	pub papers: Papers,
	/// What it has done since it was registered.
	pub history: GpuHistory,
	/// The market minute from which its host may retire it, if that gave notice.
	pub resigned: Option<Minute>,
}
