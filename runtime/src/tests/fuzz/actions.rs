//! What people do, each drawn so that it has a fair chance to succeed and now and then none.

use super::world::{gpus, now, operators, pools, profile, text, Actor, SIMULATED};
use crate::{
	configs::{GpuDeeds, OperatorDeeds, GPU_COLLECTION, OPERATOR_COLLECTION, TIME_SLOT_COLLECTION},
	constants::currency::BCT,
	*,
};
use millpond_primitives::Credits;
use millpond_traits::{Deeds, GpuLifecycle, GpuStatus, Hosts, Operators as _, RentalKind};
use pallet_market::Phase;

/// Draws a call of an actor: none if there is nothing to do it with.
pub type Draw = fn(&mut Actor) -> Option<RuntimeCall>;

/// More of them would only slow the checks down.
const MOST_OPERATORS: usize = 6;
const MOST_GPUS: usize = 32;
const MOST_POOLS: usize = 6;
const MOST_SLOTS: usize = 48;

/// An action: its name, how often it is drawn, and how.
pub const ACTIONS: [(&str, u64, Draw); 53] = [
	("operators.register", 2, register_operator),
	("operators.setProfile", 1, set_profile),
	("operators.bondMore", 2, bond_more),
	("operators.unbond", 2, unbond),
	("operators.reviewBond", 1, review_bond),
	("operators.withdraw", 1, withdraw),
	("operators.retire", 1, retire_operator),
	("gpus.register", 4, register_gpu),
	("gpus.updateDocuments", 1, update_documents),
	("gpus.proposeRehost", 2, propose_rehost),
	("gpus.acceptRehost", 3, accept_rehost),
	("gpus.withdrawProposal", 1, withdraw_proposal),
	("gpus.resign", 1, resign),
	("gpus.retire", 1, retire_gpu),
	("gpus.simulateStatus", 14, simulate_status),
	("pools.create", 2, create_pool),
	("pools.announceTerms", 2, announce_terms),
	("pools.setPrices", 3, set_prices),
	("pools.invite", 3, invite),
	("pools.accept", 4, accept),
	("pools.removeHost", 1, remove_host),
	("pools.join", 12, join),
	("pools.announceLeave", 3, announce_leave),
	("pools.cancelLeave", 2, cancel_leave),
	("pools.leave", 2, leave),
	("pools.leaveNow", 2, leave_now),
	("pools.close", 1, close),
	("pools.claimGpu", 5, claim_gpu),
	("pools.claimHost", 3, claim_host),
	("pools.claimManager", 3, claim_manager),
	("market.rent", 22, rent),
	("market.reserve", 12, reserve),
	("market.topUp", 8, top_up),
	("market.stop", 6, stop),
	("market.splitTime", 4, split_time),
	("market.splitGpus", 6, split_gpus),
	("market.merge", 8, merge),
	("market.setAccessKey", 6, set_access_key),
	("market.grantAccess", 14, grant_access),
	("market.reject", 2, reject),
	("market.list", 3, list),
	("market.unlist", 1, unlist),
	("market.buy", 3, buy),
	("dataCredits.burn", 5, burn),
	("dataCredits.burnFor", 2, burn_for),
	("nfts.transfer", 5, transfer),
	("nfts.setPrice", 2, set_price),
	("nfts.buyItem", 2, buy_item),
	("nfts.approveTransfer", 1, approve_transfer),
	("nfts.claimApproved", 2, take_approved),
	("balances.transfer", 1, pay),
	("staking.setPayee", 1, set_payee),
	("nfts.burn", 1, burn_item),
];

pub fn register_operator(actor: &mut Actor) -> Option<RuntimeCall> {
	let bond = actor.amount(20_000) + 500 * BCT;
	let call = pallet_operators::Call::register {
		profile: profile(),
		bond,
	};
	(operators().len() < MOST_OPERATORS).then(|| call.into())
}

fn set_profile(actor: &mut Actor) -> Option<RuntimeCall> {
	let operator = actor.operator()?;
	Some(
		pallet_operators::Call::set_profile {
			operator,
			profile: profile(),
		}
		.into(),
	)
}

