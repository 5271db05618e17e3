//! Why a transaction failed or was refused, in plain words, and what to do.

use super::{describe, Error};
use crate::client::error::Kind;
use jsonrpsee::types::ErrorObjectOwned;
use millpond_runtime::Runtime;
use sp_runtime::{
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	ArithmeticError, DispatchError, ModuleError, TokenError,
};

/// Says why a call fails: one that is asked about, or one within a transaction.
pub fn failed(error: &DispatchError) -> Error {
	let (name, message, advice) = match error {
		DispatchError::Module(error) => pallet(error),
		DispatchError::Token(error) => (
			format!("Token.{error:?}"),
			sentence((*error).into()),
			token_advice(error),
		),
		DispatchError::BadOrigin => (
			"BadOrigin".into(),
			"this account may not make this call".into(),
			Some("Sign with the account that it is for: an owner, a manager, or whoever governs."),
		),
		DispatchError::Other(_) => (
			"Other".into(),
			"the call failed for a reason that the chain does not name".into(),
			None,
		),
		DispatchError::CannotLookup => ("CannotLookup".into(), "the account is not known".into(), None),
		DispatchError::ConsumerRemaining => (
			"ConsumerRemaining".into(),
			"the account is still in use: something of it is locked, bonded or registered".into(),
			Some("Leave something in the account, or end what it is used for first."),
		),
		DispatchError::Exhausted => ("Exhausted".into(), "the call takes more than a block has".into(), None),
		DispatchError::Unavailable => (
			"Unavailable".into(),
			"something that the call needs is not there now".into(),
			Some("Try again later."),
		),
		DispatchError::Arithmetic(ArithmeticError::Underflow) => (
			"Arithmetic.Underflow".into(),
			"more was asked for than there is".into(),
			Some("Ask for less: `millpond account balance` shows what is free."),
		),
		error => {
			let text: &'static str = (*error).into();
			(format!("{error:?}"), sentence(text), None)
		}
	};
	let error = Error::input(format!("{message} ({name})")).detail("name", name);
	match advice {
		Some(advice) => error.advise(advice),
		None => error,
	}
}

/// Says why a call fails that a proxy makes for another account.
pub fn failed_by_proxy(error: &DispatchError) -> Error {
	let failed = failed(error);
	if *error != frame_system::Error::<Runtime>::CallFiltered.into() {
		return failed;
	}
	Error {
		message: "the proxy may not do this for the account, or the call is closed (System.CallFiltered)".into(),
		..failed
	}
	.advise(
		"docs/security.md says what each type of proxy may do: sign with the account's own key, or let it add a proxy of \
		 another type (`millpond account add-proxy`).",
	)
}

/// The name of a pallet's error, what the pallet says about it, and what to do.
fn pallet(error: &ModuleError) -> (String, String, Option<&'static str>) {
	match describe::pallet_error(error) {
		Some(described) => {
			let advice = pallet_advice(&described.pallet, &described.name);
			(
				format!("{}.{}", described.pallet, described.name),
				sentence(&described.docs),
				advice,
			)
		}
		None => (
			format!("{}.{:?}", error.index, error.error),
			"the call failed with an error that this binary does not know".into(),
			Some("Was the chain upgraded just now? Get the newest release of millpond."),
		),
	}
}

