//! Any sequence of happenings against a slow model that keeps a list of everything.

use crate::{mock::*, *};
use frame_support::{assert_ok, storage::with_storage_layer, traits::OnIdle, weights::Weight};
use millpond_primitives::{Balance, Credits, GpuId, GpuModelId, Minute, OperatorId, MINUTES_PER_DAY};
use millpond_traits::{
	mocks::{MockClock, MockOnGpuStatus, MockOperators},
	GpuFacts, GpuLifecycle, GpuStatus, Gpus as _, Operators as _,
};
use proptest::prelude::*;
use sp_runtime::DispatchResult;
use std::collections::{BTreeMap, BTreeSet};

const OPERATORS: [OperatorId; 3] = [MILL, POND, RIVAL];

/// What may happen. GPUs are those of a number modulo how many have been registered.
#[derive(Clone, Debug)]
enum Happening {
	Register(AccountId, OperatorId, GpuModelId, u8),
	Status(usize, GpuStatus),
	Simulate(AccountId, usize, GpuStatus),
	Condemn(usize),
	Propose(AccountId, usize, OperatorId, u8),
	Accept(AccountId, usize, OperatorId, u8),
	Withdraw(AccountId, usize, OperatorId),
	Resign(AccountId, usize),
	Retire(AccountId, usize),
	Sell(usize, AccountId),
	SellOperator(OperatorId, AccountId),
	Pool(usize, bool),
	Bond(GpuModelId, Credits),
	Block,
	Pass(Minute),
}

fn happening() -> impl Strategy<Value = Happening> {
	let who = || MILLER..=BUYER;
	let host = || prop::sample::select(OPERATORS.to_vec());
	let gpu = || 0..4usize;
	let status = || {
		use GpuStatus::{Offline, Online, Probation, Registered, Retired, Suspended};
		prop::sample::select(vec![
			Registered, Probation, Probation, Online, Online, Online, Offline, Suspended, Retired,
		])
	};
	prop_oneof![
		3 => (who(), host(), 0..2u32, 0..4u8).prop_map(|(who, host, model, device)| {
			Happening::Register(who, host, model, device)
		}),
		6 => (gpu(), status()).prop_map(|(gpu, status)| Happening::Status(gpu, status)),
		3 => (who(), gpu(), status()).prop_map(|(who, gpu, status)| Happening::Simulate(who, gpu, status)),
		1 => gpu().prop_map(Happening::Condemn),
		5 => (who(), gpu(), host(), 0..2u8).prop_map(|(who, gpu, host, paper)| Happening::Propose(who, gpu, host, paper)),
		8 => (who(), gpu(), host(), 0..2u8).prop_map(|(who, gpu, host, paper)| Happening::Accept(who, gpu, host, paper)),
		2 => (who(), gpu(), host()).prop_map(|(who, gpu, host)| Happening::Withdraw(who, gpu, host)),
		2 => (who(), gpu()).prop_map(|(who, gpu)| Happening::Resign(who, gpu)),
		2 => (who(), gpu()).prop_map(|(who, gpu)| Happening::Retire(who, gpu)),
		2 => (gpu(), who()).prop_map(|(gpu, who)| Happening::Sell(gpu, who)),
		1 => (host(), who()).prop_map(|(host, who)| Happening::SellOperator(host, who)),
		2 => (gpu(), any::<bool>()).prop_map(|(gpu, is_in)| Happening::Pool(gpu, is_in)),
		1 => (0..2u32, 10 * USD..4_000 * USD).prop_map(|(model, bond)| Happening::Bond(model, bond)),
		1 => Just(Happening::Block),
		2 => (0..20 * MINUTES_PER_DAY).prop_map(Happening::Pass),
	]
}

#[derive(Clone)]
struct NaiveGpu {
	holder: AccountId,
	host: OperatorId,
	model: GpuModelId,
	device: u8,
	has_device: bool,
	bond: Credits,
	status: GpuStatus,
	in_pool: bool,
	unproven_since: Minute,
	notice: Option<Minute>,
	/// What pools have been told: came or went.
	moves: Vec<bool>,
}

struct NaiveProposal {
	by: AccountId,
	is_of_holder: bool,
	paper: u8,
	expires: Minute,
}

struct Naive {
	gpus: BTreeMap<GpuId, NaiveGpu>,
	registered: GpuId,
	hosts: BTreeMap<OperatorId, AccountId>,
	bonds: [Credits; 2],
	condemned: BTreeSet<u8>,
	proposals: BTreeMap<(GpuId, OperatorId), NaiveProposal>,
	now: Minute,
}

impl Naive {
	fn free(&self, host: OperatorId) -> Balance {
		let answers = self
			.gpus
			.values()
			.filter(|gpu| gpu.host == host)
			.map(|gpu| plancks(gpu.bond));
		OPERATOR_BOND.saturating_sub(answers.sum())
	}

	fn id(&self, number: usize) -> GpuId {
		number as GpuId % self.registered.max(1)
	}

	fn can_move(&self, gpu: GpuId, status: GpuStatus) -> bool {
		self.gpus.get(&gpu).is_some_and(|gpu| gpu.status.can_become(status))
	}

