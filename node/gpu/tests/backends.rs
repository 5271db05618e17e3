//! Every backend against the plain prover of `millpond-proof`, bit for bit.

use millpond_gpu::{
	backend::Memory,
	cpu::Cpu,
	cuda::Cuda,
	tiles::{tile_levels, TILE},
	Backend, Control, Error, Filled, Phase,
};
use millpond_proof::{expansion::Keys, prover::Prover, verify, Chunk, Hash, Profile, Roots, Seeds};
use proptest::prelude::*;
use std::{
	collections::BTreeSet,
	env,
	path::Path,
	process::Command,
	sync::{
		atomic::{AtomicBool, Ordering},
		Mutex,
	},
};

const SEEDS: Seeds = Seeds {
	fill: [1; 32],
	walk: [2; 32],
	pick: [3; 32],
};

fn profile(rows: u32, columns: u32, k: u32, lanes: u32, steps: u32) -> Profile {
	Profile::new(rows, columns, k, lanes, steps, 8).unwrap()
}

fn quiet(cancelled: &AtomicBool) -> Control<'_> {
	Control {
		cancelled,
		progress: &|_, _, _| (),
	}
}

/// Has `backend` go through a whole round, and holds its roots against `wanted`.
fn go_through(backend: &dyn Backend, device: u32, profile: &Profile, wanted: Roots) {
	let cancelled = AtomicBool::new(false);
	let mut filled = Filled::compute(backend, device, profile, &SEEDS.fill, &quiet(&cancelled)).unwrap();
	assert_eq!(filled.root(), wanted.fill, "{profile:?}");
	assert_eq!(filled.roots(), Err(Error::NotWalked));
	assert_eq!(filled.open(&SEEDS.pick), Err(Error::NotWalked));
	assert_eq!(
		filled.walk(&SEEDS.walk, &quiet(&cancelled)),
		Ok(wanted.walk),
		"{profile:?}"
	);
	let proof = filled.open(&SEEDS.pick).unwrap();
	assert_eq!(verify(profile, &SEEDS, &wanted, &proof), Ok(()), "{profile:?}");
	// Another walk over the same memory, and back.
	assert_ne!(filled.walk(&[9; 32], &quiet(&cancelled)), Ok(wanted.walk));
	assert_eq!(filled.walk(&SEEDS.walk, &quiet(&cancelled)), Ok(wanted.walk));
	assert_eq!(filled.open(&SEEDS.pick), Ok(proof));
}

/// The plain prover's roots.
fn roots(profile: &Profile) -> Roots {
	let mut prover = Prover::new(*profile, &SEEDS.fill, |_| true);
	prover.walk(&SEEDS.walk);
	prover.roots()
}

/// Shapes with every kind of edge: of blocks, clusters and groups of blocks, of units and rings of them, of tiles, of
/// stretches.
fn shapes() -> Vec<Profile> {
	vec![
		profile(1, 16, 64, 1, 1),
		profile(16, 64, 64, 8, 16),
		profile(130, 272, 64, 40, 3),
		profile(200, 528, 192, 3, 700),
		profile(300, 32, 448, 129, 30),
		profile(2_200, 528, 64, 2, 2),
		profile(140, 272, 1_600, 3, 5),
	]
}