fn bond_more(actor: &mut Actor) -> Option<RuntimeCall> {
	let (operator, amount) = (actor.operator()?, actor.amount(5_000));
	Some(pallet_operators::Call::bond_more { operator, amount }.into())
}

fn review_bond(actor: &mut Actor) -> Option<RuntimeCall> {
	let operator = actor.operator()?;
	Some(pallet_operators::Call::review_bond { operator }.into())
}

fn unbond(actor: &mut Actor) -> Option<RuntimeCall> {
	let operator = actor.operator()?;
	let free = pallet_operators::Bonds::<Runtime>::get(operator)?.free();
	let amount = match actor.random.one_in(2) {
		true => free,
		false => actor.amount(5_000),
	};
	Some(pallet_operators::Call::unbond { operator, amount }.into())
}

fn withdraw(actor: &mut Actor) -> Option<RuntimeCall> {
	let operator = actor.operator()?;
	Some(pallet_operators::Call::withdraw { operator }.into())
}

fn retire_operator(actor: &mut Actor) -> Option<RuntimeCall> {
	let operator = actor.operator()?;
	Some(pallet_operators::Call::retire { operator }.into())
}

pub fn register_gpu(actor: &mut Actor) -> Option<RuntimeCall> {
	let operator = actor.operator()?;
	let (hosting, ownership) = (actor.document(), actor.document());
	let papers = pallet_gpus::Papers {
		serial: text("0001"),
		purchased: 0,
		hosting,
		ownership,
	};
	let call = pallet_gpus::Call::register {
		operator,
		model: actor.model(),
		device: actor.hash(),
		papers,
		owner: actor.person(),
	};
	(gpus().len() < MOST_GPUS).then(|| call.into())
}

fn update_documents(actor: &mut Actor) -> Option<RuntimeCall> {
	let (hosting, ownership) = (text("https://a.example"), text("https://b.example"));
	let gpu = actor.gpu()?;
	Some(
		pallet_gpus::Call::update_documents {
			gpu,
			hosting,
			ownership,
		}
		.into(),
	)
}

fn propose_rehost(actor: &mut Actor) -> Option<RuntimeCall> {
	let (gpu, hosting) = (actor.gpu()?, actor.document());
	let operator = actor.random.pick(&operators())?;
	Some(pallet_gpus::Call::propose_rehost { gpu, operator, hosting }.into())
}

/// A proposal that concerns the actor.
fn proposal(actor: &mut Actor) -> Option<(u64, u64, [u8; 32])> {
	let me = Some(&actor.account);
	let all: Vec<_> = pallet_gpus::Proposals::<Runtime>::iter()
		.filter(|(gpu, operator, _)| {
			GpuDeeds::holder(*gpu).as_ref() == me || OperatorDeeds::holder(*operator).as_ref() == me
		})
		.map(|(gpu, operator, proposal)| (gpu, operator, proposal.hosting.hash))
		.collect();
	actor.random.pick(&all)
}

fn accept_rehost(actor: &mut Actor) -> Option<RuntimeCall> {
	let (gpu, operator, agreement) = proposal(actor)?;
	Some(
		pallet_gpus::Call::accept_rehost {
			gpu,
			operator,
			agreement,
		}
		.into(),
	)
}

fn withdraw_proposal(actor: &mut Actor) -> Option<RuntimeCall> {
	let (gpu, operator, _) = proposal(actor)?;
	Some(pallet_gpus::Call::withdraw_proposal { gpu, operator }.into())
}

fn resign(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.hosted_gpu()?;
	Some(pallet_gpus::Call::resign { gpu }.into())
}

fn retire_gpu(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.gpu()?;
	Some(pallet_gpus::Call::retire { gpu }.into())
}

/// What a GPU that proves itself becomes.
fn proven(status: GpuStatus) -> Option<GpuStatus> {
	match status {
		GpuStatus::Registered | GpuStatus::Suspended => Some(GpuStatus::Probation),
		GpuStatus::Probation | GpuStatus::Offline => Some(GpuStatus::Online),
		GpuStatus::Online | GpuStatus::Retired => None,
	}
}