	fn put(&mut self, gpu: GpuId, status: GpuStatus) {
		let gpu = self.gpus.get_mut(&gpu).expect("it moves");
		let (was, is) = (gpu.status == GpuStatus::Online, status == GpuStatus::Online);
		if was != is {
			gpu.moves.push(is);
		}
		gpu.status = status;
	}

	fn stands(&self, gpu: GpuId, host: OperatorId) -> bool {
		let Some(proposal) = self.proposals.get(&(gpu, host)) else {
			return false;
		};
		let holder = self.gpus.get(&gpu).map(|gpu| gpu.holder);
		let speaker = if proposal.is_of_holder {
			holder
		} else {
			Some(self.hosts[&host])
		};
		holder.is_some() && self.now < proposal.expires && speaker == Some(proposal.by)
	}
}

/// As a call does.
fn call(result: impl FnOnce() -> DispatchResult) -> bool {
	with_storage_layer(result).is_ok()
}

/// Lets it happen in both, and compares whether it may.
fn happen(naive: &mut Naive, happening: Happening) {
	let signed = RuntimeOrigin::signed;
	match happening {
		Happening::Register(who, host, model, number) => {
			let bond = naive.bonds[model as usize];
			let is_free = !naive.condemned.contains(&number)
				&& naive.gpus.values().all(|gpu| gpu.device != number || !gpu.has_device);
			let may = naive.hosts[&host] == who && is_free && naive.free(host) >= plancks(bond);
			let register = || Gpus::register(signed(who), host, model, device(number), papers(), OWNER);
			assert_eq!(call(register), may);
			if may {
				let gpu = NaiveGpu {
					holder: OWNER,
					host,
					model,
					device: number,
					has_device: true,
					bond,
					status: GpuStatus::Registered,
					in_pool: false,
					unproven_since: naive.now,
					notice: None,
					moves: vec![],
				};
				naive.gpus.insert(naive.registered, gpu);
				naive.registered += 1;
			}
		}
		Happening::Status(number, status) => {
			let gpu = naive.id(number);
			let may = naive.can_move(gpu, status);
			assert_eq!(set_status(gpu, status).is_ok(), may);
			if may {
				naive.put(gpu, status);
			}
		}
		Happening::Simulate(who, number, status) => {
			let gpu = naive.id(number);
			let is_host = |gpu: &NaiveGpu| naive.hosts[&gpu.host] == who && gpu.model == SIMULATED;
			let may = naive.gpus.get(&gpu).is_some_and(is_host) && naive.can_move(gpu, status);
			assert_eq!(call(|| Gpus::simulate_status(signed(who), gpu, status)), may);
			if may {
				naive.put(gpu, status);
			}
		}
		Happening::Condemn(number) => {
			let gpu = naive.id(number);
			let may = naive.can_move(gpu, GpuStatus::Retired);
			assert_eq!(Gpus::condemn(gpu, naive.now).is_ok(), may);
			if may {
				naive.put(gpu, GpuStatus::Retired);
				naive.condemned.insert(naive.gpus[&gpu].device);
			}
		}
		Happening::Propose(who, number, host, paper) => {
			let id = naive.id(number);
			let is_of_holder = naive.gpus.get(&id).is_some_and(|gpu| gpu.holder == who);
			let is_party = is_of_holder || naive.hosts[&host] == who;
			let could_move = |gpu: &NaiveGpu| gpu.host != host && gpu.status != GpuStatus::Retired;
			let may = is_party && naive.gpus.get(&id).is_some_and(could_move);
			assert_eq!(
				call(|| Gpus::propose_rehost(signed(who), id, host, agreement(paper))),
				may
			);
			if may {
				let proposal = NaiveProposal {
					by: who,
					is_of_holder,
					paper,
					expires: naive.now + PROPOSAL_LIFETIME,
				};
				naive.proposals.insert((id, host), proposal);
			}
		}
		Happening::Accept(who, number, host, paper) => {
			let id = naive.id(number);
			let bonds = naive.bonds;
			let bond = |gpu: &NaiveGpu| bonds[gpu.model as usize];
			let can_move = |gpu: &NaiveGpu| {
				gpu.status != GpuStatus::Retired && !gpu.in_pool && naive.free(host) >= plancks(bond(gpu))
			};
			let is_meant = |proposal: &NaiveProposal| {
				let other = if proposal.is_of_holder {
					naive.hosts[&host]
				} else {
					naive.gpus[&id].holder
				};
				proposal.paper == paper && other == who
			};
			let may = naive.stands(id, host)
				&& naive.gpus.get(&id).is_some_and(can_move)
				&& naive.proposals.get(&(id, host)).is_some_and(is_meant);
			assert_eq!(call(|| Gpus::accept_rehost(signed(who), id, host, [paper; 32])), may);
			if may {
				naive.proposals.remove(&(id, host));
				if naive.gpus[&id].status != GpuStatus::Registered {
					naive.gpus.get_mut(&id).expect("it moved").unproven_since = naive.now;
				}
				naive.put(id, GpuStatus::Registered);
				let bond = bond(&naive.gpus[&id]);
				let gpu = naive.gpus.get_mut(&id).expect("it moved");
				(gpu.host, gpu.bond, gpu.notice) = (host, bond, None);
			}
		}
		Happening::Withdraw(who, number, host) => {
			let id = naive.id(number);
			let proposal = naive.proposals.get(&(id, host));
			let may = proposal.is_some_and(|proposal| proposal.by == who || !naive.stands(id, host));
			assert_eq!(call(|| Gpus::withdraw_proposal(signed(who), id, host)), may);
			if may {
				naive.proposals.remove(&(id, host));
			}
		}
		Happening::Resign(who, number) => {
			let id = naive.id(number);
			let can = |gpu: &NaiveGpu| {
				naive.hosts[&gpu.host] == who && gpu.status != GpuStatus::Retired && gpu.notice.is_none()
			};
			let may = naive.gpus.get(&id).is_some_and(can);
			assert_eq!(call(|| Gpus::resign(signed(who), id)), may);
			if may {
				naive.gpus.get_mut(&id).expect("it is there").notice = Some(naive.now + NOTICE);
			}
		}
		Happening::Retire(who, number) => {
			let id = naive.id(number);
			let can = |gpu: &NaiveGpu| {
				let is_over = gpu.status == GpuStatus::Retired || gpu.notice.is_some_and(|from| from <= naive.now);
				let is_unproven = gpu.status == GpuStatus::Registered && gpu.unproven_since + UNPROVEN <= naive.now;
				let is_theirs = gpu.holder == who || (naive.hosts[&gpu.host] == who && is_over);
				is_unproven || (is_theirs && !gpu.in_pool)
			};
			let may = naive.gpus.get(&id).is_some_and(can);
			assert_eq!(call(|| Gpus::retire(signed(who), id)), may);
			if may && naive.gpus[&id].in_pool {
				naive.put(id, GpuStatus::Retired);
				naive.gpus.get_mut(&id).expect("it is there").has_device = false;
			} else if may {
				naive.gpus.remove(&id);
			}
		}
		Happening::Sell(number, to) => {
			let id = naive.id(number);
			assert_eq!(Deeds::sell(id, &to).is_ok(), naive.gpus.contains_key(&id));
			if let Some(gpu) = naive.gpus.get_mut(&id) {
				gpu.holder = to;
			}
		}
		Happening::SellOperator(host, to) => {
			MockOperators::set_holder(host, &to);
			naive.hosts.insert(host, to);
		}
		Happening::Pool(number, is_in) => {
			let id = naive.id(number);
			if let Some(gpu) = naive.gpus.get_mut(&id) {
				MockOnGpuStatus::set_in_pool(id, is_in);
				gpu.in_pool = is_in;
			}
		}
		Happening::Bond(number, bond) => {
			let old = Gpus::gpu_model(number).expect("listed").model;
			let model = Model {
				bond: bond.try_into().expect("in range"),
				..old
			};
			assert_ok!(Gpus::change_model(RuntimeOrigin::root(), number, model));
			naive.bonds[number as usize] = bond;
		}
		Happening::Block => {
			<Gpus as OnIdle<u64>>::on_idle(1, Weight::MAX);
			let bonds = naive.bonds;
			naive
				.gpus
				.values_mut()
				.for_each(|gpu| gpu.bond = bonds[gpu.model as usize]);
		}
		Happening::Pass(minutes) => {
			MockClock::advance(minutes);
			naive.now += minutes;
		}
	}
}

