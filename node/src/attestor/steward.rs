//! What a node does for one operator: its heartbeats, and its part in rounds. What is to be done is asked of the chain with
//! each block, and so is whether it was done: nothing else is remembered over a restart.

use super::{
	devices::{Device, Place},
	metrics::{Metrics, Outcome},
	part::{Late, Part, Player, Stage},
	sending::{Duty, Sender},
	view::View,
	Tools, LOG,
};
use crate::client::{
	address::format_account,
	signer::{KeyFault, Signer},
};
use frame_support::BoundedVec;
use millpond_primitives::{GpuId, OperatorId};
use millpond_runtime::{AccountId, BlockNumber, Runtime, RuntimeCall};
use millpond_traits::GpuStatus;
use pallet_attestation::{
	count_present, messages, Call, Changes, Duties, MemberRecord, Phase, RoundIndex, RoundStatus,
};
use pallet_pools::MemberState;
use std::{
	collections::{BTreeMap, BTreeSet},
	time::Duration,
};

/// How long a part of the challenge may take: as long as the rest of its window, at a block in three seconds, within these
/// bounds. It keeps a driver that hangs from being waited for.
const LEAST_PATIENCE: Duration = Duration::from_secs(30);
const MOST_PATIENCE: Duration = Duration::from_secs(600);
const BLOCK: Duration = Duration::from_secs(3);

fn patience(left: Option<u32>) -> Duration {
	let rest = BLOCK.saturating_mul(left.unwrap_or_default().saturating_add(2));
	rest.clamp(LEAST_PATIENCE, MOST_PATIENCE)
}

/// A GPU that an operator hosts, for its heartbeat.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Hosted {
	gpu: GpuId,
	place: Place,
	/// Whether a customer has it. The host may not see it then: it was handed over to a virtual machine.
	is_rented: bool,
}

/// The GPUs that are not in this machine and should be. A rented one may be in a customer's virtual machine.
fn missing(hosted: &[Hosted]) -> BTreeSet<GpuId> {
	let missing = hosted
		.iter()
		.filter(|gpu| gpu.place == Place::Elsewhere && !gpu.is_rented);
	missing.map(|gpu| gpu.gpu).collect()
}

/// The GPUs of which a heartbeat has to say that they went away, and that they came back. Those of which the driver has not said
/// whether they are here are left as they are.
fn changes(roster: &[MemberRecord], hosted: &[Hosted]) -> (Vec<GpuId>, Vec<GpuId>) {
	let members: BTreeMap<GpuId, bool> = roster
		.iter()
		.filter(|member| !member.gone)
		.map(|member| (member.gpu, member.away.is_some()))
		.collect();
	let away = hosted
		.iter()
		.filter(|gpu| gpu.place == Place::Elsewhere && !gpu.is_rented && members.get(&gpu.gpu) == Some(&false));
	let back = hosted
		.iter()
		.filter(|gpu| gpu.place == Place::Here && members.get(&gpu.gpu) != Some(&false));
	(away.map(|gpu| gpu.gpu).collect(), back.map(|gpu| gpu.gpu).collect())
}

/// Whether a GPU has to take part in a round, if it was free: one that went away when the round was on was there when it
/// began.
fn is_called(member: &MemberRecord, round: RoundIndex) -> bool {
	let there = member.away.is_none_or(|since| since >= round);
	member.from <= round && !member.gone && there
}

/// Whether GPUs have work in this phase.
fn have_work(phase: Phase, duties: &Duties<AccountId>) -> bool {
	let walked = || duties.commit.as_ref().is_some_and(|commit| commit.walk.is_some());
	match phase {
		Phase::FillSeed | Phase::Closing => false,
		Phase::Fill => true,
		Phase::WalkSeed | Phase::Walk => duties.commit.is_some(),
		Phase::PickSeed | Phase::Picking => walked(),
		Phase::Proving => !duties.owes_proofs.is_empty(),
	}
}

/// What a node does for one operator.
pub struct Steward {
	operator: OperatorId,
	part: Option<Part>,
	/// What was said last about each subject: the same is not said again with each block.
	said: BTreeMap<&'static str, String>,
	/// How many of its GPUs are in this machine, and how many are not.
	census: (u64, u64),
	/// The GPUs that were missing when it was last said.
	missing: BTreeSet<GpuId>,
}

