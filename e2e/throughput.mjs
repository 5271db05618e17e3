// Measures how many signed transfers per second one development node finalises, and how many rentals of a GPU beside
// them, one after the other on the same node.
//
//     node throughput.mjs [--accounts 500] [--transfers 120] [--rentals 20] [--connections 4] [--outstanding 12000]
//
// `--transfers` and `--rentals` are how many each account sends; of what is 0, nothing is measured.
//
// Everything is signed before the clock starts and kept in a file: on a small machine the client's own work would be
// measured otherwise. Each connection owns some of the senders and sends their nonces in order, so that nothing waits
// in the pool for a nonce that is still on its way.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Node } from './lib/node.mjs';
import { account, findEvent, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const AMOUNT = 1_000_000n;
const FUNDS = 100n * BCT;
const CALLS_PER_BATCH = 100;
// A customer's Data Credits, bought with BCT: they pay the deposits of all the time slots, $1.2 each, and the time.
const CREDITS_PER_RENTAL = 2n * BCT;
const RATE = 100;
const RENTED_MINUTES = 60;
const SHARES = { manager: 500, host: 1_500, pool: 6_000, used: 2_000 };
// What is to be reached: rentals a second, as a part of the transfers a second.
const GOAL = 0.33;
const SENT_PER_REQUEST = 50;
const SHORTEST_WINDOW_SECONDS = 20;

const { values } = parseArgs({
	options: {
		accounts: { type: 'string', default: '500' },
		transfers: { type: 'string', default: '120' },
		rentals: { type: 'string', default: '20' },
		connections: { type: 'string', default: '4' },
		outstanding: { type: 'string', default: '12000' },
	},
});
const { accounts, transfers, rentals, connections, outstanding } = Object.fromEntries(
	Object.entries(values).map(([name, value]) => [name, Number(value)]),
);

const say = (text) => console.error(`▸ ${text}`);
const chunks = (list, size) =>
	Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

const addresses = (role) => people(role).map(({ address }) => address);
const people = (role) => Array.from({ length: accounts }, (_, index) => account(`//throughput//${role}//${index}`));

// Makes calls in batches, in their order.
async function make(api, who, calls) {
	let nonce = (await api.rpc.system.accountNextIndex(who.address)).toNumber();
	const batches = chunks(calls, CALLS_PER_BATCH).map((some) => api.tx.utility.batchAll(some));
	await Promise.all(batches.map((batch) => submit(api, batch, who, { nonce: nonce++ })));
}

const fund = (api, addresses) =>
	make(
		api,
		account('//Alice'),
		addresses.map((address) => api.tx.balances.transferKeepAlive(address, FUNDS)),
	);

// A pool with an idle simulated GPU for each rental, and customers who can pay.
async function openMarket(api, addresses) {
	const alice = account('//Alice');
	const count = accounts * rentals;
	const models = await api.call.gpusApi.models();
	const [model, record] = models.find(([, { simulated }]) => simulated.isTrue);
	const profile = { name: 'Throughput', website: '', contact: '', region: 'DE' };
	const bonds = BigInt(count + 100) * record.model.bond.toBigInt() + 10_000n * BCT;
	const document = { uri: '', hash: `0x${'00'.repeat(32)}` };
	const papers = { serial: '', purchased: 0, hosting: document, ownership: document };
	const terms = { shares: SHARES, floors: { spot: 1, onDemand: 1, reserved: 1 }, grace: 0, minimumUptime: 0 };
	const { events } = await submit(api, api.tx.operators.register(profile, bonds), alice);
	const { operator } = findEvent(api, events, 'operators', 'Registered').data;
	await submit(
		api,
		api.tx.pools.create(operator, model, 'SelfPool', terms, { spot: null, onDemand: RATE, reserved: [] }),
		alice,
	);
	const device = (index) => `0x${index.toString(16).padStart(64, '0')}`;
	const minute = Math.floor((await api.query.timestamp.now()).toNumber() / 60_000);
	const gpus = Array.from({ length: count }, (_, gpu) => [
		api.tx.gpus.register(operator, model, device(gpu), papers, alice.address),
		api.tx.gpus.simulateStatus(gpu, 'Probation'),
		api.tx.gpus.simulateStatus(gpu, 'Online'),
		api.tx.pools.join(gpu, 0, 0),
	]);
	await make(api, alice, gpus.flat());
	const credits = CREDITS_PER_RENTAL * BigInt(rentals);
	await make(
		api,
		alice,
		addresses.map((address, index) => api.tx.dataCredits.burnFor(address, credits, 0, device(index), minute + 600)),
	);
}

// One list of transactions per sender, in the order of their nonces; `call` says what the sender of an index signs.
function sign(api, name, count, call) {
	const { specVersion, transactionVersion } = api.runtimeVersion;
	const key = [name, api.genesisHash.toHex().slice(2, 18), specVersion, transactionVersion, accounts, count].join('-');
	const path = join(tmpdir(), `millpond-throughput-${key}.json`);
	if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));

	say(`signing ${accounts * count} ${name}, once: they are kept in ${path}`);
	const common = {
		era: 0,
		blockHash: api.genesisHash,
		genesisHash: api.genesisHash,
		runtimeVersion: api.runtimeVersion,
	};
	const signed = people(name).map((sender, index) =>
		Array.from({ length: count }, (_, nonce) => call(index).sign(sender, { ...common, nonce }).toHex()),
	);
	writeFileSync(path, JSON.stringify(signed));
	return signed;
}

