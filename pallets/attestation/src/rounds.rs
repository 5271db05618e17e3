//! The life of a round, a block at a time.

use crate::{
	is_present, nth_present, Commits, Config, Error, Event, Order, Pallet, Parameters, Phase, Picks, ProfileRecord,
	Profiles, Roster, Round, RoundRecord, Rounds, Sweep, WeightInfo,
};
use frame_support::{dispatch::DispatchResult, ensure, traits::Randomness, weights::WeightMeter};
use millpond_primitives::{GpuModelId, OperatorId};
use millpond_proof::{hash, Hash, Profile};
use millpond_traits::{Clock, Gpus, Hosts};

/// A number drawn from `seed`.
fn draw(seed: &Hash, number: u32) -> u64 {
	let drawn = hash(&[seed, &number.to_le_bytes()]);
	let bytes = drawn.first_chunk().copied().unwrap_or_default();
	u64::from_le_bytes(bytes)
}

/// The `number`th pick of `wanted` among `present`, which are as many or more: one of the `number`th of `wanted` equal
/// parts, so that none is picked twice and each is as likely as any other.
fn pick(seed: &Hash, number: u32, wanted: u32, present: u64) -> Option<u64> {
	let bound = |number: u32| {
		u128::from(number)
			.saturating_mul(present.into())
			.checked_div(wanted.into())
	};
	let (low, high) = (bound(number)?, bound(number.saturating_add(1))?);
	let offset = u128::from(draw(seed, number)).checked_rem(high.saturating_sub(low))?;
	u64::try_from(low.saturating_add(offset)).ok()
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_profile(model: GpuModelId, profile: Profile) -> DispatchResult {
		ensure!(T::Gpus::model(model).is_some(), Error::<T>::NoModel);
		let newest = Rounds::<T>::get();
		let from = newest.saturating_add(1);
		let record = match Profiles::<T>::get(model) {
			Some(record) => ProfileRecord {
				present: record.in_round(newest),
				next: Some((from, profile)),
			},
			None => ProfileRecord {
				present: profile,
				next: None,
			},
		};
		Profiles::<T>::insert(model, record);
		Self::deposit_event(Event::ProfileSet { model, profile, from });
		Ok(())
	}

	/// Does what is to be done for rounds in this block, as far as `meter` allows.
	pub(crate) fn work_on_round(meter: &mut WeightMeter) {
		let (random, _) = T::Randomness::random(b"millpond attestation");
		let random: Option<Hash> = random.map(Into::into);
		let Some(mut round) = Round::<T>::get() else {
			return Self::begin_by_chance(random);
		};
		match round.phase {
			Phase::FillSeed | Phase::WalkSeed | Phase::PickSeed => {
				if let Some(random) = random {
					round.mix = hash(&[&round.mix, &random]);
					Self::pass_block(&mut round);
				}
			}
			Phase::Fill | Phase::Walk | Phase::Proving => Self::pass_block(&mut round),
			Phase::Picking => Self::draw_picks(&mut round, meter),
			Phase::Closing => {
				if Self::sweep(&mut round, meter) {
					Round::<T>::kill();
					return Self::deposit_event(Event::RoundClosed { round: round.index });
				}
			}
		}
		Round::<T>::put(round);
	}

	/// Begins a round in one of so many blocks as the parameters say. When that is can be known to nobody but, by a block,
	/// the author of the block before.
	fn begin_by_chance(random: Option<Hash>) {
		let interval = Parameters::<T>::get().interval.get();
		if random.is_some_and(|random| draw(&random, 0).checked_rem(interval.into()) == Some(0)) {
			Self::begin_round();
		}
	}

	pub(crate) fn begin_round() {
		let (index, now) = (Rounds::<T>::get().saturating_add(1), T::Clock::now());
		Rounds::<T>::put(index);
		T::Hosts::round_opened();
		let mut round = RoundRecord {
			index,
			opened: now,
			phase: Phase::FillSeed,
			left: 0,
			mix: Hash::default(),
			fill: None,
			walk: None,
			pick: None,
			operators: 0,
			present: 0,
			drawn: 0,
			sweep: Sweep::default(),
		};
		Self::begin_phase(&mut round, Phase::FillSeed);
		Round::<T>::put(round);
	}

	/// Counts a block of the window; after the last one the next part of the round begins.
	fn pass_block(round: &mut RoundRecord) {
		round.left = round.left.saturating_sub(1);
		if round.left > 0 {
			return;
		}
		let next = match round.phase {
			Phase::FillSeed => {
				round.fill = Some(round.mix);
				Phase::Fill
			}
			Phase::Fill => Phase::WalkSeed,
			Phase::WalkSeed => {
				round.walk = Some(round.mix);
				Phase::Walk
			}
			// Without anybody to prove anything, at once.
			Phase::Walk if round.present == 0 => Phase::Closing,
			Phase::Walk => Phase::PickSeed,
			Phase::PickSeed => {
				round.pick = Some(round.mix);
				Phase::Picking
			}
			Phase::Picking => Phase::Proving,
			Phase::Proving | Phase::Closing => Phase::Closing,
		};
		Self::begin_phase(round, next);
	}

	fn begin_phase(round: &mut RoundRecord, phase: Phase) {
		let parameters = Parameters::<T>::get();
		round.phase = phase;
		round.left = match phase {
			Phase::FillSeed | Phase::WalkSeed | Phase::PickSeed => parameters.seed_blocks.get(),
			Phase::Fill => parameters.fill_blocks.get(),
			Phase::Walk => parameters.walk_blocks.get(),
			Phase::Proving => parameters.prove_blocks.get(),
			Phase::Picking | Phase::Closing => 0,
		};
		Self::deposit_event(Event::PhaseBegan {
			round: round.index,
			phase,
		});
	}

	/// Draws picks until there are enough, as far as `meter` allows.
	fn draw_picks(round: &mut RoundRecord, meter: &mut WeightMeter) {
		let most = u64::from(Parameters::<T>::get().picks.get());
		let wanted = u32::try_from(most.min(round.present)).unwrap_or(u32::MAX);
		while round.drawn < wanted && meter.try_consume(T::WeightInfo::pick()).is_ok() {
			if let Some(number) = pick(&round.mix, round.drawn, wanted, round.present) {
				Self::pick_gpu(round, number);
			}
			round.drawn = round.drawn.saturating_add(1);
		}
		if round.drawn >= wanted {
			Self::pass_block(round);
		}
	}

	/// Picks the `number`th GPU of those that took part.
	pub(crate) fn pick_gpu(round: &RoundRecord, number: u64) {
		let Some((operator, number)) = Self::operator_of(round.operators, number) else {
			return;
		};
		let position = Commits::<T>::get(operator)
			.and_then(|commit| commit.walk)
			.and_then(|walk| nth_present(&walk.present, number));
		let member = position.and_then(|position| Roster::<T>::get(operator, position));
		if let Some(member) = member.filter(|member| !member.gone) {
			Picks::<T>::insert(operator, member.gpu, false);
			Self::deposit_event(Event::Picked {
				round: round.index,
				operator,
				gpu: member.gpu,
			});
		}
	}

	/// The operator with the `number`th GPU of those that took part, and the number of that GPU among its own: by bisection
	/// of the order, in which each operator stands with the sum up to and including its own.
	fn operator_of(operators: u32, number: u64) -> Option<(OperatorId, u64)> {
		let (mut low, mut high) = (0, operators);
		while low < high {
			let middle = u32::midpoint(low, high);
			let (sum, _) = Order::<T>::get(middle)?;
			if sum <= number {
				low = middle.saturating_add(1);
			} else {
				high = middle;
			}
		}
		let before = low.checked_sub(1).and_then(Order::<T>::get).map_or(0, |(sum, _)| sum);
		let (_, operator) = Order::<T>::get(low)?;
		Some((operator, number.checked_sub(before)?))
	}

	/// Whether the operator says that its GPU at `position` took part in the round.
	pub(crate) fn took_part(operator: OperatorId, position: u32) -> bool {
		let walk = Commits::<T>::get(operator).and_then(|commit| commit.walk);
		walk.is_some_and(|walk| is_present(&walk.present, position))
	}
}
