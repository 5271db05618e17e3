//! `market_*`: what pools offer, what renting costs, and the time slots that were sold.

mod answer;
mod request;

pub use answer::{access, kind, phase, AnySlot, Availability, EndedSlot, EndedSlots, HostedSlot, Offer, Quote, Slot};
pub use request::{Filter, Kind, Order, Time};

use super::{at_block, cannot_answer, no_state, unknown, Deps};
use crate::{client::refusal, service::Client};
use jsonrpsee::{
	core::RpcResult,
	proc_macros::rpc,
	types::{ErrorCode, ErrorObjectOwned},
};
use millpond_primitives::{GpuModelId, Minute, OperatorId, PoolId, SlotId};
use millpond_runtime::{AccountId, Hash, Runtime};
use millpond_runtime_api::{GpusApi as _, MarketApi as _, OperatorsApi as _, Page, RentalTime};
use sp_api::{ApiError, ProvideRuntimeApi};
use sp_runtime::DispatchError;
use std::sync::Arc;

/// What pools offer, what renting costs, and the time slots that were sold.
#[rpc(server, namespace = "market")]
pub trait MarketRpc {
	/// What the pools of `model` offer for `gpus` GPUs at once, at a block, by default the best.
	#[method(name = "offers", blocking)]
	fn offers(
		&self,
		model: GpuModelId,
		kind: Kind,
		gpus: u32,
		filter: Option<Filter>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Offer>>;

	/// What renting `gpus` GPUs of `pool` costs, to the last DC, for a number of minutes from now on, or for a range where
	/// it is reserved; at a block, by default the best.
	#[method(name = "quote")]
	fn quote(&self, pool: PoolId, kind: Kind, gpus: u32, time: Time, at: Option<Hash>) -> RpcResult<Quote>;

	/// What topping up `slot` by `minutes` costs, in DC, at a block, by default the best.
	#[method(name = "topUpQuote")]
	fn top_up_quote(&self, slot: SlotId, minutes: Minute, at: Option<Hash>) -> RpcResult<String>;

	/// How many GPUs of `pool` can be booked, stretch by stretch, from minute `from`, at the earliest the present one, to
	/// `to`, at most a week later; at a block, by default the best.
	#[method(name = "availability", blocking)]
	fn availability(&self, pool: PoolId, from: Minute, to: Minute, at: Option<Hash>) -> RpcResult<Vec<Availability>>;

	/// How `slot` stands, or what became of it if it ended in the last 30 days, at a block, by default the best.
	#[method(name = "slot")]
	fn slot(&self, slot: SlotId, at: Option<Hash>) -> RpcResult<AnySlot>;

	/// A page of the slots that `account` held when they ended, in the last 30 days, the newest first, at a block, by default
	/// the best. `cursor` is `next` of the page before.
	#[method(name = "endedSlots", blocking)]
	fn ended_slots(&self, account: AccountId, cursor: Option<SlotId>, at: Option<Hash>) -> RpcResult<EndedSlots>;

	/// How the slots stand that `account` holds, in no order, at a block, by default the best.
	#[method(name = "slots", blocking)]
	fn slots(&self, account: AccountId, at: Option<Hash>) -> RpcResult<Vec<Slot>>;

	/// How the slots stand that `operator` hosts GPUs of, and how long it has to grant access to them; in no order, at a
	/// block, by default the best.
	#[method(name = "hostedSlots", blocking)]
	fn hosted_slots(&self, operator: OperatorId, at: Option<Hash>) -> RpcResult<Vec<HostedSlot>>;

	/// The slots that their holders sell, in no order, at a block, by default the best.
	#[method(name = "forSale", blocking)]
	fn for_sale(&self, at: Option<Hash>) -> RpcResult<Vec<Slot>>;
}

/// Answers from the chain's state.
pub struct Market {
	client: Arc<Client>,
}

impl Market {
	/// Answers from this node's state.
	pub fn new(deps: &Deps) -> Self {
		Self {
			client: deps.client.clone(),
		}
	}
}

impl MarketRpcServer for Market {
	fn offers(
		&self,
		model: GpuModelId,
		kind: Kind,
		gpus: u32,
		filter: Option<Filter>,
		at: Option<Hash>,
	) -> RpcResult<Vec<Offer>> {
		let filter = filter.unwrap_or_default();
		let time = time_of_kind(filter.time, kind)?;
		let at = at_block(&self.client, at);
		let api = self.client.runtime_api();
		let model_record = api.model(at, model).map_err(no_state)?;
		model_record.ok_or_else(|| unknown("model", model))?;
		let offers = all_pages(|cursor| self.client.runtime_api().offers(at, model, gpus, time, cursor))?;
		Ok(filter.apply(offers).iter().map(Offer::from).collect())
	}