async function submitBatch(node, batch) {
	const response = await fetch(node.http, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(
			batch.map((tx, id) => ({ jsonrpc: '2.0', id, method: 'author_submitExtrinsic', params: [tx] })),
		),
	});
	const refused = (await response.json()).find(({ error }) => error)?.error;
	if (refused) throw new Error(`the pool refused a transaction: ${refused.message}: ${refused.data}`);
}

// Follows the chain from `height` on: how many of our transactions each block holds (the node's price feeder sends some of
// its own), and when it was seen to be final.
async function follow(node, height, ours, progress) {
	const blocks = [];
	let final = 0;
	let lastFilled = 0;
	while (progress.included < ours.size || final <= lastFilled) {
		const best = await node.best();
		for (; height <= best; height++) {
			const hash = await node.rpc('chain_getBlockHash', height);
			const { block } = await node.rpc('chain_getBlock', hash);
			const count = block.extrinsics.filter((tx) => ours.has(tx)).length;
			blocks.push({ height, hash, count });
			progress.included += count;
			if (!count) continue;
			lastFilled = blocks.length - 1;
			say(`block ${height}: ${count} transactions, ${progress.sent - progress.included} waiting`);
		}
		const finalized = await node.finalized();
		for (; final < blocks.length && blocks[final].height <= finalized; final++)
			blocks[final].finalAt = performance.now();
		await sleep(100);
	}
	return blocks;
}

async function send(node, signed, progress) {
	const shares = Array.from({ length: connections }, (_, i) =>
		signed.filter((_, index) => index % connections === i),
	);
	const queues = shares.map((share) =>
		Array.from({ length: signed[0].length }, (_, nonce) => share.map((list) => list[nonce])).flat(),
	);
	await Promise.all(
		queues.map(async (queue) => {
			for (const batch of chunks(queue, SENT_PER_REQUEST)) {
				while (progress.sent - progress.included > outstanding) await sleep(20);
				progress.sent += batch.length;
				await submitBatch(node, batch);
			}
		}),
	);
}

// What the node's block author has done so far: how often each reason ended a proposal, and the seconds spent on them.
async function authoring(node) {
	const samples = await node.metrics();
	const ends = samples.filter(({ name }) => name === 'substrate_proposer_end_proposal_reason');
	const total = (suffix) =>
		samples.find(({ name }) => name === `substrate_proposer_block_constructed_${suffix}`).value;
	return { ends: Object.fromEntries(ends.map(({ labels, value }) => [labels.reason, value])), seconds: total('sum') };
}

