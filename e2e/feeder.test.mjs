import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { Node, runToExit, waitFor } from './lib/node.mjs';
import { account } from './lib/transactions.mjs';

const FEEDER = '//Ferdie//stash';
const USD = 10n ** 18n;

// What the feeder's last value is, in units of 10^-18 USD.
async function fed(api) {
	const value = await api.query.oracle.rawValues(account(FEEDER).address, 'BctUsd');
	return value.isSome ? value.unwrap().get('value').toBigInt() : undefined;
}

describe('a development chain', { timeout: 120_000 }, () => {
	let node, api;

	before(async () => {
		node = await Node.start('fixed-price', ['--dev']);
		api = await node.connect();
	});

	after(() => node?.stop());

	it('should be fed a fixed price, free of charge', async () => {
		const before = (await api.query.system.account(account(FEEDER).address)).data.free.toBigInt();
		assert.equal(await waitFor('a price', () => fed(api), { timeout: 30_000 }), USD);
		assert.equal((await api.query.system.account(account(FEEDER).address)).data.free.toBigInt(), before);
	});
});

describe('a price feeder', { timeout: 240_000 }, () => {
	let node, api, web;
	let price = '1.25';

	before(async () => {
		web = createServer((request, response) => {
			if (request.url === '/silent') return;
			if (request.url === '/broken') response.end('<html>');
			else response.end(`{ "data": [ { "usd": ${request.url === '/text' ? `"${price}"` : price} } ] }`);
		}).listen(0, '127.0.0.1');
		await once(web, 'listening');
		const at = (path) => ['--price-source', `http://127.0.0.1:${web.address().port}${path}#/data/0/usd`];
		const sources = ['/number', '/text', '/third', '/broken'].flatMap(at);
		node = await Node.start('fed', ['--dev', '--fast-clock', '60', ...sources]);
		api = await node.connect();
	});

	after(async () => {
		await node?.stop();
		web?.closeAllConnections();
		web?.close();
	});

	it('should feed the median of its sources to the last digit', async () => {
		price = '1.234567890123456789';
		await waitFor('the price', async () => (await fed(api)) === 1_234_567_890_123_456_789n);
	});

	it('should follow the price', async () => {
		price = '1.3';
		await waitFor('the new price', async () => (await fed(api)) === (13n * USD) / 10n);
	});

	it('should feed nothing when too few sources have a price, and go on when they do', async () => {
		price = '-1';
		await waitFor('the feeder to say so', () => node.log.includes('1 of 4') || node.log.includes('0 of 4'));
		assert.equal(await fed(api), (13n * USD) / 10n);
		price = '1.4';
		await waitFor('the new price', async () => (await fed(api)) === (14n * USD) / 10n);
	});

	it('should show its work to Prometheus', async () => {
		const samples = await node.metrics();
		const value = (name, labels = {}) =>
			samples.find(
				(sample) =>
					sample.name === name && Object.entries(labels).every(([key, label]) => sample.labels?.[key]?.includes(label)),
			)?.value;
		assert.ok(value('millpond_feeder_rounds_total', { result: 'sent' }) >= 3);
		assert.ok(value('millpond_feeder_rounds_total', { result: 'no_median' }) >= 1);
		assert.ok(value('millpond_feeder_source_failures_total', { source: '/broken' }) >= 3);
		assert.equal(value('millpond_feeder_price_usd'), 1.4);
	});

	it('should stop burns before they are signed when it halts minting, and tell until when', async () => {
		price = '0.7';
		await waitFor('the fall', async () => (await fed(api)) === (7n * USD) / 10n);
		const { nonce } = await api.query.system.account(account('//Bob').address);
		for (const args of [
			['credits', 'quote', '1'],
			['credits', 'burn', '1', '--suri', '//Bob'],
		]) {
			const { code, stderr } = await runToExit([...args, '--url', node.ws]);
			assert.equal(code, 1, stderr);
			assert.match(stderr, /DataCredits\.Halted\): at least until \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
		}
		assert.deepEqual((await api.query.system.account(account('//Bob').address)).nonce, nonce);
	});
});