impl Steward {
	/// One for `operator`.
	pub fn new(operator: OperatorId) -> Self {
		Self {
			operator,
			part: None,
			said: BTreeMap::new(),
			census: (0, 0),
			missing: BTreeSet::new(),
		}
	}

	/// How many of the operator's GPUs are in this machine, and how many are not.
	pub fn census(&self) -> (u64, u64) {
		self.census
	}

	/// Does what the chain says is to be done.
	pub async fn tick(&mut self, view: &View, tools: &mut Tools) {
		let signed = self.signer(view, tools);
		if let Some((duties, signer)) = self.heed("attestor", signed) {
			let beaten = self.beat(view, &duties, &signer, tools).await;
			self.heed("heartbeat", beaten);
			let played = self.play(view, &duties, &signer, tools).await;
			self.heed("round", played);
		}
	}

	/// Warns of an error, unless it is the same as the last time.
	fn heed<T>(&mut self, subject: &'static str, result: Result<T, String>) -> Option<T> {
		match result {
			Ok(value) => {
				self.said.remove(subject);
				Some(value)
			}
			Err(error) => {
				let known = self.said.insert(subject, error.clone());
				if known.as_ref() != Some(&error) {
					log::warn!(target: LOG, "⚠️ Operator {}: {error}", self.operator);
				}
				None
			}
		}
	}

	/// What there is to do, and who signs.
	fn signer(&self, view: &View, tools: &Tools) -> Result<(Duties<AccountId>, Signer), String> {
		let operator = self.operator;
		let duties = view.duties(operator)?.ok_or_else(|| {
			let own = tools.own_keys().unwrap_or_default();
			let key = own.first().map_or("<ADDRESS>".into(), format_account);
			format!(
				"it has no attestor: its holder names one with `millpond attestation set-attestor {operator} --attestor {key}`"
			)
		})?;
		let signer = tools.signer(&duties.attestor).map_err(|fault| {
			let attestor = format_account(&duties.attestor);
			match fault {
				KeyFault::Absent => format!(
					"its attestor is {attestor}, and the keystore does not hold that key: put it there with `millpond key insert \
					 --key-type atst`, or name another with `millpond attestation set-attestor {operator}`"
				),
				fault => format!("its attestor is {attestor}, whose key cannot be used: {fault}"),
			}
		})?;
		Ok((duties, signer))
	}

	/// Sends the heartbeat that is owed.
	async fn beat(
		&mut self,
		view: &View,
		duties: &Duties<AccountId>,
		signer: &Signer,
		tools: &mut Tools,
	) -> Result<(), String> {
		let (operator, period) = (self.operator, duties.period);
		if !duties.owes_heartbeat || !tools.sender.is_due(Duty::Heartbeat(operator, period), view.number) {
			return Ok(());
		}
		let hosted = self.hosted(view, tools)?;
		let (away, back) = changes(&view.roster(operator)?, &hosted);
		let (away, back) = (listed(&away), listed(&back));
		let message = messages::heartbeat(view.genesis(), operator, period, &away, &back);
		let signature = signer.sign(&message).map_err(|error| error.to_string())?;
		if !away.is_empty() || !back.is_empty() {
			log::info!(
				target: LOG,
				"💓 Operator {operator}: its heartbeat reports {} as away and {} as back",
				numbers(away.iter()),
				numbers(back.iter())
			);
		}
		let call = Call::heartbeat {
			operator,
			period,
			away,
			back,
			signature,
		};
		let duty = Duty::Heartbeat(operator, period);
		let sent = tools.sender.authorized(duty, view.number, call.into()).await;
		if let Some(metrics) = &tools.metrics {
			metrics.heartbeat(sent.is_ok());
		}
		if sent.is_ok() && duties.dark {
			log::info!(target: LOG, "💡 Operator {operator} was dark: its heartbeat lights it again");
		}
		sent.map_err(|error| format!("its heartbeat could not be sent: {error}"))
	}

	/// The GPUs that the operator hosts, and whether they are here.
	fn hosted(&mut self, view: &View, tools: &Tools) -> Result<Vec<Hosted>, String> {
		let mut hosted = Vec::new();
		for entry in view.hosted(self.operator)? {
			let record = entry.summary.gpu;
			if record.status == GpuStatus::Retired {
				continue;
			}
			hosted.push(Hosted {
				gpu: entry.gpu,
				place: tools.devices.place(&record, view.is_simulated(&entry)?),
				is_rented: entry
					.member
					.is_some_and(|member| matches!(member.state, MemberState::Taken(_))),
			});
		}
		self.tell_of_missing(&hosted);
		let here = hosted.iter().filter(|gpu| gpu.place == Place::Here).count();
		self.census = (count(here), count(hosted.len().saturating_sub(here)));
		Ok(hosted)
	}

