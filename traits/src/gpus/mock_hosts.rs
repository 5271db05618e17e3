//! Pools of a test, as attestation sees them.

use super::*;
use crate::mock_storage::{get, put};

const DARK: &str = "mock:hosts:dark";
const CHANGES: &str = "mock:hosts:changes";
const ROUND: &str = "mock:hosts:round";
const TENANCY: &str = "mock:hosts:tenancy";
const GROUPS: &str = "mock:hosts:groups";

/// The newest round when a customer took a GPU, if one has it; and the newest that began while one had it.
type Tenancy = (Option<u32>, u32);

/// Pools as attestation sees them.
pub struct MockHosts;

impl MockHosts {
	/// Has a customer take `gpu`.
	pub fn rent(gpu: GpuId) {
		let (_, busy): Tenancy = get(&(TENANCY, gpu));
		put(&(TENANCY, gpu), (Some(get::<u32>(&ROUND)), busy));
	}

	/// Has its customer give `gpu` back.
	pub fn give_back(gpu: GpuId) {
		let (_, busy): Tenancy = get(&(TENANCY, gpu));
		let busy = if Self::was_free(gpu) { busy } else { get(&ROUND) };
		put(&(TENANCY, gpu), (None::<u32>, busy));
	}

	/// Gives `operator` so many groups.
	pub fn set_groups(operator: OperatorId, groups: u32) {
		put(&(GROUPS, operator), groups);
	}

	/// Since when the groups of `operator` are dark, if they are.
	pub fn dark_since(operator: OperatorId) -> Option<Minute> {
		get(&(DARK, operator))
	}

	/// How often the groups of `operator` went dark or were lit.
	pub fn changes(operator: OperatorId) -> u32 {
		get(&(CHANGES, operator))
	}

	fn set_dark(operator: OperatorId, since: Option<Minute>) {
		put(&(DARK, operator), since);
		put(&(CHANGES, operator), Self::changes(operator) + 1);
	}
}

impl Hosts for MockHosts {
	const MAX_GROUPS: u32 = 8;

	fn groups(operator: OperatorId) -> u32 {
		get(&(GROUPS, operator))
	}

	fn darken(operator: OperatorId, since: Minute) {
		Self::set_dark(operator, Some(since));
	}

	fn light(operator: OperatorId) {
		Self::set_dark(operator, None);
	}

	fn round_opened() {
		put(&ROUND, get::<u32>(&ROUND) + 1);
	}

	fn was_free(gpu: GpuId) -> bool {
		let (round, (taken, busy)): (u32, Tenancy) = (get(&ROUND), get(&(TENANCY, gpu)));
		busy < round && taken.is_none_or(|taken| taken == round)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn set_up(operator: OperatorId, groups: u32, gpus: &[GpuId]) {
		Self::set_groups(operator, groups);
		gpus.iter().for_each(|gpu| Self::rent(*gpu));
	}
}