/// In most cases the GPU comes online, by and by. It is refused for one of a real model.
pub fn simulate_status(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.hosted_gpu()?;
	let record = pallet_gpus::GpuRecords::<Runtime>::get(gpu)?;
	if record.model != SIMULATED && !actor.random.one_in(20) {
		return None;
	}
	let status = match proven(record.status) {
		Some(status) => status,
		_ if actor.random.one_in(6) => GpuStatus::Suspended,
		_ if actor.random.one_in(2) => GpuStatus::Offline,
		_ => return None,
	};
	Some(pallet_gpus::Call::simulate_status { gpu, status }.into())
}

pub fn create_pool(actor: &mut Actor) -> Option<RuntimeCall> {
	let call = pallet_pools::Call::create {
		operator: actor.operator()?,
		model: actor.model(),
		mode: actor.mode(),
		terms: actor.terms(),
		prices: actor.prices(),
	};
	(pools().len() < MOST_POOLS).then(|| call.into())
}

fn announce_terms(actor: &mut Actor) -> Option<RuntimeCall> {
	let (pool, terms) = (actor.managed_pool()?, actor.terms());
	Some(pallet_pools::Call::announce_terms { pool, terms }.into())
}

fn set_prices(actor: &mut Actor) -> Option<RuntimeCall> {
	let (pool, prices) = (actor.managed_pool()?, actor.prices());
	Some(pallet_pools::Call::set_prices { pool, prices }.into())
}

pub fn invite(actor: &mut Actor) -> Option<RuntimeCall> {
	let (pool, cap) = (actor.managed_pool()?, actor.random.between(0, 12));
	let operator = actor.random.pick(&operators())?;
	Some(pallet_pools::Call::invite { pool, operator, cap }.into())
}

pub fn accept(actor: &mut Actor) -> Option<RuntimeCall> {
	let mine = |operator: &u64| OperatorDeeds::holder(*operator).as_ref() == Some(&actor.account);
	let invitations: Vec<_> = pallet_pools::Pools::<Runtime>::iter()
		.flat_map(|(pool, record)| {
			let version = record.version;
			let invited = record.invited.into_iter().map(|invitation| invitation.operator);
			invited
				.map(move |operator| (operator, pool, version))
				.collect::<Vec<_>>()
		})
		.filter(|(operator, ..)| mine(operator))
		.collect();
	let (operator, pool, version) = actor.random.pick(&invitations)?;
	Some(
		pallet_pools::Call::accept {
			operator,
			pool,
			version,
		}
		.into(),
	)
}

/// A pool and one of its hosts.
fn host(actor: &mut Actor) -> Option<(u32, u64)> {
	let all: Vec<_> = pallet_pools::Hosts::<Runtime>::iter_keys().collect();
	actor.random.pick(&all)
}

fn remove_host(actor: &mut Actor) -> Option<RuntimeCall> {
	let (pool, operator) = host(actor)?;
	Some(pallet_pools::Call::remove_host { pool, operator }.into())
}

/// One of the pools of its model that the GPU's host hosts in; in most cases of a GPU that is in none.
pub fn join(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.gpu()?;
	if pallet_pools::Members::<Runtime>::contains_key(gpu) && !actor.random.one_in(10) {
		return None;
	}
	let record = pallet_gpus::GpuRecords::<Runtime>::get(gpu)?;
	let hosted: Vec<_> = pallet_pools::Hosts::<Runtime>::iter_keys()
		.filter(|(_, host)| *host == record.operator)
		.filter_map(|(pool, _)| Some((pool, pallet_pools::Pools::<Runtime>::get(pool)?)))
		.filter(|(_, pool)| pool.model == record.model)
		.map(|(pool, terms)| (pool, terms.version))
		.collect();
	let (pool, version) = actor.random.pick(&hosted)?;
	Some(pallet_pools::Call::join { gpu, pool, version }.into())
}

fn announce_leave(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.gpu()?;
	Some(pallet_pools::Call::announce_leave { gpu }.into())
}

