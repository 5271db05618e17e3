//! Why a transaction failed or was refused, in plain words, and what to do.

use super::{describe, Error};
use crate::client::error::Kind;
use jsonrpsee::types::ErrorObjectOwned;
use millpond_runtime::Runtime;
use sp_runtime::{transaction_validity::InvalidTransaction, ArithmeticError, DispatchError, ModuleError, TokenError};

/// Says why a call failed within a transaction that is in a block.
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
	let error = Error::new(Kind::Failed, format!("{message} ({name})")).detail("name", name);
	match advice {
		Some(advice) => error.advise(advice),
		None => error,
	}
}

/// Says why a call failed that a proxy made for another account, within a transaction that is in a block.
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
		("Attestation", "NotHolder") => "Sign as who holds the operator's NFT: `millpond operator show` tells who.",
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

/// Says why a node's pool did not take a transaction.
pub fn refused(error: &ErrorObjectOwned) -> Error {
	let data = error
		.data()
		.and_then(|data| serde_json::from_str::<String>(data.get()).ok())
		.unwrap_or_default();
	let is = |invalid: InvalidTransaction| data == <&'static str>::from(invalid);
	let (message, advice): (String, &str) = match error.code() {
		1010 if is(InvalidTransaction::Payment) => (
			"the account cannot pay the fee".into(),
			"Put BCT into it first; `millpond account balance` shows what it has.",
		),
		1010 if is(InvalidTransaction::Stale) => (
			"another transaction of the account took this one's place (its nonce is used)".into(),
			"Look whether that one did what you wanted, then try again.",
		),
		1010 if is(InvalidTransaction::Future) => (
			"an earlier transaction of the account is missing (the nonce is too high)".into(),
			"Try again when its other transactions are in blocks.",
		),
		1010 if is(InvalidTransaction::BadProof) => (
			"the signature does not fit".into(),
			"Is the node on the same chain and release as this binary? Was it restarted meanwhile?",
		),
		1010 if is(InvalidTransaction::AncientBirthBlock) => ("the transaction is too old".into(), "Make it again."),
		1010 if is(InvalidTransaction::ExhaustsResources) => (
			"the transaction takes more than is left in a block".into(),
			"Split it, or try again later.",
		),
		1010 if is(InvalidTransaction::Call) => (
			"the chain does not take this call now".into(),
			"Is the chain paused? See the network's announcements.",
		),
		1010 => (
			format!("the transaction is invalid: {data}"),
			"Is the binary the release that belongs to the node's runtime?",
		),
		1012 => (
			"the node refuses this transaction for a while: it was invalid a moment ago".into(),
			"Wait half an hour, or change it.",
		),
		1013 => (
			"the node has this very transaction already".into(),
			"Nothing to do: it waits for a block.",
		),
		1014 => (
			"another transaction of the account waits for a block in this one's place".into(),
			"Wait until it is in a block, or give a tip to replace it (--tip).",
		),
		1016 => (
			"the node's pool is full".into(),
			"Try again later, or give a tip (--tip).",
		),
		_ => (
			format!(
				"the node refuses the transaction: {} {data} (code {})",
				error.message(),
				error.code()
			),
			"See what the node logs.",
		),
	};
	Error::new(Kind::Refused, message)
		.advise(advice)
		.detail("code", error.code())
}

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

	fn pool(code: i32, data: Option<&str>) -> Error {
		refused(&ErrorObjectOwned::owned(code, "Invalid Transaction", data))
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
		assert_eq!(error.exit_code(), 4);
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
	fn the_pools_refusals_should_be_explained() {
		let payment = pool(1010, Some(InvalidTransaction::Payment.into()));
		assert!(payment.message.contains("cannot pay the fee"), "{payment}");
		let stale = pool(1010, Some(InvalidTransaction::Stale.into()));
		assert!(stale.message.contains("nonce is used"), "{stale}");
		let custom = pool(1010, Some("Custom error: 7"));
		assert!(custom.message.contains("Custom error: 7"), "{custom}");
		let priority = pool(1014, None);
		assert!(priority.to_string().contains("--tip"), "{priority}");
		let other = pool(-32601, None);
		assert!(other.message.contains("-32601"), "{other}");
		assert_eq!(payment.exit_code(), 3);
	}
}
