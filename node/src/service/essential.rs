//! Essential tasks that end quietly with the node.

use futures::{
	channel::oneshot,
	future::{BoxFuture, FutureExt},
};
use sc_service::{SpawnEssentialTaskHandle, TaskManager};
use sp_core::traits::SpawnEssentialNamed;
use std::{thread, time::Duration};

/// How long after its end a task is said to have failed.
const GRACE: Duration = Duration::from_secs(2);

/// Spawns tasks without which the node stops.
///
/// While the node stops, its tasks end in any order, and one whose channels are closed by another would be reported as failed
/// in the last line of the log. Here the end of a task is told only when the node has gone on for some time without it.
#[derive(Clone)]
pub struct Essential(SpawnEssentialTaskHandle);

impl Essential {
	/// For the tasks of this manager.
	pub fn of(tasks: &TaskManager) -> Self {
		Self(tasks.spawn_essential_handle())
	}
}

impl SpawnEssentialNamed for Essential {
	fn spawn_essential_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_essential_blocking(name, group, outlived(future));
	}

	fn spawn_essential(&self, name: &'static str, group: Option<&'static str>, future: BoxFuture<'static, ()>) {
		self.0.spawn_essential(name, group, outlived(future));
	}
}

/// The task, and some time after its end.
fn outlived(task: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
	async move {
		task.await;
		// The runtime's own timers panic once it shuts down.
		let (done, waited) = oneshot::channel();
		let timer = thread::Builder::new().spawn(move || {
			thread::sleep(GRACE);
			// Nobody waits any more when the node has stopped.
			let _ = done.send(());
		});
		if timer.is_ok() {
			let _ = waited.await;
		}
	}
	.boxed()
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Instant;

	#[tokio::test]
	async fn the_end_of_a_task_should_be_told_only_after_some_time() {
		let start = Instant::now();
		outlived(async {}.boxed()).await;
		assert!(start.elapsed() >= GRACE);
	}
}
