//! The parent's side of the prover's process.

use crate::{
	backend::{Device, Phase, Seconds},
	child::{proof_of, read_message, write_message, Reply, Request},
};
use millpond_proof::{Hash, Profile, Proof};
use std::{
	io,
	process::{Child, ChildStdin, Command, Stdio},
	sync::mpsc::{sync_channel, Receiver, RecvTimeoutError},
	thread,
	time::{Duration, Instant},
};

/// Messages of a child that wait for the parent at most; a child that says more than it is listened to has to wait.
const WAITING: usize = 64;

/// Why the prover's process gave no answer. After all but [`WorkerError::Failed`] it is gone.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
	/// It could not be started.
	#[error("the prover's process could not be started: {0}")]
	Spawn(io::Error),
	/// It said that it could not do it. Where it was the driver that failed, it is gone as well.
	#[error("{0}")]
	Failed(String),
	/// It gave no answer in time and was killed.
	#[error("the prover gave no answer in {} seconds and was stopped", .0.as_secs_f32())]
	TimedOut(Duration),
	/// It ended, or said what makes no sense, and was killed.
	#[error("the prover's process is gone: {0}")]
	Gone(String),
}

/// A running prover for one device. Dropping it kills it, which frees all device memory.
pub struct Worker {
	child: Child,
	input: ChildStdin,
	replies: Receiver<io::Result<Reply>>,
	device: Device,
}

impl Worker {
	/// Starts `command`, which has to run [`crate::child::run_child`] on its standard input and output, and waits until
	/// it is ready.
	pub fn spawn(mut command: Command, timeout: Duration) -> Result<Self, WorkerError> {
		let mut child = command
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.map_err(WorkerError::Spawn)?;
		let (Some(input), Some(mut output)) = (child.stdin.take(), child.stdout.take()) else {
			return Err(WorkerError::Gone("it has no input or output".into()));
		};
		let (sender, replies) = sync_channel(WAITING);
		// It ends with the child's output, or when nobody listens any more.
		thread::spawn(move || loop {
			let reply = read_message(&mut output).and_then(|reply| reply.ok_or(io::ErrorKind::UnexpectedEof.into()));
			let last = reply.is_err();
			if sender.send(reply).is_err() || last {
				return;
			}
		});
		let mut worker = Self {
			child,
			input,
			replies,
			device: Device {
				number: 0,
				name: String::new(),
				uuid: None,
				memory: 0,
			},
		};
		match worker.answer(timeout, &mut |_, _, _| ())? {
			Reply::Ready(device) => worker.device = device,
			other => return Err(worker.confused(&other)),
		}
		Ok(worker)
	}

	/// The device that it works on.
	pub fn device(&self) -> &Device {
		&self.device
	}

	/// Fills the device's memory: the root to commit to, and how long it took.
	pub fn fill(
		&mut self,
		profile: &Profile,
		seed: &Hash,
		timeout: Duration,
		progress: &mut dyn FnMut(Phase, u64, u64),
	) -> Result<(Hash, Seconds), WorkerError> {
		self.root(
			&Request::Fill {
				profile: *profile,
				seed: *seed,
			},
			timeout,
			progress,
		)
	}

	/// Walks over the device's memory: the root to commit to, and how long everything took so far.
	pub fn walk(
		&mut self,
		seed: &Hash,
		timeout: Duration,
		progress: &mut dyn FnMut(Phase, u64, u64),
	) -> Result<(Hash, Seconds), WorkerError> {
		self.root(&Request::Walk { seed: *seed }, timeout, progress)
	}

	/// Opens what a seed picks.
	pub fn open(&mut self, seed: &Hash, timeout: Duration) -> Result<Proof, WorkerError> {
		match self.ask(&Request::Open { seed: *seed }, timeout, &mut |_, _, _| ())? {
			Reply::Opened(text) => proof_of(&text).map_err(|error| self.gone(error)),
			other => Err(self.confused(&other)),
		}
	}

	/// Frees the device's memory.
	pub fn forget(&mut self, timeout: Duration) -> Result<(), WorkerError> {
		match self.ask(&Request::Forget, timeout, &mut |_, _, _| ())? {
			Reply::Forgotten => Ok(()),
			other => Err(self.confused(&other)),
		}
	}

	fn root(
		&mut self,
		request: &Request,
		timeout: Duration,
		progress: &mut dyn FnMut(Phase, u64, u64),
	) -> Result<(Hash, Seconds), WorkerError> {
		match self.ask(request, timeout, progress)? {
			Reply::Root { root, seconds } => Ok((root, seconds)),
			other => Err(self.confused(&other)),
		}
	}

	fn ask(
		&mut self,
		request: &Request,
		timeout: Duration,
		progress: &mut dyn FnMut(Phase, u64, u64),
	) -> Result<Reply, WorkerError> {
		write_message(&mut self.input, request).map_err(|error| self.gone(error))?;
		self.answer(timeout, progress)
	}

	/// The answer to what was asked, after any progress.
	fn answer(&mut self, timeout: Duration, progress: &mut dyn FnMut(Phase, u64, u64)) -> Result<Reply, WorkerError> {
		let deadline = Instant::now() + timeout;
		loop {
			let left = deadline.saturating_duration_since(Instant::now());
			match self.replies.recv_timeout(left) {
				Ok(Ok(Reply::Progress { phase, done, total })) => progress(phase, done, total),
				Ok(Ok(Reply::Failed(reason))) => return Err(WorkerError::Failed(reason)),
				Ok(Ok(reply)) => return Ok(reply),
				Ok(Err(error)) => return Err(self.gone(error)),
				Err(RecvTimeoutError::Timeout) => {
					self.kill();
					return Err(WorkerError::TimedOut(timeout));
				}
				Err(RecvTimeoutError::Disconnected) => return Err(self.gone("it said nothing more")),
			}
		}
	}

	fn confused(&mut self, reply: &Reply) -> WorkerError {
		self.gone(format!("it answered something else: {reply:?}"))
	}

	/// Makes sure that the child is gone, and says how it went.
	fn gone(&mut self, reason: impl ToString) -> WorkerError {
		let status = self.kill().map(|status| format!(" ({status})")).unwrap_or_default();
		WorkerError::Gone(format!("{}{status}", reason.to_string()))
	}

	fn kill(&mut self) -> Option<std::process::ExitStatus> {
		// An error means that it has ended already.
		let _ = self.child.kill();
		self.child.wait().ok()
	}
}

impl Drop for Worker {
	fn drop(&mut self) {
		self.kill();
	}
}
