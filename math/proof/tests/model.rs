//! Bit for bit what the reference model computes: `model.py` beside this file wrote `vectors.json`.

use millpond_proof::{
	expansion::{Keys, Stream},
	hash, merkle,
	prover::Prover,
	seeds::{entry_pick, step_pick},
	verify,
	walk::mix,
	Chunk, Hash, Profile, Proof, Seeds,
};
use serde_json::Value;

fn vectors(name: &str) -> Vec<Value> {
	let all: Value = serde_json::from_str(include_str!("vectors.json")).unwrap();
	let found = all[name].as_array().unwrap().clone();
	assert!(!found.is_empty());
	found
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
	hex::decode(value.as_str().unwrap()).unwrap().try_into().unwrap()
}

fn number(value: &Value) -> u32 {
	value.as_u64().unwrap().try_into().unwrap()
}

fn numbers(value: &Value) -> Vec<u64> {
	value
		.as_array()
		.unwrap()
		.iter()
		.map(|value| value.as_u64().unwrap())
		.collect()
}

#[test]
fn keystream_should_be_chacha8_with_64_bit_nonces() {
	let mut known = [0; 8];
	Stream::new(&[0; 32], 0).fill(&mut known);
	assert_eq!(hex::encode(known), "3e00ef2f895f40d6");
	for vector in vectors("keystream") {
		let mut stream = vec![0; number(&vector["length"]) as usize];
		Stream::new(&bytes(&vector["key"]), number(&vector["nonce"])).fill(&mut stream);
		assert_eq!(stream[..16], bytes::<16>(&vector["head"]));
		assert_eq!(hash(&[&stream]), bytes(&vector["hash"]));
	}
}

#[test]
fn keystream_should_continue_anywhere_when_sought() {
	let mut whole = [0; 1_000];
	Stream::new(&[7; 32], 9).fill(&mut whole);
	for position in [0, 1, 63, 64, 65, 512, 900] {
		let mut part = [0; 100];
		let mut stream = Stream::new(&[7; 32], 9);
		stream.seek(position as u64);
		stream.fill(&mut part);
		assert_eq!(part, whole[position..position + 100]);
	}
}

#[test]
fn dot_should_equal_the_models() {
	for vector in vectors("dots") {
		let keys = Keys::new(&bytes(&vector["seed"]));
		let value = keys.dot(number(&vector["row"]), number(&vector["column"]), number(&vector["k"]));
		assert_eq!(i64::from(value), vector["value"].as_i64().unwrap());
	}
}

#[test]
fn mix_should_equal_the_models() {
	for vector in vectors("mixes") {
		let chunk: Chunk = bytes(&vector["chunk"]);
		assert_eq!(
			mix(
				vector["state"].as_u64().unwrap(),
				vector["number"].as_u64().unwrap(),
				&chunk
			),
			vector["after"].as_u64().unwrap()
		);
	}
}

/// All levels by the definition, leaves first.
fn levels(leaves: u64) -> Vec<Vec<Hash>> {
	let mut levels = vec![(0..leaves)
		.map(|index| merkle::leaf(&index.to_le_bytes()))
		.collect::<Vec<_>>()];
	while levels.last().unwrap().len() > 1 {
		let low = levels.last().unwrap();
		let above = low
			.chunks(2)
			.map(|pair| merkle::node(&pair[0], pair.last().unwrap()))
			.collect();
		levels.push(above);
	}
	levels
}

#[test]
fn trees_should_equal_the_models_and_hold_their_leaves_alone() {
	for vector in vectors("trees") {
		let leaves = vector["leaves"].as_u64().unwrap();
		let levels = levels(leaves);
		let root = levels.last().unwrap()[0];
		assert_eq!(root, bytes(&vector["root"]));
		assert_eq!(levels.len() as u32 - 1, merkle::depth(leaves));
		let mut all = Vec::new();
		for index in 0..leaves {
			let path: Vec<Hash> = levels[..levels.len() - 1]
				.iter()
				.enumerate()
				.map(|(height, level)| level[((index as usize >> height) ^ 1).min(level.len() - 1)])
				.collect();
			let leaf = merkle::leaf(&index.to_le_bytes());
			assert!(merkle::contains(&root, leaves, leaf, index, &path));
			for other in (0..2 * leaves + 2).filter(|other| *other != index) {
				assert!(
					!merkle::contains(&root, leaves, leaf, other, &path),
					"{leaves} leaves: {index} is at {other} too"
				);
			}
			// The node over a leaf is no leaf.
			if let [sibling, shorter @ ..] = path.as_slice() {
				let above = merkle::root_from(leaf, index & 1, [sibling]);
				assert!(!merkle::contains(&root, leaves, above, index / 2, shorter));
			}
			all.extend(path);
		}
		assert_eq!(
			hash(&all.iter().map(|sibling| sibling.as_slice()).collect::<Vec<_>>()),
			bytes(&vector["paths"])
		);
	}
}

/// The openings one after another, as the model has them.
fn flat(proof: &Proof) -> Vec<u8> {
	let mut flat = Vec::new();
	for opening in &proof.entries {
		flat.extend(opening.chunk);
		flat.extend(opening.path.iter().flatten());
	}
	for opening in &proof.steps {
		flat.extend(opening.state.to_le_bytes());
		flat.extend(opening.state_path.iter().flatten());
		flat.extend(opening.after.to_le_bytes());
		flat.extend(opening.after_path.iter().flatten());
		for read in &opening.reads {
			flat.extend(read.chunk);
			flat.extend(read.path.iter().flatten());
		}
	}
	flat
}

#[test]
fn rounds_should_equal_the_models() {
	for vector in vectors("rounds") {
		let [rows, columns, k, lanes, steps, openings] = numbers(&vector["shape"])[..] else {
			panic!("a shape has six sizes")
		};
		let profile = Profile::new(
			rows as u32,
			columns as u32,
			k as u32,
			lanes as u32,
			steps as u32,
			openings as u32,
		)
		.unwrap();
		let [fill, walk, pick] = [0, 1, 2].map(|index| bytes(&vector["seeds"][index]));
		let seeds = Seeds { fill, walk, pick };
		let mut prover = Prover::new(profile, &fill, |_| true);
		prover.walk(&walk);
		let roots = prover.roots();
		assert_eq!(roots.fill, bytes(&vector["fill"]));
		assert_eq!(roots.walk, bytes(&vector["walk"]));
		let entries = (0..profile.openings()).map(|number| entry_pick(&pick, number, profile.entries()));
		assert_eq!(entries.collect::<Vec<_>>(), numbers(&vector["entries"]));
		let steps = (0..profile.openings()).map(|number| step_pick(&pick, number, profile.all_steps()));
		assert_eq!(steps.collect::<Vec<_>>(), numbers(&vector["steps"]));
		let proof = prover.prove(&pick);
		assert_eq!(hash(&[&flat(&proof)]), bytes(&vector["proof"]));
		assert_eq!(verify(&profile, &seeds, &roots, &proof), Ok(()));
	}
}

/// What the model's own run prints.
#[test]
fn roots_should_be_those_that_the_model_prints() {
	let profile = Profile::new(16, 64, 64, 8, 16, 8).unwrap();
	let mut prover = Prover::new(profile, &hash(&[b"seed"]), |_| true);
	prover.walk(&hash(&[b"seed 2"]));
	assert_eq!(hex::encode(&prover.roots().fill[..8]), "e7ee9f6d960cf598");
	assert_eq!(hex::encode(&prover.roots().walk[..8]), "7539c66958cbf508");
}
