//! Numbers that look random and are the same for the same seed.

/// SplitMix64: small, and good enough to choose actions with.
pub struct Random(u64);

impl Random {
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	pub fn number(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		mixed ^ (mixed >> 31)
	}

	/// From zero to below `end`.
	pub fn below(&mut self, end: u64) -> u64 {
		self.number() % end.max(1)
	}

	/// From `least` to `most`, both included.
	pub fn between(&mut self, least: u32, most: u32) -> u32 {
		least + u32::try_from(self.below(u64::from(most - least) + 1)).expect("at most `most`")
	}

	/// True in one of `count` cases.
	pub fn one_in(&mut self, count: u64) -> bool {
		self.below(count) == 0
	}

	/// One of `all`, if there is any.
	pub fn pick<T: Clone>(&mut self, all: &[T]) -> Option<T> {
		let place = self.below(u64::try_from(all.len()).expect("few"));
		all.get(usize::try_from(place).expect("few")).cloned()
	}
}
