use super::chain::{free, transfer, Chain};
use crate::{
	configs::ProxyType,
	constants::{currency::*, time::MINUTES},
	*,
};
use frame_support::traits::{
	fungibles::{Inspect as _, Mutate as _},
	tokens::Preservation,
};
use millpond_primitives::{Credits, OracleKey, Price, CREDITS_PER_USD, DC_ASSET};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, FerdieStash, One};
use sp_runtime::{DispatchError, FixedPointNumber, TokenError};

/// A chain whose feeder has said that a BCT costs two dollars.
fn priced() -> Chain {
	let mut chain = Chain::development();
	feed(&mut chain, 2, 1);
	chain
}

/// The feeder says that a BCT costs `dollars` over `over` dollars.
pub fn feed(chain: &mut Chain, dollars: u128, over: u128) {
	let price = Price::saturating_from_rational(dollars, over);
	let values = vec![(OracleKey::BctUsd, price)].try_into().expect("one value");
	chain
		.submit(FerdieStash, pallet_oracle::Call::feed_values { values })
		.expect("the feeder feeds");
}

/// The feeder says so for 36 minutes: long enough for minting to reopen after an outage.
pub fn feed_until_open(chain: &mut Chain, dollars: u128, over: u128) {
	for _ in 0..4 {
		feed(chain, dollars, over);
		chain.block_after((9 * MINUTES).into(), Vec::new());
	}
	feed(chain, dollars, over);
}

fn credits(chain: &mut Chain, who: Sr25519Keyring) -> Credits {
	chain.execute(|| Assets::balance(DC_ASSET, who.to_account_id()))
}

fn burn(amount: Balance) -> RuntimeCall {
	pallet_data_credits::Call::burn { amount, min_credits: 0 }.into()
}

#[test]
fn burning_should_make_credits_at_the_price_and_lower_the_issuance() {
	let mut chain = priced();
	let issued = chain.execute(Balances::total_issuance);
	let bob = chain.execute(|| free(Bob));
	chain.submit(Bob, burn(3 * BCT)).expect("minting is open");
	assert_eq!(credits(&mut chain, Bob), 6 * CREDITS_PER_USD);
	chain.execute(|| {
		let fee = bob - free(Bob) - 3 * BCT;
		assert_eq!(Balances::total_issuance(), issued - 3 * BCT - fee);
	});
}

#[test]
fn burning_should_be_refused_without_a_price() {
	let mut chain = Chain::development();
	chain.submit(Bob, burn(BCT)).expect_err("no feeder has spoken");
	assert_eq!(credits(&mut chain, Bob), 0);
}

#[test]
fn wallets_should_see_credits_as_dollars() {
	use frame_support::traits::fungibles::metadata::Inspect;
	Chain::development().execute(|| {
		assert_eq!(<Assets as Inspect<AccountId>>::symbol(DC_ASSET), b"DC".to_vec());
		assert_eq!(<Assets as Inspect<AccountId>>::decimals(DC_ASSET), 5);
	});
}

#[test]
fn an_account_that_holds_only_credits_should_pay_its_fees_in_them_and_keep_its_nonce() {
	let mut chain = priced();
	let deadline = chain_minute(&mut chain) + 60;
	chain
		.submit(
			Bob,
			pallet_data_credits::Call::burn_for {
				beneficiary: One.to_account_id(),
				amount: BCT,
				min_credits: 0,
				reference: [7; 32],
				deadline,
			},
		)
		.expect("bob pays");
	let before = credits(&mut chain, One);
	assert_eq!(before, 2 * CREDITS_PER_USD);
	assert_eq!(chain.execute(|| free(One)), 0);

	chain
		.submit(One, frame_system::Call::remark { remark: vec![1; 32] })
		.expect("paid in credits");
	let after = credits(&mut chain, One);
	assert!(after < before, "the fee was taken");
	chain.execute(|| {
		assert_eq!(System::account_nonce(One.to_account_id()), 1);
		assert_eq!(
			Assets::total_issuance(DC_ASSET),
			after,
			"and burned: nobody else holds credits"
		);
	});
	chain
		.submit(One, frame_system::Call::remark { remark: vec![] })
		.expect("again");
	assert_eq!(chain.execute(|| System::account_nonce(One.to_account_id())), 2);
}

