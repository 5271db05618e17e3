//! Who hosts in a pool.

use super::Agreed;
use crate::client::{output::format_minute, Error, Node, NodeArgs, Report, TransactionArgs};
use clap::Parser;
use millpond_primitives::{OperatorId, PoolId};
use millpond_runtime::RuntimeEvent;
use pallet_pools::{Call, Event};

/// Let an operator host in a distributed pool, or change how many GPUs it may have there.
///
/// Signed by the manager. The operator has to accept.
#[derive(Debug, Parser)]
pub struct InviteCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// The operator.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	/// How many GPUs it may have in the pool. 0 takes an invitation back.
	#[arg(long, value_name = "COUNT")]
	gpus: u32,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl InviteCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (pool, operator, cap) = (self.pool, self.operator, self.gpus);
		let receipt = self
			.transaction
			.submit(node, Call::invite { pool, operator, cap })
			.await?;
		Ok(receipt.report(&format!("operator {operator} may have {cap} GPUs in pool {pool}")))
	}
}

/// Accept an invitation to host in a pool.
///
/// Signed by who holds the operator. From then on the holders of the GPUs that it hosts may join the pool with them.
#[derive(Debug, Parser)]
pub struct AcceptCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// The operator.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	agreed: Agreed,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl AcceptCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (pool, operator) = (self.pool, self.operator);
		let version = self.agreed.version(node, pool).await?;
		let call = Call::accept {
			operator,
			pool,
			version,
		};
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!(
			"operator {operator} hosts in pool {pool}, under terms {version}"
		)))
	}
}

/// Have a host leave a pool with all its GPUs.
///
/// Signed by the manager or the host; in a distributed pool by anybody if the host's uptime was below the minimum. Its GPUs
/// leave after the notice, each when nobody rents it.
#[derive(Debug, Parser)]
pub struct RemoveHostCommand {
	/// The pool.
	#[arg(value_name = "POOL")]
	pool: PoolId,

	/// The host.
	#[arg(value_name = "OPERATOR")]
	operator: OperatorId,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	pub(super) node: NodeArgs,
}

impl RemoveHostCommand {
	pub(super) async fn answer(&self, node: &Node) -> Result<Report, Error> {
		let (pool, operator) = (self.pool, self.operator);
		let receipt = self
			.transaction
			.submit(node, Call::remove_host { pool, operator })
			.await?;
		let at = receipt.find(|event| match event {
			RuntimeEvent::Pools(Event::HostRemovalAnnounced {
				pool: its,
				operator: whose,
				at,
			}) if (*its, *whose) == (pool, operator) => Some(*at),
			_ => None,
		});
		let from = at.map(|at| format!(" from {}", format_minute(at))).unwrap_or_default();
		Ok(receipt.report(&format!("operator {operator} leaves pool {pool}{from}")))
	}
}
