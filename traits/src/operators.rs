//! Who hosts GPUs and manages pools, and answers for it with a bond.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use millpond_primitives::{Balance, Credits, OperatorId};
use scale_info::TypeInfo;
use sp_runtime::DispatchResult;

/// Something that an operator did or failed to do. Reputation is made of these, not of votes.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub enum Fact {
	/// A rental, or a part of one, is over.
	Service {
		/// GPU-minutes that were sold.
		promised: u64,
		/// GPU-minutes of these in which the GPU was there.
		delivered: u64,
	},
	/// GPUs passed an attestation round.
	AttestationPassed,
	/// GPUs missed an attestation round or a heartbeat.
	AttestationMissed,
	/// A rental ended as it should.
	RentalCompleted,
	/// A rental, or a GPU of it, failed.
	RentalFailed,
	/// A customer rejected what was delivered.
	RentalRejected,
}

/// What a duty (a GPU that is hosted, a pool that is managed) asks of a bond.
#[derive(
	Clone, Copy, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Duty {
	/// What answers for it, in DC: a bond is asked in dollars.
	pub credits: Credits,
	/// The least that answers for it, in plancks, whatever the price: it pays for what is stored for the duty.
	pub least: Balance,
}

/// Operators and their bonds. A bond belongs to the operator's NFT: who buys the NFT buys bond, duties and reputation.
pub trait Operators<AccountId> {
	/// Who holds the operator's NFT, and with it decides. None if there is no such operator.
	fn holder(operator: OperatorId) -> Option<AccountId>;

	/// Makes the operator answer for one more duty, with as much BCT as its DC cost at the price for minting, rounded up, of
	/// the part of its bond that answers for nothing yet. Fails if there is less, there is no such operator, or there is no
	/// such price; a duty that asks nothing needs none.
	fn take_on(operator: OperatorId, duty: Duty) -> DispatchResult;

	/// Ends a duty that was taken on as `duty`. What answered for it can be unbonded, which takes its time.
	fn lay_down(operator: OperatorId, duty: Duty) -> DispatchResult;

	/// A duty of the operator asks for `after` from now on where it asked for `before`. What answers for all of its duties stays as
	/// it is until its bond is reviewed.
	fn revalue(operator: OperatorId, before: Duty, after: Duty) -> DispatchResult;

	/// What of the operator's bond answers for a duty of `credits` DC, in plancks: what slashes for it are shares of.
	fn answering(operator: OperatorId, credits: Credits) -> Balance;

	/// Takes up to `amount` plancks of the operator's bond as a punishment and returns what was taken. Comes before
	/// whatever else is owed from the bond.
	fn slash(operator: OperatorId, amount: Balance) -> Balance;

	/// Owes `to` the worth of `credits` DC from the operator's bond. It is paid in BCT some days later without anybody
	/// asking, at a price that is the better one for the bond, and no more than a bounded part of the bond goes this way
	/// in a month; what exceeds that is not paid.
	fn compensate(operator: OperatorId, to: &AccountId, credits: Credits);

	/// Remembers `fact`. Does nothing if there is no such operator.
	fn note(operator: OperatorId, fact: Fact);

	/// Registers an operator for a benchmark, held by `holder`, with as much bond as any duty needs, and sets a price.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(holder: &AccountId) -> OperatorId;
}

/// What pools do when an operator's bond has not covered its duties for too long. `()` has no pools. Each costs the same
/// whatever the number of GPUs, and goes by the number of pools that the operator hosts in. None of these calls back.
pub trait OnSuspension {
	/// The operator's GPUs sell no new time and earn no availability. What is rented goes on, and what was sold is delivered.
	fn suspended(operator: OperatorId);

	/// The operator's GPUs sell again.
	fn resumed(operator: OperatorId);

	/// Has the operator host in as many pools as it can, each with as many hosts as it can have, for a benchmark.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(operator: OperatorId);
}

impl OnSuspension for () {
	fn suspended(_: OperatorId) {}

	fn resumed(_: OperatorId) {}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(_: OperatorId) {}
}

#[cfg(feature = "std")]
mod mock {
	use super::*;
	use crate::mock_storage::{get, put};
	use millpond_primitives::{BCT, CREDITS_PER_USD};
	use sp_runtime::{DispatchError, TokenError};

	const HOLDER: &str = "mock:operators:holder";
	const BOND: &str = "mock:operators:bond";
	const DUTIES: &str = "mock:operators:duties";
	const SLASHED: &str = "mock:operators:slashed";
	const OWED: &str = "mock:operators:owed";
	const FACTS: &str = "mock:operators:facts";
	const SUSPENDED: &str = "mock:operators:suspended";
	#[cfg(feature = "runtime-benchmarks")]
	const NEXT: &str = "mock:operators:next";

