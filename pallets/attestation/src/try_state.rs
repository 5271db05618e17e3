//! The invariants. The list stands in the README.

use crate::{
	count_present, Attestors, Commits, Config, Due, NextDue, Order, Pallet, Phase, Picks, Places, Roster, Round,
	RoundRecord, Rounds, MAX_GPUS,
};
use frame_support::ensure;
use millpond_traits::GpuStatus;
use sp_runtime::TryRuntimeError;

impl<T: Config> Pallet<T> {
	/// Checks every invariant of this pallet.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_rosters()?;
		Self::check_members()?;
		Self::check_due()?;
		match Round::<T>::get() {
			Some(round) => Self::check_round(&round),
			None => {
				ensure!(
					Commits::<T>::iter_keys().next().is_none(),
					"a commit outlives its round"
				);
				ensure!(Order::<T>::iter_keys().next().is_none(), "an order outlives its round");
				ensure!(Picks::<T>::iter_keys().next().is_none(), "a pick outlives its round");
				Ok(())
			}
		}
	}

	fn check_rosters() -> Result<(), TryRuntimeError> {
		let mut members = 0usize;
		for (operator, record) in Attestors::<T>::iter() {
			ensure!(record.gpus <= MAX_GPUS, "a roster is too long");
			for position in 0..record.gpus {
				ensure!(Roster::<T>::contains_key(operator, position), "a roster has a hole");
			}
			let gpus = usize::try_from(record.gpus).unwrap_or(usize::MAX);
			members = members.saturating_add(gpus);
		}
		ensure!(
			Roster::<T>::iter_keys().count() == members,
			"a GPU is beyond the end of its roster"
		);
		for (gpu, (operator, position)) in Places::<T>::iter() {
			let member = Roster::<T>::get(operator, position);
			ensure!(
				member.is_some_and(|member| member.gpu == gpu && !member.gone),
				"a GPU is not where it is said to be"
			);
		}
		Ok(())
	}

	fn check_members() -> Result<(), TryRuntimeError> {
		let rounds = Rounds::<T>::get();
		for (operator, position, member) in Roster::<T>::iter() {
			let place = Places::<T>::get(member.gpu);
			ensure!(
				(place == Some((operator, position))) != member.gone,
				"a GPU is twice on rosters"
			);
			ensure!(
				member.struck <= rounds && member.away.is_none_or(|since| since <= rounds),
				"a GPU knows of rounds to come"
			);
			if let Some(facts) = Self::hosted(operator, member.gpu).filter(|_| !member.gone) {
				let online = member.left == 0 && member.away.is_none();
				ensure!(
					online == (facts.status == GpuStatus::Online),
					"a GPU is online that has not passed, or not online that has"
				);
			}
		}
		Ok(())
	}

	fn check_due() -> Result<(), TryRuntimeError> {
		let mut vouched = 0usize;
		for (operator, record) in Attestors::<T>::iter() {
			if let Some(until) = record.vouched {
				vouched = vouched.saturating_add(1);
				ensure!(
					Due::<T>::contains_key(until.due, operator) && until.until < until.due,
					"nothing happens if an operator's heartbeats stop"
				);
			}
		}
		ensure!(Due::<T>::iter_keys().count() == vouched, "an operator is due twice");
		let next = NextDue::<T>::get();
		ensure!(
			Due::<T>::iter_keys().all(|(minute, _)| next.is_some_and(|next| next <= minute)),
			"an operator was passed over"
		);
		Ok(())
	}

	fn check_round(round: &RoundRecord) -> Result<(), TryRuntimeError> {
		ensure!(round.index == Rounds::<T>::get(), "another round is on than the newest");
		ensure!(
			round.phase == Phase::Picking || round.phase == Phase::Closing || round.left > 0,
			"a window has no end"
		);
		let mut sum = 0u64;
		for place in 0..round.operators {
			let Some((until, operator)) = Order::<T>::get(place) else {
				ensure!(round.phase == Phase::Closing, "the order has a hole");
				continue;
			};
			let walk = Commits::<T>::get(operator).and_then(|commit| commit.walk);
			let walk = walk.ok_or("an operator is in the order without a commit")?;
			ensure!(walk.place == place, "an operator is twice in the order");
			sum = sum.saturating_add(count_present(&walk.present).into());
			ensure!(
				until == sum || round.phase == Phase::Closing,
				"the order does not add up"
			);
		}
		ensure!(
			round.present == sum || round.phase == Phase::Closing,
			"the GPUs that took part do not add up"
		);
		ensure!(
			Order::<T>::iter_keys().all(|place| place < round.operators),
			"an operator is beyond the end of the order"
		);
		for (operator, gpu) in Picks::<T>::iter_keys() {
			ensure!(
				Commits::<T>::contains_key(operator)
					&& matches!(round.phase, Phase::Picking | Phase::Proving | Phase::Closing),
				"a GPU is picked that did not take part"
			);
			ensure!(
				Roster::<T>::iter_prefix_values(operator).any(|member| member.gpu == gpu),
				"a GPU is picked that is on no roster"
			);
		}
		Ok(())
	}
}
