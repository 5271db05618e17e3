use super::chain::{free, Chain};
use crate::{
	constants::currency::BCT,
	governance::{pallet_origins::Origin, GovernanceTracks, Spender},
	*,
};
use frame_support::{
	dispatch::RawOrigin,
	traits::{schedule::DispatchTime, StorePreimage},
};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::{ReferendumInfo, TracksInfo};
use sp_genesis_builder::DEV_RUNTIME_PRESET;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::traits::Hash as _;

/// Blocks in which a referendum of the development chain is decided at the latest, and in which it is enacted, and some more.
const TO_DECIDE: u32 = 300;
const TO_ENACT: u32 = 30;

fn origin(origin: Origin) -> OriginCaller {
	origin.into()
}

/// Asks whether `call` is to be made with `origin`, with the deposit that its track wants. Gives the number of the question.
fn ask(chain: &mut Chain, origin: OriginCaller, call: impl Into<RuntimeCall>) -> u32 {
	let proposal = chain.execute(|| Preimage::bound(call.into()).expect("a call fits"));
	let index = chain.execute(pallet_referenda::ReferendumCount::<Runtime>::get);
	chain
		.submit(
			Ferdie,
			pallet_referenda::Call::submit {
				proposal_origin: Box::new(origin),
				proposal,
				enactment_moment: DispatchTime::After(0),
			},
		)
		.expect("anybody may ask");
	chain
		.submit(Ferdie, pallet_referenda::Call::place_decision_deposit { index })
		.expect("ferdie has the deposit");
	index
}

fn vote(
	chain: &mut Chain,
	who: Sr25519Keyring,
	index: u32,
	aye: bool,
	conviction: Conviction,
	balance: Balance,
) -> sp_runtime::DispatchResult {
	let vote = AccountVote::Standard {
		vote: Vote { aye, conviction },
		balance,
	};
	chain.submit(
		who,
		pallet_conviction_voting::Call::vote {
			poll_index: index,
			vote,
		},
	)
}

/// Whether the question was answered with yes, while it is known.
fn is_approved(chain: &mut Chain, index: u32) -> Option<bool> {
	chain.execute(
		|| match pallet_referenda::ReferendumInfoFor::<Runtime>::get(index).expect("asked") {
			ReferendumInfo::Approved(..) => Some(true),
			ReferendumInfo::Ongoing(_) => None,
			_ => Some(false),
		},
	)
}

/// Most of what can vote says yes.
fn carry(chain: &mut Chain, index: u32) {
	for who in [Alice, Bob, Charlie, Dave, Eve] {
		let voted = vote(chain, who, index, true, Conviction::Locked1x, 30_000_000 * BCT);
		// It may have been decided before.
		assert!(voted.is_ok() || is_approved(chain, index).is_some(), "{voted:?}");
	}
	let mut blocks = 0;
	while is_approved(chain, index).is_none() && blocks < TO_DECIDE {
		chain.blocks(1);
		blocks += 1;
	}
	assert_eq!(is_approved(chain, index), Some(true));
	chain.blocks(TO_ENACT);
}

fn weight_of_h100() -> u32 {
	pallet_gpus::Models::<Runtime>::get(1)
		.expect("listed")
		.model
		.weight
		.get()
}

fn with_weight(chain: &mut Chain, weight: u32) -> pallet_gpus::Call<Runtime> {
	let mut model = chain.execute(|| pallet_gpus::Models::<Runtime>::get(1).expect("listed").model);
	model.weight = weight.try_into().expect("in its range");
	pallet_gpus::Call::change_model { number: 1, model }
}

#[test]
fn tracks_should_be_sorted_and_every_origin_should_have_its_own() {
	Chain::development().execute(|| {
		GovernanceTracks::check_integrity().expect("sorted");
		let origins = [
			RawOrigin::Root.into(),
			origin(Origin::WhitelistedCaller),
			origin(Origin::WishForChange),
			origin(Origin::ParametersAdmin),
			origin(Origin::CatalogueAdmin),
			origin(Origin::FeedersAdmin),
			origin(Origin::ReferendumCanceller),
			origin(Origin::ReferendumKiller),
			origin(Origin::Spender(Spender::Small)),
			origin(Origin::Spender(Spender::Medium)),
			origin(Origin::Spender(Spender::Large)),
		];
		let tracks: Vec<_> = origins.iter().map(GovernanceTracks::track_for).collect();
		let listed: Vec<_> = GovernanceTracks::track_ids().map(Ok).collect();
		assert_eq!(tracks, listed);
		let signed = RawOrigin::Signed(Alice.to_account_id()).into();
		GovernanceTracks::track_for(&signed).expect_err("accounts have no track");
	});
}

