//! `millpond account`: what an account holds, sending BCT, and who may act for it.

use crate::client::{
	self,
	address::{format_account, parse_account},
	amount::{format_bct, parse_bct},
	command_group,
	funds::transferable,
	output::facts,
	tell, Node, NodeArgs, Report, TransactionArgs,
};
use clap::{Args, Parser, ValueEnum};
use millpond_runtime::{configs::ProxyType, AccountId, Address, Balance, BlockNumber, Nonce, Runtime};
use pallet_balances::AccountData;
use serde_json::json;

command_group! {
	/// What an account holds, sending BCT, and who may act for it.
	AccountCommand {
		Balance(BalanceCommand),
		Transfer(TransferCommand),
		AddProxy(AddProxyCommand),
		RemoveProxy(RemoveProxyCommand),
	}
}

/// Show what an account holds.
#[derive(Debug, Parser)]
pub struct BalanceCommand {
	/// The account.
	#[arg(value_name = "ADDRESS", value_parser = parse_account)]
	account: AccountId,

	#[clap(flatten)]
	node: NodeArgs,
}

impl BalanceCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let key = frame_system::Account::<Runtime>::hashed_key_for(&self.account);
		let account: Option<frame_system::AccountInfo<Nonce, AccountData<Balance>>> = node.storage(key, None).await?;
		let account = account.unwrap_or_default();
		let data = &account.data;
		let address = format_account(&self.account);
		Ok(Report::new(
			json!({
				"account": address,
				"transferable": transferable(data).to_string(),
				"free": data.free.to_string(),
				"reserved": data.reserved.to_string(),
				"frozen": data.frozen.to_string(),
				"nonce": account.nonce,
			}),
			facts(&[
				("account", address),
				("transferable", format_bct(transferable(data))),
				("free", format_bct(data.free)),
				("reserved", format_bct(data.reserved)),
				("frozen", format_bct(data.frozen)),
				("transactions", account.nonce.to_string()),
			]),
		))
	}
}

/// Send BCT.
///
/// The existential deposit, 0.01 BCT, stays in the account.
#[derive(Debug, Parser)]
pub struct TransferCommand {
	/// The account to send to.
	#[arg(value_name = "TO", value_parser = parse_account)]
	to: AccountId,

	/// How much BCT, such as 12 or 0.5.
	#[arg(value_name = "AMOUNT", value_parser = parse_bct)]
	amount: Balance,

	#[clap(flatten)]
	transaction: TransactionArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl TransferCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let call = pallet_balances::Call::transfer_keep_alive {
			dest: self.to.clone().into(),
			value: self.amount,
		};
		let (amount, to) = (format_bct(self.amount), format_account(&self.to));
		tell!("{amount} are to go to {to}.");
		let receipt = self.transaction.submit(node, call).await?;
		Ok(receipt.report(&format!("{amount} to {to}")))
	}
}

/// What a proxy may do.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Kind {
	/// Everything.
	Any,
	/// Everything that moves no BCT, credits or NFTs to somebody else.
	NonTransfer,
	/// Refuse what another proxy has announced.
	CancelProxy,
	/// Stake, nominate, and register session keys.
	Staking,
	/// Trade in NFTs.
	Nfts,
	/// An operator's daily work: GPUs, pools, grants and attestation, but not its bond.
	Operator,
	/// Rent and reserve GPUs.
	Customer,
}

impl From<Kind> for ProxyType {
	fn from(kind: Kind) -> Self {
		match kind {
			Kind::Any => Self::Any,
			Kind::NonTransfer => Self::NonTransfer,
			Kind::CancelProxy => Self::CancelProxy,
			Kind::Staking => Self::Staking,
			Kind::Nfts => Self::Nfts,
			Kind::Operator => Self::Operator,
			Kind::Customer => Self::Customer,
		}
	}
}

/// Who may act for the account that signs, and what he may do.
#[derive(Args, Clone, Debug)]
struct ProxyArgs {
	/// The account that acts.
	#[arg(value_name = "PROXY", value_parser = parse_account)]
	delegate: AccountId,

	/// What it may do.
	#[arg(long = "type", value_enum, value_name = "TYPE", ignore_case = true)]
	kind: Kind,

	#[clap(flatten)]
	transaction: TransactionArgs,
}

impl ProxyArgs {
	/// Submits the call that `make` makes of proxy, type and delay, and reports that the proxy `does` for the account.
	async fn submit(
		&self,
		node: &Node,
		make: impl FnOnce(Address, ProxyType, BlockNumber) -> pallet_proxy::Call<Runtime>,
		does: &str,
	) -> Result<Report, client::Error> {
		let signer = self.transaction.signer.signer()?;
		let call = make(self.delegate.clone().into(), self.kind.into(), 0);
		let receipt = self.transaction.submit_as(node, &signer, call).await?;
		let (proxy, account) = (format_account(&self.delegate), format_account(signer.account()));
		let kind = self.kind;
		Ok(receipt.report(&format!("{proxy} {does} for {account} as a proxy of type {kind:?}")))
	}
}

/// Let another account act for the one that signs, as far as a type allows: its proxy.
///
/// A proxy names that account with --proxied and signs with its own key, and pays the fees. A deposit for the storage is
/// paid; it comes back when the proxy is removed.
#[derive(Debug, Parser)]
pub struct AddProxyCommand {
	#[clap(flatten)]
	proxy: ProxyArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl AddProxyCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let add = |delegate, proxy_type, delay| pallet_proxy::Call::add_proxy {
			delegate,
			proxy_type,
			delay,
		};
		self.proxy.submit(node, add, "acts").await
	}
}

/// End what `millpond account add-proxy` allowed. The deposit comes back.
#[derive(Debug, Parser)]
pub struct RemoveProxyCommand {
	#[clap(flatten)]
	proxy: ProxyArgs,

	#[clap(flatten)]
	node: NodeArgs,
}

impl RemoveProxyCommand {
	async fn answer(&self, node: &Node) -> Result<Report, client::Error> {
		let remove = |delegate, proxy_type, delay| pallet_proxy::Call::remove_proxy {
			delegate,
			proxy_type,
			delay,
		};
		self.proxy.submit(node, remove, "acts no more").await
	}
}
