import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node } from './lib/node.mjs';
import { account, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const DC = 1;
// The development chain's feeder says that a BCT costs a dollar.
const CREDITS_PER_BCT = 100_000n;

describe('Data Credits', { timeout: 180_000 }, () => {
	let node, api, newcomer;

	const credits = async (address) => {
		const held = await api.query.assets.account(DC, address);
		return held.isSome ? held.unwrap().balance.toBigInt() : 0n;
	};

	before(async () => {
		node = await Node.start('minting', ['--dev', '--fast-clock', '15']);
		api = await node.connect();
		newcomer = account('//credits.test//newcomer');
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === '1', {
			timeout: 60_000,
		});
	});

	after(() => node?.stop());

	it('should look like dollars to a wallet', async () => {
		const metadata = await api.query.assets.metadata(DC);
		assert.equal(metadata.symbol.toUtf8(), 'DC');
		assert.equal(metadata.decimals.toNumber(), 5);
	});

	it('should be what the quote said when BCT is burned', async () => {
		const bob = account('//Bob');
		const quote = await node.rpc('credits_quote', `${7n * BCT}`);
		assert.equal(quote.credits, `${7n * CREDITS_PER_BCT}`);
		await submit(api, api.tx.dataCredits.burn(7n * BCT, quote.credits), bob);
		assert.equal(await credits(bob.address), 7n * CREDITS_PER_BCT);
	});

	it('should refuse a burn that yields less than was asked for', async () => {
		const tooMuch = 2n * CREDITS_PER_BCT;
		await assert.rejects(
			submit(api, api.tx.dataCredits.burn(BCT, tooMuch), account('//Bob')),
			/dataCredits\.\w+/,
		);
	});

	it('should be had through a processor by somebody without BCT, once for each reference', async () => {
		const minute = Math.floor((await api.query.timestamp.now()).toNumber() / 60_000);
		const burn = () => api.tx.dataCredits.burnFor(newcomer.address, 2n * BCT, 0, '0x'.padEnd(66, 'ab'), minute + 1_000);
		await submit(api, burn(), account('//Charlie'));
		assert.equal(await credits(newcomer.address), 2n * CREDITS_PER_BCT);
		await assert.rejects(submit(api, burn(), account('//Charlie')), /dataCredits\.ReferenceUsed/);
		assert.equal(await credits(newcomer.address), 2n * CREDITS_PER_BCT);
	});

	it('should pay the fees of an account that has no BCT', async () => {
		assert.equal(await freeBalance(api, newcomer.address), 0n);
		const before = await credits(newcomer.address);
		await submit(api, api.tx.system.remark('0x01'), newcomer);
		await submit(api, api.tx.system.remark('0x02'), newcomer);
		assert.ok((await credits(newcomer.address)) < before);
		assert.equal((await api.query.system.account(newcomer.address)).nonce.toNumber(), 2);
	});

	it('should not be movable by any call that wallets know of', () => {
		assert.equal(api.tx.assets, undefined);
	});

	it('should say what is wrong when a quote is asked for nonsense', async () => {
		await assert.rejects(node.rpc('credits_quote', 'many'), /'many' is not an amount/);
	});
});