#[test]
fn tracks_that_move_money_or_numbers_should_need_support_until_the_end() {
	let mut chain = Chain::development();
	chain.execute(|| {
		for track in GovernanceTracks::tracks() {
			let end = sp_runtime::Perbill::one();
			let moves_something = [10, 11, 12, 30, 31, 32].contains(&track.id);
			// The curves are rounded.
			let (one_percent, half) = [9_999_000, 499_999_000].map(sp_runtime::Perbill::from_parts).into();
			assert!(
				!moves_something || track.info.min_support.threshold(end) >= one_percent,
				"{track:?}"
			);
			assert!(track.info.min_approval.threshold(end) >= half, "{track:?}");
		}
	});
}

#[test]
fn periods_should_be_full_on_chains_that_are_not_in_haste() {
	use frame_support::traits::Get;

	let mut chain = Chain::development();
	let root = |chain: &mut Chain| chain.execute(|| GovernanceTracks::info(0).expect("listed").into_owned());
	assert_eq!(root(&mut chain).decision_period, 28 * 28_800 / 2_880);
	chain.execute(|| {
		pallet_genesis_settings::ChainSettings::<Runtime>::mutate(|settings| settings.governance_haste = 1);
		assert_eq!(
			<Runtime as pallet_conviction_voting::Config>::VoteLockingPeriod::get(),
			7 * 28_800
		);
	});
	assert_eq!(root(&mut chain).decision_period, 28 * 28_800);
}

#[test]
fn a_referendum_should_change_the_catalogue_on_its_track() {
	let mut chain = Chain::development();
	let before = chain.execute(weight_of_h100);
	let change = with_weight(&mut chain, before - 100);
	let index = ask(&mut chain, origin(Origin::CatalogueAdmin), change);
	carry(&mut chain, index);
	assert_eq!(chain.execute(weight_of_h100), before - 100);
}

#[test]
fn a_referendum_should_do_nothing_on_a_track_that_does_not_reach_so_far() {
	let mut chain = Chain::development();
	let before = chain.execute(weight_of_h100);
	let change = with_weight(&mut chain, before - 100);
	let index = ask(&mut chain, origin(Origin::ParametersAdmin), change);
	carry(&mut chain, index);
	assert_eq!(chain.execute(weight_of_h100), before);
}

#[test]
fn conviction_and_delegation_should_weigh_votes() {
	let mut chain = Chain::development();
	let before = chain.execute(pallet_emissions::Parameters::<Runtime>::get);
	let parameters = pallet_emissions::ParametersRecord {
		kappa: 8_000.try_into().expect("in its range"),
		..before
	};
	let set = pallet_emissions::Call::set_parameters { parameters };
	let index = ask(&mut chain, origin(Origin::ParametersAdmin), set);
	// Charlie lets Dave vote for him, three times as heavily as without a lock.
	chain
		.submit(
			Charlie,
			pallet_conviction_voting::Call::delegate {
				class: 10,
				to: Dave.to_account_id().into(),
				conviction: Conviction::Locked3x,
				balance: 30_000_000 * BCT,
			},
		)
		.expect("charlie holds BCT");
	vote(&mut chain, Dave, index, true, Conviction::Locked1x, 30_000_000 * BCT).expect("dave holds BCT");
	vote(&mut chain, Bob, index, false, Conviction::None, 30_000_000 * BCT).expect("bob holds BCT");
	let tally = chain.execute(
		|| match pallet_referenda::ReferendumInfoFor::<Runtime>::get(index).expect("asked") {
			ReferendumInfo::Ongoing(status) => status.tally,
			_ => panic!("it is not decided yet"),
		},
	);
	assert_eq!(tally.ayes, (30_000_000 + 3 * 30_000_000) * BCT);
	assert_eq!(tally.nays, 3_000_000 * BCT);
	assert_eq!(tally.support, 60_000_000 * BCT);
	chain.blocks(150);
	assert_eq!(is_approved(&mut chain, index), Some(true));
	let kappa = chain.execute(|| pallet_emissions::Parameters::<Runtime>::get().kappa.get());
	assert_eq!(kappa, 8_000);
}

