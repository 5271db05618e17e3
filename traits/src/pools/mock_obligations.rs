//! A market of a test, as pools see it.

use super::*;
use crate::{
	mock_storage::{get, put},
	mocks::MockClock,
	Clock,
};

const SOLD: &str = "mock:obligations:sold";
const WITHHELD: &str = "mock:obligations:withheld";
const LOST: &str = "mock:obligations:lost";
const SWITCHED: &str = "mock:obligations:switched";
const OVERCOUNTED: &str = "mock:obligations:overcounted";
const RELIEVED: &str = "mock:obligations:relieved";
const BOUGHT_OUT: &str = "mock:obligations:bought-out";
const PRICE: &str = "mock:obligations:price";
const REFUSES: &str = "mock:obligations:refuses";

/// A GPU that was lost or bought out: the slot that had it, what it was, and what its group's clock showed.
pub type Lost = (Option<SlotId>, Assigned, Minute);

/// A market whose sales a test makes up.
pub struct MockObligations;

impl MockObligations {
	/// Sells `gpus` GPUs of the pool in the minutes `[from, until)`.
	pub fn sell(pool: PoolId, from: Minute, until: Minute, gpus: u32) {
		let mut sold = Self::sold(pool);
		sold.push((from, until, gpus));
		put(&(SOLD, pool), sold);
	}

	/// Everything that was sold of the pool is given back.
	pub fn clear(pool: PoolId) {
		put(&(SOLD, pool), Vec::<(Minute, Minute, u32)>::new());
	}

	fn sold(pool: PoolId) -> Vec<(Minute, Minute, u32)> {
		get(&(SOLD, pool))
	}

	/// What is withheld of the pool: from when, and how many GPUs.
	pub fn withheld(pool: PoolId) -> Vec<(Minute, u32)> {
		get(&(WITHHELD, pool))
	}

	/// The GPUs that slots have lost, in order.
	pub fn lost() -> Vec<Lost> {
		get(&LOST)
	}

	/// The groups that were darkened (false) and lit (true), in order.
	pub fn switched() -> Vec<(PoolId, OperatorId, bool)> {
		get(&SWITCHED)
	}

	/// What clocks have counted while GPUs were gone, in the order in which it was found out. Empty ones do not count.
	pub fn overcounted() -> Vec<Overcount> {
		get(&OVERCOUNTED)
	}

	fn note_overcount(overcount: Overcount) {
		if !overcount.is_empty() {
			let mut overcounted = Self::overcounted();
			overcounted.push(overcount);
			put(&OVERCOUNTED, overcounted);
		}
	}

	/// The slots that are to be relieved of a GPU, and when, in the order in which the market was told.
	pub fn relieved() -> Vec<(SlotId, Minute)> {
		get(&RELIEVED)
	}

	/// The GPUs that were bought out, and by whom, in order.
	pub fn bought_out<AccountId: Decode>() -> Vec<(AccountId, Lost)> {
		let bought_out: Vec<(Vec<u8>, Lost)> = get(&BOUGHT_OUT);
		let decode = |bytes: Vec<u8>| AccountId::decode(&mut &bytes[..]).expect("a mock stored it");
		bought_out
			.into_iter()
			.map(|(payer, lost)| (decode(payer), lost))
			.collect()
	}

	/// What it costs to buy a GPU out from now on; nothing at first.
	pub fn set_price(credits: Credits) {
		put(&PRICE, credits);
	}

	/// Whether nothing can be withheld, and nobody has enough to buy out, from now on.
	pub fn refuse(refuses: bool) {
		put(&REFUSES, refuses);
	}

	fn ensure_not_refused() -> DispatchResult {
		match get::<bool>(&REFUSES) {
			true => Err(DispatchError::Other("the market refuses")),
			false => Ok(()),
		}
	}

	fn switch(pool: PoolId, operator: OperatorId, lit: bool) {
		let mut switched = Self::switched();
		switched.push((pool, operator, lit));
		put(&SWITCHED, switched);
	}
}

impl<AccountId: Encode> Obligations<AccountId> for MockObligations {
	fn sold_until(pool: PoolId, gpus: u32) -> Minute {
		let (now, sold) = (MockClock::now(), Self::sold(pool));
		let at = |minute: Minute| -> u32 {
			let then = sold
				.iter()
				.filter(|(from, until, _)| *from <= minute && minute < *until);
			then.map(|(.., gpus)| gpus).sum()
		};
		// What is sold changes only where something begins or ends.
		let edges = sold.iter().flat_map(|(from, until, _)| [*from, *until]).chain([now]);
		let over = |minute: &Minute| *minute >= now && at(*minute) > gpus;
		let last = edges.clone().filter(over).max();
		let end = |last| edges.filter(|edge| *edge > last).min().expect("what begins ends");
		last.map_or(now, end)
	}

	fn withhold(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
		Self::ensure_not_refused()?;
		let mut withheld = Self::withheld(pool);
		withheld.push((from, gpus));
		put(&(WITHHELD, pool), withheld);
		Ok(())
	}

	/// Fails if fewer are withheld from that minute on.
	fn release(pool: PoolId, from: Minute, gpus: u32) -> DispatchResult {
		let mut withheld = Self::withheld(pool);
		let mut left = gpus;
		for (_, gpus) in withheld.iter_mut().filter(|(minute, _)| *minute == from) {
			let released = left.min(*gpus);
			*gpus -= released;
			left -= released;
		}
		withheld.retain(|(_, gpus)| *gpus > 0);
		put(&(WITHHELD, pool), withheld);
		match left {
			0 => Ok(()),
			_ => Err(DispatchError::Corruption),
		}
	}

	fn gpu_lost(slot: SlotId, gpu: Assigned, clock: Minute, overcount: Overcount) {
		Self::note_overcount(overcount);
		let mut lost = Self::lost();
		lost.push((Some(slot), gpu, clock));
		put(&LOST, lost);
	}

	fn group_dark(pool: PoolId, operator: OperatorId, overcount: Overcount) {
		Self::note_overcount(overcount);
		Self::switch(pool, operator, false);
	}

	fn group_lit(pool: PoolId, operator: OperatorId) {
		Self::switch(pool, operator, true);
	}

	fn relieve(slot: SlotId, at: Minute) {
		let mut relieved = Self::relieved();
		relieved.push((slot, at));
		put(&RELIEVED, relieved);
	}

	fn buy_out(
		payer: &AccountId,
		_: PoolId,
		slot: Option<SlotId>,
		gpu: Assigned,
		clock: Minute,
		max_credits: Credits,
	) -> DispatchResult {
		Self::ensure_not_refused()?;
		if get::<Credits>(&PRICE) > max_credits {
			return Err(DispatchError::Other("it costs more"));
		}
		let mut bought_out: Vec<(Vec<u8>, Lost)> = get(&BOUGHT_OUT);
		bought_out.push((payer.encode(), (slot, gpu, clock)));
		put(&BOUGHT_OUT, bought_out);
		Ok(())
	}

	fn buy_out_price(_: &AccountId, _: PoolId, _: Option<SlotId>) -> Result<Credits, DispatchError> {
		Self::ensure_not_refused()?;
		Ok(get(&PRICE))
	}

	/// Nobody: it knows no pools.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(_: PoolId) {}

	/// Nothing: to look through what it has sold is no work.
	#[cfg(feature = "runtime-benchmarks")]
	fn set_up_sold(_: PoolId, _: &AccountId) {}
}
