//! Challenges for cards that can be bought, and for a CPU.
//!
//! The chain's catalogue decides what is asked of a model; these are what it starts from, and what `bench` measures
//! against. How the sizes were found stands in `docs/attestation.md`.

use millpond_proof::Profile;
use serde::Serialize;

/// A model of GPU and the challenge to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Model {
	/// What it is called.
	pub name: &'static str,
	/// The size of the challenge.
	pub profile: Profile,
	/// Seconds in which fill and commitment have to be done.
	pub window: u32,
}

/// Rows, columns, k, lanes, steps, openings, and the window in seconds.
const SIZES: [(&str, [u32; 6], u32); 6] = [
	("SIM-CPU", [256, 1_024, 512, 64, 16, 8], 60),
	("NVIDIA H200", [131_072, 229_376, 1_048_576, 65_536, 1_024, 16], 64),
	("NVIDIA H100 80GB", [131_072, 131_072, 1_048_576, 65_536, 1_024, 16], 38),
	("NVIDIA A100 80GB", [131_072, 131_072, 524_288, 65_536, 1_024, 16], 56),
	("NVIDIA L40S", [65_536, 147_456, 851_968, 65_536, 1_024, 16], 46),
	("NVIDIA RTX 4090", [65_536, 77_824, 1_048_576, 65_536, 1_024, 16], 33),
];

/// All of them.
pub fn all() -> impl Iterator<Item = Model> {
	SIZES
		.into_iter()
		.filter_map(|(name, [rows, columns, k, lanes, steps, openings], window)| {
			let profile = Profile::new(rows, columns, k, lanes, steps, openings).ok()?;
			Some(Model { name, profile, window })
		})
}

/// The one with that name.
pub fn named(name: &str) -> Option<Model> {
	all().find(|model| model.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Memory in GiB as the driver reports it, and operations a second of dense int8 that the vendor claims, in 10^12.
	const CARDS: [(&str, f64, f64); 5] = [
		("NVIDIA H200", 140.4, 1_979.0),
		("NVIDIA H100 80GB", 79.6, 1_979.0),
		("NVIDIA A100 80GB", 80.0, 624.0),
		("NVIDIA L40S", 45.0, 733.0),
		("NVIDIA RTX 4090", 24.0, 660.6),
	];

	#[test]
	fn profiles_should_leave_a_fifth_of_the_memory() {
		assert_eq!(all().count(), SIZES.len());
		for (name, gibibytes, _) in CARDS {
			let share = named(name).unwrap().profile.memory() as f64 / f64::from(1 << 30) / gibibytes;
			assert!((0.78..0.82).contains(&share), "{name}: {share}");
		}
	}

	#[test]
	fn windows_should_be_too_short_for_two_fills_at_any_speed_that_the_card_can_have() {
		for (name, _, peak) in CARDS {
			let Model { profile, window, .. } = named(name).unwrap();
			let seconds = 2.0 * profile.multiplications() as f64 / (0.95 * peak * 1e12);
			assert!(2.0 * seconds > f64::from(window), "{name}: {seconds} s");
		}
	}

	#[test]
	fn proofs_should_fit_an_extrinsic_when_of_any_model() {
		for model in all() {
			assert!(model.profile.cost().proof_bytes < 200_000, "{}", model.name);
		}
	}
}
