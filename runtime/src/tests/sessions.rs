use super::chain::Chain;
use crate::*;
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};
use sp_runtime::transaction_validity::InvalidTransaction;

/// Slots of a session of the local chain, and sessions of its era.
const SESSION: u32 = 40;
const SESSIONS_PER_ERA: u32 = 3;

fn validators(chain: &mut Chain) -> Vec<AccountId> {
	let mut validators = chain.execute(Session::validators);
	validators.sort();
	validators
}

fn accounts(of: &[sp_keyring::Sr25519Keyring]) -> Vec<AccountId> {
	let mut accounts: Vec<AccountId> = of.iter().map(|who| who.to_account_id()).collect();
	accounts.sort();
	accounts
}

#[test]
fn sessions_and_eras_should_pass_and_reelect_the_validators() {
	let mut chain = Chain::new(LOCAL_TESTNET_RUNTIME_PRESET);
	chain.blocks(SESSION * SESSIONS_PER_ERA * 2 + 1);
	assert!(chain.execute(Session::current_index) >= 6);
	assert!(chain.execute(|| pallet_staking::ActiveEra::<Runtime>::get().expect("active").index) >= 1);
	assert_eq!(validators(&mut chain), accounts(&[Alice, Bob, Charlie]));
}

#[test]
fn a_validator_that_chills_should_leave_at_the_next_era() {
	let mut chain = Chain::new(LOCAL_TESTNET_RUNTIME_PRESET);
	chain
		.submit(Charlie, pallet_staking::Call::chill {})
		.expect("charlie validates");
	chain.blocks(SESSION * SESSIONS_PER_ERA * 3);
	assert_eq!(validators(&mut chain), accounts(&[Alice, Bob]));
	assert_eq!(chain.execute(|| Grandpa::grandpa_authorities().len()), 2);
	assert_eq!(chain.execute(|| Babe::authorities().len()), 2);
}

#[test]
fn a_pause_of_many_sessions_should_not_stop_the_chain() {
	let mut chain = Chain::development();
	chain.blocks(3);
	// As a fast clock makes it: a block, then ten of the development chain's sessions later the next.
	for _ in 0..5 {
		chain.block_after(2_000, Vec::new());
	}
	chain.blocks(3);
	assert_eq!(validators(&mut chain), accounts(&[Alice]));
}

#[test]
fn session_keys_should_be_refused_without_a_proof_of_their_ownership() {
	let mut chain = Chain::development();
	let keys = SessionKeys {
		grandpa: sp_keyring::Ed25519Keyring::Dave.public().into(),
		babe: sp_keyring::Sr25519Keyring::Dave.public().into(),
		authority_discovery: sp_keyring::Sr25519Keyring::Dave.public().into(),
	};
	let refused = chain.submit(Bob, pallet_session::Call::set_keys { keys, proof: vec![] });
	assert_eq!(refused, Err(pallet_session::Error::<Runtime>::InvalidProof.into()));
}

#[test]
fn a_transaction_should_wait_for_the_next_block_when_one_ends_a_session() {
	let mut chain = Chain::new(LOCAL_TESTNET_RUNTIME_PRESET);
	chain.blocks(1);
	let session = |chain: &mut Chain| chain.execute(Session::current_index);
	let (before, mut waited) = (session(&mut chain), 0);
	while session(&mut chain) < before + 2 {
		let remark = frame_system::Call::remark { remark: vec![] };
		let extrinsic = chain.sign(Bob, remark);
		let now = session(&mut chain);
		let result = chain.block(vec![extrinsic.clone()])[0];
		// pallet-session claims all of such a block, whatever the transaction weighs; it stays valid.
		let full = Err(InvalidTransaction::ExhaustsResources.into());
		assert_eq!(result == full, session(&mut chain) > now, "{result:?}");
		if result == full {
			waited += 1;
			assert_eq!(chain.block(vec![extrinsic]), [Ok(Ok(()))]);
		}
	}
	assert_eq!(waited, 2);
}