fn compare(naive: &Naive) {
	check_invariants();
	assert_eq!(GpuRecords::<Test>::iter().count(), naive.gpus.len());
	assert_eq!(Proposals::<Test>::iter().count(), naive.proposals.len());
	for (id, gpu) in &naive.gpus {
		let facts = GpuFacts {
			operator: gpu.host,
			model: gpu.model,
			status: gpu.status,
		};
		assert_eq!((Gpus::facts(*id), Gpus::holder(*id)), (Some(facts), Some(gpu.holder)));
		assert_eq!(record(*id).bond, gpu.bond);
		let told = MockOnGpuStatus::moves().into_iter().filter(|(moved, _)| moved == id);
		let told: Vec<_> = told.map(|(_, since)| since.is_none()).collect();
		assert_eq!(told, gpu.moves);
	}
	for number in 0..4 {
		let is_condemned = Devices::<Test>::get(device(number)) == Some(Device::Condemned);
		assert_eq!(is_condemned, naive.condemned.contains(&number));
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

	#[test]
	fn gpus_should_be_those_of_the_naive_model_whatever_happens(
		happenings in prop::collection::vec(happening(), 1..80),
	) {
		TestExt::execute_with(|| {
			let hosts = OPERATORS.map(|host| (host, MockOperators::holder(host).expect("an operator")));
			let mut naive = Naive {
				gpus: BTreeMap::new(),
				registered: 0,
				hosts: hosts.into_iter().collect(),
				bonds: [100 * USD, 10 * USD],
				condemned: BTreeSet::new(),
				proposals: BTreeMap::new(),
				now: START,
			};
			for happening in happenings {
				happen(&mut naive, happening);
				compare(&naive);
			}
		});
	}
}