	/// Warns once of each GPU that the operator hosts and that is not in this machine. One that was registered by a wrong UUID
	/// is never anywhere else.
	fn tell_of_missing(&mut self, hosted: &[Hosted]) {
		let missing = missing(hosted);
		let new: BTreeSet<_> = missing.difference(&self.missing).copied().collect();
		if !new.is_empty() {
			log::warn!(
				target: LOG,
				"⚠️ Operator {} hosts {} that this machine does not have: `millpond gpu show` tells the device, `millpond gpu \
				 probe` what is here. A device that was registered by mistake never comes: retire it",
				self.operator,
				numbers(new.iter())
			);
		}
		self.missing = missing;
	}

	/// Does the operator's part in the round that is on.
	async fn play(
		&mut self,
		view: &View,
		duties: &Duties<AccountId>,
		signer: &Signer,
		tools: &mut Tools,
	) -> Result<(), String> {
		let round = view.round()?;
		let is_over =
			|part: &Part| round.is_none_or(|round| round.index != part.round || round.phase == Phase::Closing);
		if let Some(mut over) = self.part.take_if(|part| is_over(part)) {
			// On a machine that is very slow, whole windows pass from one look to the next.
			for late in over.newly_late(Phase::Closing) {
				self.tell_late(&over, &late);
			}
			self.close(&over, tools.metrics.as_ref());
		}
		let Some(round) = round.filter(|round| round.phase != Phase::Closing) else {
			return Ok(());
		};
		let mut part = match self.part.take() {
			Some(part) => part,
			None => self.join(view, round.index, tools)?,
		};
		let played = self.advance(&mut part, round, view, duties, signer, tools).await;
		self.part = Some(part);
		played
	}

	/// Finds out who takes part in a round.
	fn join(&self, view: &View, round: RoundIndex, tools: &Tools) -> Result<Part, String> {
		let (mut players, mut absent) = (BTreeMap::new(), BTreeSet::new());
		for (position, member) in (0..).zip(view.roster(self.operator)?) {
			let Some(entry) = view.gpu(member.gpu)?.filter(|_| is_called(&member, round)) else {
				continue;
			};
			let record = entry.summary.gpu;
			let is_own = record.operator == self.operator && record.status != GpuStatus::Retired;
			let Some(challenge) = view.challenge(member.gpu)?.filter(|challenge| is_own && challenge.free) else {
				continue;
			};
			match tools.devices.of(&record, view.is_simulated(&entry)?) {
				Some(device) => {
					let player = Player {
						position,
						device,
						challenge,
						job: None,
					};
					players.insert(member.gpu, player);
				}
				None => {
					absent.insert(member.gpu);
				}
			}
		}
		if !absent.is_empty() {
			log::warn!(
				target: LOG,
				"⚠️ Operator {}: {} should take part in round {round} and cannot be found in this machine: see `millpond gpu \
				 probe`, and `millpond gpu show` for the device",
				self.operator,
				numbers(absent.iter())
			);
		}
		if !players.is_empty() {
			log::info!(
				target: LOG,
				"🎲 Operator {}: round {round} challenges {}",
				self.operator,
				numbers(players.keys())
			);
		}
		Ok(Part::new(round, players, absent))
	}

