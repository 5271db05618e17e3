//! The capacity calendar held against a plain array.

mod common;

use common::cases;
use millpond_math::calendar::{
	Booked, Calendar, Entry, Error, Node, NodeKey, Nodes, Slice, HEIGHT, HORIZON, MOST_NODES,
};
use proptest::prelude::*;
use std::{
	cell::RefCell,
	collections::{BTreeMap, BTreeSet},
};

/// Nodes in memory, which note which of them are touched.
#[derive(Default)]
struct Map {
	nodes: BTreeMap<NodeKey, Node>,
	touched: RefCell<BTreeSet<NodeKey>>,
	reads: RefCell<u32>,
}

impl Nodes for Map {
	fn get(&self, key: NodeKey) -> Option<Node> {
		self.touched.borrow_mut().insert(key);
		*self.reads.borrow_mut() += 1;
		self.nodes.get(&key).copied()
	}

	fn set(&mut self, key: NodeKey, node: Node) {
		self.touched.borrow_mut().insert(key);
		assert_ne!(node, Node::default(), "a node of zeros is stored");
		self.nodes.insert(key, node);
	}

	fn remove(&mut self, key: NodeKey) {
		self.touched.borrow_mut().insert(key);
		self.nodes.remove(&key);
	}
}

impl Map {
	/// How many nodes were touched since the last time this was asked.
	fn touched(&self) -> u32 {
		u32::try_from(self.touched.take().len()).unwrap()
	}
}

const SIZE: Slice = 40_000;

#[derive(Clone, Debug)]
enum Event {
	Book(Slice, Slice, u32),
	/// So many hundredths of what can be given back.
	GiveBack(Slice, Slice, u32),
	Reclaim(Slice, u32),
}

/// Ranges with any bounds and with bounds where nodes begin.
fn range() -> impl Strategy<Value = (Slice, Slice)> {
	let node = |size: Slice| (0..=SIZE / size).prop_map(move |node| node * size);
	let bound = || prop_oneof![0..=SIZE, node(64), node(4_096)];
	(bound(), bound())
		.prop_map(|(a, b)| (a.min(b), a.max(b)))
		.prop_filter("empty", |(start, end)| start < end)
}

fn events(reclaim: u32) -> impl Strategy<Value = Vec<Event>> {
	let event = prop_oneof![
		20 => (range(), 0..300u32).prop_map(|((start, end), gpus)| Event::Book(start, end, gpus)),
		20 => (range(), 0..110u32).prop_map(|((start, end), part)| Event::GiveBack(start, end, part)),
		reclaim => (0..=SIZE, 0..100u32).prop_map(|(before, steps)| Event::Reclaim(before, steps)),
	];
	prop::collection::vec(event, 1..80)
}

/// Where the array begins in the calendar: at its start, across a border between entries of the root, and at its end.
fn origin() -> impl Strategy<Value = Slice> {
	prop_oneof![Just(0), Just(64u32.pow(3) * 9 - 10_000), Just(HORIZON - SIZE)]
}

/// The calendar and the plain array side by side.
struct Pair {
	origin: Slice,
	calendar: Calendar,
	nodes: Map,
	plain: Vec<u32>,
}

impl Pair {
	fn new(origin: Slice) -> Self {
		let (calendar, nodes) = (Calendar::starting_at(origin), Map::default());
		Pair {
			origin,
			calendar,
			nodes,
			plain: vec![0; SIZE as usize],
		}
	}

