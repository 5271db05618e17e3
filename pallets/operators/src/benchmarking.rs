//! Benchmarks: profiles as long as they can be, as many parts unbonding as can be, the oracle full.

use crate::{
	BondRecord, Bonds, Call, Chunk, Config, Event, NextOperator, Pallet, ParametersRecord, Payments, Profile, Profiles,
	Queue, ReviewRecord, Reviews, Shortfall, MAX_CHUNKS,
};
use alloc::vec;
use frame_benchmarking::v2::*;
use frame_support::{
	assert_ok,
	traits::{
		fungible::{Inspect, Mutate},
		EnsureOrigin,
	},
	weights::WeightMeter,
};
use frame_system::RawOrigin;
use millpond_primitives::{Balance, OperatorId, Price, BCT, CREDITS_PER_USD, MINUTES_PER_DAY};
use millpond_traits::{Clock, Deeds, Fact, OnSuspension, Operators, Prices};

const LATER: u32 = 60 * MINUTES_PER_DAY;

fn profile() -> Profile {
	Profile {
		name: vec![b'n'; 64].try_into().unwrap_or_default(),
		website: vec![b'w'; 128].try_into().unwrap_or_default(),
		contact: vec![b'c'; 128].try_into().unwrap_or_default(),
		region: b"US-CAL".to_vec().try_into().unwrap_or_default(),
	}
}

fn rich<T: Config>() -> T::AccountId {
	let who: T::AccountId = whitelisted_caller();
	assert_ok!(T::Bct::mint_into(&who, 10_000_000u128.saturating_mul(BCT)));
	who
}

/// An operator of a rich holder that has promised something in an epoch that is over.
fn operator<T: Config>() -> (T::AccountId, OperatorId) {
	let who = rich::<T>();
	let operator = Pallet::<T>::set_up(&who);
	Pallet::<T>::note(
		operator,
		Fact::Service {
			promised: 1,
			delivered: 1,
		},
	);
	(who, operator)
}

/// Has as much unbonding as can be, due at once.
fn unbond_all<T: Config>(operator: OperatorId, chunks: u32) -> Balance {
	let mut unbonded: Balance = 0;
	Bonds::<T>::mutate_extant(operator, |record| {
		let amount = record.bond.checked_div(chunks.into()).unwrap_or_default();
		for _ in 0..chunks {
			assert_ok!(record.unbonding.try_push(Chunk { amount, due: 0 }));
			record.bond = record.bond.saturating_sub(amount);
			unbonded = unbonded.saturating_add(amount);
		}
	});
	unbonded
}

/// The operator hosts in as many pools as it can, and its bond has been less than what is to answer for its duties, by a BCT, since
/// minute `since`.
fn be_short<T: Config>(operator: OperatorId, since: u32) {
	T::Pools::set_up(operator);
	T::Prices::set_price(Price::from_u32(1));
	Bonds::<T>::mutate_extant(operator, |record| {
		record.duties = record.duties.saturating_add(1);
		record.asked = CREDITS_PER_USD;
		record.duty_bond = record.bond.saturating_add(BCT);
		record.shortfall = Some(Shortfall {
			since,
			suspended: false,
		});
	});
	let end = since.saturating_add(LATER);
	if T::Clock::now() < end {
		T::Clock::set_now(end);
	}
}

