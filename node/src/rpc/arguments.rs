//! What callers give: parameters that are named where they are wrong, ranges, and how far a list is.
//!
//! A method takes each of its parameters as `Option<Arg<T>>`: whatever was given, or nothing, which is what `null` is too. The
//! method reads it by its name, so that an error names it. Where `T` is itself an `Option`, the parameter may be left out.

use codec::{Decode, DecodeAll, Encode};
use jsonrpsee::{
	core::RpcResult,
	types::{ErrorCode, ErrorObjectOwned},
};
use millpond_runtime_api::Page as Found;
use serde::{de::DeserializeOwned, Deserialize, Deserializer, Serialize};
use serde_json::{json, Value};
use std::{fmt::Display, marker::PhantomData, ops::RangeInclusive};

/// The most characters of a wrong value that an error shows.
const SHOWN: usize = 100;

/// A parameter as it was given, which is to be read as a `T`.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg<T> {
	given: Value,
	read_as: PhantomData<T>,
}

impl<'de, T> Deserialize<'de> for Arg<T> {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		Ok(Self {
			given: Value::deserialize(deserializer)?,
			read_as: PhantomData,
		})
	}
}

/// A wrong parameter: its name, why it is wrong, and for programs the same with what was given.
pub fn wrong(name: &str, why: impl Display, more: Value) -> ErrorObjectOwned {
	let why = why.to_string();
	let mut data = json!({ "parameter": name, "reason": why });
	if let (Value::Object(data), Value::Object(more)) = (&mut data, more) {
		data.extend(more);
	}
	ErrorObjectOwned::owned(ErrorCode::InvalidParams.code(), format!("{name}: {why}"), Some(data))
}

/// Reads the parameter `name`.
///
/// # Errors
/// A parameter that is missing or is no `T`, by its name.
pub fn read<T: DeserializeOwned>(name: &str, arg: Option<Arg<T>>) -> RpcResult<T> {
	let given = arg.map_or(Value::Null, |arg| arg.given);
	T::deserialize(&given).map_err(|error| match given {
		Value::Null => wrong(name, "it is missing", json!({})),
		given => wrong(name, error, json!({ "given": shown(&given) })),
	})
}

/// A value, or its beginning where it is long.
fn shown(given: &Value) -> Value {
	let text = given.to_string();
	match text.chars().count() > SHOWN {
		true => Value::String(text.chars().take(SHOWN).chain(['…']).collect()),
		false => given.clone(),
	}
}

/// The value, if it is within its bounds.
///
/// # Errors
/// One that is not, with its name and the bounds.
pub fn within<T: PartialOrd + Display + Serialize>(name: &str, value: T, bounds: RangeInclusive<T>) -> RpcResult<T> {
	if bounds.contains(&value) {
		return Ok(value);
	}
	let (least, most) = bounds.into_inner();
	Err(wrong(
		name,
		format!("{value} is not from {least} to {most}"),
		json!({ "given": value, "least": least, "most": most }),
	))
}

/// A part of a list. Entries are given some hundred at a time.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Page<Entry> {
	/// The entries. There may be none though more follow.
	pub entries: Vec<Entry>,
	/// What to give as `cursor` for the next page; null on the last one.
	pub next: Option<String>,
}

impl<Entry> Page<Entry> {
	/// What the runtime has found, as `entry` tells it.
	pub fn of<'a, Cursor: Encode, T>(found: &'a Found<Cursor, T>, entry: impl Fn(&'a T) -> Entry) -> Self {
		Self {
			entries: found.entries.iter().map(entry).collect(),
			next: next(found.next.as_ref()),
		}
	}
}

/// A cursor as callers have it: opaque.
pub fn next(cursor: Option<impl Encode>) -> Option<String> {
	cursor.map(|cursor| crate::client::to_hex(&cursor.encode()))
}

/// How far a list is, as the page before said in `next`.
///
/// # Errors
/// A cursor of no list or of another one.
pub fn cursor<Cursor: Decode>(given: Option<Arg<Option<String>>>) -> RpcResult<Option<Cursor>> {
	let Some(text) = read("cursor", given)? else {
		return Ok(None);
	};
	let bytes = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
	let cursor = bytes.and_then(|bytes| Cursor::decode_all(&mut &bytes[..]).ok());
	cursor.map(Some).ok_or_else(|| {
		let why = "it is not what the page before gave as 'next'";
		wrong("cursor", why, json!({ "given": shown(&Value::String(text)) }))
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn given<T>(value: Value) -> Option<Arg<T>> {
		Some(serde_json::from_value(value).expect("whatever it is"))
	}

	/// The message of an error and its data.
	fn told<T: std::fmt::Debug>(result: RpcResult<T>) -> (String, Value) {
		let error = result.expect_err("it is wrong");
		assert_eq!(error.code(), -32_602);
		let data = error.data().expect("for programs").get();
		(error.message().into(), serde_json::from_str(data).expect("JSON"))
	}

	#[test]
	fn a_parameter_should_be_absent_when_it_is_null_or_left_out() {
		assert_eq!(read::<Option<u32>>("limit", given(Value::Null)), Ok(None));
		assert_eq!(read::<Option<u32>>("limit", None), Ok(None));
		assert_eq!(read::<Option<u32>>("limit", given(json!(7))), Ok(Some(7)));
		for missing in [given(Value::Null), None] {
			let (message, data) = told(read::<u32>("pool", missing));
			assert_eq!(message, "pool: it is missing");
			assert_eq!(data["parameter"], "pool");
		}
	}

	#[test]
	fn a_wrong_parameter_should_be_named_with_what_was_given() {
		let (message, data) = told(read::<u32>("pool", given(json!("seven"))));
		assert!(message.starts_with("pool: ") && message.contains("seven"), "{message}");
		assert_eq!((&data["parameter"], &data["given"]), (&json!("pool"), &json!("seven")));
		let (_, data) = told(read::<u32>("pool", given(json!("x".repeat(10_000)))));
		assert!(data["given"]
			.as_str()
			.is_some_and(|given| given.chars().count() <= SHOWN + 1));
	}

	#[test]
	fn a_value_out_of_range_should_be_refused_with_the_bounds() {
		assert_eq!(within("gpus", 256, 1..=256), Ok(256));
		for value in [0, 257] {
			let (message, data) = told(within("gpus", value, 1..=256));
			assert_eq!(message, format!("gpus: {value} is not from 1 to 256"));
			assert_eq!(
				data,
				json!({ "parameter": "gpus", "reason": format!("{value} is not from 1 to 256"),
				"given": value, "least": 1, "most": 256 })
			);
		}
	}

	#[test]
	fn a_cursor_should_be_taken_back_as_it_was_given_and_no_other() {
		let text = next(Some((7u32, 9u64))).expect("there is more");
		assert_eq!(cursor::<(u32, u64)>(given(json!(text))), Ok(Some((7, 9))));
		assert_eq!(cursor::<u32>(None), Ok(None));
		for wrong in ["", "0x", "0x01", "07000000", "0x0700000009", "0x07000000xx"] {
			let (message, _) = told(cursor::<u32>(given(json!(wrong))));
			assert!(
				message.contains("cursor") && message.contains("'next'"),
				"{wrong}: {message}"
			);
		}
	}
}