	/// Moves on with a round: has the GPUs work, and sends what is due.
	async fn advance(
		&mut self,
		part: &mut Part,
		round: RoundStatus,
		view: &View,
		duties: &Duties<AccountId>,
		signer: &Signer,
		tools: &mut Tools,
	) -> Result<(), String> {
		self.look_at_proofs(part, round.phase, duties);
		for late in part.newly_late(round.phase) {
			self.tell_late(part, &late);
		}
		if part.is_lost || !have_work(round.phase, duties) {
			part.rest();
			return Ok(());
		}
		part.work(view, patience(round.blocks_left), tools.metrics.as_ref(), &tools.wake)?;
		for (gpu, reason) in part.newly_given_up() {
			log::warn!(
				target: LOG,
				"⚠️ GPU {gpu} misses round {}, after several attempts: {reason}",
				part.round
			);
		}
		let sender = &mut tools.sender;
		if duties.owes_fill {
			return match part.fill_to_commit(round.blocks_left) {
				Some(root) => self.commit_fill(round.index, root, view, signer, sender).await,
				None => Ok(()),
			};
		}
		let Some(commit) = &duties.commit else { return Ok(()) };
		match part.has_filled(&commit.fill) {
			None => return Ok(()),
			Some(false) => return Err(self.differs(part, "fills")),
			Some(true) => {}
		}
		if duties.owes_walk {
			return match part.walk_to_commit(round.blocks_left) {
				Some((root, present)) => {
					let walk = (root, present);
					self.commit_walk(round.index, walk, view, signer, sender).await
				}
				None => Ok(()),
			};
		}
		let Some(walk) = &commit.walk else { return Ok(()) };
		part.present = usize::try_from(count_present(&walk.present)).unwrap_or(usize::MAX);
		match part.has_walked(&walk.root, &walk.present) {
			None => Ok(()),
			Some(false) => Err(self.differs(part, "walks")),
			Some(true) => self.prove(part, view, duties, signer, sender).await,
		}
	}

	/// Warns of GPUs that were not done when a window ended, as soon as it has: what comes of it is seen on the chain only rounds
	/// later.
	fn tell_late(&self, part: &Part, late: &Late) {
		let work = match late.stage {
			Stage::Fill => "fill",
			Stage::Walk => "walk",
		};
		let (count, of) = (late.gpus.len(), part.players.len());
		log::warn!(
			target: LOG,
			"⚠️ Operator {}: {} ({count} of {of}) had not done the {work} of round {} when its window ended, and miss it. This \
			 machine is too slow for so many: stop what else uses it, compare with `millpond gpu bench`, and let it host fewer{}",
			self.operator,
			numbers(late.gpus.iter()),
			part.round,
			if part.players.values().any(|player| player.device == Device::Cpu) {
				"; simulated GPUs share its processor"
			} else {
				""
			}
		);
	}

	/// Gives a round up in which the GPUs come to something else than what was committed to.
	fn differs(&self, part: &mut Part, what: &str) -> String {
		part.is_lost = true;
		part.rest();
		format!(
			"the {what} of its GPUs in round {} are not those that were committed to: does another node attest this \
			 operator, or was a GPU replaced while the round was on?",
			part.round
		)
	}

	/// Tells what became of the GPUs that had to prove themselves.
	fn look_at_proofs(&self, part: &mut Part, phase: Phase, duties: &Duties<AccountId>) {
		if !matches!(phase, Phase::Picking | Phase::Proving) {
			return;
		}
		let owed: BTreeSet<_> = duties.owes_proofs.iter().copied().collect();
		let proven: Vec<_> = part.owed.difference(&owed).collect();
		if !proven.is_empty() {
			log::info!(target: LOG, "✅ {} proved {} in round {}",
				numbers(proven.iter().copied()), if proven.len() == 1 { "itself" } else { "themselves" }, part.round);
		}
		part.owed = owed;
	}

	async fn commit_fill(
		&self,
		round: RoundIndex,
		root: millpond_proof::Hash,
		view: &View,
		signer: &Signer,
		sender: &mut Sender,
	) -> Result<(), String> {
		let operator = self.operator;
		let duty = Duty::Fill(operator, round);
		if !sender.is_due(duty, view.number) {
			return Ok(());
		}
		let message = messages::commit_fill(view.genesis(), operator, round, &root);
		let signature = signer.sign(&message).map_err(|error| error.to_string())?;
		let call = Call::commit_fill {
			operator,
			round,
			root,
			signature,
		};
		self.commit(duty, "fills", round, view.number, call, sender).await
	}

	async fn commit_walk(
		&self,
		round: RoundIndex,
		(root, present): (millpond_proof::Hash, pallet_attestation::Presence),
		view: &View,
		signer: &Signer,
		sender: &mut Sender,
	) -> Result<(), String> {
		let operator = self.operator;
		let duty = Duty::Walk(operator, round);
		if !sender.is_due(duty, view.number) {
			return Ok(());
		}
		let message = messages::commit_walk(view.genesis(), operator, round, &root, &present);
		let signature = signer.sign(&message).map_err(|error| error.to_string())?;
		let call = Call::commit_walk {
			operator,
			round,
			root,
			present,
			signature,
		};
		self.commit(duty, "walks", round, view.number, call, sender).await
	}

