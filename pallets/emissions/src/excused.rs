//! Time that is nobody's fault.

use crate::MAX_SPANS;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use millpond_primitives::Minute;
use scale_info::TypeInfo;

/// The minutes `[from, to)`.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct Span {
	/// The first minute.
	pub from: Minute,
	/// The first minute after it.
	pub to: Minute,
}

impl Span {
	fn minutes(&self) -> Minute {
		self.to.saturating_sub(self.from)
	}
}

/// The excused minutes: spans in order of time that do not touch.
///
/// Of more than [`MAX_SPANS`] the oldest is moved up to the one after it. That changes nothing for whoever counts from
/// before both, and for nobody is it less than it was.
#[derive(Clone, Debug, Decode, DecodeWithMemTracking, Default, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
pub struct ExcusedTime(BoundedVec<Span, ConstU32<MAX_SPANS>>);

impl ExcusedTime {
	/// Excuses the minutes `[from, to)`, which begin no earlier than the newest span.
	pub fn note(&mut self, from: Minute, to: Minute) {
		if let Some(newest) = self.0.last_mut().filter(|newest| newest.to >= from) {
			newest.to = newest.to.max(to);
			return;
		}
		if self.0.is_full() {
			let oldest = self.0.remove(0);
			if let Some(next) = self.0.iter_mut().next() {
				next.from = next.from.saturating_sub(oldest.minutes());
			}
		}
		// There is room now.
		let _ = self.0.try_push(Span { from, to });
	}

	/// How many of the minutes `[from, to)` are excused.
	pub fn between(&self, from: Minute, to: Minute) -> Minute {
		let part = |span: &Span| span.to.min(to).saturating_sub(span.from.max(from));
		self.0
			.iter()
			.fold(0, |minutes: Minute, span| minutes.saturating_add(part(span)))
	}

	/// The spans, the oldest first.
	pub fn spans(&self) -> &[Span] {
		&self.0
	}
}
