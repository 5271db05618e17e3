//! Any sequence of happenings against a slow model that keeps a list of everything.

use crate::{mock::*, TIME_TO_RAISE};
use frame_support::assert_ok;
use millpond_primitives::{Balance, Credits, Minute, OperatorId, Price, BCT, CREDITS_PER_USD, MINUTES_PER_DAY};
use millpond_traits::{
	mocks::{MockClock, MockOnSuspension, MockPrices},
	Clock as _, Duty, Operators as _,
};
use proptest::prelude::*;

/// What may happen. Operators and accounts are those of a number modulo how many there are.
#[derive(Clone, Debug)]
enum Happening {
	Register(u64, Balance),
	BondMore(usize, u64, Balance),
	Unbond(usize, u64, Balance),
	Withdraw(usize),
	Retire(usize, u64),
	/// So many cents are asked.
	TakeOn(usize, u128),
	LayDown(usize, usize),
	Slash(usize, Balance),
	/// So many dollars are owed to the customer.
	Compensate(usize, u32),
	Sell(usize, u64),
	Pass(Minute),
	/// Dollars a BCT.
	/// Of payouts and calls; duties are always taken on at a dollar.
	Price(Option<u32>),
}

fn happening() -> impl Strategy<Value = Happening> {
	let amount = || prop_oneof![3 => 0..3_000 * BCT, 1 => (0..4u128).prop_map(|n| n * 1_000 * BCT)];
	let who = ALICE..=CHARLIE;
	let which = 0..3usize;
	prop_oneof![
		2 => (who.clone(), amount()).prop_map(|(who, bond)| Happening::Register(who, bond)),
		2 => (which.clone(), who.clone(), amount()).prop_map(|(op, who, sum)| Happening::BondMore(op, who, sum)),
		4 => (which.clone(), who.clone(), amount()).prop_map(|(op, who, sum)| Happening::Unbond(op, who, sum)),
		2 => which.clone().prop_map(Happening::Withdraw),
		2 => (which.clone(), who.clone()).prop_map(|(op, who)| Happening::Retire(op, who)),
		3 => (which.clone(), 0..300_000u128).prop_map(|(op, cents)| Happening::TakeOn(op, cents)),
		3 => (which.clone(), 0..3usize).prop_map(|(op, duty)| Happening::LayDown(op, duty)),
		1 => (which.clone(), amount()).prop_map(|(op, sum)| Happening::Slash(op, sum)),
		3 => (which.clone(), 1..500u32).prop_map(|(op, dollars)| Happening::Compensate(op, dollars)),
		2 => (which, who).prop_map(|(op, to)| Happening::Sell(op, to)),
		6 => (0..20 * MINUTES_PER_DAY).prop_map(Happening::Pass),
		1 => prop::option::of(1..10u32).prop_map(Happening::Price),
	]
}

#[derive(Clone, Default)]
struct NaiveOperator {
	id: OperatorId,
	holder: AccountId,
	bond: Balance,
	unbonding: Vec<(Balance, Minute)>,
	/// What each asks, in DC.
	duties: Vec<Credits>,
	/// What is to answer for them.
	duty_bond: Balance,
	/// When it was called, if it is.
	called: Option<Minute>,
	suspended: bool,
	owed: usize,
	/// Days and amounts.
	payments: Vec<(u32, Balance)>,
}

impl NaiveOperator {
	fn free(&self) -> Balance {
		self.bond.saturating_sub(self.duty_bond)
	}

	fn asked(&self) -> Credits {
		self.duties.iter().sum()
	}

	/// What the bond is compared with, while a BCT costs so many dollars.
	fn review(&mut self, now: Minute, price: Option<u32>) {
		let plancks = |credits: Credits, dollars: u32| credits * (BCT / CREDITS_PER_USD) / Balance::from(dollars);
		let least = price.map_or(0, |price| plancks(self.asked() * 7 / 10, price));
		if self.duty_bond < least {
			let price = price.expect("there is one");
			// A dollar is a whole number of plancks at the prices here, or rounded up.
			let all = (self.asked() * (BCT / CREDITS_PER_USD)).div_ceil(price.into());
			self.duty_bond = self.duty_bond.max(all.min(self.bond));
		}
		let uncovered = self.bond < self.duty_bond;
		let short = uncovered || self.bond < least;
		if price.is_none() && !uncovered {
			return;
		}
		match self.called {
			None if short => self.called = Some(now),
			Some(since) if short => self.suspended |= since + TIME_TO_RAISE <= now,
			_ => (self.called, self.suspended) = (None, false),
		}
	}

	fn call_if_uncovered(&mut self, now: Minute) {
		if self.bond < self.duty_bond {
			self.called = self.called.or(Some(now));
		}
	}

