//! What `millpond-gpu` says on machines whose drivers are only partly well, by stubs of NVIDIA's libraries.
#![cfg(target_os = "linux")]

use millpond_gpu::probe::Report;
use std::{
	fs,
	path::{Path, PathBuf},
	process::{Command, Output},
};

const NVML: &str = r#"
#include <stdlib.h>
#include <string.h>
int nvmlInit_v2(void) { const char *code = getenv("STUB_NVML"); return code ? atoi(code) : 0; }
int nvmlShutdown(void) { return 0; }
const char *nvmlErrorString(int code) { return "stub"; }
int nvmlSystemGetDriverVersion(char *text, unsigned length) { strncpy(text, "570.1", length); return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 1; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device) { *device = (void *)1; return 0; }
int nvmlDeviceGetName(void *device, char *text, unsigned length) { strncpy(text, "NVIDIA H200", length); return 0; }
int nvmlDeviceGetUUID(void *device, char *text, unsigned length) {
	strncpy(text, "GPU-00000000-0000-0000-0000-000000000001", length);
	return 0;
}
"#;

const CUDA: &str = r#"
#include <stdlib.h>
#include <string.h>
int cuInit(unsigned flags) { const char *code = getenv("STUB_CUDA"); return code ? atoi(code) : 0; }
int cuGetErrorString(int code, const char **text) { *text = "stub"; return 0; }
int cuDeviceGetCount(int *count) { *count = 1; return 0; }
int cuDeviceGet(int *device, int number) { *device = number; return 0; }
int cuDeviceGetName(char *text, int length, int device) { strncpy(text, "NVIDIA H200", length); return 0; }
int cuDeviceGetUuid(char *uuid, int device) { memset(uuid, 0, 16); uuid[15] = 1; return 0; }
int cuDeviceGetUuid_v2(char *uuid, int device) { return cuDeviceGetUuid(uuid, device); }
int cuDeviceTotalMem_v2(size_t *bytes, int device) { *bytes = (size_t)140 << 30; return 0; }
"#;

/// A folder with stubs of both libraries; none where there is no C compiler.
fn stubs(name: &str) -> Option<PathBuf> {
	let folder = std::env::temp_dir().join(format!("millpond-stubs-{name}-{}", std::process::id()));
	fs::create_dir_all(&folder).unwrap();
	for (library, source) in [("libnvidia-ml.so", NVML), ("libcuda.so", CUDA)] {
		let file = folder.join(format!("{library}.c"));
		fs::write(&file, source).unwrap();
		let compile = Command::new("cc")
			.args(["-shared", "-fPIC", "-w", "-o"])
			.args([folder.join(library), file])
			.status();
		if !compile.is_ok_and(|status| status.success()) {
			println!("NOT RUN: no C compiler");
			return None;
		}
		fs::copy(folder.join(library), folder.join(format!("{library}.1"))).unwrap();
	}
	Some(folder)
}

/// Runs the command where the libraries start with these codes.
fn run(stubs: &Path, args: &[&str], nvml: u32, cuda: u32) -> Output {
	Command::new(env!("CARGO_BIN_EXE_millpond-gpu"))
		.args(args)
		.env("LD_LIBRARY_PATH", stubs)
		.env("STUB_NVML", nvml.to_string())
		.env("STUB_CUDA", cuda.to_string())
		.output()
		.unwrap()
}

/// What `probe` reports, and whether it ends well.
fn probe(stubs: &Path, nvml: u32, cuda: u32) -> (Report, bool) {
	let output = run(stubs, &["probe", "--json"], nvml, cuda);
	let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
	(report, output.status.success())
}

#[test]
fn probe_should_ask_cuda_as_well() {
	let Some(stubs) = stubs("probe") else { return };
	let computing = |report: &Report| report.gpus.iter().map(|gpu| gpu.computes).collect::<Vec<_>>();
	let remedies = |report: &Report| {
		let remedies = report.problems.iter().map(|problem| problem.remedy.clone());
		remedies.collect::<Vec<_>>().join("\n")
	};

	let (report, well) = probe(&stubs, 0, 0);
	assert_eq!(
		(computing(&report), report.complete, well),
		(vec![true], true, true),
		"{report:?}"
	);

	// The fabric manager does not run: the driver shows a card that cannot compute.
	let (report, well) = probe(&stubs, 0, 802);
	assert_eq!(
		(computing(&report), report.complete, well),
		(vec![false], false, false),
		"{report:?}"
	);
	assert!(remedies(&report).contains("fabric manager"), "{report:?}");

	// The driver was updated under running programs, or NVML fails without a reason, and CUDA works.
	for (code, remedy) in [(18, "reboot"), (999, "nvidia-smi")] {
		let (report, well) = probe(&stubs, code, 0);
		assert_eq!(
			(computing(&report), report.complete, well),
			(vec![true], false, true),
			"{report:?}"
		);
		assert_eq!(
			report.gpus[0].uuid.as_deref(),
			Some("GPU-00000000-0000-0000-0000-000000000001")
		);
		assert!(remedies(&report).contains(remedy), "{report:?}");
	}
	fs::remove_dir_all(stubs).unwrap();
}

#[test]
fn bench_should_say_in_json_too_why_it_cannot_run() {
	let Some(stubs) = stubs("bench") else { return };
	let output = run(&stubs, &["bench", "--json"], 0, 802);
	assert!(!output.status.success());
	let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
	let message = json["error"]["message"].as_str().unwrap();
	assert!(message.contains("SYSTEM_NOT_READY"), "{message}");
	fs::remove_dir_all(stubs).unwrap();
}
