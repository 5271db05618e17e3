//! Where mocks keep their state: in the externalities of the running test.

use codec::{Decode, Encode};

pub(crate) fn get<V: Decode + Default>(key: &impl Encode) -> V {
	let bytes = sp_io::storage::get(&key.encode());
	bytes
		.map(|bytes| V::decode(&mut &bytes[..]).expect("a mock stored it"))
		.unwrap_or_default()
}

pub(crate) fn put(key: &impl Encode, value: impl Encode) {
	sp_io::storage::set(&key.encode(), &value.encode());
}
