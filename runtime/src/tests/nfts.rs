use super::chain::Chain;
use crate::{
	configs::{GPU_COLLECTION, OWN_COLLECTIONS},
	*,
};
use frame_support::traits::nonfungibles_v2::{Inspect, Mutate};
use pallet_nfts::{CollectionConfig, CollectionSettings, ItemConfig, MintSettings};
use sp_keyring::Sr25519Keyring::{Alice, Bob};

fn give_gpu(chain: &mut Chain, item: u64) {
	chain.execute(|| {
		<Nfts as Mutate<AccountId, ItemConfig>>::mint_into(
			&GPU_COLLECTION,
			&item,
			&Bob.to_account_id(),
			&ItemConfig::default(),
			true,
		)
		.expect("the item is new");
	});
}

fn owner(chain: &mut Chain, collection: u32, item: u64) -> Option<AccountId> {
	chain.execute(|| <Nfts as Inspect<AccountId>>::owner(&collection, &item))
}

fn create_collection(chain: &mut Chain) -> u32 {
	let config = CollectionConfig {
		settings: CollectionSettings::all_enabled(),
		max_supply: None,
		mint_settings: MintSettings::default(),
	};
	chain
		.submit(
			Bob,
			pallet_nfts::Call::create {
				admin: Bob.to_account_id().into(),
				config,
			},
		)
		.expect("bob pays the deposit");
	chain.execute(|| pallet_nfts::NextCollectionId::<Runtime>::get().expect("set at genesis") - 1)
}

#[test]
fn a_users_collection_should_come_after_the_chains_own() {
	let mut chain = Chain::development();
	assert_eq!(create_collection(&mut chain), OWN_COLLECTIONS);
	assert_eq!(create_collection(&mut chain), OWN_COLLECTIONS + 1);
}

/// Their deposits would stay when the item is burned.
#[test]
fn a_holder_should_set_attributes_only_in_collections_of_users() {
	let mut chain = Chain::development();
	give_gpu(&mut chain, 7);
	let attribute = |collection, item| pallet_nfts::Call::set_attribute {
		collection,
		maybe_item: Some(item),
		namespace: pallet_nfts::AttributeNamespace::ItemOwner,
		key: b"colour".to_vec().try_into().expect("short"),
		value: b"green".to_vec().try_into().expect("short"),
	};
	let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
	assert_eq!(chain.submit(Bob, attribute(GPU_COLLECTION, 7)), Err(filtered));
	let approve = pallet_nfts::Call::approve_item_attributes {
		collection: GPU_COLLECTION,
		item: 7,
		delegate: Alice.to_account_id().into(),
	};
	assert_eq!(chain.submit(Bob, approve), Err(filtered));

	let collection = create_collection(&mut chain);
	let mint = pallet_nfts::Call::mint {
		collection,
		item: 1,
		mint_to: Bob.to_account_id().into(),
		witness_data: None,
	};
	chain.submit(Bob, mint).expect("it is his collection");
	chain.submit(Bob, attribute(collection, 1)).expect("it is his item");
}

#[test]
fn a_holder_should_not_burn_an_item_of_the_chains_own_collections() {
	let mut chain = Chain::development();
	give_gpu(&mut chain, 7);
	let burn = pallet_nfts::Call::burn {
		collection: GPU_COLLECTION,
		item: 7,
	};
	let refused = chain.submit(Bob, burn.clone()).expect_err("filtered");
	assert_eq!(refused, frame_system::Error::<Runtime>::CallFiltered.into());

	// Nor inside a batch, which filters each of its calls.
	chain
		.submit(
			Bob,
			pallet_utility::Call::batch {
				calls: vec![burn.into()],
			},
		)
		.expect("the batch itself is let through");
	assert_eq!(owner(&mut chain, GPU_COLLECTION, 7), Some(Bob.to_account_id()));
}

#[test]
fn a_holder_should_burn_an_item_of_his_own_collection() {
	let mut chain = Chain::development();
	let collection = create_collection(&mut chain);
	chain
		.submit(
			Bob,
			pallet_nfts::Call::mint {
				collection,
				item: 1,
				mint_to: Bob.to_account_id().into(),
				witness_data: None,
			},
		)
		.expect("bob may mint");
	chain
		.submit(Bob, pallet_nfts::Call::burn { collection, item: 1 })
		.expect("it is his");
	assert_eq!(owner(&mut chain, collection, 1), None);
}

#[test]
fn nobody_should_mint_into_the_chains_own_collections() {
	let mut chain = Chain::development();
	let mint = pallet_nfts::Call::mint {
		collection: GPU_COLLECTION,
		item: 9,
		mint_to: Bob.to_account_id().into(),
		witness_data: None,
	};
	chain.submit(Bob, mint.clone()).expect_err("bob does not issue GPUs");
	chain.as_root(mint).expect_err("nor does Root");
	assert_eq!(owner(&mut chain, GPU_COLLECTION, 9), None);
}

#[test]
fn an_item_of_the_chains_own_collections_should_be_sold_like_any_other() {
	let mut chain = Chain::development();
	give_gpu(&mut chain, 7);
	let price = 100 * crate::constants::currency::BCT;
	chain
		.submit(
			Bob,
			pallet_nfts::Call::set_price {
				collection: GPU_COLLECTION,
				item: 7,
				price: Some(price),
				whitelisted_buyer: None,
			},
		)
		.expect("it is his to sell");
	chain
		.submit(
			Alice,
			pallet_nfts::Call::buy_item {
				collection: GPU_COLLECTION,
				item: 7,
				bid_price: price,
			},
		)
		.expect("alice pays");
	assert_eq!(owner(&mut chain, GPU_COLLECTION, 7), Some(Alice.to_account_id()));
}
