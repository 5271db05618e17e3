use super::chain::Chain;
use crate::*;
use sp_genesis_builder::LOCAL_TESTNET_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

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
