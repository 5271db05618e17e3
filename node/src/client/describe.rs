//! Events and errors of the runtime by their names, as JSON, from the types that this binary was built with.

use super::{address::format_account, amount::format_fixed};
use codec::{Compact, Decode, Encode, Error as CodecError, Input};
use millpond_runtime::{AccountId, RuntimeError, RuntimeEvent};
use scale_info::{
	form::PortableForm, meta_type, Field, PortableRegistry, Registry, TypeDef, TypeDefPrimitive, Variant,
};
use serde_json::{json, Map, Value};
use sp_runtime::{FixedU128, ModuleError};
use std::sync::OnceLock;

/// An error of a pallet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PalletError {
	pub pallet: String,
	pub name: String,
	/// What the pallet says about it.
	pub docs: String,
}

/// An event of a pallet.
#[derive(Clone, Debug, PartialEq)]
pub struct PalletEvent {
	pub pallet: String,
	pub name: String,
	/// Its fields, by name where they have names. Integers of 64 bits and more are strings.
	pub fields: Value,
}

impl PalletEvent {
	/// The event as scripts read it.
	pub fn to_json(&self) -> Value {
		json!({ "pallet": self.pallet, "name": self.name, "fields": self.fields })
	}
}

/// The name and the documentation of a pallet's error. None for a pallet or an error that this binary does not know.
pub fn pallet_error(error: &ModuleError) -> Option<PalletError> {
	let types = types();
	let pallet = types.variant(types.error, error.index)?;
	let variant = types.variant(pallet.fields.first()?.ty.id, *error.error.first()?)?;
	Some(PalletError {
		pallet: pallet.name.clone(),
		name: variant.name.clone(),
		docs: variant
			.docs
			.iter()
			.map(|line| line.trim())
			.collect::<Vec<_>>()
			.join(" "),
	})
}

/// The name and the fields of an event.
///
/// # Errors
/// None that a value of this binary's own type has.
pub fn pallet_event(event: &RuntimeEvent) -> Result<PalletEvent, CodecError> {
	let types = types();
	let encoded = event.encode();
	let input = &mut &encoded[..];
	let pallet = types.variant(types.event, input.read_byte()?).ok_or("no such pallet")?;
	let events = pallet.fields.first().ok_or("a pallet without events")?.ty.id;
	let variant = types.variant(events, input.read_byte()?).ok_or("no such event")?;
	Ok(PalletEvent {
		pallet: pallet.name.clone(),
		name: variant.name.clone(),
		fields: types.fields(&variant.fields, input)?,
	})
}

struct Types {
	registry: PortableRegistry,
	event: u32,
	error: u32,
}

/// The types, gathered once.
fn types() -> &'static Types {
	static TYPES: OnceLock<Types> = OnceLock::new();
	TYPES.get_or_init(|| {
		let mut registry = Registry::new();
		let event = registry.register_type(&meta_type::<RuntimeEvent>()).id;
		let error = registry.register_type(&meta_type::<RuntimeError>()).id;
		Types {
			registry: registry.into(),
			event,
			error,
		}
	})
}

impl Types {
	fn variant(&self, ty: u32, index: u8) -> Option<&Variant<PortableForm>> {
		match &self.registry.resolve(ty)?.type_def {
			TypeDef::Variant(def) => def.variants.iter().find(|variant| variant.index == index),
			_ => None,
		}
	}

	/// Decodes fields: an object of them if they have names, else the only one, or a list.
	fn fields(&self, fields: &[Field<PortableForm>], input: &mut &[u8]) -> Result<Value, CodecError> {
		if fields.iter().any(|field| field.name.is_some()) {
			let mut object = Map::new();
			for (index, field) in fields.iter().enumerate() {
				let name = field.name.clone().unwrap_or_else(|| index.to_string());
				object.insert(name, self.value(field.ty.id, input)?);
			}
			return Ok(Value::Object(object));
		}
		self.list(fields.iter().map(|field| field.ty.id), input)
	}

