//! The prover in a real child process.

use millpond_gpu::{Worker, WorkerError};
use millpond_proof::{hash, verify, Profile, Roots, Seeds};
use std::{
	io::Write,
	process::{Command, Stdio},
	time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

const SEEDS: Seeds = Seeds {
	fill: [1; 32],
	walk: [2; 32],
	pick: [3; 32],
};

fn small() -> Profile {
	Profile::new(64, 256, 128, 16, 8, 8).unwrap()
}

/// More than any machine computes while this test runs.
fn endless() -> Profile {
	Profile::new(4_096, 4_096, 1 << 18, 16, 8, 8).unwrap()
}

fn child(arguments: &[&str]) -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_millpond-gpu"));
	command.arg("child").args(arguments).stderr(Stdio::null());
	command
}

fn cpu() -> Worker {
	Worker::spawn(child(&["--backend", "cpu"]), PATIENCE).unwrap()
}

fn shell(script: &str) -> Command {
	let mut command = Command::new("sh");
	command.args(["-c", script]);
	command
}

fn round(worker: &mut Worker) {
	let mut told = 0;
	let (fill, _) = worker
		.fill(&small(), &SEEDS.fill, PATIENCE, &mut |_, _, _| told += 1)
		.unwrap();
	let (walk, seconds) = worker.walk(&SEEDS.walk, PATIENCE, &mut |_, _, _| told += 1).unwrap();
	let proof = worker.open(&SEEDS.pick, PATIENCE).unwrap();
	assert_eq!(verify(&small(), &SEEDS, &Roots { fill, walk }, &proof), Ok(()));
	assert!(told >= 4);
	assert!(seconds.fill > 0.0 && seconds.walk > 0.0);
}

#[test]
fn worker_should_go_through_rounds() {
	let mut worker = cpu();
	assert_eq!(worker.device().name, "SIM-CPU");
	round(&mut worker);
	round(&mut worker);
	worker.forget(PATIENCE).unwrap();
	round(&mut worker);
}

#[test]
fn worker_should_say_so_and_live_on_when_asked_out_of_order() {
	let mut worker = cpu();
	let refused = worker.open(&SEEDS.pick, PATIENCE).unwrap_err();
	assert!(
		matches!(&refused, WorkerError::Failed(reason) if reason.contains("not done")),
		"{refused}"
	);
	assert!(matches!(
		worker.walk(&SEEDS.walk, PATIENCE, &mut |_, _, _| ()),
		Err(WorkerError::Failed(_))
	));
	round(&mut worker);
	worker.forget(PATIENCE).unwrap();
	assert!(matches!(
		worker.open(&SEEDS.pick, PATIENCE),
		Err(WorkerError::Failed(_))
	));
}

#[test]
fn worker_should_be_killed_when_it_takes_too_long() {
	let mut worker = cpu();
	let start = Instant::now();
	let late = worker
		.fill(&endless(), &SEEDS.fill, Duration::from_millis(300), &mut |_, _, _| ())
		.unwrap_err();
	assert!(matches!(late, WorkerError::TimedOut(_)), "{late}");
	assert!(start.elapsed() < Duration::from_secs(20));
	let gone = worker.walk(&SEEDS.walk, PATIENCE, &mut |_, _, _| ()).unwrap_err();
	assert!(matches!(gone, WorkerError::Gone(_)), "{gone}");
}

#[test]
fn worker_should_be_killed_when_it_never_gets_ready() {
	let late = Worker::spawn(shell("exec sleep 600"), Duration::from_millis(200))
		.err()
		.unwrap();
	assert!(matches!(late, WorkerError::TimedOut(_)), "{late}");
}

#[test]
fn worker_should_be_gone_when_it_ends_or_talks_nonsense() {
	for script in [
		"exit 3",
		"echo nonsense that is no message",
		"printf '\\002\\000\\000\\000[]'; exec sleep 600",
	] {
		let gone = Worker::spawn(shell(script), PATIENCE).err().unwrap();
		assert!(matches!(gone, WorkerError::Gone(_)), "{script}: {gone}");
	}
	let missing = Worker::spawn(Command::new("/nonexistent"), PATIENCE).err().unwrap();
	assert!(matches!(missing, WorkerError::Spawn(_)), "{missing}");
}

#[test]
fn worker_should_say_why_when_its_device_is_not_there() {
	let refused = Worker::spawn(child(&["--backend", "cpu", "--device", "7"]), PATIENCE)
		.err()
		.unwrap();
	assert!(
		matches!(&refused, WorkerError::Failed(reason) if reason.contains("no device 7")),
		"{refused}"
	);
}

#[test]
fn child_should_end_when_its_parent_goes() {
	for busy in [false, true] {
		let mut child = child(&["--backend", "cpu"])
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.spawn()
			.unwrap();
		let mut input = child.stdin.take().unwrap();
		if busy {
			let request = millpond_gpu::child::Request::Fill {
				profile: endless(),
				seed: hash(&[b"busy"]),
			};
			millpond_gpu::child::write_message(&mut input, &request).unwrap();
			input.flush().unwrap();
		}
		// Both ends of the pipes are closed, as when the parent's process ends.
		drop((input, child.stdout.take()));
		let start = Instant::now();
		while child.try_wait().unwrap().is_none() {
			assert!(start.elapsed() < PATIENCE, "the child lives on (busy: {busy})");
			std::thread::sleep(Duration::from_millis(20));
		}
	}
}

#[test]
fn probe_should_print_json() {
	let output = Command::new(env!("CARGO_BIN_EXE_millpond-gpu"))
		.args(["probe", "--json"])
		.output()
		.unwrap();
	let report: millpond_gpu::probe::Report = serde_json::from_slice(&output.stdout).unwrap();
	assert_eq!(output.status.success(), report.has_usable());
}
