//! The UUID by which NVIDIA's driver knows a card. Its Blake2-256 hash is the device on the chain: the same card written in
//! another way would be another device, which no node ever finds.

/// What the driver puts before a card's UUID.
const PREFIX: &str = "GPU-";
/// How many hexadecimal digits stand between the hyphens.
const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];

/// Reads the UUID of a card, and gives it as the driver writes it: `GPU-` and lower case. Blanks around it do not count, nor
/// does whether the prefix is there.
///
/// # Errors
/// What is no UUID of a card.
pub fn parse_uuid(text: &str) -> Result<String, String> {
	let lower = text.trim().to_ascii_lowercase();
	if lower.starts_with("mig-") {
		return Err(format!(
			"'{text}' is the UUID of a part of a card (MIG), and a card is registered as a whole: `nvidia-smi -L` shows the \
			 card's own above it"
		));
	}
	let digits = lower.strip_prefix(&PREFIX.to_ascii_lowercase()).unwrap_or(&lower);
	let groups: Vec<_> = digits.split('-').collect();
	let fits = |(group, length): (&&str, &usize)| {
		group.len() == *length && group.bytes().all(|digit| digit.is_ascii_hexdigit())
	};
	match groups.len() == GROUPS.len() && groups.iter().zip(&GROUPS).all(fits) {
		true => Ok(format!("{PREFIX}{digits}")),
		false => Err(format!(
			"'{text}' is not the UUID of a card: write it as `nvidia-smi -L` shows it, like \
			 GPU-8f6a5c1e-2b3d-4e5f-8a9b-0c1d2e3f4a5b"
		)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	const UUID: &str = "GPU-8f6a5c1e-2b3d-4e5f-8a9b-0c1d2e3f4a5b";

	#[test]
	fn uuid_should_be_the_same_however_it_is_written() {
		let bare = UUID.trim_start_matches("GPU-");
		for text in [
			UUID.to_string(),
			UUID.to_uppercase(),
			UUID.to_lowercase(),
			format!(" {UUID}\n"),
			bare.to_uppercase(),
		] {
			assert_eq!(parse_uuid(&text).as_deref(), Ok(UUID), "{text}");
		}
	}

	#[test]
	fn uuid_should_be_refused_when_it_is_none_of_a_card() {
		let part = parse_uuid(&UUID.replace("GPU-", "MIG-")).unwrap_err();
		assert!(part.contains("MIG") && part.contains("nvidia-smi -L"), "{part}");
		for text in [
			"",
			"x",
			"GPU-",
			"GPU-1f4b",
			"GPU-GPU-8f6a5c1e-2b3d-4e5f-8a9b-0c1d2e3f4a5b",
			"GPU-8f6a5c1e2b3d4e5f8a9b0c1d2e3f4a5b",
			"GPU-8f6a5c1e 2b3d-4e5f-8a9b-0c1d2e3f4a5b",
			"GPU-8f6a5c1e-2b3d-4e5f-8a9b-0c1d2e3f4a5g",
			"MIG-GPU-8f6a5c1e-2b3d-4e5f-8a9b-0c1d2e3f4a5b/1/0",
		] {
			assert!(parse_uuid(text).is_err(), "{text}");
		}
	}

	proptest! {
		#[test]
		fn every_uuid_should_be_read_as_it_is_written_and_nothing_behind_it(
			groups in ("[0-9a-f]{8}", "[0-9a-f]{4}", "[0-9a-f]{4}", "[0-9a-f]{4}", "[0-9a-f]{12}"), junk in "[!-~]{1,3}",
		) {
			let (first, second, third, fourth, fifth) = groups;
			let uuid = format!("GPU-{first}-{second}-{third}-{fourth}-{fifth}");
			prop_assert_eq!(parse_uuid(&uuid), Ok(uuid.clone()));
			let wrong = format!("{uuid}{junk}");
			prop_assert!(parse_uuid(&wrong).is_err(), "{}", wrong);
		}
	}
}