	/// Operators of a test. A BCT is a dollar.
	pub struct MockOperators;

	impl MockOperators {
		/// Has `holder` hold `operator` from now on: a new one with no bond, or one that changes hands.
		pub fn set_holder<AccountId: Encode>(operator: OperatorId, holder: &AccountId) {
			put(&(HOLDER, operator), Some(holder.encode()));
		}

		/// Registers `operator`, held by `holder`, with `bond`.
		pub fn add<AccountId: Encode>(operator: OperatorId, holder: &AccountId, bond: Balance) {
			Self::set_holder(operator, holder);
			put(&(BOND, operator), bond);
		}

		/// Deregisters `operator`.
		pub fn remove(operator: OperatorId) {
			put(&(HOLDER, operator), None::<Vec<u8>>);
		}

		/// What of the operator's bond answers for nothing yet.
		pub fn free(operator: OperatorId) -> Balance {
			let (_, bonded) = Self::duties(operator);
			get::<Balance>(&(BOND, operator)).saturating_sub(bonded)
		}

		/// How many duties it has, and what is to answer for them in all.
		pub fn duties(operator: OperatorId) -> (u32, Balance) {
			get(&(DUTIES, operator))
		}

		/// What was taken from it as a punishment.
		pub fn slashed(operator: OperatorId) -> Balance {
			get(&(SLASHED, operator))
		}

		/// Whom it owes Data Credits, in the order in which that came about.
		pub fn owed<AccountId: Decode>(operator: OperatorId) -> Vec<(AccountId, Credits)> {
			let owed: Vec<(Vec<u8>, Credits)> = get(&(OWED, operator));
			owed.into_iter()
				.map(|(to, credits)| (AccountId::decode(&mut &to[..]).expect("a mock stored it"), credits))
				.collect()
		}

		/// What is remembered of it, in the order in which it was noted.
		pub fn facts(operator: OperatorId) -> Vec<Fact> {
			get(&(FACTS, operator))
		}

		/// What a duty asks, in plancks.
		pub fn asked(duty: Duty) -> Balance {
			let plancks_per_credit = BCT / CREDITS_PER_USD;
			(duty.credits * plancks_per_credit).max(duty.least)
		}

		fn is_there(operator: OperatorId) -> bool {
			get::<Option<Vec<u8>>>(&(HOLDER, operator)).is_some()
		}
	}

	/// Pools that remember who is suspended.
	pub struct MockOnSuspension;

	impl MockOnSuspension {
		/// Whether `operator` sells nothing.
		pub fn is_suspended(operator: OperatorId) -> bool {
			get(&(SUSPENDED, operator))
		}
	}

	impl OnSuspension for MockOnSuspension {
		fn suspended(operator: OperatorId) {
			put(&(SUSPENDED, operator), true);
		}

		fn resumed(operator: OperatorId) {
			put(&(SUSPENDED, operator), false);
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn set_up(_: OperatorId) {}
	}

	impl<AccountId: Encode + Decode> Operators<AccountId> for MockOperators {
		fn holder(operator: OperatorId) -> Option<AccountId> {
			let account: Option<Vec<u8>> = get(&(HOLDER, operator));
			account.map(|bytes| AccountId::decode(&mut &bytes[..]).expect("a mock stored it"))
		}

		fn take_on(operator: OperatorId, duty: Duty) -> DispatchResult {
			let bond = Self::asked(duty);
			if !Self::is_there(operator) {
				return Err(DispatchError::CannotLookup);
			}
			if Self::free(operator) < bond {
				return Err(TokenError::FundsUnavailable.into());
			}
			let (count, bonded) = Self::duties(operator);
			put(&(DUTIES, operator), (count + 1, bonded + bond));
			Ok(())
		}

		/// Fails where there is no such duty.
		fn lay_down(operator: OperatorId, duty: Duty) -> DispatchResult {
			let (count, bonded) = Self::duties(operator);
			let left = count.checked_sub(1).zip(bonded.checked_sub(Self::asked(duty)));
			put(&(DUTIES, operator), left.ok_or(DispatchError::Corruption)?);
			Ok(())
		}

		/// What answers for it follows at once, be there as much or not.
		fn revalue(operator: OperatorId, before: Duty, after: Duty) -> DispatchResult {
			let (count, bonded) = Self::duties(operator);
			put(
				&(DUTIES, operator),
				(count, bonded - Self::asked(before) + Self::asked(after)),
			);
			Ok(())
		}

