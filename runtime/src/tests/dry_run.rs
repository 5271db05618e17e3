use super::chain::{free, transfer, Chain};
use crate::{configs::ProxyType, constants::currency::*, dry_run::dry_run, *};
use frame_support::storage::with_transaction_unchecked;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, One};
use sp_runtime::{
	generic::Preamble,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	ApplyExtrinsicResult, DispatchError, TransactionOutcome,
};

/// Tries a transaction as a node does: nothing of it stays.
fn tried(chain: &mut Chain, mut transaction: UncheckedExtrinsic) -> ApplyExtrinsicResult {
	if let Preamble::Signed(_, signature, _) = &mut transaction.preamble {
		*signature = Signature::Sr25519(Default::default());
	}
	chain.execute(|| {
		let block = System::block_hash(System::block_number());
		with_transaction_unchecked(|| TransactionOutcome::Rollback(dry_run(transaction, block)))
	})
}

#[test]
fn a_dry_run_should_say_what_the_next_block_does() {
	let mut chain = Chain::development();
	chain.blocks(1);
	for amount in [BCT, u128::MAX / 2] {
		let before = chain.execute(|| free(Charlie));
		let transaction = chain.sign(Bob, transfer(Charlie, amount));
		let said = tried(&mut chain, transaction.clone());
		assert_eq!(chain.execute(|| free(Charlie)), before, "nothing stays");
		assert_eq!(said.map(|result| result.is_ok()), Ok(amount == BCT));
		assert_eq!(chain.block(vec![transaction]), [said]);
	}
}

#[test]
fn a_dry_run_should_refuse_what_the_pool_would() {
	let mut chain = Chain::development();
	chain.blocks(1);
	let refused = |error: InvalidTransaction| Err(TransactionValidityError::Invalid(error));
	let poor = chain.sign(One, transfer(Bob, 0));
	assert_eq!(tried(&mut chain, poor), refused(InvalidTransaction::Payment));
	let stale = chain.sign(Bob, transfer(Charlie, BCT));
	chain.block(vec![stale.clone()])[0]
		.expect("valid")
		.expect("bob has enough");
	assert_eq!(tried(&mut chain, stale), refused(InvalidTransaction::Stale));
	let unsigned = UncheckedExtrinsic::new_bare(transfer(Charlie, BCT));
	assert_eq!(tried(&mut chain, unsigned), refused(InvalidTransaction::BadSigner));
}

#[test]
fn a_dry_run_should_fail_where_a_proxy_does() {
	let mut chain = Chain::development();
	let add = pallet_proxy::Call::add_proxy {
		delegate: Charlie.to_account_id().into(),
		proxy_type: ProxyType::Staking,
		delay: 0,
	};
	chain.submit(Bob, add).expect("bob can pay the deposit");
	let as_proxy = |call: RuntimeCall| pallet_proxy::Call::proxy {
		real: Bob.to_account_id().into(),
		force_proxy_type: None,
		call: Box::new(call),
	};
	let filtered = DispatchError::from(frame_system::Error::<Runtime>::CallFiltered);
	let transaction = chain.sign(Charlie, as_proxy(transfer(Alice, BCT)));
	assert_eq!(tried(&mut chain, transaction), Ok(Err(filtered)));
}