fn chain_minute(chain: &mut Chain) -> u32 {
	chain.execute(|| u32::try_from(Timestamp::get() / 60_000).expect("fits for millennia"))
}

/// The call index of pallet-assets, whose calls a runtime with them would decode.
const ASSETS_INDEX: u8 = 20;

#[test]
fn no_call_of_pallet_assets_should_decode() {
	use codec::Decode;
	for call in 0..=u8::MAX {
		// Enough bytes for any call's arguments.
		let encoded = [vec![ASSETS_INDEX, call], vec![0; 256]].concat();
		assert!(RuntimeCall::decode(&mut &encoded[..]).is_err(), "assets call {call}");
	}
}

/// Every way to wrap a call, so that whatever moves credits is refused in each: there is no call to wrap.
#[test]
fn credits_should_stay_where_they_are_whatever_their_holder_and_root_submit() {
	let mut chain = priced();
	chain.submit(Bob, burn(BCT)).expect("minting is open");
	let before = credits(&mut chain, Bob);

	// The calls that move what an account has, directly and wrapped.
	let everything: RuntimeCall = pallet_balances::Call::transfer_all {
		dest: Charlie.to_account_id().into(),
		keep_alive: false,
	}
	.into();
	let bob = Bob.to_account_id();
	chain
		.submit(
			Bob,
			pallet_proxy::Call::add_proxy {
				delegate: Charlie.to_account_id().into(),
				proxy_type: ProxyType::Any,
				delay: 0,
			},
		)
		.expect("bob pays the deposit");
	let attempts = [
		(
			Bob,
			pallet_utility::Call::batch_all {
				calls: vec![everything.clone()],
			}
			.into(),
		),
		(
			Charlie,
			pallet_proxy::Call::proxy {
				real: bob.clone().into(),
				force_proxy_type: None,
				call: Box::new(everything.clone()),
			}
			.into(),
		),
		(
			Bob,
			pallet_multisig::Call::as_multi_threshold_1 {
				other_signatories: vec![Charlie.to_account_id()],
				call: Box::new(everything.clone()),
			}
			.into(),
		),
		(
			Alice,
			pallet_sudo::Call::sudo_as {
				who: bob.clone().into(),
				call: Box::new(everything.clone()),
			}
			.into(),
		),
		(Bob, everything),
	];
	for (signer, call) in attempts {
		let call: RuntimeCall = call;
		let _ = chain.submit(signer, call);
		assert_eq!(credits(&mut chain, Charlie), 0);
		assert_eq!(credits(&mut chain, One), 0);
		assert_eq!(
			chain.execute(|| Assets::total_issuance(DC_ASSET)),
			credits(&mut chain, Bob)
		);
	}
	// Bob pays fees in credits once his BCT is gone; nothing else took any.
	assert!(credits(&mut chain, Bob) <= before);
}

#[test]
fn the_last_credit_should_not_be_spent_so_that_the_account_lives() {
	let mut chain = priced();
	chain.execute(|| {
		let account = One.to_account_id();
		Assets::mint_into(DC_ASSET, &account, 5).expect("one credit is enough to live");
		let refused: DispatchError = Assets::burn_from(
			DC_ASSET,
			&account,
			5,
			Preservation::Preserve,
			frame_support::traits::tokens::Precision::Exact,
			frame_support::traits::tokens::Fortitude::Polite,
		)
		.expect_err("it would end the account");
		assert_eq!(refused, TokenError::FundsUnavailable.into());
	});
}

#[test]
fn a_fee_should_be_refused_when_neither_bct_nor_credits_suffice() {
	let mut chain = priced();
	chain
		.submit(Bob, transfer(One, EXISTENTIAL_DEPOSIT))
		.expect("bob has enough");
	let extrinsic = chain.sign(
		One,
		frame_system::Call::remark {
			remark: vec![0; 20_000],
		},
	);
	chain.block(vec![extrinsic])[0].expect_err("one cannot pay");
	assert_eq!(chain.execute(|| free(One)), EXISTENTIAL_DEPOSIT);
}