	/// Decodes values in a row: the only one as itself.
	fn list(&self, types: impl Iterator<Item = u32>, input: &mut &[u8]) -> Result<Value, CodecError> {
		let mut values = types.map(|ty| self.value(ty, input)).collect::<Result<Vec<_>, _>>()?;
		Ok(match values.len() {
			0 => Value::Null,
			1 => values.remove(0),
			_ => Value::Array(values),
		})
	}

	/// Decodes a value of a type.
	fn value(&self, ty: u32, input: &mut &[u8]) -> Result<Value, CodecError> {
		let ty = self.registry.resolve(ty).ok_or("an unknown type")?;
		match ty.path.segments.last().map(String::as_str) {
			Some("AccountId32") => return Ok(format_account(&AccountId::decode(input)?).into()),
			Some("FixedU128") => return Ok(format_fixed(FixedU128::decode(input)?).into()),
			Some("ModuleError") => return Ok(module_error(&ModuleError::decode(input)?)),
			_ => {}
		}
		Ok(match &ty.type_def {
			TypeDef::Composite(composite) => self.fields(&composite.fields, input)?,
			TypeDef::Variant(variants) => {
				let index = input.read_byte()?;
				let variant = variants
					.variants
					.iter()
					.find(|variant| variant.index == index)
					.ok_or("no such variant")?;
				let fields = self.fields(&variant.fields, input)?;
				match (variant.name.as_str(), ty.path.segments.last().map(String::as_str)) {
					("None", Some("Option")) => Value::Null,
					("Some", Some("Option")) => fields,
					(name, _) if variant.fields.is_empty() => name.into(),
					(name, _) => json!({ name: fields }),
				}
			}
			TypeDef::Sequence(sequence) => {
				let length = Compact::<u32>::decode(input)?.0;
				self.items(sequence.type_param.id, length, input)?
			}
			TypeDef::Array(array) => self.items(array.type_param.id, array.len, input)?,
			TypeDef::Tuple(tuple) => self.list(tuple.fields.iter().map(|ty| ty.id), input)?,
			TypeDef::Primitive(primitive) => self.primitive(primitive, input)?,
			TypeDef::Compact(compact) => {
				let wide = matches!(
					self.registry.resolve(compact.type_param.id).map(|ty| &ty.type_def),
					Some(TypeDef::Primitive(TypeDefPrimitive::U64 | TypeDefPrimitive::U128))
				);
				let value = Compact::<u128>::decode(input)?.0;
				match u32::try_from(value) {
					Ok(value) if !wide => value.into(),
					_ => value.to_string().into(),
				}
			}
			TypeDef::BitSequence(_) => return Err("bit sequences are in no event".into()),
		})
	}

	/// Decodes items of one type: bytes in hexadecimal.
	fn items(&self, ty: u32, length: u32, input: &mut &[u8]) -> Result<Value, CodecError> {
		let def = self.registry.resolve(ty).map(|ty| &ty.type_def);
		if matches!(def, Some(TypeDef::Primitive(TypeDefPrimitive::U8))) {
			let length = usize::try_from(length).map_err(|_| "too long")?;
			let (bytes, rest) = input.split_at_checked(length).ok_or("too short")?;
			*input = rest;
			return Ok(super::to_hex(bytes).into());
		}
		(0..length).map(|_| self.value(ty, input)).collect()
	}

	fn primitive(&self, primitive: &TypeDefPrimitive, input: &mut &[u8]) -> Result<Value, CodecError> {
		Ok(match primitive {
			TypeDefPrimitive::Bool => bool::decode(input)?.into(),
			TypeDefPrimitive::Str => String::decode(input)?.into(),
			TypeDefPrimitive::U8 => u8::decode(input)?.into(),
			TypeDefPrimitive::U16 => u16::decode(input)?.into(),
			TypeDefPrimitive::U32 => u32::decode(input)?.into(),
			TypeDefPrimitive::U64 => u64::decode(input)?.to_string().into(),
			TypeDefPrimitive::U128 => u128::decode(input)?.to_string().into(),
			TypeDefPrimitive::I8 => i8::decode(input)?.into(),
			TypeDefPrimitive::I16 => i16::decode(input)?.into(),
			TypeDefPrimitive::I32 => i32::decode(input)?.into(),
			TypeDefPrimitive::I64 => i64::decode(input)?.to_string().into(),
			TypeDefPrimitive::I128 => i128::decode(input)?.to_string().into(),
			TypeDefPrimitive::U256 | TypeDefPrimitive::I256 => super::to_hex(&<[u8; 32]>::decode(input)?).into(),
			TypeDefPrimitive::Char => char::from_u32(u32::decode(input)?)
				.ok_or("not a character")?
				.to_string()
				.into(),
		})
	}
}

