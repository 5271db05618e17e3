//! `millpond pool`: opening pools, their terms, prices and hosts.

mod arguments;
mod hosts;
mod prices;
mod show;

use super::gpu;
use crate::client::{
	command_group,
	output::{facts, format_minute},
	tell, Error, Node, NodeArgs, Report, TransactionArgs,
};
use arguments::{parse_shares, ModeName, PriceArgs, TermsArgs};
use clap::{Args, Parser};
use codec::Encode;
use hosts::{AcceptCommand, InviteCommand, RemoveHostCommand};
use millpond_math::streams::Shares;
use millpond_primitives::{GpuModelId, OperatorId, PoolId};
use millpond_runtime::RuntimeEvent;
use pallet_pools::{Call, Event, Floors, PoolDetails, Prices, Terms};
use show::{described_terms, rows_of, ListCommand, ShowCommand};

command_group! {
	/// Pools: opening them, their terms, prices and hosts.
	PoolCommand {
		Create(CreateCommand),
		Show(ShowCommand),
		List(ListCommand),
		Price(PriceCommand),
		Terms(TermsCommand),
		Invite(InviteCommand),
		Accept(AcceptCommand),
		RemoveHost(RemoveHostCommand),
		Close(CloseCommand),
	}
}

/// A pool of the chain.
async fn pool(node: &Node, pool: PoolId) -> Result<PoolDetails, Error> {
	let details: Option<PoolDetails> = node.call("PoolsApi_pool", &pool.encode(), None).await?;
	details
		.ok_or_else(|| Error::input(format!("there is no pool {pool}")).advise("`millpond pool list` shows them all."))
}

/// The terms of a pool that somebody agrees to.
#[derive(Args, Clone, Debug)]
pub struct Agreed {
	/// The number of the pool's terms that you agree to. Without it, they are shown and nothing is done.
	#[arg(long, value_name = "NUMBER")]
	terms: Option<u32>,
}

impl Agreed {
	/// The number of the terms that are agreed to.
	///
	/// # Errors
	/// None were named: says which terms there are.
	pub async fn version(&self, node: &Node, number: PoolId) -> Result<u32, Error> {
		if let Some(version) = self.terms {
			return Ok(version);
		}
		let details = pool(node, number).await?;
		let version = details.record.version;
		Err(
			Error::input(format!("it is not said which terms of pool {number} are agreed to"))
				.advise(format!(
					"These are its terms:\n\n{}\n\nIf you agree to them, add --terms {version}.",
					facts(&described_terms(&details))
				))
				.detail("terms", version),
		)
	}
}

/// Open a pool.
///
/// Signed by who holds the operator, its manager, whose bond answers for it. Prices are DC a GPU-minute, 4000, or dollars
/// an hour, 2.4/h.
#[derive(Debug, Parser)]
pub struct CreateCommand {
	/// The operator that manages it.
	#[arg(long, value_name = "OPERATOR")]
	operator: OperatorId,

	/// The model of all its GPUs, by its number in the catalogue.
	#[arg(long, value_name = "MODEL")]
	model: GpuModelId,

	/// Whose GPUs it takes.
	#[arg(long, value_enum)]
	mode: ModeName,

	/// How rewards are split, in percent: manager / host / pool (all GPUs online) / used (the GPUs rented), such as
	/// 5/15/60/20.
	#[arg(long, value_name = "SHARES", value_parser = parse_shares)]
	shares: Shares,

	#[clap(flatten)]
	terms: TermsArgs,

	#[clap(flatten)]
	prices: PriceArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl CreateCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let least = Terms {
			shares: self.shares,
			floors: Floors {
				spot: 1,
				on_demand: 1,
				reserved: 1,
			},
			grace: 0,
			minimum_uptime: 0,
		};
		let none = Prices {
			spot: None,
			on_demand: None,
			reserved: Default::default(),
		};
		let terms = self.terms.change(least, None);
		let prices = self.prices.change(none.clone())?;
		let reference = gpu::reference_price(node, self.model).await?;
		tell!("{}", facts(&rows_of(&terms, self.mode.into())));
		prices::review(&prices, &none, &terms.floors, reference, self.prices.unusual_prices)?;
		let (manager, model) = (self.operator, self.model);
		let call = Call::create {
			operator: manager,
			model,
			mode: self.mode.into(),
			terms,
			prices,
		};
		let receipt = self.transaction.submit(node, call).await?;
		let pool = receipt.find(|event| match event {
			RuntimeEvent::Pools(Event::Created {
				pool,
				manager: its,
				model: of,
			}) if (*its, *of) == (manager, model) => Some(*pool),
			_ => None,
		});
		Ok(match pool {
			Some(pool) => receipt
				.report(&format!("it is pool {pool}, managed by operator {manager}"))
				.detail("pool", pool),
			None => receipt.report(&format!("a pool is opened, managed by operator {manager}")),
		})
	}
}

/// Set the prices of a pool, for rentals from now on. What is not given stays as it is.
///
/// Signed by the manager. No price may be below the floor that the terms set. Prices are shown in dollars an hour beside the
/// model's reference price before anything is signed.
#[derive(Debug, Parser)]
pub struct PriceCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	prices: PriceArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl PriceCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let details = pool(node, self.pool).await?;
		let old = details.record.prices;
		let prices = self.prices.change(old.clone())?;
		let reference = gpu::reference_price(node, details.record.model).await?;
		prices::review(
			&prices,
			&old,
			&details.terms.floors,
			reference,
			self.prices.unusual_prices,
		)?;
		let call = Call::set_prices {
			pool: self.pool,
			prices,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("pool {} has other prices", self.pool)))
	}
}

/// Announce other terms of a pool. What is not given stays as it is.
///
/// Signed by the manager. They take effect after the notice, when what is sold now has ended; owners may leave before.
#[derive(Debug, Parser)]
pub struct TermsCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// How rewards are split, in percent: manager / host / pool (all GPUs online) / used (the GPUs rented), such as
	/// 5/15/60/20.
	#[arg(long, value_name = "SHARES", value_parser = parse_shares)]
	shares: Option<Shares>,

	#[clap(flatten)]
	terms: TermsArgs,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl TermsCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let details = pool(node, self.pool).await?;
		let terms = self.terms.change(details.terms, self.shares);
		tell!("{}", facts(&rows_of(&terms, details.record.mode)));
		let call = Call::announce_terms { pool: self.pool, terms };
		let receipt = self.transaction.submit(node, call).await?;
		let from = receipt.find(|event| match event {
			RuntimeEvent::Pools(Event::TermsAnnounced { pool, not_before, .. }) if *pool == self.pool => {
				Some(*not_before)
			}
			_ => None,
		});
		let from = from
			.map(|from| format!(", not before {}", format_minute(from)))
			.unwrap_or_default();
		Ok(receipt.report(&format!("pool {} is to have other terms{from}", self.pool)))
	}
}

/// Close a pool without GPUs. It ends, and its bond comes free, when all that it earned is paid.
#[derive(Debug, Parser)]
pub struct CloseCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl CloseCommand {
	async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let pool = self.pool;
		let receipt = self.transaction.submit(node, Call::close { pool }).await?;
		Ok(receipt.report(&format!("pool {pool} closes")))
	}
}