	async fn commit(
		&self,
		duty: Duty,
		what: &str,
		round: RoundIndex,
		now: BlockNumber,
		call: Call<Runtime>,
		sender: &mut Sender,
	) -> Result<(), String> {
		let sent = sender.authorized(duty, now, call.into()).await;
		sent.map_err(|error| format!("the commitment to the {what} of round {round} could not be sent: {error}"))?;
		log::info!(target: LOG, "🌳 Operator {}: committed to the {what} of round {round}", self.operator);
		Ok(())
	}

	/// Sends the proofs that are owed and ready.
	async fn prove(
		&self,
		part: &Part,
		view: &View,
		duties: &Duties<AccountId>,
		signer: &Signer,
		sender: &mut Sender,
	) -> Result<(), String> {
		for gpu in &duties.owes_proofs {
			let duty = Duty::Proof(part.round, *gpu);
			if !sender.is_due(duty, view.number) {
				continue;
			}
			let Some((k, answer)) = part.answer(*gpu) else { continue };
			let call = RuntimeCall::Attestation(Call::prove {
				round: part.round,
				gpu: *gpu,
				k,
				answer: answer.into(),
			});
			sender.signed(duty, view.number, signer, call).await.map_err(|error| {
				format!(
					"the proof of GPU {gpu} could not be sent: {error}. Its fee comes back, but has to be there: is there BCT in \
					 {}?",
					format_account(signer.account())
				)
			})?;
			log::info!(target: LOG, "📨 The proof of GPU {gpu} for round {} is sent", part.round);
		}
		Ok(())
	}

	/// Sums up a round that is over.
	fn close(&self, part: &Part, metrics: Option<&Metrics>) {
		let called = part.players.len().saturating_add(part.absent.len());
		if called == 0 {
			return;
		}
		let unproven = part.owed.len().min(part.present);
		let passed = part.present.saturating_sub(unproven);
		let missed = called.saturating_sub(part.present);
		let level = if passed == called {
			log::Level::Info
		} else {
			log::Level::Warn
		};
		log::log!(
			target: LOG,
			level,
			"🏁 Operator {}: round {} is over: {passed} of {called} GPUs passed, {missed} took no part, {unproven} did not \
			 prove themselves",
			self.operator,
			part.round
		);
		if let Some(metrics) = metrics {
			let outcomes = [
				(Outcome::Passed, passed),
				(Outcome::Missed, missed),
				(Outcome::Unproven, unproven),
			];
			metrics.round_is_over(
				outcomes
					.into_iter()
					.flat_map(|(outcome, count)| std::iter::repeat_n(outcome, count)),
			);
		}
	}
}

/// As many as a heartbeat can name; the next one names the others.
fn listed(gpus: &[GpuId]) -> Changes<Runtime> {
	BoundedVec::truncate_from(gpus.to_vec())
}

fn count(count: usize) -> u64 {
	u64::try_from(count).unwrap_or(u64::MAX)
}

/// How many GPUs a line of the log names.
const NAMED: usize = 8;