/// Of those that leave.
fn leaver(actor: &mut Actor) -> Option<u64> {
	let all: Vec<_> = pallet_pools::Members::<Runtime>::iter()
		.filter(|(_, member)| member.leave.is_some())
		.map(|(gpu, _)| gpu)
		.collect();
	actor.random.pick(&all)
}

fn cancel_leave(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = leaver(actor)?;
	Some(pallet_pools::Call::cancel_leave { gpu }.into())
}

fn leave(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = leaver(actor)?;
	Some(pallet_pools::Call::leave { gpu }.into())
}

fn leave_now(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.gpu()?;
	let max_credits = if actor.random.one_in(5) { 0 } else { Credits::MAX };
	Some(pallet_pools::Call::leave_now { gpu, max_credits }.into())
}

fn close(actor: &mut Actor) -> Option<RuntimeCall> {
	let pool = actor.managed_pool()?;
	Some(pallet_pools::Call::close { pool }.into())
}

fn claim_gpu(actor: &mut Actor) -> Option<RuntimeCall> {
	let gpu = actor.gpu()?;
	Some(pallet_pools::Call::claim_gpu { gpu }.into())
}

fn claim_host(actor: &mut Actor) -> Option<RuntimeCall> {
	let (pool, operator) = host(actor)?;
	Some(pallet_pools::Call::claim_host { pool, operator }.into())
}

fn claim_manager(actor: &mut Actor) -> Option<RuntimeCall> {
	let pool = actor.managed_pool()?;
	Some(pallet_pools::Call::claim_manager { pool }.into())
}

fn slots() -> usize {
	pallet_market::Slots::<Runtime>::iter_keys().count()
}

/// What is asked for at most: in most cases whatever it costs.
fn max_rate(actor: &mut Actor) -> Credits {
	match actor.random.one_in(10) {
		true => actor.random.between(1, 200).into(),
		false => Credits::MAX,
	}
}

fn rent(actor: &mut Actor) -> Option<RuntimeCall> {
	let (pool, gpus) = actor.goods()?;
	let call = pallet_market::Call::rent {
		pool,
		kind: actor.kind(),
		gpus,
		minutes: actor.minutes(),
		max_rate: max_rate(actor),
		key: actor.key(),
	};
	(slots() < MOST_SLOTS).then(|| call.into())
}

fn reserve(actor: &mut Actor) -> Option<RuntimeCall> {
	let ahead = match actor.random.one_in(5) {
		true => actor.random.between(0, 12_000),
		false => actor.random.between(5, 90),
	};
	let start = (now() + ahead) / 10 * 10;
	let slices = match actor.random.one_in(5) {
		true => actor.random.between(1, 2_000),
		false => actor.random.between(1, 12),
	};
	let (pool, gpus) = actor.goods()?;
	let call = pallet_market::Call::reserve {
		pool,
		gpus,
		start,
		end: start + 10 * slices,
		max_rate: max_rate(actor),
		key: actor.key(),
	};
	(slots() < MOST_SLOTS).then(|| call.into())
}

fn top_up(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, _) = actor.slot(|slot| slot.is_open())?;
	let minutes = actor.minutes();
	Some(pallet_market::Call::top_up { slot, minutes }.into())
}

fn stop(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, _) = actor.slot(|slot| slot.is_open())?;
	Some(pallet_market::Call::stop { slot }.into())
}

fn split_time(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, record) = actor.slot(|slot| !slot.is_open() && slot.end > slot.start + 10)?;
	let slices = (record.end - record.start) / 10;
	let at = record.start + 10 * actor.random.between(1, slices);
	Some(pallet_market::Call::split_time { slot, at }.into())
}

fn split_gpus(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, record) = actor.slot(|slot| slot.gpus > 1)?;
	let gpus = actor.random.between(1, record.gpus);
	Some(pallet_market::Call::split_gpus { slot, gpus }.into())
}

fn merge(actor: &mut Actor) -> Option<RuntimeCall> {
	let (first, second) = actor.pair()?;
	Some(pallet_market::Call::merge { first, second }.into())
}

fn set_access_key(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, _) = actor.slot(|_| true)?;
	let key = actor.hash();
	Some(pallet_market::Call::set_access_key { slot, key }.into())
}

