use super::chain::{transfer, Chain};
use crate::{constants::currency::BCT, *};
use frame_system::Phase;
use sp_keyring::Sr25519Keyring::{Bob, Charlie};

/// Extrinsics of a block without transactions: the timestamp.
const INHERENTS: u32 = 1;

/// Blocks of the development chain's epoch.
const EPOCH: u32 = 5 * 20;

#[test]
fn what_the_clock_does_should_not_be_told_as_a_transactions_doing() {
	let mut chain = Chain::development();
	let mut closed = 0;
	for _ in 0..EPOCH + 20 {
		let transaction = chain.sign(Bob, transfer(Charlie, BCT));
		chain.block(vec![transaction]);
		let events = chain.execute(System::events);
		let phases_of = |is_of: fn(&RuntimeEvent) -> bool| {
			let events = events.iter().filter(move |record| is_of(&record.event));
			events.map(|record| record.phase.clone()).collect::<Vec<_>>()
		};
		for phase in phases_of(|event| matches!(event, RuntimeEvent::Emissions(_))) {
			assert_eq!(phase, Phase::Initialization);
			closed += 1;
		}
		// The timestamp is the first extrinsic, the transfer the second; the events of each stand with it.
		for phase in phases_of(|event| matches!(event, RuntimeEvent::Balances(pallet_balances::Event::Transfer { .. })))
		{
			assert_eq!(phase, Phase::ApplyExtrinsic(1));
		}
	}
	assert!(closed > 0, "an epoch has closed");
}

#[test]
fn the_events_of_a_block_without_transactions_should_belong_to_no_transaction() {
	let mut chain = Chain::development();
	for _ in 0..EPOCH + 20 {
		chain.block(vec![]);
		for record in chain.execute(System::events) {
			let belongs = match record.phase {
				Phase::ApplyExtrinsic(index) => index < INHERENTS,
				Phase::Initialization | Phase::Finalization => true,
			};
			assert!(belongs, "{record:?}");
		}
	}
}