	fn apply(&mut self, event: Event) {
		self.nodes.touched();
		match event {
			Event::Book(start, end, gpus) => {
				let result = self
					.calendar
					.book(&mut self.nodes, self.origin + start, self.origin + end, gpus);
				let past = start < self.past();
				assert_eq!(result, if past { Err(Error::Reclaimed) } else { Ok(()) });
				self.plain[start as usize..end as usize]
					.iter_mut()
					.for_each(|slice| *slice += if past { 0 } else { gpus });
			}
			Event::GiveBack(start, end, part) => {
				let least = self.extremes(start, end).least;
				let gpus = least * part / 100;
				let result = self
					.calendar
					.give_back(&mut self.nodes, self.origin + start, self.origin + end, gpus);
				let wanted = match (start < self.past(), gpus > least) {
					(true, _) => Err(Error::Reclaimed),
					(_, true) => Err(Error::BelowZero),
					_ => Ok(()),
				};
				assert_eq!(result, wanted);
				let gpus = if result.is_ok() { gpus } else { 0 };
				self.plain[start as usize..end as usize]
					.iter_mut()
					.for_each(|slice| *slice -= gpus);
			}
			Event::Reclaim(before, steps) => {
				self.nodes.reads.take();
				let taken = self.calendar.reclaim(&mut self.nodes, self.origin + before, steps);
				assert!(taken <= steps);
				assert!(self.nodes.reads.take() <= steps * (HEIGHT - 1));
				assert!(taken == steps || self.calendar.reclaimed() + 64 > self.origin + before);
				return;
			}
		}
		assert!(self.nodes.touched() <= MOST_NODES);
	}

	/// The first slice of the array that was not reclaimed.
	fn past(&self) -> Slice {
		self.calendar.reclaimed().saturating_sub(self.origin)
	}

	fn extremes(&self, start: Slice, end: Slice) -> Booked {
		let range = &self.plain[start as usize..end as usize];
		Booked {
			least: *range.iter().min().unwrap(),
			most: *range.iter().max().unwrap(),
		}
	}

	fn check(&self, start: Slice, end: Slice) {
		self.nodes.touched();
		let booked = self
			.calendar
			.booked(&self.nodes, self.origin + start, self.origin + end);
		let past = start < self.past();
		assert_eq!(
			booked,
			if past {
				Err(Error::Reclaimed)
			} else {
				Ok(self.extremes(start, end))
			}
		);
		assert!(self.nodes.touched() <= MOST_NODES);
		if !past {
			self.check_last_above(start, end);
			self.check_slices_above(start, end);
		}
	}

	/// Counts the slices above numbers that matter: exactly, or at least so many with few nodes.
	fn check_slices_above(&self, start: Slice, end: Slice) {
		let Booked { least, most } = self.extremes(start, end);
		let (from, to) = (self.origin + start, self.origin + end);
		for gpus in [(least + most) / 2, most] {
			let plain = &self.plain[start as usize..end as usize];
			let wanted = u32::try_from(plain.iter().filter(|booked| **booked > gpus).count()).unwrap();
			let count = |nodes| self.calendar.slices_above(&self.nodes, from, to, gpus, nodes).unwrap();
			assert_eq!(count(u32::MAX), wanted);
			for nodes in [0, 1, 5, 20] {
				self.nodes.touched();
				let found = count(nodes);
				assert!(self.nodes.touched() <= nodes.max(1));
				assert!((wanted..=end - start).contains(&found));
			}
		}
	}

	/// Looks for the last slice above every number that matters.
	fn check_last_above(&self, start: Slice, end: Slice) {
		let Booked { least, most } = self.extremes(start, end);
		for gpus in [
			0,
			least.saturating_sub(1),
			least,
			(least + most) / 2,
			most.saturating_sub(1),
			most,
		] {
			let (from, to) = (self.origin + start, self.origin + end);
			let found = self.calendar.last_above(&self.nodes, from, to, gpus);
			let wanted = (start..end).rev().find(|slice| self.plain[*slice as usize] > gpus);
			assert_eq!(found, Ok(wanted.map(|slice| self.origin + slice)));
			assert!(self.nodes.touched() < MOST_NODES + HEIGHT);
		}
	}

	/// The stretches of the array in which the same number is booked.
	fn runs(&self) -> Vec<(Slice, Slice, u32)> {
		let mut start = 0;
		let run = |run: &[u32]| {
			let first = start;
			start += u32::try_from(run.len()).unwrap();
			(first, start, run[0])
		};
		self.plain.chunk_by(|a, b| a == b).map(run).collect()
	}
}

