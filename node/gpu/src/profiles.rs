//! Challenges for cards that can be bought, and for a CPU.
//!
//! The chain's catalogue decides what is asked of a model; these are what it starts from, and what `bench` measures
//! against. How the sizes were found stands in `docs/attestation.md`.

use millpond_proof::{
	cards::{self, Sizes},
	Profile,
};
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

/// Seconds in which the walk and its commitment have to be done.
pub const WALK_WINDOW: u32 = 30;

const SIZES: [(&str, Sizes); 6] = [
	("SIM-CPU", cards::SIM_CPU),
	("NVIDIA H200", cards::H200),
	("NVIDIA H100 80GB", cards::H100),
	("NVIDIA A100 80GB", cards::A100),
	("NVIDIA L40S", cards::L40S),
	("NVIDIA RTX 4090", cards::RTX_4090),
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

/// The only one whose words all stand in what a device calls itself, if there is just one: "NVIDIA H100 80GB HBM3" is an
/// "NVIDIA H100 80GB", and an "NVIDIA A100-SXM4-40GB" is none.
pub fn of_device(device: &str) -> Option<Model> {
	fn words(name: &str) -> Vec<String> {
		let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
		words.map(str::to_ascii_uppercase).collect()
	}
	let device = words(device);
	let mut found = all().filter(|model| words(model.name).iter().all(|word| device.contains(word)));
	found.next().filter(|_| found.next().is_none())
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
	fn model_should_be_known_by_what_the_driver_calls_the_device() {
		for (device, model) in [
			("NVIDIA H200", Some("NVIDIA H200")),
			("NVIDIA H100 80GB HBM3", Some("NVIDIA H100 80GB")),
			("NVIDIA A100-SXM4-80GB", Some("NVIDIA A100 80GB")),
			("NVIDIA GeForce RTX 4090", Some("NVIDIA RTX 4090")),
			("SIM-CPU", Some("SIM-CPU")),
			("NVIDIA A100-SXM4-40GB", None),
			("NVIDIA T4", None),
		] {
			assert_eq!(of_device(device).map(|found| found.name), model, "{device}");
		}
	}

	#[test]
	fn proofs_should_fit_an_extrinsic_when_of_any_model() {
		for model in all() {
			assert!(model.profile.cost().proof_bytes < 200_000, "{}", model.name);
		}
	}
}