	fn quote(&self, pool: PoolId, kind: Kind, gpus: u32, time: Time, at: Option<Hash>) -> RpcResult<Quote> {
		let time = time_of_kind(time, kind)?;
		let at = at_block(&self.client, at);
		let quote = self
			.client
			.runtime_api()
			.quote(at, pool, gpus, time)
			.map_err(no_state)?;
		let quote = quote.map_err(|error| match is(error, pallet_market::Error::UnknownPool) {
			true => unknown("pool", pool),
			false => cannot_answer("this cannot be rented", refusal::failed(&error)),
		})?;
		Ok(quote.into())
	}

	fn top_up_quote(&self, slot: SlotId, minutes: Minute, at: Option<Hash>) -> RpcResult<String> {
		let at = at_block(&self.client, at);
		let quote = self
			.client
			.runtime_api()
			.quote_top_up(at, slot, minutes)
			.map_err(no_state)?;
		let credits = quote.map_err(|error| match is(error, pallet_market::Error::UnknownSlot) {
			true => unknown("slot", slot),
			false => cannot_answer("this cannot be topped up", refusal::failed(&error)),
		})?;
		Ok(credits.to_string())
	}

	fn availability(&self, pool: PoolId, from: Minute, to: Minute, at: Option<Hash>) -> RpcResult<Vec<Availability>> {
		let at = at_block(&self.client, at);
		let stretches = self.client.runtime_api().availability(at, pool, from, to);
		let stretches = stretches.map_err(no_state)?.ok_or_else(|| unknown("pool", pool))?;
		Ok(stretches.into_iter().map(Availability::from).collect())
	}

	fn slot(&self, slot: SlotId, at: Option<Hash>) -> RpcResult<AnySlot> {
		let at = at_block(&self.client, at);
		if let Some(entry) = self.client.runtime_api().slot(at, slot).map_err(no_state)? {
			return Ok(AnySlot::Present(Box::new(Slot::from(&entry))));
		}
		let ended = self.client.runtime_api().ended_slot(at, slot).map_err(no_state)?;
		let ended = EndedSlot::from(&ended.ok_or_else(|| unknown("slot", slot))?);
		Ok(AnySlot::Ended(Box::new(ended)))
	}

	fn ended_slots(&self, account: AccountId, cursor: Option<SlotId>, at: Option<Hash>) -> RpcResult<EndedSlots> {
		let at = at_block(&self.client, at);
		let page = self.client.runtime_api().ended_slots(at, account, cursor);
		let page = page.map_err(no_state)?;
		Ok(EndedSlots {
			entries: page.entries.iter().map(EndedSlot::from).collect(),
			next: page.next,
		})
	}

	fn slots(&self, account: AccountId, at: Option<Hash>) -> RpcResult<Vec<Slot>> {
		let at = at_block(&self.client, at);
		let slots = all_pages(|cursor| self.client.runtime_api().slots(at, account.clone(), cursor))?;
		Ok(slots.iter().map(Slot::from).collect())
	}

	fn hosted_slots(&self, operator: OperatorId, at: Option<Hash>) -> RpcResult<Vec<HostedSlot>> {
		let at = at_block(&self.client, at);
		let summary = self.client.runtime_api().summary(at, operator).map_err(no_state)?;
		summary.ok_or_else(|| unknown("operator", operator))?;
		let slots = all_pages(|cursor| self.client.runtime_api().hosted_slots(at, operator, cursor))?;
		Ok(slots.iter().map(HostedSlot::from).collect())
	}

	fn for_sale(&self, at: Option<Hash>) -> RpcResult<Vec<Slot>> {
		let at = at_block(&self.client, at);
		let slots = all_pages(|cursor| self.client.runtime_api().for_sale(at, cursor))?;
		Ok(slots.iter().map(Slot::from).collect())
	}
}

/// A whole list that the runtime gives page by page.
fn all_pages<Cursor, Entry>(
	mut page: impl FnMut(Option<Cursor>) -> Result<Page<Cursor, Entry>, ApiError>,
) -> RpcResult<Vec<Entry>> {
	let (mut entries, mut cursor) = (Vec::new(), None);
	loop {
		let found = page(cursor).map_err(no_state)?;
		entries.extend(found.entries);
		cursor = found.next;
		if cursor.is_none() {
			return Ok(entries);
		}
	}
}

fn time_of_kind(time: Time, kind: Kind) -> Result<RentalTime, ErrorObjectOwned> {
	time.of_kind(kind)
		.map_err(|why| ErrorObjectOwned::owned(ErrorCode::InvalidParams.code(), why, None::<()>))
}

/// Whether a quote failed with this error of the market.
fn is(error: DispatchError, market: pallet_market::Error<Runtime>) -> bool {
	error == market.into()
}