proptest! {
	#![proptest_config(cases(300))]

	#[test]
	fn calendar_should_equal_a_plain_array_when_ranges_are_booked_and_given_back(
		origin in origin(),
		events in events(0),
		questions in prop::collection::vec(range(), 20),
	) {
		let mut pair = Pair::new(origin);
		events.into_iter().for_each(|event| pair.apply(event));
		questions.into_iter().for_each(|(start, end)| pair.check(start, end));

		// The tree depends on what is booked only: booked anew, stretch by stretch, it is the same.
		let mut anew = Pair::new(origin);
		pair.runs().into_iter().for_each(|(start, end, gpus)| anew.apply(Event::Book(start, end, gpus)));
		prop_assert_eq!(&pair.nodes.nodes, &anew.nodes.nodes);

		pair.runs().into_iter().for_each(|(start, end, _)| pair.apply(Event::GiveBack(start, end, 100)));
		prop_assert!(pair.nodes.nodes.is_empty(), "nothing is booked, and nodes are left");
	}

	#[test]
	fn calendar_should_equal_a_plain_array_when_the_past_is_reclaimed(
		origin in origin(),
		events in events(6),
		questions in prop::collection::vec(range(), 20),
	) {
		let mut pair = Pair::new(origin);
		events.into_iter().for_each(|event| pair.apply(event));
		questions.into_iter().for_each(|(start, end)| pair.check(start, end));

		// When all is past, only the nodes above the present stay.
		while pair.calendar.reclaim(&mut pair.nodes, origin + SIZE, 50) == 50 {}
		let end = |key: &NodeKey| u64::from(key.index + 1) * 64u64.pow(key.level + 1);
		prop_assert!(pair.nodes.nodes.keys().all(|key| end(key) > pair.calendar.reclaimed().into()));
		prop_assert!(pair.nodes.nodes.len() <= HEIGHT as usize);
	}

	#[test]
	fn no_node_should_be_left_when_all_that_was_booked_is_past_and_reclaimed(
		origin in origin(),
		events in events(6),
		now in 0..SIZE,
	) {
		let mut pair = Pair::new(origin);
		events.into_iter().for_each(|event| pair.apply(event));
		prop_assume!(pair.past() < SIZE);
		let now = now.max(pair.past());
		if pair.past() + 64 <= now {
			prop_assert_eq!(pair.calendar.remove_if_over(&mut pair.nodes, origin + now), Ok(false));
		}
		while pair.calendar.reclaim(&mut pair.nodes, origin + now, 50) == 50 {}
		let (is_over, before) = (pair.extremes(now, SIZE).most == 0, pair.nodes.nodes.clone());
		prop_assert_eq!(pair.calendar.remove_if_over(&mut pair.nodes, origin + now), Ok(is_over));
		prop_assert!(is_over || pair.nodes.nodes == before);

		for (start, end, _) in pair.runs().into_iter().filter(|(_, end, _)| now < *end) {
			pair.apply(Event::GiveBack(start.max(now), end, 100));
		}
		pair.nodes.touched();
		prop_assert_eq!(pair.calendar.remove_if_over(&mut pair.nodes, origin + now), Ok(true));
		prop_assert!(pair.nodes.touched() <= HEIGHT);
		prop_assert!(pair.nodes.nodes.is_empty(), "all is over, and nodes are left");
	}
}

#[test]
fn calendar_should_store_these_nodes_when_these_ranges_are_booked() {
	let (calendar, mut nodes) = (Calendar::default(), Map::default());
	calendar.book(&mut nodes, 62, 130, 5).unwrap();
	calendar.book(&mut nodes, 64, 128, 2).unwrap();

	let node = |entries: &[(usize, u32, u32)]| {
		let mut node = Node::default();
		for (entry, add, max) in entries {
			node.0[*entry] = Entry { add: *add, max: *max };
		}
		node
	};
	let wanted = BTreeMap::from([
		(NodeKey { level: 3, index: 0 }, node(&[(0, 0, 7)])),
		(NodeKey { level: 2, index: 0 }, node(&[(0, 0, 7)])),
		(NodeKey { level: 1, index: 0 }, node(&[(0, 0, 5), (1, 7, 0), (2, 0, 5)])),
		(NodeKey { level: 0, index: 0 }, node(&[(62, 5, 0), (63, 5, 0)])),
		(NodeKey { level: 0, index: 2 }, node(&[(0, 5, 0), (1, 5, 0)])),
	]);
	assert_eq!(nodes.nodes, wanted);
	assert_eq!(calendar.booked(&nodes, 0, HORIZON), Ok(Booked { least: 0, most: 7 }));
	assert_eq!(calendar.booked(&nodes, 62, 130), Ok(Booked { least: 5, most: 7 }));

	// The last entry of the middle leaf is booked less than the rest of it: what they have in common stays above.
	calendar.give_back(&mut nodes, 127, 128, 3).unwrap();
	assert_eq!(
		nodes.nodes[&NodeKey { level: 1, index: 0 }],
		node(&[(0, 0, 5), (1, 4, 3), (2, 0, 5)])
	);
	assert_eq!(
		nodes.nodes[&NodeKey { level: 0, index: 1 }].0[126 - 64],
		Entry { add: 3, max: 0 }
	);
	assert_eq!(
		nodes.nodes[&NodeKey { level: 0, index: 1 }].0[127 - 64],
		Entry { add: 0, max: 0 }
	);
}

