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
}

/// Seconds in which fill and commitment have to be done, whatever the model: a chain has one window for all.
pub const WINDOW: u32 = 60;

/// Rows, columns, k, lanes, steps, openings.
const SIZES: [(&str, [u32; 6]); 6] = [
	("SIM-CPU", [256, 1_024, 512, 64, 16, 8]),
	("NVIDIA H200", [131_072, 249_856, 862_208, 65_536, 1_024, 16]),
	("NVIDIA H100 80GB", [131_072, 131_072, 1_646_592, 65_536, 1_024, 16]),
	("NVIDIA A100 80GB", [131_072, 131_072, 520_192, 65_536, 1_024, 16]),
	("NVIDIA L40S", [65_536, 147_456, 1_083_392, 65_536, 1_024, 16]),
	("NVIDIA RTX 4090", [65_536, 77_824, 1_849_344, 65_536, 1_024, 16]),
];

/// All of them.
pub fn all() -> impl Iterator<Item = Model> {
	SIZES
		.into_iter()
		.filter_map(|(name, [rows, columns, k, lanes, steps, openings])| {
			let profile = Profile::new(rows, columns, k, lanes, steps, openings).ok()?;
			Some(Model { name, profile })
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
	fn profiles_should_leave_an_eighth_to_a_fifth_of_the_memory() {
		assert_eq!(all().count(), SIZES.len());
		for (name, gibibytes, _) in CARDS {
			let share = named(name).unwrap().profile.memory() as f64 / f64::from(1 << 30) / gibibytes;
			assert!((0.78..0.875).contains(&share), "{name}: {share}");
		}
	}

	#[test]
	fn window_should_be_too_short_for_two_fills_at_any_speed_that_the_card_can_have() {
		for (name, _, peak) in CARDS {
			let seconds = 2.0 * named(name).unwrap().profile.multiplications() as f64 / (0.95 * peak * 1e12);
			assert!(2.0 * seconds > f64::from(WINDOW), "{name}: {seconds} s");
			assert!(
				2.0 * seconds < 1.01 * f64::from(WINDOW),
				"{name}: {seconds} s, more than is needed"
			);
		}
	}

	#[test]
	fn proofs_should_fit_an_extrinsic_when_of_any_model() {
		for model in all() {
			assert!(model.profile.cost().proof_bytes < 200_000, "{}", model.name);
		}
	}
}