#[test]
fn a_treasury_spend_should_be_paid_out_and_bounded_by_its_track() {
	let mut chain = Chain::development();
	let treasury = chain.execute(Treasury::account_id);
	chain.execute(|| {
		Balances::force_set_balance(RuntimeOrigin::root(), treasury.clone().into(), 50_000 * BCT).expect("root may")
	});
	let spend = |amount: Balance| pallet_treasury::Call::<Runtime>::spend {
		asset_kind: Box::new(()),
		amount,
		beneficiary: Box::new(sp_runtime::MultiAddress::Id(Eve.to_account_id())),
		valid_from: None,
	};
	// Two spends in one batch count together: more than the track allows.
	let batch = pallet_utility::Call::batch_all {
		calls: vec![spend(6_000 * BCT).into(), spend(6_000 * BCT).into()],
	};
	let too_much = ask(&mut chain, origin(Origin::Spender(Spender::Small)), batch);
	carry(&mut chain, too_much);
	assert_eq!(chain.execute(pallet_treasury::SpendCount::<Runtime>::get), 0);

	let index = ask(&mut chain, origin(Origin::Spender(Spender::Small)), spend(6_000 * BCT));
	carry(&mut chain, index);
	let (before, issued) = chain.execute(|| (free(Eve), Balances::total_issuance()));
	chain
		.submit(Ferdie, pallet_treasury::Call::payout { index: 0 })
		.expect("anybody may ask for it");
	assert_eq!(chain.execute(|| free(Eve)), before + 6_000 * BCT);
	assert!(
		chain.execute(Balances::total_issuance) <= issued,
		"nothing is minted for it"
	);
}

/// Has two thirds of the committee make a call.
fn by_committee(chain: &mut Chain, call: impl Into<RuntimeCall>) {
	let call: RuntimeCall = call.into();
	let length_bound = codec::Encode::encoded_size(&call) as u32;
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&call);
	let index = chain.execute(pallet_collective::ProposalCount::<Runtime, pallet_collective::Instance1>::get);
	type Committee = pallet_collective::Call<Runtime, pallet_collective::Instance1>;
	let propose = Committee::propose {
		threshold: 4,
		proposal: Box::new(call),
		length_bound,
	};
	chain.submit(Alice, propose).expect("a member");
	for who in [Alice, Bob, Charlie, Dave] {
		let vote = Committee::vote {
			proposal: hash,
			index,
			approve: true,
		};
		chain.submit(who, vote).expect("a member");
	}
	let close = Committee::close {
		proposal_hash: hash,
		index,
		proposal_weight_bound: frame_support::weights::Weight::from_parts(10_000_000_000, 1_000_000),
		length_bound,
	};
	chain.submit(Alice, close).expect("decided");
}

#[test]
fn holders_should_make_a_whitelisted_call_as_root() {
	use super::chain::transfer;

	let mut chain = Chain::development();
	let text = |text: &str| text.as_bytes().to_vec().try_into().expect("short");
	let call = (text("Balances"), text("transfer_keep_alive"));
	let pause = pallet_tx_pause::Call::pause {
		full_name: call.clone(),
	};
	chain.as_root(pause).expect("root may");
	let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
	assert_eq!(chain.submit(Bob, transfer(Charlie, BCT)), filtered);
	let unpause: RuntimeCall = pallet_tx_pause::Call::unpause { ident: call }.into();
	let hash = <Runtime as frame_system::Config>::Hashing::hash_of(&unpause);
	by_committee(&mut chain, pallet_whitelist::Call::whitelist_call { call_hash: hash });
	let dispatch = pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage {
		call: Box::new(unpause),
	};
	let index = ask(&mut chain, origin(Origin::WhitelistedCaller), dispatch);
	carry(&mut chain, index);
	chain.submit(Bob, transfer(Charlie, BCT)).expect("the pause is over");
}

#[test]
fn holders_should_vote_and_end_safe_mode_while_it_holds() {
	let mut chain = Chain::development();
	chain.as_root(pallet_safe_mode::Call::force_enter {}).expect("root may");
	assert!(chain.execute(SafeMode::is_entered));
	let exit = pallet_safe_mode::Call::force_exit {};
	let index = ask(&mut chain, RawOrigin::Root.into(), exit);
	carry(&mut chain, index);
	assert!(!chain.execute(SafeMode::is_entered));
}

#[test]
fn the_committee_should_not_reach_further_than_to_hasten() {
	let mut chain = Chain::new(DEV_RUNTIME_PRESET);
	for call in [
		RuntimeCall::from(pallet_safe_mode::Call::force_enter {}),
		pallet_safe_mode::Call::force_extend {}.into(),
		pallet_emissions::Call::set_epoch_length {
			length: 7.try_into().expect("in its range"),
		}
		.into(),
		frame_system::Call::authorize_upgrade {
			code_hash: Hash::zero(),
		}
		.into(),
	] {
		by_committee(&mut chain, call.clone());
		let events = chain.execute(System::events);
		let refused = events.into_iter().any(|record| {
			matches!(
				record.event,
				RuntimeEvent::TechnicalCommittee(pallet_collective::Event::Executed { result: Err(_), .. })
			)
		});
		assert!(refused, "{call:?}");
	}
}