fn is_suspended(record: &BondRecord) -> bool {
	record.shortfall.is_some_and(|shortfall| shortfall.suspended)
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn register() {
		let who = rich::<T>();
		let next = NextOperator::<T>::get();

		#[extrinsic_call]
		_(
			RawOrigin::Signed(who.clone()),
			profile(),
			1_000_000u128.saturating_mul(BCT),
		);

		assert!(Pallet::<T>::holder(next) == Some(who));
	}

	#[benchmark]
	fn set_profile() {
		let (who, operator) = operator::<T>();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), operator, profile());

		assert_eq!(Profiles::<T>::get(operator), Some(profile()));
	}

	#[benchmark]
	fn bond_more() {
		let (who, operator) = operator::<T>();
		be_short::<T>(operator, 0);
		assert_ok!(Pallet::<T>::do_review(operator));
		assert!(Bonds::<T>::get(operator).is_some_and(|record| is_suspended(&record)));

		#[extrinsic_call]
		_(RawOrigin::Signed(who), operator, BCT);

		assert!(Bonds::<T>::get(operator).is_some_and(|record| record.shortfall.is_none()));
	}

	#[benchmark]
	fn unbond() {
		let (who, operator) = operator::<T>();
		// It has been called for long, and what it lacked is there: it sells again.
		be_short::<T>(operator, 0);
		assert_ok!(Pallet::<T>::do_review(operator));
		assert_ok!(T::Bct::mint_into(
			&T::Deeds::bond_account(operator),
			BCT.saturating_mul(2)
		));
		Bonds::<T>::mutate_extant(operator, |record| {
			record.bond = record.bond.saturating_add(BCT.saturating_mul(2));
		});
		Bonds::<T>::mutate_extant(operator, |record| {
			for _ in 1..MAX_CHUNKS {
				assert_ok!(record.unbonding.try_push(Chunk { amount: 1, due: 0 }));
			}
		});

		#[extrinsic_call]
		_(RawOrigin::Signed(who), operator, BCT);

		let chunks = Bonds::<T>::get(operator).map(|record| record.unbonding.len());
		assert_eq!(chunks, usize::try_from(MAX_CHUNKS).ok());
	}

	#[benchmark]
	fn withdraw() {
		let (who, operator) = operator::<T>();
		let amount = unbond_all::<T>(operator, MAX_CHUNKS);
		let before = T::Bct::balance(&who);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), operator);

		assert_eq!(T::Bct::balance(&who), before.saturating_add(amount));
	}

	#[benchmark]
	fn retire() {
		let (who, operator) = operator::<T>();
		// What a payment leaves behind, and the attribute of the reliability.
		Payments::<T>::insert(operator, Pallet::<T>::payments(operator));
		Pallet::<T>::show(operator, crate::registration::attributes::RELIABILITY, b"100.00%");
		unbond_all::<T>(operator, 1);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), operator);

		assert!(!Bonds::<T>::contains_key(operator));
	}

	#[benchmark]
	fn set_parameters() -> Result<(), BenchmarkError> {
		let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
		let parameters = ParametersRecord::default();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, parameters);

		let event = Event::<T>::ParametersSet { parameters };
		frame_system::Pallet::<T>::assert_last_event(<T as frame_system::Config>::RuntimeEvent::from(event));
		Ok(())
	}

	#[benchmark]
	fn settle_compensation() {
		let (_, operator) = operator::<T>();
		T::Prices::set_price(Price::from_u32(1));
		let to: T::AccountId = account("customer", 0, 0);
		let mut payments = Pallet::<T>::payments(operator);
		payments.add(1);
		Payments::<T>::insert(operator, payments);
		Pallet::<T>::compensate(operator, &to, CREDITS_PER_USD);
		T::Clock::set_now(T::Clock::now().saturating_add(LATER));

		#[block]
		{
			assert!(Pallet::<T>::settle_first());
		}

		let queue = Queue::<T>::get();
		assert_eq!(queue.first, queue.next);
		assert_eq!(T::Bct::balance(&to), BCT);
	}

	#[benchmark]
	fn reviews() {
		let today = T::Clock::now() / MINUTES_PER_DAY;
		Reviews::<T>::put(ReviewRecord {
			day: today,
			last: Some(0),
			done: true,
		});
		let mut meter = WeightMeter::new();

		#[block]
		{
			Pallet::<T>::review_due(1, &mut meter);
		}

		assert!(Reviews::<T>::get().done);
	}

	#[benchmark]
	fn review_bond() {
		let (_, operator) = operator::<T>();
		be_short::<T>(operator, 0);
		Reviews::<T>::put(ReviewRecord::default());

		#[block]
		{
			// In its turn, with the next one's place looked up.
			let next = Bonds::<T>::iter_keys().next();
			assert!(next.is_some());
			assert_ok!(Pallet::<T>::do_review(operator));
		}

		assert!(Bonds::<T>::get(operator).is_some_and(|record| is_suspended(&record)));
	}

	impl_benchmark_test_suite!(Pallet, crate::mock::TestExt::default().build(), crate::mock::Test);
}
