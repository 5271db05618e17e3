//! Tables that people read on a terminal and in Markdown.

use std::fmt;

/// Rows under a head.
pub struct Table {
	rows: Vec<Vec<String>>,
}

impl Table {
	/// An empty table.
	pub fn new<const COLUMNS: usize>(head: [&str; COLUMNS]) -> Self {
		let rows = vec![head.map(String::from).to_vec()];
		Self { rows }
	}

	/// Adds a row.
	pub fn add<const COLUMNS: usize>(&mut self, row: [String; COLUMNS]) {
		self.rows.push(row.to_vec());
	}
}

impl fmt::Display for Table {
	fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
		for (number, row) in self.rows.iter().enumerate() {
			writeln!(formatter, "| {} |", row.join(" | "))?;
			if number == 0 {
				writeln!(formatter, "|{}", "---|".repeat(row.len()))?;
			}
		}
		Ok(())
	}
}