/// Of a host of his to a slot whose holder has set a key.
fn grant_access(actor: &mut Actor) -> Option<RuntimeCall> {
	let asked: Vec<_> = pallet_market::Parts::<Runtime>::iter_keys()
		.filter(|(_, operator)| OperatorDeeds::holder(*operator).as_ref() == Some(&actor.account))
		.filter_map(|(slot, operator)| {
			let access = pallet_market::Slots::<Runtime>::get(slot)?.access?;
			Some((slot, operator, access.key))
		})
		.collect();
	let (slot, operator, key) = actor.random.pick(&asked)?;
	let sealed = text("sealed");
	Some(
		pallet_market::Call::grant_access {
			slot,
			operator,
			key,
			sealed,
		}
		.into(),
	)
}

fn reject(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, _) = actor.slot(|slot| slot.kind == RentalKind::Reserved && slot.phase == Phase::Running)?;
	Some(pallet_market::Call::reject { slot }.into())
}

fn list(actor: &mut Actor) -> Option<RuntimeCall> {
	let (slot, _) = actor.slot(|_| true)?;
	let price = actor.random.between(1, 500_000).into();
	let least = if actor.random.one_in(3) { BCT } else { 0 };
	Some(pallet_market::Call::list { slot, price, least }.into())
}

fn listed(actor: &mut Actor) -> Option<u64> {
	let all: Vec<_> = pallet_market::Listings::<Runtime>::iter_keys().collect();
	actor.random.pick(&all)
}

fn unlist(actor: &mut Actor) -> Option<RuntimeCall> {
	let slot = listed(actor)?;
	Some(pallet_market::Call::unlist { slot }.into())
}

fn buy(actor: &mut Actor) -> Option<RuntimeCall> {
	let slot = listed(actor)?;
	let max_amount = actor.amount(1_000);
	Some(pallet_market::Call::buy { slot, max_amount }.into())
}

pub fn burn(actor: &mut Actor) -> Option<RuntimeCall> {
	let amount = actor.amount(300);
	Some(pallet_data_credits::Call::burn { amount, min_credits: 0 }.into())
}

pub fn burn_for(actor: &mut Actor) -> Option<RuntimeCall> {
	let wall = u32::try_from(Timestamp::get() / 60_000).ok()?;
	let call = pallet_data_credits::Call::burn_for {
		beneficiary: actor.person(),
		amount: actor.amount(100),
		min_credits: 0,
		reference: actor.hash(),
		deadline: wall + actor.random.between(0, 60),
	};
	Some(call.into())
}

/// Something that the actor holds, or not: an operator, a GPU or a slot.
fn item(actor: &mut Actor) -> Option<(u32, u64)> {
	match actor.random.below(5) {
		0 => Some((OPERATOR_COLLECTION, actor.operator()?)),
		1 | 2 => Some((GPU_COLLECTION, actor.gpu()?)),
		_ => Some((TIME_SLOT_COLLECTION, actor.slot(|_| true)?.0)),
	}
}

fn transfer(actor: &mut Actor) -> Option<RuntimeCall> {
	let (collection, item) = item(actor)?;
	let dest = actor.person().into();
	Some(pallet_nfts::Call::transfer { collection, item, dest }.into())
}

fn set_price(actor: &mut Actor) -> Option<RuntimeCall> {
	let (collection, item) = item(actor)?;
	let price = Some(actor.amount(100));
	Some(
		pallet_nfts::Call::set_price {
			collection,
			item,
			price,
			whitelisted_buyer: None,
		}
		.into(),
	)
}

fn buy_item(actor: &mut Actor) -> Option<RuntimeCall> {
	let all: Vec<_> = pallet_nfts::ItemPriceOf::<Runtime>::iter_keys().collect();
	let (collection, item) = actor.random.pick(&all)?;
	let bid_price = actor.amount(100);
	Some(
		pallet_nfts::Call::buy_item {
			collection,
			item,
			bid_price,
		}
		.into(),
	)
}

