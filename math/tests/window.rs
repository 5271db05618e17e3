//! The sliding window.

use millpond_math::window::Window;
use proptest::prelude::*;
use std::collections::BTreeMap;

proptest! {
	#![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn window_should_be_the_same_as_a_map_of_its_buckets(
		steps in prop::collection::vec((0u32..20, 0u128..1_000, any::<bool>()), 1..100),
		start in prop_oneof![0u32..10, 5_000_000u32..6_000_000],
	) {
		const LENGTH: u32 = 13;
		let mut window = Window::<{ LENGTH as usize }>::default();
		let mut naive = BTreeMap::<u32, u128>::new();
		let mut bucket = start;
		for (passed, value, raise) in steps {
			bucket += passed;
			window.roll(bucket);
			let newest = naive.entry(bucket).or_default();
			if raise {
				window.raise(value);
				*newest = value.max(*newest);
			} else {
				window.add(value);
				*newest += value;
			}
			let inside = || naive.iter().filter(|(number, _)| **number + LENGTH > bucket).map(|(_, value)| *value);
			prop_assert_eq!(window.sum(), inside().sum::<u128>());
			let newest = naive.get(&bucket).copied().unwrap_or_default();
			prop_assert_eq!(window.sum_before_newest(), inside().sum::<u128>() - newest);
			prop_assert_eq!(window.max(), inside().max().unwrap_or_default());
		}
	}
}

#[test]
fn window_should_not_move_back() {
	let mut window = Window::<3>::default();
	window.roll(10);
	window.add(1);
	window.roll(9);
	window.add(1);
	assert_eq!(window.sum(), 2);
	window.roll(12);
	assert_eq!(window.sum(), 2);
	window.roll(13);
	assert_eq!(window.sum(), 0);
}
