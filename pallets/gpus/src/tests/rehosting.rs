use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};
use millpond_primitives::BCT;
use millpond_traits::{
	mocks::{MockClock, MockOnGpuStatus, MockOperators, MockProofs},
	GpuStatus,
};
use sp_runtime::{DispatchResult, TokenError};

fn propose(who: AccountId, gpu: u64, operator: u64, number: u8) -> DispatchResult {
	Gpus::propose_rehost(RuntimeOrigin::signed(who), gpu, operator, agreement(number))
}

fn accept(who: AccountId, gpu: u64, operator: u64, number: u8) -> DispatchResult {
	Gpus::accept_rehost(RuntimeOrigin::signed(who), gpu, operator, [number; 32])
}

fn withdraw(who: AccountId, gpu: u64, operator: u64) -> DispatchResult {
	Gpus::withdraw_proposal(RuntimeOrigin::signed(who), gpu, operator)
}

#[test]
fn gpu_should_move_when_the_holder_proposes_and_the_new_host_accepts() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		put_online(gpu);
		// What the new host answers with is what the model asks for now.
		assert_ok!(Gpus::change_model(RuntimeOrigin::root(), REAL, model(4, 8, 300 * USD)));
		assert_ok!(propose(OWNER, gpu, RIVAL, 2));
		assert_eq!(
			last_event(),
			Event::RehostProposed {
				gpu,
				operator: RIVAL,
				by: OWNER,
				party: Party::Holder,
				expires: START + PROPOSAL_LIFETIME
			}
		);
		assert!(held(OWNER) > 0);
		assert_noop!(accept(OWNER, gpu, RIVAL, 2), Error::<Test>::NotAddressed);
		assert_noop!(accept(MILLER, gpu, RIVAL, 2), Error::<Test>::NotAddressed);
		assert_noop!(accept(FISHER, gpu, RIVAL, 3), Error::<Test>::ProposalChanged);
		assert_noop!(accept(FISHER, gpu, POND, 2), Error::<Test>::UnknownProposal);
		MockClock::advance(10);
		assert_ok!(accept(FISHER, gpu, RIVAL, 2));
		assert_eq!(
			events()[events().len() - 2..],
			[
				Event::Rehosted {
					gpu,
					from: MILL,
					to: RIVAL
				},
				Event::StatusChanged {
					gpu,
					status: GpuStatus::Registered,
					since: START + 10
				}
			]
		);
		assert_eq!(held(OWNER), 0);
		assert_eq!((record(gpu).operator, record(gpu).bond), (RIVAL, 300 * USD));
		assert_eq!((MockOperators::duties(MILL).0, MockOperators::duties(RIVAL).0), (0, 1));
		assert_eq!(MockOnGpuStatus::moves(), [(gpu, None), (gpu, Some(START + 10))]);
		assert_eq!(attribute(gpu, "operator").as_deref(), Some("13"));
		assert_eq!(attribute(gpu, "status").as_deref(), Some("registered"));
		let papers = Gpus::gpu_summary(gpu).expect("it is there").papers;
		assert_eq!((papers.hosting, papers.ownership.hash), (agreement(2), [2; 32]));
		// It was in service before; the new host has to prove that it is.
		assert_eq!(record(gpu).in_service, Some(START));
		assert_noop!(set_status(gpu, GpuStatus::Online), Error::<Test>::InvalidMove);
		assert_noop!(accept(FISHER, gpu, RIVAL, 2), Error::<Test>::UnknownProposal);
	});
}

#[test]
fn gpu_should_move_when_the_new_host_proposes_and_the_holder_accepts() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(propose(FISHER, gpu, RIVAL, 2));
		assert!(held(FISHER) > 0);
		assert_noop!(accept(FISHER, gpu, RIVAL, 2), Error::<Test>::NotAddressed);
		// To whoever holds it by then.
		assert_ok!(Deeds::sell(gpu, &BUYER));
		assert_noop!(accept(OWNER, gpu, RIVAL, 2), Error::<Test>::NotAddressed);
		assert_ok!(accept(BUYER, gpu, RIVAL, 2));
		assert_eq!(held(FISHER), 0);
	});
}

#[test]
fn one_who_holds_both_should_propose_and_accept() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(Deeds::sell(gpu, &MILLER));
		assert_ok!(propose(MILLER, gpu, POND, 2));
		assert_ok!(accept(MILLER, gpu, POND, 2));
	});
}

#[test]
fn proposal_should_be_refused_when_it_makes_no_sense() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_noop!(propose(OWNER, 9, RIVAL, 2), Error::<Test>::UnknownGpu);
		assert_noop!(propose(OWNER, gpu, 99, 2), Error::<Test>::UnknownOperator);
		assert_noop!(propose(OWNER, gpu, MILL, 2), Error::<Test>::AlreadyHosted);
		// The old host has no say, and neither has anybody else.
		assert_noop!(propose(MILLER, gpu, RIVAL, 2), Error::<Test>::NotParty);
		assert_noop!(propose(BUYER, gpu, RIVAL, 2), Error::<Test>::NotParty);
		let broken = Document {
			uri: vec![0xff].try_into().expect("short"),
			hash: [2; 32],
		};
		assert_noop!(
			Gpus::propose_rehost(RuntimeOrigin::signed(OWNER), gpu, RIVAL, broken),
			Error::<Test>::NotText
		);
		assert_ok!(Deeds::sell(gpu, &99u64));
		assert_noop!(propose(99, gpu, RIVAL, 2), TokenError::FundsUnavailable);
	});
}