fn approve_transfer(actor: &mut Actor) -> Option<RuntimeCall> {
	let (collection, item) = item(actor)?;
	Some(
		pallet_nfts::Call::approve_transfer {
			collection,
			item,
			delegate: actor.person().into(),
			maybe_deadline: None,
		}
		.into(),
	)
}

/// Takes an item that its holder lets the actor take.
fn take_approved(actor: &mut Actor) -> Option<RuntimeCall> {
	let all: Vec<_> = pallet_nfts::Item::<Runtime>::iter()
		.filter(|(_, _, details)| details.approvals.contains_key(&actor.account))
		.map(|(collection, item, _)| (collection, item))
		.collect();
	let (collection, item) = actor.random.pick(&all)?;
	let dest = actor.account.clone().into();
	Some(pallet_nfts::Call::transfer { collection, item, dest }.into())
}

/// Has staking rewards paid to another account: refused to whoever does not stake, and to proxies.
fn set_payee(actor: &mut Actor) -> Option<RuntimeCall> {
	let payee = pallet_staking::RewardDestination::Account(actor.person());
	Some(pallet_staking::Call::set_payee { payee }.into())
}

/// Refused by the call filter, whoever asks.
fn burn_item(actor: &mut Actor) -> Option<RuntimeCall> {
	let (collection, item) = item(actor)?;
	Some(pallet_nfts::Call::burn { collection, item }.into())
}

fn pay(actor: &mut Actor) -> Option<RuntimeCall> {
	let (dest, value) = (actor.person().into(), actor.amount(10));
	Some(pallet_balances::Call::transfer_keep_alive { dest, value }.into())
}

/// What Root sets, and does in an emergency.
pub fn govern(actor: &mut Actor) -> Option<RuntimeCall> {
	if SafeMode::is_entered() {
		return Some(pallet_safe_mode::Call::force_exit {}.into());
	}
	let minutes = actor.random.between(1, 30);
	Some(match actor.random.below(4) {
		0 => pallet_emissions::Call::set_epoch_length {
			length: minutes.try_into().ok()?,
		}
		.into(),
		1 => pallet_market::Call::set_parameters {
			parameters: pallet_market::ParametersRecord {
				notice: actor.random.between(1, 10).try_into().ok()?,
				grant_time: actor.random.between(5, 20).try_into().ok()?,
				warning: minutes.try_into().ok()?,
				shortest: actor.random.between(1, 20).try_into().ok()?,
				..pallet_market::Parameters::<Runtime>::get()
			},
		}
		.into(),
		2 => pallet_pools::Call::set_parameters {
			parameters: pallet_pools::ParametersRecord {
				leave_notice: minutes.try_into().ok()?,
				terms_notice: actor.random.between(1, 60).try_into().ok()?,
				..pallet_pools::Parameters::<Runtime>::get()
			},
		}
		.into(),
		_ => pallet_safe_mode::Call::force_enter {}.into(),
	})
}

/// GPUs of real models pass an attestation round, all that there are. Done between blocks.
pub fn pass_round() {
	for (gpu, record) in pallet_gpus::GpuRecords::<Runtime>::iter().collect::<Vec<_>>() {
		if let (true, Some(status)) = (record.model != SIMULATED, proven(record.status)) {
			Gpus::set_status(gpu, status, now()).expect("a GPU may prove itself");
		}
	}
}

/// What attestation tells: a host is not there, or is again; a GPU is not, or all are. Done between blocks.
pub fn attest(actor: &mut Actor) -> Option<()> {
	let operator = actor.random.pick(&operators())?;
	let since = now().saturating_sub(actor.random.between(0, 6));
	match actor.random.below(12) {
		0..=3 => <Pools as Hosts>::darken(operator, since),
		4..=8 => <Pools as Hosts>::light(operator),
		9 => _ = Gpus::set_status(actor.random.pick(&gpus())?, GpuStatus::Offline, since),
		10 => {
			<Pools as Hosts>::round_opened();
			pass_round();
		}
		_ if actor.random.one_in(4) => _ = Gpus::condemn(actor.random.pick(&gpus())?, since),
		_ => _ = Operators::slash(operator, actor.amount(300)),
	}
	Some(())
}