/// What to do about errors of foreign pallets, and about those of our own that do not say it themselves.
fn pallet_advice(pallet: &str, name: &str) -> Option<&'static str> {
	Some(match (pallet, name) {
		("System", "CallFiltered") => {
			"This call is closed on Millpond, or paused in an emergency: see docs/ and the network's announcements."
		}
		("Balances", "InsufficientBalance") => "Send less, or put BCT into the account first.",
		("Balances", "LiquidityRestrictions") => {
			"Part of the balance is locked, by staking, vesting or voting: `millpond account balance` shows how much."
		}
		("Balances", "ExistentialDeposit") | ("Balances", "Expendability") => {
			"Every account keeps at least 0.01 BCT: send less, or more to a new account."
		}
		("Session", "InvalidProof") => {
			"The keys' proof is for another account: make keys with --owner set to the account that signs."
		}
		("Session", "NoAssociatedValidatorId") => "Bond BCT with this account first (staking.bond).",
		("Session", "DuplicatedKey") => "Another account has these keys already: make new ones.",
		("Sudo", "RequireSudo") => "Only the holder of Root can do this.",
		("Attestation", "NotHolder") => "Sign as the holder of the operator's NFT: `millpond operator show` names it.",
		("Operators", "BondNotFree") => {
			"`millpond operator show` shows what of the bond is free, `millpond operator bond` raises it."
		}
		("Operators", "NoPrice") => {
			"A bond is asked in dollars, at the price for minting: wait until minting is open (`millpond credits quote 1` tells)."
		}
		("Operators", "HasDuties") => "Retire its GPUs or move them to other hosts, and close its pools.",
		("Operators", "StillBonded") => "`millpond operator unbond` all of it, and withdraw it when it is due.",
		("Gpus", "InvalidMove") => {
			"A GPU goes from registered to probation to online, from there to offline and back, and can be suspended or retired."
		}
		("Gpus", "UnknownModel") | ("Pools", "UnknownModel") => "`millpond gpu models` lists them.",
		("Pools", "UnknownHost") => {
			"The pool's manager invites it (`millpond pool invite`), and its holder accepts (`millpond pool accept`)."
		}
		("Pools", "TermsChanged") => "`millpond pool show` shows the terms and their number.",
		("Pools", "CapReached") => "The pool's manager can let it have more (`millpond pool invite`).",
		("Pools", "PriceBelowFloor") => "Ask for more; the floors change with the terms only (`millpond pool terms`).",
		("Pools", "BelowMinimumPayout") => "Sign as the holder, or wait: it is paid when it is enough.",
		("Pools", "Unsettled") => "Wait until the epoch has ended: `millpond epoch show` says when.",
		("Pools", "PoolNotEmpty") => "Its GPUs have to leave first (`millpond gpu leave`, `millpond pool remove-host`).",
		("Market", "SoldOut" | "NotEnoughGpus") => {
			"`millpond market availability` shows how many are free when, `millpond market offers` what other pools have."
		}
		("Market", "NotForSale") => "`millpond pool show` shows the prices of what it sells.",
		("Market", "PriceAboveLimit") => "Ask for a quote again, or allow more.",
		("Market", "UnknownPool") => "`millpond pool list` shows them all.",
		("Market", "UnknownSlot") => {
			"It may have ended, or was split or merged into others: `millpond market slots` shows those of an account."
		}
		("Market", "NotHolder") => "`millpond market show` says who holds it: sign with his key.",
		("Market", "NotHost") => "`millpond market show` says which operators host its GPUs.",
		("Market", "WrongPhase") => "`millpond market show` says where it is.",
		("Market", "NotListed") => "`millpond market for-sale` shows what is.",
		("Market", "NoKey" | "OtherKey") => {
			"The holder sets a key with `millpond market set-key`; the grant is sealed to the one that counts then."
		}
		("Proxy", "NotProxy") => "The account must first make you its proxy: `millpond account add-proxy`.",
		("Proxy", "NotFound") => "Name the proxy and its type as they were added.",
		("Proxy", "Unannounced") => {
			"The proxy was added with a delay, and has to announce its calls (proxy.announce): add it without one."
		}
		_ => return None,
	})
}

fn token_advice(error: &TokenError) -> Option<&'static str> {
	Some(match error {
		TokenError::FundsUnavailable | TokenError::NotExpendable | TokenError::OnlyProvider => {
			"Send less: what is locked and 0.01 BCT stay in the account (`millpond account balance` shows how much is free)."
		}
		TokenError::Frozen => {
			"Part of the balance is locked, by staking, vesting or voting: `millpond account balance` shows how much."
		}
		TokenError::BelowMinimum | TokenError::CannotCreate | TokenError::CannotCreateHold => {
			"The account that receives does not exist yet: send it at least 0.01 BCT."
		}
		_ => return None,
	})
}

/// Whether a call fails because an account has too little.
pub fn is_for_want_of_funds(error: &DispatchError) -> bool {
	match error {
		DispatchError::Token(TokenError::BelowMinimum | TokenError::CannotCreate | TokenError::CannotCreateHold) => {
			false
		}
		DispatchError::Token(_) | DispatchError::Arithmetic(ArithmeticError::Underflow) => true,
		error => {
			*error == pallet_balances::Error::<Runtime>::InsufficientBalance.into()
				|| *error == pallet_assets::Error::<Runtime>::BalanceLow.into()
		}
	}
}

/// Says why the chain would not take a transaction into a block.
pub fn invalid(error: &TransactionValidityError) -> Error {
	let (message, advice) = match error {
		TransactionValidityError::Invalid(error) => explain_invalid(*error),
		TransactionValidityError::Unknown(error) => {
			let text: &'static str = (*error).into();
			(format!("the transaction cannot be checked: {text}"), NEWER)
		}
	};
	Error::new(Kind::Refused, message).advise(advice)
}

/// What to do where the transaction has another form than the chain expects.
const NEWER: &str = "Is the binary the release that belongs to the node's runtime?";