#[test]
fn book_should_touch_seven_nodes_when_the_range_is_the_worst() {
	let (calendar, mut nodes) = (Calendar::default(), Map::default());
	calendar.book(&mut nodes, 63, HORIZON - 63, 1).unwrap();
	assert_eq!(nodes.touched(), MOST_NODES);
	assert_eq!(nodes.nodes.len(), 7);
}

#[test]
fn calendar_should_refuse_when_a_range_is_empty_or_out_of_horizon() {
	let (calendar, mut nodes) = (Calendar::default(), Map::default());
	assert_eq!(calendar.book(&mut nodes, 7, 7, 1), Err(Error::EmptyRange));
	assert_eq!(calendar.book(&mut nodes, 8, 7, 1), Err(Error::EmptyRange));
	assert_eq!(calendar.give_back(&mut nodes, 7, 7, 1), Err(Error::EmptyRange));
	assert_eq!(calendar.booked(&nodes, 7, 7), Err(Error::EmptyRange));
	assert_eq!(calendar.book(&mut nodes, 7, HORIZON + 1, 1), Err(Error::OutOfHorizon));
	assert_eq!(calendar.booked(&nodes, 7, u32::MAX), Err(Error::OutOfHorizon));
	assert!(nodes.nodes.is_empty());
	assert_eq!(calendar.book(&mut nodes, HORIZON - 1, HORIZON, 1), Ok(()));
}

#[test]
fn calendar_should_stay_as_it_is_when_a_change_does_not_fit() {
	let (calendar, mut nodes) = (Calendar::default(), Map::default());
	calendar.book(&mut nodes, 10, 5_000, 3).unwrap();
	calendar.book(&mut nodes, 4_000, 4_001, u32::MAX - 3).unwrap();
	let before = nodes.nodes.clone();
	assert_eq!(calendar.book(&mut nodes, 0, 10_000, 1), Err(Error::Overflow));
	assert_eq!(calendar.give_back(&mut nodes, 9, 5_000, 1), Err(Error::BelowZero));
	assert_eq!(calendar.give_back(&mut nodes, 10, 5_001, 3), Err(Error::BelowZero));
	assert_eq!(calendar.give_back(&mut nodes, 10, 5_000, 4), Err(Error::BelowZero));
	assert_eq!(nodes.nodes, before);
}

#[test]
fn calendar_should_refuse_when_the_range_was_reclaimed() {
	let (mut calendar, mut nodes) = (Calendar::default(), Map::default());
	calendar.book(&mut nodes, 100, 300, 1).unwrap();
	assert!(calendar.reclaim(&mut nodes, 200, 100) < 100);
	assert_eq!(calendar.reclaimed(), 192);
	assert_eq!(calendar.book(&mut nodes, 191, 300, 1), Err(Error::Reclaimed));
	assert_eq!(calendar.booked(&nodes, 192, 300), Ok(Booked { least: 1, most: 1 }));
}

#[test]
fn reclaim_should_take_few_steps_when_nothing_was_booked_for_centuries() {
	let (mut calendar, mut nodes) = (Calendar::default(), Map::default());
	assert!(calendar.reclaim(&mut nodes, HORIZON, 1_000) <= 64);
	assert_eq!(calendar.reclaimed(), HORIZON);
}
