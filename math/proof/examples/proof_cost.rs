//! What verifying proofs costs on this machine: `cargo run --release -p millpond-proof --example proof_cost`.

use millpond_proof::{prover::Prover, verify, Cost, Profile, Seeds};
use std::time::Instant;

const SEEDS: Seeds = Seeds {
	fill: [1; 32],
	walk: [2; 32],
	pick: [3; 32],
};

fn main() {
	for (name, [rows, columns, k, lanes, steps, openings]) in [
		("development", [256, 1_024, 512, 64, 16, 8]),
		("122 GiB", [131_072, 249_856, 862_208, 65_536, 1_024, 16]),
		("largest", [1 << 24, 1 << 12, 1 << 20, 1 << 16, (1 << 16) - 1, 64]),
	] {
		let Ok(profile) = Profile::new(rows, columns, k, lanes, steps, openings) else {
			unreachable!("the sizes above are within the bounds")
		};
		let prover = Prover::rehearsed(profile, &SEEDS);
		let (roots, proof) = (prover.roots(), prover.prove(&SEEDS.pick));
		let start = Instant::now();
		let mut times = 0;
		while times < 3 || start.elapsed().as_millis() < 300 {
			assert_eq!(verify(&profile, &SEEDS, &roots, &proof), Ok(()));
			times += 1;
		}
		let milliseconds = start.elapsed().as_secs_f64() * 1e3 / f64::from(times);
		let Cost {
			keystream_bytes,
			hashes,
			proof_bytes,
		} = profile.cost();
		println!("{name}: {milliseconds:.2} ms for {keystream_bytes} bytes of keystream, {hashes} hashes, {proof_bytes} bytes of proof");
	}
}
