//! Accounts as people write them.

use millpond_runtime::{configs::SS58_PREFIX, AccountId};
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};

/// Reads an account's address, or its public key in hexadecimal.
///
/// # Errors
/// What is no address, or one of another network.
pub fn parse_account(text: &str) -> Result<AccountId, String> {
	if let Some(key) = text.strip_prefix("0x") {
		let mut bytes = [0; 32];
		return hex::decode_to_slice(key, &mut bytes)
			.map(|()| bytes.into())
			.map_err(|error| format!("'{text}' is not a public key of 32 bytes in hexadecimal: {error}"));
	}
	let (account, format) = AccountId::from_ss58check_with_version(text)
		.map_err(|error| format!("'{text}' is not an account's address: {error}"))?;
	if format != Ss58AddressFormat::custom(SS58_PREFIX) {
		return Err(format!(
			"'{text}' is an address of another network (prefix {}). If its owner holds the key, and not an exchange, \
			 their address on Millpond is {}",
			u16::from(format),
			format_account(&account)
		));
	}
	Ok(account)
}

/// Writes an account's address.
pub fn format_account(account: &AccountId) -> String {
	account.to_ss58check_with_version(Ss58AddressFormat::custom(SS58_PREFIX))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use sp_keyring::Sr25519Keyring::Alice;

	const ADDRESS: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

	#[test]
	fn an_account_should_be_read_from_its_address_or_its_key() {
		assert_eq!(parse_account(ADDRESS), Ok(Alice.to_account_id()));
		assert_eq!(
			parse_account("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"),
			Ok(Alice.to_account_id())
		);
		assert_eq!(format_account(&Alice.to_account_id()), ADDRESS);
	}

	#[test]
	fn what_is_not_an_address_should_be_refused_with_the_reason() {
		let mistyped = ADDRESS.replace("GKut", "GKuu");
		assert!(parse_account(&mistyped)
			.expect_err("a typing error")
			.contains(&mistyped));
		assert!(parse_account("0xd435").expect_err("too short").contains("32 bytes"));
		let polkadot = Alice
			.to_account_id()
			.to_ss58check_with_version(Ss58AddressFormat::custom(0));
		let refused = parse_account(&polkadot).expect_err("another network's");
		assert!(refused.contains("prefix 0") && refused.contains(ADDRESS), "{refused}");
	}

	proptest! {
		#[test]
		fn every_account_should_be_read_as_it_is_written_and_nothing_behind_it(key in any::<[u8; 32]>(), junk in "[ -~]{1,3}") {
			let account = AccountId::from(key);
			for text in [format_account(&account), format!("0x{}", hex::encode(key))] {
				prop_assert_eq!(parse_account(&text), Ok(account.clone()));
				for wrong in [format!("{text}{junk}"), format!("{junk}{text}")] {
					prop_assert!(parse_account(&wrong).is_err(), "{}", wrong);
				}
			}
		}
	}
}