fn explain_invalid(error: InvalidTransaction) -> (String, &'static str) {
	let (message, advice) = match error {
		InvalidTransaction::Payment => (
			"the account cannot pay the fee",
			"Put BCT into it first; `millpond account balance` shows what it has.",
		),
		InvalidTransaction::Stale => (
			"another transaction of the account took this one's place (its nonce is used)",
			"Look whether that one did what you wanted, then try again.",
		),
		InvalidTransaction::Future => (
			"an earlier transaction of the account is missing (the nonce is too high)",
			"Try again when its other transactions are in blocks.",
		),
		InvalidTransaction::BadProof => (
			"the signature does not fit",
			"Is the node on the same chain and release as this binary? Was it restarted meanwhile?",
		),
		InvalidTransaction::AncientBirthBlock => ("the transaction is too old", "Make it again."),
		InvalidTransaction::ExhaustsResources => (
			"the transaction takes more than is left in a block",
			"Split it, or try again later.",
		),
		InvalidTransaction::Call => (
			"the chain does not take this call now",
			"Is the chain paused? See the network's announcements.",
		),
		InvalidTransaction::Custom(code) => {
			return (format!("the transaction is invalid (custom error {code})"), NEWER)
		}
		error => {
			let text: &'static str = error.into();
			return (format!("the transaction is invalid: {text}"), NEWER);
		}
	};
	(message.into(), advice)
}

/// Why a node did not take a transaction that was handed to it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum NotTaken {
	/// Another transaction of the account, which waits for a block, has its nonce.
	Occupied,
	/// The node has, or had, this very transaction.
	Known,
	/// Its nonce is used in a block: by this very transaction, or by another.
	Stale,
	/// Something else: what it is, and what to do.
	Other(String, &'static str),
}

impl NotTaken {
	/// Reads what the node answers.
	pub fn new(error: &ErrorObjectOwned) -> Self {
		let data = error.data();
		let data = data.and_then(|data| serde_json::from_str::<String>(data.get()).ok());
		let data = data.unwrap_or_default();
		match error.code() {
			1010 => {
				let named = |invalid: &InvalidTransaction| data == <&'static str>::from(*invalid);
				match INVALID.into_iter().find(named) {
					Some(InvalidTransaction::Stale) => Self::Stale,
					Some(invalid) => {
						let (message, advice) = explain_invalid(invalid);
						Self::Other(message, advice)
					}
					None => Self::Other(format!("the transaction is invalid: {data}"), NEWER),
				}
			}
			1012 | 1013 => Self::Known,
			1014 => Self::Occupied,
			1016 => Self::Other("its pool is full".into(), "Try again later, or give a tip (--tip)."),
			code => Self::Other(
				format!("{} {data} (code {code})", error.message()),
				"See what the node logs.",
			),
		}
	}
}

/// What the node tells of as text alone.
const INVALID: [InvalidTransaction; 7] = [
	InvalidTransaction::Payment,
	InvalidTransaction::Stale,
	InvalidTransaction::Future,
	InvalidTransaction::BadProof,
	InvalidTransaction::AncientBirthBlock,
	InvalidTransaction::ExhaustsResources,
	InvalidTransaction::Call,
];

