//! What the tests share.

use proptest::{prelude::ProptestConfig, test_runner::FileFailurePersistence};

/// So many cases, or as many as `PROPTEST_CASES` says. A failure is kept in a file beside the test.
pub fn cases(default: u32) -> ProptestConfig {
	let cases = std::env::var("PROPTEST_CASES")
		.ok()
		.map(|cases| cases.parse().expect("PROPTEST_CASES is a number"));
	ProptestConfig {
		cases: cases.unwrap_or(default),
		failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
		..ProptestConfig::default()
	}
}
