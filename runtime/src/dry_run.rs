//! What a transaction would come to.

use crate::*;
use codec::Encode;
use frame_support::dispatch::GetDispatchInfo;
use sp_runtime::{
	generic::{ExtensionVersion, Preamble},
	traits::{DispatchTransaction, StaticLookup, TransactionExtension},
	transaction_validity::InvalidTransaction,
	ApplyExtrinsicResult,
};

/// The only version of the extension that there is.
const EXTENSION_VERSION: ExtensionVersion = 0;

/// Applies a signed transaction to the state of `block` as the first of the next one, whatever its signature.
///
/// What a proxy fails at, within a transaction that succeeds, counts as the transaction's own failure.
pub fn dry_run(transaction: UncheckedExtrinsic, block: Hash) -> ApplyExtrinsicResult {
	let length = transaction.encoded_size();
	let Preamble::Signed(address, _, extension) = transaction.preamble else {
		return Err(InvalidTransaction::BadSigner.into());
	};
	let signer = <Runtime as frame_system::Config>::Lookup::lookup(address)?;
	let call = transaction.function;
	let mut info = call.get_dispatch_info();
	info.extension_weight = extension.weight(&call);
	System::reset_events();
	System::initialize(&System::block_number().saturating_add(1), &block, &Default::default());
	let applied = extension.dispatch_transaction(Some(signer).into(), call, &info, length, EXTENSION_VERSION)?;
	let by_proxy = System::read_events_no_consensus().find_map(|record| match record.event {
		RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => result.err(),
		_ => None,
	});
	Ok(match by_proxy {
		Some(error) => Err(error),
		None => applied.map(drop).map_err(|failed| failed.error),
	})
}
