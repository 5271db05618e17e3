import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryDirectory } from './lib/node.mjs';
import { Bounds } from './lib/reference/bounds.mjs';

const SHARED = `
pub const DAY: u32 = 24 * 60;
pub const WHOLE: u128 = 1_000_000;
`;
const OWN = `
pub const MOST: u32 = 2 * 8;
pub type Text<const LENGTH: u32> = BoundedVec<u8, ConstU32<LENGTH>>;
pub type Ids = BoundedVec<Id, ConstU32<MOST>>;
pub type Listed<T> = BoundedVec<Id, <T as Config>::MaxListed>;
type Itself = Itself;
pub type Price = RangedU128<1, { 100 * WHOLE }>;
`;

describe('the bounds in the reference', () => {
	const root = temporaryDirectory();
	for (const [folder, source] of [
		['primitives/src', SHARED],
		['traits/src', ''],
		['math/src', ''],
		['pallets/own/src', OWN],
	]) {
		mkdirSync(join(root, folder), { recursive: true });
		writeFileSync(join(root, folder, 'lib.rs'), source);
	}
	const bounds = new Bounds(root, [['pallet_own', 'pallets/own/src']], (_, name) => (name === 'MaxListed' ? 500n : undefined));

	for (const [written, says] of [
		['Text<64>', 'at most 64 bytes'],
		['Text<{ MOST * 2 }>', 'at most 32 bytes'],
		['Option<Ids>', 'at most 16 entries'],
		['Listed<T>', 'at most 500 entries'],
		['BoundedVec<u8, ConstU32<MOST>>', 'at most 16 bytes'],
		['RangedU32<{ 7 * DAY }, { 90 * DAY }>', 'from 10,080 to 129,600'],
		['Price', 'from 1 to 100,000,000'],
		['BoundedVec<u8, T::Unknown>', ''],
		['T::AccountId', ''],
		['(Id, u32)', ''],
		['u32', ''],
		['Itself', ''],
	]) {
		it(`should be '${says}' for ${written}`, () => {
			assert.equal(bounds.of(written, 'pallet_own'), says);
		});
	}
});
