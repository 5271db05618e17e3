//! A GPU's work in a round: on a thread of its own, by a prover in a process of its own.

use super::{devices::Device, metrics::Metrics};
use futures::channel::mpsc::UnboundedSender;
use millpond_gpu::{backend::Seconds, Worker, WorkerError};
use millpond_proof::{Hash, Proof};
use pallet_attestation::Challenge;
use std::{
	sync::{
		mpsc::{channel, Receiver, Sender},
		Arc, Mutex, MutexGuard, PoisonError,
	},
	thread,
	time::{Duration, Instant},
};

/// How long a prover's process may take to be there: a driver wakes up, and translates the kernels for the card.
const START: Duration = Duration::from_secs(60);

/// How often a GPU may fail in a round before it is given up.
const ATTEMPTS: u32 = 3;

/// What has come of a round so far, each with the seed that it is for.
#[derive(Clone, Debug, Default)]
pub struct Results {
	fill: Option<(Hash, Hash)>,
	walk: Option<(Hash, Hash)>,
	proof: Option<(Hash, Proof)>,
	failures: u32,
	/// Why it failed the last time.
	failure: Option<String>,
}

/// What belongs to `seed`.
fn of_seed<T: Clone>(result: &Option<(Hash, T)>, seed: Option<Hash>) -> Option<T> {
	let (of, result) = result.as_ref()?;
	(Some(*of) == seed).then(|| result.clone())
}

impl Results {
	/// The root of the fill that a challenge asks for.
	pub fn fill(&self, challenge: &Challenge) -> Option<Hash> {
		of_seed(&self.fill, challenge.fill)
	}

	/// The root of the walk that a challenge asks for.
	pub fn walk(&self, challenge: &Challenge) -> Option<Hash> {
		self.fill(challenge)?;
		of_seed(&self.walk, challenge.walk)
	}

	/// The openings that a challenge asks for.
	pub fn proof(&self, challenge: &Challenge) -> Option<Proof> {
		self.walk(challenge)?;
		of_seed(&self.proof, challenge.pick)
	}

	/// Why nothing more is to be expected, if it is so.
	pub fn given_up(&self) -> Option<&str> {
		self.failure.as_deref().filter(|_| self.failures >= ATTEMPTS)
	}

	/// Whether there is all that a challenge asks for so far.
	fn answer(&self, challenge: &Challenge) -> bool {
		let walked = challenge.walk.is_none() || self.walk(challenge).is_some();
		let opened = challenge.pick.is_none() || self.proof(challenge).is_some();
		self.fill(challenge).is_some() && walked && opened
	}
}

struct Order {
	challenge: Challenge,
	patience: Duration,
}

/// The work of a GPU in a round. Dropping it ends the prover's process, at the latest when what it is at takes longer than
/// it may.
pub struct Job {
	orders: Sender<Order>,
	results: Arc<Mutex<Results>>,
}

impl Job {
	/// Has `device` ready for orders. `wake` is told whenever something has come of one.
	///
	/// # Errors
	/// No thread to be had, in words.
	pub fn start(device: Device, metrics: Option<Metrics>, wake: UnboundedSender<()>) -> Result<Self, String> {
		let (orders, received) = channel();
		let results = Arc::new(Mutex::new(Results::default()));
		let prover = Prover {
			device,
			worker: None,
			metrics,
			wake,
			results: results.clone(),
		};
		thread::Builder::new()
			.name("gpu-prover".into())
			.spawn(move || prover.serve(&received))
			.map_err(|error| format!("no thread for a prover: {error}"))?;
		Ok(Self { orders, results })
	}

	/// Has it do what `challenge` asks for and is not done yet, each part of it within `patience`.
	pub fn order(&self, challenge: Challenge, patience: Duration) {
		let results = self.results();
		if !results.answer(&challenge) && results.given_up().is_none() {
			// Without anybody to take it, the thread has panicked: nothing will come of it, as of a GPU that fails.
			let _ = self.orders.send(Order { challenge, patience });
		}
	}

	/// What has come of it.
	pub fn results(&self) -> Results {
		lock(&self.results).clone()
	}
}

fn lock(results: &Mutex<Results>) -> MutexGuard<'_, Results> {
	results.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's side.
struct Prover {
	device: Device,
	/// Its process, and the seeds of what is in its memory.
	worker: Option<(Worker, Option<Hash>, Option<Hash>)>,
	metrics: Option<Metrics>,
	wake: UnboundedSender<()>,
	results: Arc<Mutex<Results>>,
}

