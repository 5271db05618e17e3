import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { freePorts, Node, runToExit, temporaryDirectory, waitFor } from './lib/node.mjs';
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
	let down = [];

	before(async () => {
		web = createServer((request, response) => {
			if (request.url === '/broken' || down.includes(request.url)) response.end('<html>');
			else response.end(`{ "data": [ { "usd": ${request.url === '/text' ? `"${price}"` : price} } ] }`);
		}).listen(0, '127.0.0.1');
		await once(web, 'listening');
		const at = (path) => ['--price-source', `http://127.0.0.1:${web.address().port}${path}#/data/0/usd`];
		// One of them twice, which counts once.
		const sources = ['/number', '/text', '/third', '/broken', '/broken'].flatMap(at);
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

	it('should feed nothing when two of four sources have no price, though the others have', async () => {
		down = ['/third'];
		price = '1.5';
		await waitFor('the feeder to say so', () => node.log.includes('2 of 4 sources gave a price, and 3 must'));
		assert.equal(await fed(api), (14n * USD) / 10n);
		down = [];
		await waitFor('the new price', async () => (await fed(api)) === (15n * USD) / 10n);
	});

	it('should have said that a source is given twice', () => {
		assert.match(node.log, /\/broken#\/data\/0\/usd is given more than once and counts once/);
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
		assert.equal(value('millpond_feeder_price_usd'), 1.5);
	});

	it('should have minting halted by a price that jumps', async () => {
		price = '1500';
		await waitFor('the new price', async () => (await fed(api)) === 1_500n * USD);
		await assert.rejects(node.rpc('credits_quote', `${10n ** 12n}`), /inting is halted/);
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

describe('a node that would feed what it must not', { timeout: 120_000 }, () => {
	const refused = async (...args) => {
		const [port, rpcPort] = await freePorts(2);
		const own = ['--base-path', temporaryDirectory(), '--listen-addr', `/ip4/127.0.0.1/tcp/${port}`];
		const flags = [...own, '--rpc-port', rpcPort, '--no-prometheus', '--no-telemetry', '--no-mdns'];
		const { code, stderr } = await runToExit([...args, ...flags].map(String));
		assert.equal(code, 1, stderr);
		return stderr;
	};

	it('should refuse a fixed price on a chain that people use', async () => {
		const told = await refused('--chain', 'testnet', '--price-source', 'fixed:1');
		assert.match(told, /--price-source fixed:1: a price that never changes is for development and local chains/);
	});

	it('should refuse an interval of more than a third of the time for which a price counts', async () => {
		const told = await refused('--dev', '--price-interval', 201);
		assert.match(told, /--price-interval 201: the chain counts a price for 600 s.* 200 s or less/);
	});

});
