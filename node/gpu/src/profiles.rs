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
	/// What the catalogue that chains begin with calls it.
	pub name: &'static str,
	/// The words that stand in what its driver calls the device.
	pub driver: &'static str,
	/// The size of the challenge.
	pub profile: Profile,
}

/// Seconds in which fill and commitment have to be done, whatever the model: a chain has one window for all.
pub const WINDOW: u32 = 60;

/// Seconds in which the walk and its commitment have to be done.
pub const WALK_WINDOW: u32 = 30;

const SIZES: [(&str, &str, Sizes); 6] = [
	("SIM-CPU", "SIM-CPU", cards::SIM_CPU),
	("H200 SXM", "NVIDIA H200", cards::H200),
	("H100 SXM", "NVIDIA H100 80GB", cards::H100),
	("A100 SXM 80GB", "NVIDIA A100 80GB", cards::A100),
	("L40S", "NVIDIA L40S", cards::L40S),
	("GeForce RTX 4090", "NVIDIA RTX 4090", cards::RTX_4090),
];

/// All of them.
pub fn all() -> impl Iterator<Item = Model> {
	SIZES
		.into_iter()
		.filter_map(|(name, driver, [rows, columns, k, lanes, steps, openings])| {
			let profile = Profile::new(rows, columns, k, lanes, steps, openings).ok()?;
			Some(Model { name, driver, profile })
		})
}

/// The one that the catalogue or the driver calls so.
pub fn named(name: &str) -> Option<Model> {
	all().find(|model| {
		[model.name, model.driver]
			.iter()
			.any(|known| known.eq_ignore_ascii_case(name))
	})
}

/// The only one whose words all stand in what a device calls itself, if there is just one: "NVIDIA H100 80GB HBM3" is an
/// "H100 SXM", and an "NVIDIA A100-SXM4-40GB" is none.
pub fn of_device(device: &str) -> Option<Model> {
	fn words(name: &str) -> Vec<String> {
		let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
		words.map(str::to_ascii_uppercase).collect()
	}
	let device = words(device);
	let mut found = all().filter(|model| words(model.driver).iter().all(|word| device.contains(word)));
	found.next().filter(|_| found.next().is_none())
}

#[cfg(test)]
mod tests {
	use super::*;

	/// Memory in GiB as the driver reports it, and operations a second of dense int8 that the vendor claims, in 10^12.
	const CARDS: [(&str, f64, f64); 5] = [
		("H200 SXM", 140.4, 1_979.0),
		("H100 SXM", 79.6, 1_979.0),
		("A100 SXM 80GB", 80.0, 624.0),
		("L40S", 45.0, 733.0),
		("GeForce RTX 4090", 24.0, 660.6),
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
			("NVIDIA H200", Some("H200 SXM")),
			("NVIDIA H100 80GB HBM3", Some("H100 SXM")),
			("NVIDIA A100-SXM4-80GB", Some("A100 SXM 80GB")),
			("NVIDIA L40S", Some("L40S")),
			("NVIDIA GeForce RTX 4090", Some("GeForce RTX 4090")),
			("SIM-CPU", Some("SIM-CPU")),
			("NVIDIA A100-SXM4-40GB", None),
			("NVIDIA T4", None),
		] {
			assert_eq!(of_device(device).map(|found| found.name), model, "{device}");
		}
	}

	#[test]
	fn model_should_be_named_as_by_the_catalogue_or_by_the_driver() {
		for name in ["H100 SXM", "h100 sxm", "NVIDIA H100 80GB"] {
			assert_eq!(named(name).map(|model| model.name), Some("H100 SXM"), "{name}");
		}
		assert_eq!(named("H100"), None);
	}

	#[test]
	fn proofs_should_fit_an_extrinsic_when_of_any_model() {
		for model in all() {
			assert!(model.profile.cost().proof_bytes < 200_000, "{}", model.name);
		}
	}
}