/// GPUs as a log names them.
fn numbers<'a>(gpus: impl Iterator<Item = &'a GpuId>) -> String {
	let numbers: Vec<_> = gpus.map(ToString::to_string).collect();
	match numbers.as_slice() {
		[] => "no GPU".into(),
		[one] => format!("GPU {one}"),
		few if few.len() <= NAMED => format!("GPUs {}", few.join(", ")),
		more => {
			let (named, others) = more.split_at(NAMED);
			format!("GPUs {} and {} more", named.join(", "), others.len())
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use pallet_attestation::CommitRecord;

	fn member(gpu: GpuId) -> MemberRecord {
		MemberRecord::new(gpu, 1, 3)
	}

	fn hosted(gpu: GpuId, is_here: bool) -> Hosted {
		Hosted {
			gpu,
			place: if is_here { Place::Here } else { Place::Elsewhere },
			is_rented: false,
		}
	}

	#[test]
	fn a_heartbeat_should_report_only_what_changed() {
		let away = MemberRecord {
			away: Some(4),
			..member(3)
		};
		let moved = MemberRecord {
			gone: true,
			..member(5)
		};
		let roster = [member(1), member(2), away, moved];
		// Present and known; vanished; returned; new; registered but never here; returned from another host.
		let now = [
			hosted(1, true),
			hosted(2, false),
			hosted(3, true),
			hosted(4, true),
			hosted(6, false),
			hosted(5, true),
		];
		assert_eq!(changes(&roster, &now), (vec![2], vec![3, 4, 5]));
		assert_eq!(changes(&roster, &[hosted(1, true), hosted(3, false)]), (vec![], vec![]));
	}

	#[test]
	fn a_gpu_should_not_be_reported_as_away_while_a_customer_has_it() {
		let rented = Hosted {
			is_rented: true,
			..hosted(1, false)
		};
		assert_eq!(changes(&[member(1)], &[rented]), (vec![], vec![]));
	}

	#[test]
	fn a_hosted_gpu_that_is_not_in_the_machine_should_be_warned_of_once() {
		let rented = Hosted {
			is_rented: true,
			..hosted(3, false)
		};
		let now = [hosted(1, true), hosted(2, false), rented];
		assert_eq!(missing(&now), BTreeSet::from([2]));
		let mut steward = Steward::new(0);
		steward.tell_of_missing(&now);
		assert_eq!(steward.missing, BTreeSet::from([2]));
		steward.tell_of_missing(&[hosted(2, true)]);
		assert!(steward.missing.is_empty());
	}

	#[test]
	fn a_gpu_should_be_left_as_it_is_when_the_driver_keeps_silent() {
		let unknown = |gpu| Hosted {
			place: Place::Unknown,
			..hosted(gpu, false)
		};
		let away = MemberRecord {
			away: Some(4),
			..member(2)
		};
		let roster = [member(1), away];
		assert_eq!(
			changes(&roster, &[unknown(1), unknown(2), unknown(3)]),
			(vec![], vec![])
		);
	}

	#[test]
	fn a_log_should_name_a_few_gpus_and_count_the_others() {
		let of = |count| numbers((1..=count).collect::<Vec<GpuId>>().iter());
		assert_eq!([of(0), of(1), of(2)], ["no GPU", "GPU 1", "GPUs 1, 2"]);
		assert_eq!(of(180), "GPUs 1, 2, 3, 4, 5, 6, 7, 8 and 172 more");
	}

	#[test]
	fn a_gpu_should_be_called_from_its_first_round_on_and_as_long_as_it_is_there() {
		assert!(is_called(&member(1), 1) && is_called(&member(1), 9));
		let later = MemberRecord { from: 5, ..member(1) };
		assert!(!is_called(&later, 4) && is_called(&later, 5));
		let away = MemberRecord {
			away: Some(4),
			..member(1)
		};
		// It went away while round 4 was on.
		assert!(is_called(&away, 4) && !is_called(&away, 5));
		let gone = MemberRecord {
			gone: true,
			..member(1)
		};
		assert!(!is_called(&gone, 4));
	}

	#[test]
	fn gpus_should_have_work_as_long_as_something_may_be_asked_of_them() {
		let mut duties = Duties {
			attestor: AccountId::from([0; 32]),
			gpus: 1,
			period: 0,
			owes_heartbeat: false,
			dark: false,
			commit: None,
			owes_fill: true,
			owes_walk: false,
			owes_proofs: Vec::new(),
		};
		assert!(have_work(Phase::Fill, &duties) && !have_work(Phase::FillSeed, &duties));
		// Nothing was committed to: the round is missed.
		assert!(!have_work(Phase::Walk, &duties));
		let mut commit = CommitRecord {
			fill: [1; 32],
			walk: None,
		};
		duties.commit = Some(commit.clone());
		assert!(have_work(Phase::WalkSeed, &duties) && have_work(Phase::Walk, &duties));
		assert!(!have_work(Phase::PickSeed, &duties));
		commit.walk = Some(pallet_attestation::WalkRecord {
			root: [2; 32],
			present: Default::default(),
			place: 0,
		});
		duties.commit = Some(commit);
		assert!(have_work(Phase::PickSeed, &duties) && have_work(Phase::Picking, &duties));
		assert!(!have_work(Phase::Proving, &duties) && !have_work(Phase::Closing, &duties));
		duties.owes_proofs = vec![7];
		assert!(have_work(Phase::Proving, &duties));
	}

	#[test]
	fn patience_should_last_as_long_as_the_window() {
		assert_eq!(patience(Some(20)), Duration::from_secs(66));
		assert_eq!(patience(None), LEAST_PATIENCE);
		assert_eq!(patience(Some(1_200)), MOST_PATIENCE);
	}
}
