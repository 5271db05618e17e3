import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node } from './lib/node.mjs';
import { account, freeBalance, submit } from './lib/transactions.mjs';

const SECONDS_PER_BLOCK = 60;
const HOUR = 3_600_000;

describe('a development chain with a fast clock', { timeout: 120_000 }, () => {
	let node, api;

	const timestampAt = async (height) =>
		(await (await api.at(await node.rpc('chain_getBlockHash', height))).query.timestamp.now()).toNumber();

	before(async () => {
		node = await Node.start('fast', ['--dev', '--fast-clock', String(SECONDS_PER_BLOCK)]);
		api = await node.connect();
	});

	after(() => node?.stop());

	it('should pass an hour in under 30 s', async () => {
		const begin = performance.now();
		const height = await node.best();
		const target = Math.max(height, 1) + HOUR / 1000 / SECONDS_PER_BLOCK;
		await node.waitForBest(target, { timeout: 60_000 });
		const seconds = (performance.now() - begin) / 1000;

		assert.ok((await timestampAt(target)) - (await timestampAt(Math.max(height, 1))) >= HOUR);
		assert.ok(seconds < 30, `it took ${seconds.toFixed(1)} s`);
	});

	it('should move time forward by the same step in every block', async () => {
		const heights = Array.from({ length: await node.best() }, (_, index) => index + 1);
		const times = await Promise.all(heights.map(timestampAt));
		const steps = times.slice(1).map((time, index) => time - times[index]);
		assert.deepEqual(
			steps.filter((step) => step !== SECONDS_PER_BLOCK * 1000),
			[],
		);
	});

	it('should finalise its blocks', async () => node.waitForFinalized(await node.best(), { timeout: 10_000 }));

	it('should finalise transfers', async () => {
		const recipient = account('//fast-clock.test//new account').address;
		await submit(api, api.tx.balances.transferKeepAlive(recipient, 10n ** 12n), account('//Bob'));
		assert.equal(await freeBalance(api, recipient), 10n ** 12n);
	});
});