// Prints what was measured, and returns how many were finalised a second.
async function report(api, node, name, total, blocks, before) {
	// The first block was being made while the pool was still filling, and the last holds what was left.
	const full = blocks.filter(({ count }) => count > 0).slice(1, -1);
	const [first, ...window] = full;
	if (!window.length) throw new Error(`too few full blocks to measure: raise --${name}`);
	const seconds = (window.at(-1).finalAt - first.finalAt) / 1000;
	const measured = window.reduce((sum, { count }) => sum + count, 0);

	const limit = api.consts.system.blockWeights.perClass.normal.maxTotal.unwrap().refTime.toNumber();
	const fullness = await Promise.all(
		window.map(
			async ({ hash }) =>
				(await (await api.at(hash)).query.system.blockWeight()).normal.refTime.toNumber() / limit,
		),
	);
	const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
	const after = await authoring(node);
	const ends = Object.entries(after.ends).map(([reason, count]) => [reason, count - (before.ends[reason] ?? 0)]);
	const perBlock = mean(window.map(({ count }) => count));
	const spent = (1e6 * (after.seconds - before.seconds)) / total;
	const charged = (limit * mean(fullness)) / perBlock / 1e6;

	console.log(`${name} finalised per second`.padEnd(32) + (measured / seconds).toFixed(0));
	console.log(`window                          ${seconds.toFixed(1)} s, ${window.length} blocks, ${measured} ${name}`);
	console.log(`${name} per block`.padEnd(32) + perBlock.toFixed(0));
	console.log(`block fullness                  ${(100 * mean(fullness)).toFixed(1)}% of the weight for normal calls`);
	console.log(`author's time for each          ${spent.toFixed(0)} µs; ${charged.toFixed(0)} µs of weight are charged`);
	console.log(
		`proposals ended by              ${ends
			.filter(([, count]) => count)
			.map(([reason, count]) => `${reason} ${count}`)
			.join(', ')}\n`,
	);
	if (seconds < SHORTEST_WINDOW_SECONDS)
		throw new Error(`the window is under ${SHORTEST_WINDOW_SECONDS} s: raise --${name}`);
	return measured / seconds;
}

async function measure(api, node, name, signed) {
	const ours = new Set(signed.flat());
	say(`sending ${ours.size} ${name} over ${connections} connections`);
	const progress = { sent: 0, included: 0 };
	const before = await authoring(node);
	const following = follow(node, (await node.best()) + 1, ours, progress);
	await Promise.all([send(node, signed, progress), following]);
	return report(api, node, name, ours.size, await following, before);
}

async function measureTransfers(api, node) {
	const recipients = addresses('recipients');
	say(`funding ${2 * accounts} accounts`);
	await fund(api, [...addresses('transfers'), ...recipients]);
	const signed = sign(api, 'transfers', transfers, (index) =>
		api.tx.balances.transferKeepAlive(recipients[index], AMOUNT),
	);
	const rate = await measure(api, node, 'transfers', signed);
	for (const address of recipients) {
		const received = (await freeBalance(api, address)) - FUNDS;
		if (received !== AMOUNT * BigInt(transfers)) throw new Error(`${address} received ${received}: a transfer failed`);
	}
	return rate;
}

async function measureRentals(api, node) {
	const customers = addresses('rentals');
	say(`opening a pool of ${accounts * rentals} GPUs for ${accounts} customers`);
	await fund(api, customers);
	await openMarket(api, customers);
	const call = api.tx.market.rent(0, 'OnDemand', 1, RENTED_MINUTES, RATE, null);
	const rate = await measure(api, node, 'rentals', sign(api, 'rentals', rentals, () => call));
	const sold = (await api.query.market.nextSlot()).toNumber();
	if (sold !== accounts * rentals) throw new Error(`${sold} slots were sold: a rental failed`);
	return rate;
}

const node = await Node.start('bench', ['--dev', '--pool-limit', String(2 * outstanding), '--pool-kbytes', '65536']);
const api = await node.connect();
const transferred = transfers && (await measureTransfers(api, node));
const rented = rentals && (await measureRentals(api, node));
if (transferred && rented) {
	const ratio = rented / transferred;
	console.log(`rentals ÷ transfers             ${ratio.toFixed(2)} (goal: at least ${GOAL})`);
}
await node.stop();