/// A documentation's first letter small and its full stop gone, to stand within a sentence.
fn sentence(text: &str) -> String {
	let text = text.trim().trim_end_matches('.');
	let mut letters = text.chars();
	match (letters.next(), letters.next()) {
		// Not a name or an abbreviation.
		(Some(first), Some(second)) if !second.is_uppercase() => {
			first.to_lowercase().chain(text.chars().skip(1)).collect()
		}
		_ => text.into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn not_taken(code: i32, data: Option<&str>) -> NotTaken {
		NotTaken::new(&ErrorObjectOwned::owned(code, "Invalid Transaction", data))
	}

	#[test]
	fn a_pallets_error_should_be_named_explained_and_advised_on() {
		let error = failed(&pallet_balances::Error::<Runtime>::InsufficientBalance.into());
		assert_eq!(
			error.to_string(),
			"balance too low to send value (Balances.InsufficientBalance)\n\
			 Send less, or put BCT into the account first."
		);
		assert_eq!(error.details["name"], "Balances.InsufficientBalance");
		assert_eq!(error.exit_code(), 1, "nothing was sent yet");
	}

	#[test]
	fn advice_should_be_on_errors_that_there_are() {
		let error = failed(&pallet_operators::Error::<Runtime>::BondNotFree.into());
		assert!(error.to_string().contains("millpond operator bond"), "{error}");
		let error = failed(&pallet_gpus::Error::<Runtime>::InvalidMove.into());
		assert!(error.to_string().contains("from registered to probation"), "{error}");
		for error in [
			pallet_pools::Error::<Runtime>::UnknownModel,
			pallet_pools::Error::UnknownHost,
			pallet_pools::Error::TermsChanged,
			pallet_pools::Error::CapReached,
			pallet_pools::Error::PriceBelowFloor,
			pallet_pools::Error::BelowMinimumPayout,
			pallet_pools::Error::Unsettled,
			pallet_pools::Error::PoolNotEmpty,
		] {
			let error = failed(&error.into());
			assert!(error.advice.is_some(), "{error}");
		}
		for error in [
			pallet_market::Error::<Runtime>::SoldOut,
			pallet_market::Error::NotEnoughGpus,
			pallet_market::Error::NotForSale,
			pallet_market::Error::PriceAboveLimit,
			pallet_market::Error::UnknownPool,
			pallet_market::Error::UnknownSlot,
			pallet_market::Error::NotHolder,
			pallet_market::Error::NotHost,
			pallet_market::Error::WrongPhase,
			pallet_market::Error::NotListed,
			pallet_market::Error::NoKey,
			pallet_market::Error::OtherKey,
		] {
			let error = failed(&error.into());
			assert!(error.advice.is_some(), "{error}");
		}
	}

	#[test]
	fn a_proxy_should_be_told_that_its_type_does_not_allow_a_call() {
		let filtered = DispatchError::from(frame_system::Error::<Runtime>::CallFiltered);
		let (direct, by_proxy) = (failed(&filtered), failed_by_proxy(&filtered));
		assert!(direct.to_string().contains("closed on Millpond"), "{direct}");
		assert!(by_proxy.to_string().contains("the proxy may not do this"), "{by_proxy}");
		assert!(by_proxy.to_string().contains("add-proxy"), "{by_proxy}");
		assert_eq!(by_proxy.details, direct.details);
		let other = pallet_operators::Error::<Runtime>::BondNotFree.into();
		assert_eq!(failed_by_proxy(&other).to_json(), failed(&other).to_json());
	}

	#[test]
	fn an_unknown_pallets_error_should_be_told_by_its_numbers() {
		let error = failed(&DispatchError::Module(ModuleError {
			index: 255,
			error: [3, 0, 0, 0],
			message: None,
		}));
		assert!(error.message.contains("255.[3, 0, 0, 0]"), "{error}");
	}

	#[test]
	fn every_other_dispatch_error_should_have_words() {
		for error in [
			DispatchError::BadOrigin,
			DispatchError::CannotLookup,
			DispatchError::ConsumerRemaining,
			DispatchError::Token(TokenError::FundsUnavailable),
			DispatchError::Arithmetic(ArithmeticError::Overflow),
			DispatchError::Arithmetic(ArithmeticError::Underflow),
			DispatchError::RootNotAllowed,
		] {
			let explained = failed(&error);
			assert!(explained.message.len() > 20, "{explained}");
		}
		assert_eq!(
			failed(&DispatchError::Token(TokenError::FundsUnavailable)).details["name"],
			"Token.FundsUnavailable"
		);
	}

	#[test]
	fn what_a_node_does_not_take_should_be_told_apart_by_what_may_have_become_of_it() {
		assert_eq!(not_taken(1014, None), NotTaken::Occupied);
		assert_eq!(not_taken(1012, None), NotTaken::Known);
		assert_eq!(not_taken(1013, None), NotTaken::Known);
		assert_eq!(not_taken(1010, Some(InvalidTransaction::Stale.into())), NotTaken::Stale);
		for (code, data, says) in [
			(1010, Some(InvalidTransaction::Payment.into()), "cannot pay the fee"),
			(1010, Some("Custom error: 7"), "Custom error: 7"),
			(1016, None, "pool is full"),
			(-32601, None, "-32601"),
		] {
			let NotTaken::Other(message, advice) = not_taken(code, data) else {
				panic!("{code} {data:?}")
			};
			assert!(message.contains(says), "{message}");
			assert!(!advice.is_empty());
		}
	}

	#[test]
	fn what_the_chain_would_not_take_should_be_explained() {
		let payment = invalid(&InvalidTransaction::Payment.into());
		assert!(payment.message.contains("cannot pay the fee"), "{payment}");
		assert_eq!(payment.exit_code(), 3);
		let custom = invalid(&InvalidTransaction::Custom(7).into());
		assert!(custom.message.len() > 20, "{custom}");
		let unknown = invalid(&sp_runtime::transaction_validity::UnknownTransaction::CannotLookup.into());
		assert!(unknown.message.len() > 20, "{unknown}");
	}

	#[test]
	fn a_lack_of_funds_should_be_told_from_other_failures() {
		for error in [
			DispatchError::Token(TokenError::FundsUnavailable),
			DispatchError::Arithmetic(ArithmeticError::Underflow),
			pallet_balances::Error::<Runtime>::InsufficientBalance.into(),
			pallet_assets::Error::<Runtime>::BalanceLow.into(),
		] {
			assert!(is_for_want_of_funds(&error), "{error:?}");
		}
		for error in [
			DispatchError::Token(TokenError::BelowMinimum),
			DispatchError::BadOrigin,
			pallet_market::Error::<Runtime>::SoldOut.into(),
		] {
			assert!(!is_for_want_of_funds(&error), "{error:?}");
		}
	}
}