	fn reachable(&self) -> Balance {
		self.bond + self.unbonding.iter().map(|(amount, _)| amount).sum::<Balance>()
	}

	fn take(&mut self, amount: Balance) -> Balance {
		let mut left = amount;
		while let Some((part, due)) = self.unbonding.pop() {
			if part > left {
				self.unbonding.push((part - left, due));
				return amount;
			}
			left -= part;
		}
		let taken = left.min(self.bond);
		self.bond -= taken;
		amount - left + taken
	}
}

#[derive(Default)]
struct Naive {
	operators: Vec<NaiveOperator>,
	registered: OperatorId,
	/// What Alice, Bob and Charlie have.
	balances: [Balance; 3],
	customer: Balance,
	slashed: Balance,
	/// Operator, dollars, due.
	queue: Vec<(OperatorId, u32, Minute)>,
	price: Option<u32>,
	/// The day on which bonds were reviewed last.
	reviewed: Option<u32>,
}

impl Naive {
	fn operator(&mut self, which: usize) -> Option<&mut NaiveOperator> {
		let count = self.operators.len().max(1);
		self.operators.get_mut(which % count)
	}

	fn pay(&mut self, who: AccountId, amount: Balance) {
		self.balances[who as usize - 1] += amount;
	}

	fn charge(&mut self, who: AccountId, amount: Balance) {
		self.balances[who as usize - 1] -= amount;
	}

	/// A block: some compensations, then all bonds, then the other compensations.
	fn block(&mut self, now: Minute) {
		self.settle(now, 8);
		if self.reviewed != Some(now / MINUTES_PER_DAY) {
			self.reviewed = Some(now / MINUTES_PER_DAY);
			let price = self.price;
			self.operators
				.iter_mut()
				.for_each(|operator| operator.review(now, price));
		}
		self.settle(now, usize::MAX);
	}

	fn settle(&mut self, now: Minute, count: usize) {
		let Some(price) = self.price else { return };
		for _ in 0..count {
			if self.queue.first().is_none_or(|(_, _, due)| *due > now) {
				return;
			}
			let (id, dollars, _) = self.queue.remove(0);
			let operator = self
				.operators
				.iter_mut()
				.find(|operator| operator.id == id)
				.expect("it owes");
			operator.owed -= 1;
			let today = now / MINUTES_PER_DAY;
			let counted = operator.payments.iter().filter(|(day, _)| today - day <= 30);
			let paid: Balance = counted.map(|(_, amount)| amount).sum();
			let left = ((operator.reachable() + paid) / 4).saturating_sub(paid);
			let amount = left.min(Balance::from(dollars) * BCT / Balance::from(price));
			assert_eq!(operator.take(amount), amount);
			operator.call_if_uncovered(now);
			operator.payments.push((today, amount));
			self.customer += amount;
		}
	}
}

