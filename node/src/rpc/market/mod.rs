//! `market_*`: what pools offer, what renting costs, and the time slots that were sold.

mod answer;
mod request;

pub use answer::{access, kind, phase, AnySlot, Availability, EndedSlot, HostedSlot, Offer, Quote, Slot};
pub use request::{Filter, Kind, Order, Time, Wanted};

use super::{
	arguments::{cursor, read, within, wrong, Arg, Page},
	at_block, no_state, refused, unknown, Deps,
};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc, types::ErrorObjectOwned};
use millpond_primitives::{GpuModelId, Minute, OperatorId, PoolId, SlotId};
use millpond_runtime::{AccountId, Hash, Runtime};
use millpond_runtime_api::{GpusApi as _, MarketApi as _, OperatorsApi as _, RentalTime};
use pallet_market::MAX_GPUS;
use serde_json::json;
use sp_api::ProvideRuntimeApi;
use sp_runtime::DispatchError;
use std::sync::Arc;

/// What pools offer, what renting costs, and the time slots that were sold.
#[rpc(server, namespace = "market")]
pub trait MarketRpc {
	/// A page of what the pools of `model` offer for `gpus` GPUs at once (1 to 256), at a block, by default the best. A page
	/// looks at 256 pools of whatever model; the cheapest offer of the page comes first. `cursor` is `next` of the page
	/// before.
	#[method(name = "offers", blocking)]
	fn offers(
		&self,
		model: Option<Arg<GpuModelId>>,
		kind: Option<Arg<Kind>>,
		gpus: Option<Arg<u32>>,
		filter: Option<Arg<Option<Filter>>>,
		cursor: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<Offer>>;

	/// What renting `gpus` GPUs of `pool` (1 to 256) costs, to the last DC, for a number of minutes from now on, or for a
	/// range where it is reserved; at a block, by default the best.
	#[method(name = "quote")]
	fn quote(
		&self,
		pool: Option<Arg<PoolId>>,
		kind: Option<Arg<Kind>>,
		gpus: Option<Arg<u32>>,
		time: Option<Arg<Time>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Quote>;

	/// What topping up `slot` by `minutes` costs, in DC, at a block, by default the best.
	#[method(name = "topUpQuote")]
	fn top_up_quote(
		&self,
		slot: Option<Arg<SlotId>>,
		minutes: Option<Arg<Minute>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<String>;

	/// How many GPUs of `pool` can be booked, stretch by stretch, from minute `from`, at the earliest the present one, to
	/// `to`, at most a week later; at a block, by default the best.
	#[method(name = "availability", blocking)]
	fn availability(
		&self,
		pool: Option<Arg<PoolId>>,
		from: Option<Arg<Minute>>,
		to: Option<Arg<Minute>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Vec<Availability>>;

	/// How `slot` stands, or what became of it if it ended in the last 30 days, at a block, by default the best.
	#[method(name = "slot")]
	fn slot(&self, slot: Option<Arg<SlotId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<AnySlot>;

	/// A page of the slots that `account` held when they ended, in the last 30 days, the newest first, at a block, by default
	/// the best. `cursor` is `next` of the page before.
	#[method(name = "endedSlots", blocking)]
	fn ended_slots(
		&self,
		account: Option<Arg<AccountId>>,
		cursor: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<EndedSlot>>;

	/// A page of the slots that `account` holds, in no order, at a block, by default the best. `cursor` is `next` of the
	/// page before.
	#[method(name = "slots", blocking)]
	fn slots(
		&self,
		account: Option<Arg<AccountId>>,
		cursor: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<Slot>>;

	/// A page of the slots that `operator` hosts GPUs of, and how long it has to grant access to them; in no order, at a
	/// block, by default the best. `cursor` is `next` of the page before.
	#[method(name = "hostedSlots", blocking)]
	fn hosted_slots(
		&self,
		operator: Option<Arg<OperatorId>>,
		cursor: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<HostedSlot>>;

	/// A page of the slots that their holders sell, in no order, at a block, by default the best. `cursor` is `next` of the
	/// page before.
	#[method(name = "forSale", blocking)]
	fn for_sale(&self, cursor: Option<Arg<Option<String>>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Page<Slot>>;
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
		model: Option<Arg<GpuModelId>>,
		kind: Option<Arg<Kind>>,
		gpus: Option<Arg<u32>>,
		filter: Option<Arg<Option<Filter>>>,
		from: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<Offer>> {
		let (model, kind) = (read("model", model)?, read("kind", kind)?);
		let gpus = within("gpus", read("gpus", gpus)?, 1..=MAX_GPUS)?;
		let wanted = read("filter", filter)?.unwrap_or_default().read()?;
		let time = time_of_kind("filter.time", wanted.time, kind)?;
		let from = cursor(from)?;
		let at = at_block(&self.client, at)?;
		let api = self.client.runtime_api();
		let model_record = api.model(at, model).map_err(no_state)?;
		model_record.ok_or_else(|| unknown("model", model))?;
		let mut page = self
			.client
			.runtime_api()
			.offers(at, model, gpus, time, from)
			.map_err(no_state)?;
		page.entries = wanted.apply(page.entries);
		Ok(Page::of(&page, Offer::from))
	}

	fn quote(
		&self,
		pool: Option<Arg<PoolId>>,
		kind: Option<Arg<Kind>>,
		gpus: Option<Arg<u32>>,
		time: Option<Arg<Time>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Quote> {
		let (pool, kind) = (read("pool", pool)?, read("kind", kind)?);
		let gpus = within("gpus", read("gpus", gpus)?, 1..=MAX_GPUS)?;
		let time = time_of_kind("time", read("time", time)?, kind)?;
		let at = at_block(&self.client, at)?;
		let quote = self
			.client
			.runtime_api()
			.quote(at, pool, gpus, time)
			.map_err(no_state)?;
		let quote = quote.map_err(|error| match is(error, pallet_market::Error::UnknownPool) {
			true => unknown("pool", pool),
			false => refused("this cannot be rented", &error),
		})?;
		Ok(quote.into())
	}

	fn top_up_quote(
		&self,
		slot: Option<Arg<SlotId>>,
		minutes: Option<Arg<Minute>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<String> {
		let slot = read("slot", slot)?;
		let minutes = within("minutes", read("minutes", minutes)?, 1..=Minute::MAX)?;
		let at = at_block(&self.client, at)?;
		let quote = self
			.client
			.runtime_api()
			.quote_top_up(at, slot, minutes)
			.map_err(no_state)?;
		let credits = quote.map_err(|error| match is(error, pallet_market::Error::UnknownSlot) {
			true => unknown("slot", slot),
			false => refused("this cannot be topped up", &error),
		})?;
		Ok(credits.to_string())
	}

	fn availability(
		&self,
		pool: Option<Arg<PoolId>>,
		from: Option<Arg<Minute>>,
		to: Option<Arg<Minute>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Vec<Availability>> {
		let (pool, from) = (read("pool", pool)?, read("from", from)?);
		let to = within("to", read("to", to)?, from..=Minute::MAX)?;
		let at = at_block(&self.client, at)?;
		let stretches = self.client.runtime_api().availability(at, pool, from, to);
		let stretches = stretches.map_err(no_state)?.ok_or_else(|| unknown("pool", pool))?;
		Ok(stretches.into_iter().map(Availability::from).collect())
	}

	fn slot(&self, slot: Option<Arg<SlotId>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<AnySlot> {
		let slot = read("slot", slot)?;
		let at = at_block(&self.client, at)?;
		if let Some(entry) = self.client.runtime_api().slot(at, slot).map_err(no_state)? {
			return Ok(AnySlot::Present(Box::new(Slot::from(&entry))));
		}
		let ended = self.client.runtime_api().ended_slot(at, slot).map_err(no_state)?;
		let ended = EndedSlot::from(&ended.ok_or_else(|| unknown("slot", slot))?);
		Ok(AnySlot::Ended(Box::new(ended)))
	}

	fn ended_slots(
		&self,
		account: Option<Arg<AccountId>>,
		from: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<EndedSlot>> {
		let account = read("account", account)?;
		let from = cursor(from)?;
		let at = at_block(&self.client, at)?;
		let page = self
			.client
			.runtime_api()
			.ended_slots(at, account, from)
			.map_err(no_state)?;
		Ok(Page::of(&page, EndedSlot::from))
	}

	fn slots(
		&self,
		account: Option<Arg<AccountId>>,
		from: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<Slot>> {
		let account = read("account", account)?;
		let from = cursor(from)?;
		let at = at_block(&self.client, at)?;
		let page = self.client.runtime_api().slots(at, account, from).map_err(no_state)?;
		Ok(Page::of(&page, Slot::from))
	}

	fn hosted_slots(
		&self,
		operator: Option<Arg<OperatorId>>,
		from: Option<Arg<Option<String>>>,
		at: Option<Arg<Option<Hash>>>,
	) -> RpcResult<Page<HostedSlot>> {
		let operator = read("operator", operator)?;
		let from = cursor(from)?;
		let at = at_block(&self.client, at)?;
		let summary = self.client.runtime_api().summary(at, operator).map_err(no_state)?;
		summary.ok_or_else(|| unknown("operator", operator))?;
		let page = self.client.runtime_api().hosted_slots(at, operator, from);
		Ok(Page::of(&page.map_err(no_state)?, HostedSlot::from))
	}

	fn for_sale(&self, from: Option<Arg<Option<String>>>, at: Option<Arg<Option<Hash>>>) -> RpcResult<Page<Slot>> {
		let from = cursor(from)?;
		let at = at_block(&self.client, at)?;
		let page = self.client.runtime_api().for_sale(at, from).map_err(no_state)?;
		Ok(Page::of(&page, Slot::from))
	}
}

fn time_of_kind(name: &str, time: Time, kind: Kind) -> Result<RentalTime, ErrorObjectOwned> {
	time.of_kind(kind).map_err(|why| wrong(name, why, json!({})))
}

/// Whether a quote failed with this error of the market.
fn is(error: DispatchError, market: pallet_market::Error<Runtime>) -> bool {
	error == market.into()
}
