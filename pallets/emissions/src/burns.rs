//! Noting what is burned, so that it may be minted again.

use crate::{Burns, ClockState, Config, Pallet};
use frame_support::{
	defensive,
	traits::{fungible::Credit, Imbalance, OnUnbalanced},
};

/// Burns what it is given, and notes it for the net emissions.
impl<T: Config> OnUnbalanced<Credit<T::AccountId, T::Bct>> for Pallet<T> {
	fn on_nonzero_unbalanced(burned: Credit<T::AccountId, T::Bct>) {
		let minute = ClockState::<T>::get().map_or(0, |clock| clock.minute.saturating_sub(clock.origin));
		if let Err(error) = Burns::<T>::try_mutate(|burns| burns.note(minute, burned.peek())) {
			// More than can exist. It is burned all the same, and not minted again.
			defensive!("a burn cannot be noted", error);
		}
	}
}