/// Lets it happen in both, and compares whether it may.
fn happen(naive: &mut Naive, happening: Happening) {
	let (now, price) = (MockClock::now(), naive.price);
	let signed = RuntimeOrigin::signed;
	match happening {
		Happening::Register(who, bond) => {
			let may = bond >= 1_000 * BCT && naive.operators.len() < 3;
			if naive.operators.len() < 3 {
				assert_eq!(
					Operators::register(signed(who), profile("Mill", "DE"), bond).is_ok(),
					may
				);
			}
			if may {
				naive.charge(who, bond + DEPOSIT);
				naive.operators.push(NaiveOperator {
					id: naive.registered,
					holder: who,
					bond,
					..Default::default()
				});
				naive.registered += 1;
			}
		}
		Happening::BondMore(which, who, amount) => {
			let Some(operator) = naive.operator(which) else { return };
			let may = operator.holder == who;
			assert_eq!(Operators::bond_more(signed(who), operator.id, amount).is_ok(), may);
			if may {
				operator.bond += amount;
				operator.review(now, price);
				naive.charge(who, amount);
			}
		}
		Happening::Unbond(which, who, amount) => {
			let Some(kept) = naive.operator(which) else { return };
			let mut operator = kept.clone();
			operator.review(now, price);
			let left = operator.bond.saturating_sub(amount);
			let may = operator.holder == who
				&& amount > 0
				&& amount <= operator.free()
				&& operator.unbonding.len() < 8
				&& (left >= 1_000 * BCT || (left == 0 && operator.duties.is_empty()));
			assert_eq!(Operators::unbond(signed(who), operator.id, amount).is_ok(), may);
			if may {
				operator.bond = left;
				operator.unbonding.push((amount, now + 28 * MINUTES_PER_DAY));
				*kept = operator;
			}
		}
		Happening::Withdraw(which) => {
			let Some(operator) = naive.operator(which) else { return };
			let (holder, due) = (
				operator.holder,
				operator.unbonding.iter().filter(|(_, due)| *due <= now),
			);
			let amount: Balance = due.map(|(amount, _)| amount).sum();
			assert_eq!(Operators::withdraw(signed(CUSTOMER), operator.id).is_ok(), amount > 0);
			operator.unbonding.retain(|(_, due)| *due > now);
			naive.pay(holder, amount);
		}
		Happening::Retire(which, who) => {
			let Some(operator) = naive.operator(which).cloned() else {
				return;
			};
			let is_due = operator.unbonding.iter().all(|(_, due)| *due <= now);
			let may = operator.holder == who
				&& operator.duties.is_empty()
				&& operator.owed == 0
				&& operator.bond == 0
				&& is_due;
			assert_eq!(Operators::retire(signed(who), operator.id).is_ok(), may);
			if may {
				naive.pay(who, operator.reachable() + DEPOSIT);
				naive.operators.retain(|other| other.id != operator.id);
			}
		}
		Happening::TakeOn(which, asked) => {
			let Some(operator) = naive.operator(which) else { return };
			let (credits, bond) = (cents(asked).credits, asked * BCT / 100);
			let may = bond <= operator.free();
			assert_eq!(Operators::take_on(operator.id, cents(asked)).is_ok(), may);
			if may {
				operator.duties.push(credits);
				operator.duty_bond += bond;
			}
		}
		Happening::LayDown(which, duty) => {
			let Some(operator) = naive.operator(which) else { return };
			if duty < operator.duties.len() {
				let asked = operator.asked();
				let credits = operator.duties.remove(duty);
				assert_ok!(Operators::lay_down(operator.id, Duty { credits, least: 0 }));
				let left = operator.duty_bond * operator.asked();
				operator.duty_bond = if asked == 0 { 0 } else { left.div_ceil(asked) };
			}
		}
		Happening::Slash(which, amount) => {
			let Some(operator) = naive.operator(which) else { return };
			let taken = operator.take(amount);
			assert_eq!(Operators::slash(operator.id, amount), taken);
			operator.call_if_uncovered(now);
			naive.slashed += taken;
		}
		Happening::Compensate(which, dollars) => {
			let Some(operator) = naive.operator(which) else { return };
			let id = operator.id;
			operator.owed += 1;
			Operators::compensate(id, &CUSTOMER, Balance::from(dollars) * CREDITS_PER_USD);
			naive.queue.push((id, dollars, now + 7 * MINUTES_PER_DAY));
		}
		Happening::Sell(which, to) => {
			let Some(operator) = naive.operator(which) else { return };
			assert_ok!(Deeds::sell(operator.id, &to));
			operator.holder = to;
		}
		Happening::Pass(minutes) => {
			pass(minutes);
			block();
			naive.block(now + minutes);
		}
		Happening::Price(price) => {
			MockPrices::set_for_payout(price.map(Price::from_u32));
			naive.price = price;
		}
	}
}

fn compare(naive: &Naive) {
	check_invariants();
	for operator in &naive.operators {
		let record = bond(operator.id);
		assert_eq!((record.bond, record.free()), (operator.bond, operator.free()));
		assert_eq!(record.duties as usize, operator.duties.len());
		assert_eq!((record.asked, record.duty_bond), (operator.asked(), operator.duty_bond));
		assert_eq!(record.shortfall.map(|shortfall| shortfall.since), operator.called);
		assert_eq!(MockOnSuspension::is_suspended(operator.id), operator.suspended);
		assert_eq!(record.owed as usize, operator.owed);
		let chunks: Vec<_> = record.unbonding.iter().map(|chunk| (chunk.amount, chunk.due)).collect();
		assert_eq!(chunks, operator.unbonding);
		assert_eq!(bct(bond_account(operator.id)), operator.reachable() + DEPOSIT);
	}
	assert_eq!([ALICE, BOB, CHARLIE].map(bct), naive.balances);
	assert_eq!((bct(CUSTOMER), Slashed::get()), (naive.customer, naive.slashed));
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn bonds_should_be_those_of_the_naive_model_whatever_happens(
		happenings in prop::collection::vec(happening(), 1..60),
	) {
		TestExt::default().execute_with(|| {
			// So that any amount can be paid to the customer.
			assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(ALICE), CUSTOMER, BCT));
			let mut naive = Naive {
				balances: [ENDOWMENT - BCT, ENDOWMENT, ENDOWMENT],
				customer: BCT,
				price: Some(1),
				..Default::default()
			};
			for happening in happenings {
				happen(&mut naive, happening);
				compare(&naive);
			}
		});
	}
}
