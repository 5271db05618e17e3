//! Bit sets of rosters.

use crate::{count_present, extent, is_present, nth_present};
use proptest::prelude::*;

proptest! {
	#[test]
	fn presence_should_be_what_a_list_of_positions_says(positions in prop::collection::btree_set(0..200u32, 0..60)) {
		let mut bits = vec![0u8; 25];
		for position in &positions {
			bits[*position as usize / 8] |= 1 << (position % 8);
		}
		let listed: Vec<u32> = positions.iter().copied().collect();
		let found: Vec<u32> = (0..300).filter(|position| is_present(&bits, *position)).collect();
		prop_assert_eq!(&found, &listed);
		let counted: Vec<u32> = (0..).map_while(|number| nth_present(&bits, number)).collect();
		prop_assert_eq!(&counted, &listed);
		prop_assert_eq!(count_present(&bits) as usize, listed.len());
		prop_assert_eq!(extent(&bits), listed.last().map_or(0, |last| last + 1));
	}
}
