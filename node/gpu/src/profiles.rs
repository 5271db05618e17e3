//! Challenges for cards that can be bought, and for a CPU.
//!
//! The chain's catalogue decides what is asked of a model; these are what it starts from, and what `bench` measures
//! against. How the sizes were found stands in `docs/attestation.md`.

use millpond_proof::{
	cards::{self, Sizes},
	Profile,
};
use serde::Serialize;
use std::collections::BTreeSet;

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

/// The only one that a device is by what it calls itself, if there is just one: "NVIDIA H100 80GB HBM3" is an "H100 SXM", and an
/// "NVIDIA A100-SXM4-40GB" is none.
pub fn of_device(device: &str) -> Option<Model> {
	let mut found = all().filter(|model| is_called(device, model.name));
	found.next().filter(|_| found.next().is_none())
}

/// Chips that their maker sells on SXM modules under their bare names: the others of their kind say what they are.
const SXM_BY_DEFAULT: [&str; 3] = ["H200", "B200", "B300"];

/// Whether a driver's name for a card is that of a model: chip, form factor and whatever else tells cards apart are the same,
/// and so is the memory where both say it. "NVIDIA A100-SXM4-80GB" is an "A100 SXM 80GB"; an "NVIDIA H100 PCIe" is no "H100
/// SXM", and a "GeForce RTX 4090 D" is no "GeForce RTX 4090".
pub fn is_called(driver: &str, model: &str) -> bool {
	let (mut driver, model) = (Name::new(driver), Name::new(model));
	let is_bare = driver.words.iter().all(|word| SXM_BY_DEFAULT.contains(&word.as_str()));
	if is_bare && model.words.contains("SXM") {
		driver.words.insert("SXM".into());
	}
	let memory_fits = match (driver.memory, model.memory) {
		(Some(one), Some(other)) => one == other,
		_ => true,
	};
	!model.words.is_empty() && driver.words == model.words && memory_fits
}

/// A card's name, taken apart.
struct Name {
	/// What tells it from others, in capitals: chip, form factor, edition.
	words: BTreeSet<String>,
	/// Its memory, as its name says it: `80GB`.
	memory: Option<String>,
}

impl Name {
	fn new(name: &str) -> Self {
		let (mut words, mut memory) = (BTreeSet::new(), None);
		let all = name.split(|letter: char| !letter.is_ascii_alphanumeric());
		for word in all.map(str::to_ascii_uppercase) {
			let digits = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
			match word.as_str() {
				// The vendor and the line say nothing that the chip does not.
				"" | "NVIDIA" | "GEFORCE" => {}
				_ if digits == "GB" && digits != word => memory = Some(word),
				// The generations of the module, and the memory that only cards on it have.
				"SXM2" | "SXM3" | "SXM4" | "SXM5" | "SXM6" | "HBM3" | "HBM3E" => {
					words.insert("SXM".into());
				}
				_ => {
					words.insert(word);
				}
			}
		}
		Self { words, memory }
	}
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
			("NVIDIA A100 80GB PCIe", None),
			("NVIDIA H100 PCIe", None),
			("NVIDIA H100 NVL", None),
			("NVIDIA H200 NVL", None),
			("NVIDIA GH200 480GB", None),
			("NVIDIA L40", None),
			("NVIDIA GeForce RTX 4090 D", None),
			("NVIDIA GeForce RTX 4090 Laptop GPU", None),
			("NVIDIA T4", None),
			("", None),
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