#[test]
fn proposal_should_be_void_when_the_nft_it_speaks_for_was_sold() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(propose(OWNER, gpu, RIVAL, 2));
		assert_ok!(propose(MILLER, gpu, POND, 3));
		assert_noop!(withdraw(BUYER, gpu, RIVAL), Error::<Test>::ProposalStands);
		assert_ok!(Deeds::sell(gpu, &BUYER));
		assert_noop!(accept(FISHER, gpu, RIVAL, 2), Error::<Test>::ProposalVoid);
		MockOperators::set_holder(POND, &FISHER);
		assert_noop!(accept(BUYER, gpu, POND, 3), Error::<Test>::ProposalVoid);
		// Anyone clears them away, and the deposits go back to who paid them.
		assert_ok!(withdraw(BUYER, gpu, RIVAL));
		assert_ok!(withdraw(BUYER, gpu, POND));
		assert_eq!(last_event(), Event::ProposalWithdrawn { gpu, operator: POND });
		assert_eq!((held(OWNER), held(MILLER)), (0, 0));
		assert_noop!(withdraw(BUYER, gpu, POND), Error::<Test>::UnknownProposal);
	});
}

#[test]
fn proposal_should_be_void_when_it_has_expired_or_the_gpu_is_gone() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(propose(OWNER, gpu, RIVAL, 2));
		MockClock::advance(PROPOSAL_LIFETIME - 1);
		assert_noop!(withdraw(FISHER, gpu, RIVAL), Error::<Test>::ProposalStands);
		MockClock::advance(1);
		assert_noop!(accept(FISHER, gpu, RIVAL, 2), Error::<Test>::ProposalVoid);
		assert_ok!(propose(FISHER, gpu, RIVAL, 3));
		assert_eq!(held(OWNER), 0);
		assert_ok!(Gpus::retire(RuntimeOrigin::signed(OWNER), gpu));
		assert_noop!(accept(OWNER, gpu, RIVAL, 3), Error::<Test>::UnknownGpu);
		assert_ok!(withdraw(OWNER, gpu, RIVAL));
	});
}

#[test]
fn proposal_should_be_replaced_by_a_later_one_and_withdrawn_by_its_maker() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(propose(OWNER, gpu, RIVAL, 2));
		// Another offer to the same host takes its place, and one to another stands beside it.
		assert_ok!(propose(OWNER, gpu, RIVAL, 3));
		assert_ok!(propose(MILLER, gpu, POND, 4));
		assert_noop!(accept(FISHER, gpu, RIVAL, 2), Error::<Test>::ProposalChanged);
		assert_ok!(propose(FISHER, gpu, RIVAL, 5));
		assert_eq!(held(OWNER), 0);
		assert_noop!(accept(FISHER, gpu, RIVAL, 5), Error::<Test>::NotAddressed);
		assert_noop!(withdraw(OWNER, gpu, RIVAL), Error::<Test>::ProposalStands);
		assert_ok!(withdraw(FISHER, gpu, RIVAL));
		assert_ok!(accept(OWNER, gpu, POND, 4));
	});
}

#[test]
fn gpu_should_stay_when_it_is_in_a_pool_owes_a_proof_or_the_new_host_has_too_little_bond() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(propose(OWNER, gpu, RIVAL, 2));
		MockOnGpuStatus::set_in_pool(gpu, true);
		let accept = || frame_support::storage::with_storage_layer(|| accept(FISHER, gpu, RIVAL, 2));
		assert_noop!(accept(), sp_runtime::DispatchError::Other("the GPU is in a pool"));
		MockOnGpuStatus::set_in_pool(gpu, false);
		MockProofs::set_owed(gpu, true);
		assert_noop!(accept(), sp_runtime::DispatchError::Other("the GPU owes a proof"));
		MockProofs::set_owed(gpu, false);
		MockOperators::add(RIVAL, &FISHER, 100 * BCT - 1);
		assert_noop!(accept(), TokenError::FundsUnavailable);
		MockOperators::add(RIVAL, &FISHER, 100 * BCT);
		assert_ok!(accept());
	});
}

#[test]
fn gpu_should_move_on_and_back_by_proposals_that_were_made_before() {
	TestExt::execute_with(|| {
		let gpu = register(1);
		assert_ok!(propose(OWNER, gpu, RIVAL, 2));
		assert_ok!(propose(OWNER, gpu, POND, 3));
		assert_ok!(accept(FISHER, gpu, RIVAL, 2));
		assert_ok!(propose(MILLER, gpu, MILL, 4));
		assert_ok!(accept(MILLER, gpu, POND, 3));
		assert_ok!(accept(OWNER, gpu, MILL, 4));
		assert_eq!(record(gpu).operator, MILL);
	});
}
