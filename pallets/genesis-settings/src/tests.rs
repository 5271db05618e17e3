use crate::{
	self as pallet_genesis_settings, BondingDuration, GovernanceHaste, SessionLength, SessionsPerEra, Settings,
	SlashDeferDuration, MAX_BONDING_ERAS,
};
use frame_support::{derive_impl, traits::Get};
use sp_runtime::BuildStorage;

type Block = frame_system::mocking::MockBlock<Test>;

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type GenesisSettings = pallet_genesis_settings;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = Block;
}

impl pallet_genesis_settings::Config for Test {}

fn with_settings(settings: Settings, test: impl FnOnce()) {
	let genesis = RuntimeGenesisConfig {
		genesis_settings: GenesisSettingsConfig {
			settings,
			..Default::default()
		},
		..Default::default()
	};
	let mut chain = sp_io::TestExternalities::new(genesis.build_storage().expect("the settings are valid"));
	chain.execute_with(|| {
		test();
		GenesisSettings::do_try_state().expect("invariants hold");
	});
}

#[test]
fn getters_should_read_what_genesis_set() {
	let settings = Settings {
		session_length: 7,
		sessions_per_era: 3,
		bonding_eras: 5,
		slash_defer_eras: 2,
		governance_haste: 24,
	};
	with_settings(settings, || {
		assert_eq!(SessionLength::<Test>::get(), 7);
		assert_eq!(SessionsPerEra::<Test>::get(), 3);
		assert_eq!(BondingDuration::<Test>::get(), 5);
		assert_eq!(SlashDeferDuration::<Test>::get(), 2);
		assert_eq!(GovernanceHaste::<Test>::get(), 24);
	});
}

#[test]
fn unset_settings_should_be_those_of_the_public_chains() {
	sp_io::TestExternalities::default().execute_with(|| {
		assert_eq!(SessionLength::<Test>::get(), Settings::default().session_length);
		GenesisSettings::do_try_state().expect("the defaults hold the invariants");
	});
	let day = 24 * 3_600;
	let era = Settings::default().session_length * 3 * u64::from(Settings::default().sessions_per_era);
	assert_eq!(era * u64::from(Settings::default().bonding_eras), 28 * day);
	assert_eq!(era * u64::from(Settings::default().slash_defer_eras), 27 * day);
}

#[test]
fn a_field_that_does_not_exist_should_be_refused_when_settings_are_read_from_a_spec() {
	let unknown = r#"{"sessionLength":7,"sessionsPerEra":3,"bondingEras":5,"slashDeferEras":2,"governanceHaste":1,"sesionLength":9}"#;
	let refused = serde_json::from_str::<Settings>(unknown).expect_err("misspelt field");
	assert!(refused.to_string().contains("sesionLength"));
}

#[test]
#[should_panic(expected = "sessionLength must be at least 1 slot")]
fn genesis_should_fail_when_a_session_has_no_slots() {
	with_settings(
		Settings {
			session_length: 0,
			..Default::default()
		},
		|| {},
	);
}

#[test]
#[should_panic(expected = "sessionsPerEra must be at least 1 session")]
fn genesis_should_fail_when_an_era_has_no_sessions() {
	with_settings(
		Settings {
			sessions_per_era: 0,
			..Default::default()
		},
		|| {},
	);
}

#[test]
#[should_panic(expected = "slashDeferEras must be below bondingEras")]
fn genesis_should_fail_when_slashed_stake_could_leave_before_the_slash() {
	with_settings(
		Settings {
			bonding_eras: 3,
			slash_defer_eras: 3,
			..Default::default()
		},
		|| {},
	);
}

#[test]
#[should_panic(expected = "bondingEras must be at most 112")]
fn genesis_should_fail_when_stake_would_outlast_what_is_remembered_of_it() {
	with_settings(
		Settings {
			bonding_eras: MAX_BONDING_ERAS + 1,
			..Default::default()
		},
		|| {},
	);
}

#[test]
#[should_panic(expected = "governanceHaste must be at least 1")]
fn genesis_should_fail_when_the_times_of_governance_are_divided_by_nothing() {
	with_settings(
		Settings {
			governance_haste: 0,
			..Default::default()
		},
		|| {},
	);
}
