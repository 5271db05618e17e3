//! The tracks: one for each origin.

use super::{pallet_origins::Origin, Spender};
use crate::{
	constants::{
		currency::BCT,
		time::{DAYS, HOURS, MINUTES},
	},
	Balance, BlockNumber, OriginCaller, Runtime,
};
use alloc::borrow::Cow;
use frame_support::traits::Get;
use frame_system::RawOrigin;
use pallet_genesis_settings::GovernanceHaste;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use sp_runtime::{str_array, FixedI64};

/// Identifies a track.
pub type TrackId = u16;

const fn percent(share: u128) -> FixedI64 {
	FixedI64::from_rational(share, 100)
}

/// The least share of the BCT that can vote which must say yes, on tracks that move money or numbers: on the other tracks the
/// needed support falls to nothing by the end of the time to decide.
const LEAST_SUPPORT: FixedI64 = percent(1);

// What part of the time to decide has passed is counted in 28ths, as in the networks that the curves come from.
const ROOT_APPROVAL: Curve = Curve::make_reciprocal(4, 28, percent(80), percent(50), percent(100));
const ROOT_SUPPORT: Curve = Curve::make_linear(28, 28, percent(0), percent(50));
const WHITELISTED_APPROVAL: Curve = Curve::make_reciprocal(16, 28 * 24, percent(96), percent(50), percent(100));
const WHITELISTED_SUPPORT: Curve = Curve::make_reciprocal(1, 28, percent(20), percent(5), percent(50));
const ADMIN_APPROVAL: Curve = Curve::make_reciprocal(4, 28, percent(80), percent(50), percent(100));
const ADMIN_SUPPORT: Curve = Curve::make_reciprocal(7, 28, percent(10), LEAST_SUPPORT, percent(50));
const CATALOGUE_APPROVAL: Curve = Curve::make_linear(17, 28, percent(50), percent(100));
const CATALOGUE_SUPPORT: Curve = Curve::make_reciprocal(12, 28, percent(2), LEAST_SUPPORT, percent(50));
const FEEDERS_SUPPORT: Curve = Curve::make_linear(28, 28, LEAST_SUPPORT, percent(50));
const CANCEL_SUPPORT: Curve = Curve::make_reciprocal(12, 28, percent(1), percent(0), percent(50));
const SMALL_APPROVAL: Curve = Curve::make_linear(17, 28, percent(50), percent(100));
const SMALL_SUPPORT: Curve = Curve::make_reciprocal(12, 28, percent(2), LEAST_SUPPORT, percent(50));
const MEDIUM_APPROVAL: Curve = Curve::make_linear(23, 28, percent(50), percent(100));
const MEDIUM_SUPPORT: Curve = Curve::make_reciprocal(16, 28, percent(2), LEAST_SUPPORT, percent(50));
const LARGE_APPROVAL: Curve = Curve::make_linear(28, 28, percent(50), percent(100));
const LARGE_SUPPORT: Curve = Curve::make_reciprocal(20, 28, percent(2), LEAST_SUPPORT, percent(50));

/// Blocks of the time between a question and the beginning of its decision.
const PREPARE: BlockNumber = 2 * HOURS;

/// A track as it is on a chain that takes its full time.
struct Terms {
	id: TrackId,
	name: &'static str,
	origin: OriginCaller,
	/// Questions that are decided at once.
	most: u32,
	/// What is deposited before a decision begins, in BCT.
	deposit: Balance,
	/// Blocks to decide, to confirm what seems decided, and from there to the change.
	decide: BlockNumber,
	confirm: BlockNumber,
	enact: BlockNumber,
	approval: Curve,
	support: Curve,
}

impl Terms {
	fn track(self, haste: BlockNumber) -> Track<TrackId, Balance, BlockNumber> {
		let blocks = |period: BlockNumber| period.checked_div(haste).unwrap_or(period).max(1);
		Track {
			id: self.id,
			info: TrackInfo {
				name: str_array(self.name),
				max_deciding: self.most,
				decision_deposit: self.deposit.saturating_mul(BCT),
				prepare_period: blocks(PREPARE),
				decision_period: blocks(self.decide),
				confirm_period: blocks(self.confirm),
				min_enactment_period: blocks(self.enact),
				min_approval: self.approval,
				min_support: self.support,
			},
		}
	}
}

