//! The benchmarks run and print their tables, on networks too small to say anything.

use std::{path::PathBuf, process::Command};

/// Runs the binary and returns what it prints.
fn bench(arguments: &[&str]) -> String {
	let output = Command::new(env!("CARGO_BIN_EXE_millpond-bench"))
		.args(arguments)
		.output()
		.expect("the binary starts");
	let errors = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{arguments:?}: {errors}");
	String::from_utf8(output.stdout).expect("tables are text")
}

/// A folder that is not there yet.
fn new_folder(name: &str) -> PathBuf {
	let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
	let _ = std::fs::remove_dir_all(&folder);
	folder
}

#[test]
fn scale_should_compare_two_networks() {
	let folder = new_folder("scale");
	let path = folder.to_str().expect("paths here are text");
	let sizes = ["--pools", "12", "--gpus-per-pool", "2", "--hosts", "3", "300"];
	let table = bench(&[&["scale", "--folder", path, "--samples", "3"], &sizes[..]].concat());
	assert_eq!(table.lines().count(), 2 + 8, "{table}");
	assert!(table.contains("327 GPUs, 14 pools"), "{table}");
}

#[test]
fn blocks_should_be_filled_with_every_call() {
	let folder = new_folder("blocks");
	let path = folder.to_str().expect("paths here are text");
	let table = bench(&["blocks", "--folder", path, "--pools", "8", "--runs", "1"]);
	assert_eq!(table.lines().count(), 2 + 19, "{table}");
	assert!(table.contains("attestation.prove"), "{table}");
}

#[test]
fn values_should_be_read_and_written() {
	let folder = new_folder("database");
	let path = folder.to_str().expect("paths here are text");
	let table = bench(&["database", "--folder", path, "--pools", "4", "--gpus-per-pool", "2"]);
	assert_eq!(table.lines().count(), 2 + 5, "{table}");
	assert!(table.contains("the only value that a block writes"), "{table}");
}

#[test]
fn a_claim_should_be_compared_with_a_nomination_pools() {
	assert!(bench(&["weights"]).contains("claim_payout"));
}