impl Prover {
	fn serve(mut self, orders: &Receiver<Order>) {
		while let Ok(order) = orders.recv() {
			// What was ordered meanwhile is more of the same.
			let order = orders.try_iter().last().unwrap_or(order);
			let results = lock(&self.results).clone();
			if results.given_up().is_some() || results.answer(&order.challenge) {
				continue;
			}
			if let Err(error) = self.work(&order) {
				self.worker = None;
				let mut results = lock(&self.results);
				results.failures = results.failures.saturating_add(1);
				results.failure = Some(error.to_string());
				drop(results);
				self.tell();
			}
		}
	}

	/// Tells the attestor that there is something new. It listens as long as the node runs.
	fn tell(&self) {
		let _ = self.wake.unbounded_send(());
	}

	fn note(&self, change: impl FnOnce(&mut Results)) {
		change(&mut lock(&self.results));
		self.tell();
	}

	fn work(&mut self, order: &Order) -> Result<(), WorkerError> {
		let Order { challenge, patience } = order;
		let Some(fill) = challenge.fill else { return Ok(()) };
		let (mut worker, filled, walked) = match self.worker.take() {
			Some(running) => running,
			None => (self.spawn()?, None, None),
		};
		let mut walked = walked;
		if filled != Some(fill) {
			let (root, seconds) = worker.fill(&challenge.profile, &fill, *patience, &mut |_, _, _| ())?;
			walked = None;
			self.measure(&[("fill", seconds.fill), ("fill_tree", seconds.fill_tree)]);
			self.note(|results| results.fill = Some((fill, root)));
		}
		if let Some(walk) = challenge.walk.filter(|walk| walked != Some(*walk)) {
			let (root, seconds): (Hash, Seconds) = worker.walk(&walk, *patience, &mut |_, _, _| ())?;
			walked = Some(walk);
			self.measure(&[("walk", seconds.walk), ("walk_tree", seconds.walk_tree)]);
			self.note(|results| results.walk = Some((walk, root)));
		}
		if let Some(pick) = challenge.pick {
			let start = Instant::now();
			let proof = worker.open(&pick, *patience)?;
			self.measure(&[("open", start.elapsed().as_secs_f64())]);
			self.note(|results| results.proof = Some((pick, proof)));
			// All is known that will be asked for: the memory is free for others, at once.
			return Ok(());
		}
		self.worker = Some((worker, Some(fill), walked));
		Ok(())
	}

	fn spawn(&self) -> Result<Worker, WorkerError> {
		let worker = Worker::spawn(self.device.command(), START)?;
		match self.device.is(worker.device()) {
			true => Ok(worker),
			false => Err(WorkerError::Failed(format!(
				"CUDA offers {} where the driver says {:?} is: is CUDA_VISIBLE_DEVICES taken away by a wrapper?",
				worker.device().name,
				self.device
			))),
		}
	}

	fn measure(&self, phases: &[(&str, f64)]) {
		if let Some(metrics) = &self.metrics {
			for (phase, seconds) in phases {
				metrics.took(phase, *seconds);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use millpond_proof::Profile;

	fn challenge(fill: Option<Hash>, walk: Option<Hash>, pick: Option<Hash>) -> Challenge {
		Challenge {
			round: 1,
			free: true,
			profile: Profile::new(16, 16, 64, 1, 1, 1).expect("a profile"),
			fill,
			walk,
			pick,
		}
	}

	#[test]
	fn results_should_count_only_for_the_seeds_that_they_are_for() {
		let seed = |byte| Some([byte; 32]);
		let results = Results {
			fill: Some(([1; 32], [10; 32])),
			walk: Some(([2; 32], [20; 32])),
			..Results::default()
		};
		assert!(results.answer(&challenge(seed(1), None, None)));
		assert!(results.answer(&challenge(seed(1), seed(2), None)));
		assert!(!results.answer(&challenge(seed(1), seed(2), seed(3))));
		// Another branch of the chain won, with other randomness.
		assert_eq!(results.fill(&challenge(seed(9), None, None)), None);
		assert_eq!(results.walk(&challenge(seed(9), seed(2), None)), None);
		assert_eq!(results.walk(&challenge(seed(1), seed(9), None)), None);
		assert_eq!(results.fill(&challenge(None, None, None)), None);
	}

	#[test]
	fn a_gpu_should_be_given_up_only_after_several_failures() {
		let mut results = Results {
			failure: Some("the driver failed".into()),
			failures: ATTEMPTS - 1,
			..Results::default()
		};
		assert_eq!(results.given_up(), None);
		results.failures = ATTEMPTS;
		assert_eq!(results.given_up(), Some("the driver failed"));
	}
}