fn module_error(error: &ModuleError) -> Value {
	match pallet_error(error) {
		Some(PalletError { pallet, name, .. }) => format!("{pallet}.{name}").into(),
		None => json!({ "index": error.index, "error": super::to_hex(&error.error) }),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring::{Alice, Bob};
	use sp_runtime::DispatchError;

	fn module(error: RuntimeError) -> ModuleError {
		let encoded = error.encode();
		let mut code = [0; 4];
		code[..encoded.len() - 1].copy_from_slice(&encoded[1..]);
		ModuleError {
			index: encoded[0],
			error: code,
			message: None,
		}
	}

	#[test]
	fn an_error_should_have_its_name_and_documentation() {
		let error = module(RuntimeError::Balances(pallet_balances::Error::InsufficientBalance));
		assert_eq!(
			pallet_error(&error),
			Some(PalletError {
				pallet: "Balances".into(),
				name: "InsufficientBalance".into(),
				docs: "Balance too low to send value.".into(),
			})
		);
		let unknown = ModuleError { index: 255, ..error };
		assert_eq!(pallet_error(&unknown), None);
	}

	#[test]
	fn an_event_should_have_its_fields_by_name() {
		let event = RuntimeEvent::Balances(pallet_balances::Event::Transfer {
			from: Alice.to_account_id(),
			to: Bob.to_account_id(),
			amount: u128::MAX,
		});
		assert_eq!(
			pallet_event(&event).expect("known").to_json(),
			json!({ "pallet": "Balances", "name": "Transfer", "fields": {
				"from": Alice.to_account_id().to_string(),
				"to": Bob.to_account_id().to_string(),
				"amount": u128::MAX.to_string(),
			} })
		);
	}

	#[test]
	fn an_error_within_an_event_should_have_its_name() {
		let error = module(RuntimeError::Balances(pallet_balances::Error::InsufficientBalance));
		let event = RuntimeEvent::Sudo(pallet_sudo::Event::Sudid {
			sudo_result: Err(DispatchError::Module(error)),
		});
		assert_eq!(
			pallet_event(&event).expect("known").fields,
			json!({ "sudo_result": { "Err": { "Module": "Balances.InsufficientBalance" } } })
		);
	}

	#[test]
	fn every_kind_of_field_should_be_described() {
		let success = RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess {
			dispatch_info: Default::default(),
		});
		let fields = pallet_event(&success).expect("known").fields;
		assert_eq!(
			fields["dispatch_info"],
			json!({ "weight": { "ref_time": "0", "proof_size": "0" }, "class": "Normal", "pays_fee": "Yes" })
		);

		let burned = RuntimeEvent::DataCredits(pallet_data_credits::Event::Burned {
			who: Alice.to_account_id(),
			beneficiary: Bob.to_account_id(),
			amount: 4,
			credits: 5,
			price: sp_runtime::FixedU128::from_rational(5, 4),
			reference: None,
		});
		let fields = pallet_event(&burned).expect("known").fields;
		assert_eq!((&fields["price"], &fields["reference"]), (&json!("1.25"), &Value::Null));

		let reward = RuntimeEvent::Grandpa(pallet_grandpa::Event::NewAuthorities {
			authority_set: vec![(sp_keyring::Ed25519Keyring::Bob.public().into(), 1)],
		});
		let key = format!("0x{}", hex::encode(sp_keyring::Ed25519Keyring::Bob.public().0));
		assert_eq!(
			pallet_event(&reward).expect("known").fields,
			json!({ "authority_set": [[key, "1"]] })
		);
	}
}
