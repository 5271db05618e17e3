//! The runtime as nodes run it: the compiled Wasm.

use crate::{
	chain::{Changes, State},
	Result,
};
use millpond_runtime::WASM_BINARY;
use sc_executor::WasmExecutor;
use sp_core::traits::{CallContext, RuntimeCode, WrappedRuntimeCode};
use sp_externalities::Extensions;
use sp_state_machine::StateMachine;
use std::time::{Duration, Instant};

/// Executes the runtime's calls.
pub struct Wasm {
	executor: WasmExecutor<sp_io::SubstrateHostFunctions>,
	code: WrappedRuntimeCode<'static>,
	hash: Vec<u8>,
}

impl Wasm {
	/// Of this binary's runtime. The first call compiles it.
	pub fn new() -> Result<Self> {
		let code =
			WASM_BINARY.ok_or("this binary was built with SKIP_WASM_BUILD: build it without, for its runtime")?;
		Ok(Self {
			executor: WasmExecutor::builder().build(),
			code: WrappedRuntimeCode(code.into()),
			hash: sp_io::hashing::blake2_256(code).to_vec(),
		})
	}

	/// What a call gives and how long it took, in a state that has `changes` already and gets more of them.
	pub fn call(
		&self,
		state: &State,
		changes: &mut Changes,
		method: &'static str,
		argument: &[u8],
	) -> Result<(Vec<u8>, Duration)> {
		let code = RuntimeCode {
			code_fetcher: &self.code,
			heap_pages: None,
			hash: self.hash.clone(),
		};
		let mut extensions = Extensions::default();
		let context = CallContext::Onchain { import: true };
		let start = Instant::now();
		let answer = StateMachine::new(
			state,
			changes,
			&self.executor,
			method,
			argument,
			&mut extensions,
			&code,
			context,
		)
		.execute()
		.map_err(|error| format!("{method}: {error}"))?;
		Ok((answer, start.elapsed()))
	}
}