fn terms() -> [Terms; 11] {
	let (two_weeks, ten_minutes) = (14 * DAYS, 10 * MINUTES);
	[
		Terms {
			id: 0,
			name: "root",
			origin: RawOrigin::Root.into(),
			most: 2,
			deposit: 100_000,
			decide: 28 * DAYS,
			confirm: DAYS,
			enact: DAYS,
			approval: ROOT_APPROVAL,
			support: ROOT_SUPPORT,
		},
		Terms {
			id: 1,
			name: "whitelisted_caller",
			origin: Origin::WhitelistedCaller.into(),
			most: 10,
			deposit: 10_000,
			decide: two_weeks,
			confirm: 30 * MINUTES,
			enact: ten_minutes,
			approval: WHITELISTED_APPROVAL,
			support: WHITELISTED_SUPPORT,
		},
		Terms {
			id: 2,
			name: "wish_for_change",
			origin: Origin::WishForChange.into(),
			most: 10,
			deposit: 5_000,
			decide: two_weeks,
			confirm: DAYS,
			enact: ten_minutes,
			approval: ROOT_APPROVAL,
			support: ROOT_SUPPORT,
		},
		Terms {
			id: 10,
			name: "parameters_admin",
			origin: Origin::ParametersAdmin.into(),
			most: 5,
			deposit: 20_000,
			decide: two_weeks,
			confirm: 2 * DAYS,
			enact: 2 * DAYS,
			approval: ADMIN_APPROVAL,
			support: ADMIN_SUPPORT,
		},
		Terms {
			id: 11,
			name: "catalogue_admin",
			origin: Origin::CatalogueAdmin.into(),
			most: 5,
			deposit: 10_000,
			decide: two_weeks,
			confirm: DAYS,
			enact: DAYS,
			approval: CATALOGUE_APPROVAL,
			support: CATALOGUE_SUPPORT,
		},
		// Feeders could mint credits for $100,000 an hour if they lied together: the hardest track beside Root's.
		Terms {
			id: 12,
			name: "feeders_admin",
			origin: Origin::FeedersAdmin.into(),
			most: 1,
			deposit: 50_000,
			decide: two_weeks,
			confirm: 2 * DAYS,
			enact: 2 * DAYS,
			approval: ROOT_APPROVAL,
			support: FEEDERS_SUPPORT,
		},
		Terms {
			id: 20,
			name: "referendum_canceller",
			origin: Origin::ReferendumCanceller.into(),
			most: 100,
			deposit: 5_000,
			decide: 7 * DAYS,
			confirm: 3 * HOURS,
			enact: ten_minutes,
			approval: CATALOGUE_APPROVAL,
			support: CANCEL_SUPPORT,
		},
		Terms {
			id: 21,
			name: "referendum_killer",
			origin: Origin::ReferendumKiller.into(),
			most: 100,
			deposit: 50_000,
			decide: 7 * DAYS,
			confirm: 3 * HOURS,
			enact: ten_minutes,
			approval: CATALOGUE_APPROVAL,
			support: CANCEL_SUPPORT,
		},
		Terms {
			id: 30,
			name: "small_spender",
			origin: Origin::Spender(Spender::Small).into(),
			most: 5,
			deposit: 500,
			decide: two_weeks,
			confirm: 2 * DAYS,
			enact: DAYS,
			approval: SMALL_APPROVAL,
			support: SMALL_SUPPORT,
		},
		Terms {
			id: 31,
			name: "medium_spender",
			origin: Origin::Spender(Spender::Medium).into(),
			most: 5,
			deposit: 1_000,
			decide: two_weeks,
			confirm: 4 * DAYS,
			enact: DAYS,
			approval: MEDIUM_APPROVAL,
			support: MEDIUM_SUPPORT,
		},
		Terms {
			id: 32,
			name: "large_spender",
			origin: Origin::Spender(Spender::Large).into(),
			most: 5,
			deposit: 5_000,
			decide: two_weeks,
			confirm: 7 * DAYS,
			enact: DAYS,
			approval: LARGE_APPROVAL,
			support: LARGE_SUPPORT,
		},
	]
}

/// The tracks of this chain: their times are those above, divided by what genesis set.
pub struct GovernanceTracks;

impl TracksInfo<Balance, BlockNumber> for GovernanceTracks {
	type Id = TrackId;
	type RuntimeOrigin = OriginCaller;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<TrackId, Balance, BlockNumber>>> {
		let haste = GovernanceHaste::<Runtime>::get();
		terms().into_iter().map(move |terms| Cow::Owned(terms.track(haste)))
	}

	fn track_for(origin: &OriginCaller) -> Result<TrackId, ()> {
		let track = terms().into_iter().find(|terms| terms.origin == *origin);
		track.map(|terms| terms.id).ok_or(())
	}
}
