//! What is there for an actor to act on: mostly what is his, now and then somebody else's.

use super::random::Random;
use crate::{
	configs::{GpuDeeds, OperatorDeeds, TimeSlotDeeds},
	*,
};
use frame_support::BoundedVec;
use millpond_math::streams::Shares;
use millpond_primitives::{GpuId, GpuModelId, Minute, OperatorId, PoolId, SlotId};
use millpond_traits::{Clock, Deeds, RentalKind};
use pallet_market::SlotRecord;
use pallet_pools::{Mode, Terms};
use sp_core::ConstU32;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two};

/// Who acts. Alice is Root, too.
pub const PEOPLE: [Sr25519Keyring; 8] = [Alice, Bob, Charlie, Dave, Eve, Ferdie, One, Two];

/// The simulated model of the development chain.
pub const SIMULATED: GpuModelId = 5;

/// What people host: a real model, the one with the least bond, and that.
pub const MODELS: [GpuModelId; 3] = [4, SIMULATED, SIMULATED];

/// An actor with what he chooses by.
pub struct Actor<'a> {
	pub account: AccountId,
	pub random: &'a mut Random,
}

impl Actor<'_> {
	/// One of `all`: one of those that the actor holds, or now and then any.
	fn choose<Id: Copy>(&mut self, all: Vec<Id>, holder: impl Fn(Id) -> Option<AccountId>) -> Option<Id> {
		if self.random.one_in(15) {
			return self.random.pick(&all);
		}
		let is_mine = |id: &Id| holder(*id).as_ref() == Some(&self.account);
		let mine: Vec<Id> = all.into_iter().filter(is_mine).collect();
		self.random.pick(&mine)
	}

	pub fn operator(&mut self) -> Option<OperatorId> {
		self.choose(operators(), OperatorDeeds::holder)
	}

	pub fn gpu(&mut self) -> Option<GpuId> {
		self.choose(gpus(), GpuDeeds::holder)
	}

	/// A GPU that the actor hosts.
	pub fn hosted_gpu(&mut self) -> Option<GpuId> {
		let host =
			|gpu| pallet_gpus::GpuRecords::<Runtime>::get(gpu).and_then(|gpu| OperatorDeeds::holder(gpu.operator));
		self.choose(gpus(), host)
	}

	/// A pool that the actor manages.
	pub fn managed_pool(&mut self) -> Option<PoolId> {
		let manager =
			|pool| pallet_pools::Pools::<Runtime>::get(pool).and_then(|pool| OperatorDeeds::holder(pool.manager));
		self.choose(pools(), manager)
	}

	/// A pool, in most cases one with GPUs to rent, and a number of GPUs.
	pub fn goods(&mut self) -> Option<(PoolId, u32)> {
		let idle = |pool: &PoolId| <Pools as millpond_traits::Pools>::facts(*pool).map_or(0, |facts| facts.idle);
		let any = self.random.one_in(10);
		let rentable: Vec<_> = pools().into_iter().filter(|pool| any || idle(pool) > 0).collect();
		let pool = self.random.pick(&rentable)?;
		Some((pool, self.random.between(1, idle(&pool).clamp(1, 4))))
	}

	/// A slot of which `suits` says that what the actor has in mind can be done.
	pub fn slot(&mut self, suits: impl Fn(&SlotRecord<AccountId>) -> bool) -> Option<(SlotId, SlotRecord<AccountId>)> {
		let all: Vec<_> = pallet_market::Slots::<Runtime>::iter().collect();
		let suiting = all.iter().filter(|(_, slot)| suits(slot)).map(|(id, _)| *id).collect();
		let id = self.choose(suiting, TimeSlotDeeds::holder)?;
		Some((id, pallet_market::Slots::<Runtime>::get(id)?))
	}

	/// Two slots of the actor, such that they can be merged if there are such.
	pub fn pair(&mut self) -> Option<(SlotId, SlotId)> {
		let mine: Vec<_> = pallet_market::Slots::<Runtime>::iter()
			.filter(|(id, _)| TimeSlotDeeds::holder(*id).as_ref() == Some(&self.account))
			.collect();
		let pairs = mine.iter().flat_map(|one| mine.iter().map(move |other| (one, other)));
		let fitting: Vec<_> = pairs
			.filter(|((one, _), (other, _))| one != other)
			.filter(|((_, one), (_, other))| (one.pool, one.kind, one.rate) == (other.pool, other.kind, other.rate))
			.filter(|((_, one), (_, other))| one.end == other.end || one.end == other.start)
			.map(|((one, _), (other, _))| (*one, *other))
			.collect();
		self.random.pick(&fitting)
	}

	pub fn person(&mut self) -> AccountId {
		self.random.pick(&PEOPLE).expect("there are people").to_account_id()
	}

	/// Some BCT.
	pub fn amount(&mut self, most: u32) -> Balance {
		Balance::from(self.random.between(1, most)) * crate::constants::currency::BCT
	}

	pub fn hash(&mut self) -> [u8; 32] {
		let mut bytes = [0; 32];
		bytes[..8].copy_from_slice(&self.random.number().to_le_bytes());
		bytes
	}

	pub fn kind(&mut self) -> RentalKind {
		let kinds = [RentalKind::OnDemand, RentalKind::OnDemand, RentalKind::Spot];
		self.random.pick(&kinds).expect("there are kinds")
	}

	pub fn key(&mut self) -> Option<[u8; 32]> {
		match self.random.one_in(2) {
			true => Some(self.hash()),
			false => None,
		}
	}

	/// Minutes: a few, or many.
	pub fn minutes(&mut self) -> Minute {
		match self.random.one_in(6) {
			true => self.random.between(1, 11_000),
			false => self.random.between(5, 90),
		}
	}

	pub fn model(&mut self) -> GpuModelId {
		self.random.pick(&MODELS).expect("there are models")
	}

	pub fn mode(&mut self) -> Mode {
		let modes = [Mode::Distributed, Mode::Distributed, Mode::SingleSource, Mode::SelfPool];
		self.random.pick(&modes).expect("there are modes")
	}

	pub fn terms(&mut self) -> Terms {
		let (manager, host, used) = (500, 1_500, u16::try_from(self.random.between(0, 4_000)).expect("small"));
		let shares = Shares::new(manager, host, 8_000 - used, used).expect("the whole");
		Terms {
			shares,
			floors: pallet_pools::Floors {
				spot: self.random.between(1, 20).into(),
				on_demand: self.random.between(1, 60).into(),
				reserved: self.random.between(1, 30).into(),
			},
			grace: self.random.between(0, 30),
			minimum_uptime: u16::try_from(self.random.between(0, 10_000)).expect("small"),
		}
	}

	pub fn prices(&mut self) -> pallet_pools::Prices {
		let tiers = [1, 60, 1_440].map(|minutes| pallet_pools::Tier {
			minutes,
			price: self.random.between(30, 200).into(),
		});
		pallet_pools::Prices {
			spot: Some(self.random.between(20, 60).into()),
			on_demand: Some(self.random.between(60, 300).into()),
			reserved: tiers.to_vec().try_into().expect("few"),
		}
	}

	pub fn document(&mut self) -> pallet_gpus::Document {
		pallet_gpus::Document {
			uri: text("https://host.example/agreement.pdf"),
			hash: self.hash(),
		}
	}
}

pub fn now() -> Minute {
	<Emissions as Clock>::now()
}

pub fn operators() -> Vec<OperatorId> {
	pallet_operators::Bonds::<Runtime>::iter_keys().collect()
}

pub fn gpus() -> Vec<GpuId> {
	pallet_gpus::GpuRecords::<Runtime>::iter_keys().collect()
}

pub fn pools() -> Vec<PoolId> {
	pallet_pools::Pools::<Runtime>::iter_keys().collect()
}

pub fn text<const LENGTH: u32>(text: &str) -> BoundedVec<u8, ConstU32<LENGTH>> {
	text.as_bytes().to_vec().try_into().expect("short")
}

pub fn profile() -> pallet_operators::Profile {
	pallet_operators::Profile {
		name: text("A host"),
		website: text("https://host.example"),
		contact: text("host@host.example"),
		region: text("DE"),
	}
}