#[test]
fn cpu_should_compute_what_the_plain_prover_does() {
	for profile in shapes() {
		go_through(&Cpu, 0, &profile, roots(&profile));
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn cpu_should_compute_what_the_plain_prover_does_at_any_shape(
		rows in 1u32..70,
		columns in 1u32..8,
		k in 1u32..6,
		lanes in 1u32..80,
		steps in 1u32..20,
	) {
		let profile = profile(rows, columns * 16, k * 64, lanes, steps);
		go_through(&Cpu, 0, &profile, roots(&profile));
	}
}

#[test]
fn cpu_should_refuse_a_device_that_is_not_there() {
	let cancelled = AtomicBool::new(false);
	let refused = Filled::compute(&Cpu, 1, &shapes()[0], &SEEDS.fill, &quiet(&cancelled)).err();
	assert_eq!(refused, Some(Error::NoDevice(1)));
}

#[test]
fn progress_should_reach_the_whole_of_every_phase() {
	let (cancelled, seen) = (AtomicBool::new(false), Mutex::new(BTreeSet::new()));
	let progress = |phase, done, total| {
		assert!(done <= total);
		seen.lock().unwrap().insert((format!("{phase:?}"), done == total));
	};
	let control = Control {
		cancelled: &cancelled,
		progress: &progress,
	};
	let mut filled = Filled::compute(&Cpu, 0, &shapes()[2], &SEEDS.fill, &control).unwrap();
	filled.walk(&SEEDS.walk, &control).unwrap();
	for phase in [Phase::Fill, Phase::FillTree, Phase::Walk, Phase::WalkTree] {
		assert!(
			seen.lock().unwrap().contains(&(format!("{phase:?}"), true)),
			"{phase:?}"
		);
	}
}

#[test]
fn computation_should_stop_when_cancelled_in_any_phase() {
	for stop in [Phase::Fill, Phase::FillTree, Phase::Walk, Phase::WalkTree] {
		let cancelled = AtomicBool::new(false);
		let progress = |phase, _, _| cancelled.fetch_or(phase == stop, Ordering::Relaxed);
		let control = Control {
			cancelled: &cancelled,
			progress: &|phase, done, total| {
				progress(phase, done, total);
			},
		};
		let walked = Filled::compute(&Cpu, 0, &shapes()[2], &SEEDS.fill, &control)
			.and_then(|mut filled| filled.walk(&SEEDS.walk, &control));
		assert_eq!(walked.err(), Some(Error::Cancelled), "{stop:?}");
	}
}

/// On each device of the driver's, where there is one.
#[test]
fn cuda_should_compute_what_the_cpu_does_when_there_is_a_device() {
	let devices = match Cuda::new().and_then(|cuda| Ok((cuda, cuda.devices()?))) {
		Ok((cuda, devices)) if !devices.is_empty() => (cuda, devices),
		Ok(_) => return println!("NOT RUN: the driver finds no GPU"),
		Err(error) => return println!("NOT RUN: {error}"),
	};
	let (cuda, devices) = devices;
	for device in devices {
		let large = profile(1_000, 5_008, 40_000 / 64 * 64, 5_000, 1_200);
		for profile in shapes().into_iter().chain([large]) {
			let cancelled = AtomicBool::new(false);
			let mut filled = Filled::compute(&Cpu, 0, &profile, &SEEDS.fill, &quiet(&cancelled)).unwrap();
			filled.walk(&SEEDS.walk, &quiet(&cancelled)).unwrap();
			println!("{}: {profile:?}", device.name);
			let roots = filled.roots().unwrap();
			go_through(&cuda, device.number, &profile, roots);
			go_through(&cuda.portable(), device.number, &profile, roots);
		}
	}
}

#[test]
fn cuda_should_say_what_is_missing_when_there_is_no_driver() {
	match Cuda::new() {
		Ok(cuda) => {
			let count = cuda.devices().unwrap().len() as u32;
			let cancelled = AtomicBool::new(false);
			let refused = cuda
				.multiply(count, &shapes()[0], &SEEDS.fill, &quiet(&cancelled))
				.err();
			assert_eq!(refused, Some(Error::NoDevice(count)));
		}
		Err(error) => assert!(error.to_string().contains("driver"), "{error}"),
	}
}

/// Takes values off the front of what the emulator wrote.
struct Output(Vec<u8>);

impl Output {
	fn take<const N: usize>(&mut self, count: usize) -> Vec<[u8; N]> {
		let rest = self.0.split_off(count * N);
		let taken = std::mem::replace(&mut self.0, rest);
		taken.as_chunks().0.to_vec()
	}
}

/// What the kernels leave in memory, run on this machine's CPU from the very source that the PTX is made of.
#[test]
fn kernels_should_leave_in_memory_what_the_cpu_does_when_emulated() {
	let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kernels");
	let emulator = Path::new(env!("CARGO_TARGET_TMPDIR")).join("emulate");
	let compiler = env::var("CXX").unwrap_or_else(|_| "c++".into());
	let built = Command::new(&compiler)
		.args(["-O1", "-std=c++17", "-o"])
		.arg(&emulator)
		.arg(folder.join("emulate.cpp"))
		.status();
	match built {
		Err(error) => return println!("NOT RUN: there is no C++ compiler {compiler}: {error}"),
		Ok(status) => assert!(status.success()),
	}
	for (profile, slab) in shapes().into_iter().zip([128, 128, 128, 128, 256, 128, 1_536]) {
		let keys = Keys::new(&SEEDS.fill);
		let sizes = [
			profile.rows(),
			profile.columns(),
			profile.k(),
			slab,
			profile.lanes(),
			profile.steps(),
		];
		let cancelled = AtomicBool::new(false);
		let control = quiet(&cancelled);
		let mut memory: Box<dyn Memory> = Cpu.multiply(0, &profile, &SEEDS.fill, &control).unwrap();
		memory.walk(&SEEDS.walk, &control).unwrap();
		for product in ["product", "hopper"] {
			let run = Command::new(&emulator)
				.arg(product)
				.args(sizes.map(|size| size.to_string()))
				.args([keys.rows, keys.columns, SEEDS.walk].map(hex))
				.output()
				.unwrap();
			assert!(run.status.success());
			let mut output = Output(run.stdout);
			let (chunks, states) = (profile.chunks(), profile.states());
			let tiles = |leaves: u64| leaves.div_ceil(TILE as u64) as usize;
			let found: Vec<Chunk> = output.take(chunks as usize);
			assert!(found == memory.chunks(0..chunks).unwrap(), "{profile:?}: the product");
			let found: Vec<Hash> = output.take(tiles(chunks));
			assert_eq!(
				found,
				memory.fill_tiles(&control).unwrap(),
				"{profile:?}: {} levels",
				tile_levels(chunks)
			);
			let found = output.take(states as usize).into_iter().map(u64::from_le_bytes);
			assert!(found.eq(memory.states(0..states).unwrap()), "{profile:?}: the walk");
			let found: Vec<Hash> = output.take(tiles(states));
			assert_eq!(
				found,
				memory.state_tiles(&control).unwrap(),
				"{profile:?}: {} levels",
				tile_levels(states)
			);
			assert!(output.0.is_empty());
		}
	}
}

fn hex(hash: Hash) -> String {
	hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn bench_should_measure_and_verify_a_round() {
	let cancelled = AtomicBool::new(false);
	let report = millpond_gpu::bench::run(&Cpu, 0, &shapes()[1], b"test", &quiet(&cancelled)).unwrap();
	assert!(report.tops > 0.0 && report.million_reads > 0.0 && report.hashed_gigabytes > 0.0);
	assert_eq!(report.memory, 16 * 64 * 4);
	assert!(report
		.models
		.iter()
		.any(|estimate| estimate.model == "SIM-CPU" && estimate.fits));
	assert!(report
		.models
		.iter()
		.all(|estimate| estimate.model == "SIM-CPU" || !estimate.meets));
	assert!(report.to_string().contains("million reads"));
}