		fn answering(_: OperatorId, credits: Credits) -> Balance {
			Self::asked(Duty { credits, least: 0 })
		}

		fn slash(operator: OperatorId, amount: Balance) -> Balance {
			let bond: Balance = get(&(BOND, operator));
			let taken = amount.min(bond);
			put(&(BOND, operator), bond - taken);
			put(&(SLASHED, operator), Self::slashed(operator) + taken);
			taken
		}

		fn compensate(operator: OperatorId, to: &AccountId, credits: Credits) {
			let mut owed: Vec<(Vec<u8>, Credits)> = get(&(OWED, operator));
			owed.push((to.encode(), credits));
			put(&(OWED, operator), owed);
		}

		fn note(operator: OperatorId, fact: Fact) {
			if Self::is_there(operator) {
				let mut facts = Self::facts(operator);
				facts.push(fact);
				put(&(FACTS, operator), facts);
			}
		}

		#[cfg(feature = "runtime-benchmarks")]
		fn set_up(holder: &AccountId) -> OperatorId {
			let operator: OperatorId = get::<OperatorId>(&NEXT) + 1;
			put(&NEXT, operator);
			Self::add(operator, holder, Balance::MAX / 2);
			operator
		}
	}
}

#[cfg(feature = "std")]
pub use mock::{MockOnSuspension, MockOperators};

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: u64 = 1;
	const BOB: u64 = 2;

	/// A duty that asks for `least` plancks.
	fn duty(least: Balance) -> Duty {
		Duty { credits: 0, least }
	}

	fn take_on(operator: OperatorId, bond: Balance) -> DispatchResult {
		<MockOperators as Operators<u64>>::take_on(operator, duty(bond))
	}

	#[test]
	fn bond_should_answer_for_one_duty_only_and_less_of_it_when_slashed() {
		sp_io::TestExternalities::default().execute_with(|| {
			assert!(take_on(3, 0).is_err());
			MockOperators::add(3, &ALICE, 10);
			MockOperators::set_holder(3, &BOB);
			assert_eq!(MockOperators::holder(3), Some(BOB));
			assert_eq!(take_on(3, 6), Ok(()));
			assert!(take_on(3, 5).is_err());
			assert_eq!(<MockOperators as Operators<u64>>::slash(3, 7), 7);
			assert_eq!((MockOperators::duties(3), MockOperators::free(3)), ((1, 6), 0));
			assert_eq!(<MockOperators as Operators<u64>>::lay_down(3, duty(6)), Ok(()));
			assert!(<MockOperators as Operators<u64>>::lay_down(3, duty(0)).is_err());
			assert_eq!((MockOperators::duties(3), MockOperators::free(3)), ((0, 0), 3));
			assert_eq!(<MockOperators as Operators<u64>>::slash(3, 7), 3);
			assert_eq!(MockOperators::slashed(3), 10);
		});
	}

	#[test]
	fn duty_should_ask_for_a_bct_a_dollar_and_its_least() {
		sp_io::TestExternalities::default().execute_with(|| {
			let credits = 2 * millpond_primitives::CREDITS_PER_USD;
			let (bct, least) = (millpond_primitives::BCT, 3 * millpond_primitives::BCT);
			assert_eq!(MockOperators::asked(Duty { credits, least: 0 }), 2 * bct);
			assert_eq!(MockOperators::asked(Duty { credits, least }), least);
			assert_eq!(<MockOperators as Operators<u64>>::answering(3, credits), 2 * bct);
			MockOnSuspension::suspended(3);
			assert!(MockOnSuspension::is_suspended(3) && !MockOnSuspension::is_suspended(4));
			MockOnSuspension::resumed(3);
			assert!(!MockOnSuspension::is_suspended(3));
		});
	}

	#[test]
	fn what_is_owed_and_noted_should_be_remembered_in_order() {
		sp_io::TestExternalities::default().execute_with(|| {
			<MockOperators as Operators<u64>>::note(3, Fact::RentalFailed);
			MockOperators::add(3, &ALICE, 10);
			<MockOperators as Operators<u64>>::note(3, Fact::RentalCompleted);
			<MockOperators as Operators<u64>>::note(3, Fact::AttestationMissed);
			MockOperators::compensate(3, &BOB, 5);
			MockOperators::compensate(3, &ALICE, 6);
			assert_eq!(
				MockOperators::facts(3),
				[Fact::RentalCompleted, Fact::AttestationMissed]
			);
			assert_eq!(MockOperators::owed::<u64>(3), [(BOB, 5), (ALICE, 6)]);
		});
	}
}
