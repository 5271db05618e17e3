// Measures how many signed transfers per second one development node finalises.
//
//     node throughput.mjs [--accounts 500] [--transfers 120] [--connections 4] [--outstanding 12000]
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
import { account, freeBalance, submit } from './lib/transactions.mjs';

const AMOUNT = 1_000_000n;
const FUNDS = 100n * 10n ** 12n;
const FUNDED_PER_BATCH = 100;
const SENT_PER_REQUEST = 50;
const INHERENTS = 1;
const SHORTEST_WINDOW_SECONDS = 20;

const { values } = parseArgs({
	options: {
		accounts: { type: 'string', default: '500' },
		transfers: { type: 'string', default: '120' },
		connections: { type: 'string', default: '4' },
		outstanding: { type: 'string', default: '12000' },
	},
});
const [accounts, transfers, connections, outstanding] = ['accounts', 'transfers', 'connections', 'outstanding'].map(
	(name) => Number(values[name]),
);

const say = (text) => console.error(`▸ ${text}`);
const chunks = (list, size) =>
	Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

async function fund(api, addresses) {
	const alice = account('//Alice');
	let nonce = (await api.rpc.system.accountNextIndex(alice.address)).toNumber();
	const batches = chunks(addresses, FUNDED_PER_BATCH).map((some) =>
		api.tx.utility.batchAll(some.map((address) => api.tx.balances.transferKeepAlive(address, FUNDS))),
	);
	await Promise.all(batches.map((batch) => submit(api, batch, alice, { nonce: nonce++ })));
}

// One list of transactions per sender, in the order of their nonces.
function sign(api, senders, recipients) {
	const { specVersion, transactionVersion } = api.runtimeVersion;
	const key = [api.genesisHash.toHex().slice(2, 18), specVersion, transactionVersion, accounts, transfers].join('-');
	const path = join(tmpdir(), `millpond-throughput-${key}.json`);
	if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));

	say(`signing ${accounts * transfers} transfers, once: they are kept in ${path}`);
	const common = {
		era: 0,
		blockHash: api.genesisHash,
		genesisHash: api.genesisHash,
		runtimeVersion: api.runtimeVersion,
	};
	const signed = senders.map((sender, index) => {
		const call = api.tx.balances.transferKeepAlive(recipients[index].address, AMOUNT);
		return Array.from({ length: transfers }, (_, nonce) => call.sign(sender, { ...common, nonce }).toHex());
	});
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
	if (refused) throw new Error(`the pool refused a transfer: ${refused.message}: ${refused.data}`);
}

// Follows the chain from `height` on: how many transfers each block holds, and when it was seen to be final.
async function follow(node, height, progress, finished) {
	const blocks = [];
	let final = 0;
	let lastFilled = 0;
	while (!finished() || final <= lastFilled) {
		const best = await node.best();
		for (; height <= best; height++) {
			const hash = await node.rpc('chain_getBlockHash', height);
			const { block } = await node.rpc('chain_getBlock', hash);
			const count = block.extrinsics.length - INHERENTS;
			blocks.push({ height, hash, count });
			progress.included += count;
			if (!count) continue;
			lastFilled = blocks.length - 1;
			say(`block ${height}: ${count} transfers, ${progress.sent - progress.included} waiting`);
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
		Array.from({ length: transfers }, (_, nonce) => share.map((list) => list[nonce])).flat(),
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

async function report(api, node, blocks, before) {
	// The first block was being made while the pool was still filling, and the last holds what was left.
	const full = blocks.filter(({ count }) => count > 0).slice(1, -1);
	const [first, ...window] = full;
	if (!window.length) throw new Error('too few full blocks to measure: raise --transfers');
	const seconds = (window.at(-1).finalAt - first.finalAt) / 1000;
	const total = window.reduce((sum, { count }) => sum + count, 0);

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
	const spent = (1e6 * (after.seconds - before.seconds)) / (accounts * transfers);
	const charged = (limit * mean(fullness)) / perBlock / 1e6;

	console.log(`transfers finalised per second  ${(total / seconds).toFixed(0)}`);
	console.log(`window                          ${seconds.toFixed(1)} s, ${window.length} blocks, ${total} transfers`);
	console.log(`transfers per block             ${perBlock.toFixed(0)}`);
	console.log(`block fullness                  ${(100 * mean(fullness)).toFixed(1)}% of the weight for normal calls`);
	console.log(
		`author's time per transfer      ${spent.toFixed(0)} µs; ${charged.toFixed(0)} µs of weight are charged`,
	);
	console.log(
		`proposals ended by              ${ends
			.filter(([, count]) => count)
			.map(([reason, count]) => `${reason} ${count}`)
			.join(', ')}`,
	);
	if (seconds < SHORTEST_WINDOW_SECONDS)
		throw new Error(`the window is under ${SHORTEST_WINDOW_SECONDS} s: raise --transfers`);
}

const node = await Node.start('bench', ['--dev', '--pool-limit', String(2 * outstanding), '--pool-kbytes', '65536']);
const api = await node.connect();
const [senders, recipients] = ['sender', 'recipient'].map((role) =>
	Array.from({ length: accounts }, (_, index) => account(`//throughput//${role}//${index}`)),
);
say(`funding ${2 * accounts} accounts`);
await fund(
	api,
	[...senders, ...recipients].map(({ address }) => address),
);
const signed = sign(api, senders, recipients);

say(`sending ${accounts * transfers} transfers over ${connections} connections`);
const progress = { sent: 0, included: 0 };
const before = await authoring(node);
const following = follow(node, (await node.best()) + 1, progress, () => progress.included === accounts * transfers);
await Promise.all([send(node, signed, progress), following]);

for (const { address } of recipients) {
	const received = (await freeBalance(api, address)) - FUNDS;
	if (received !== AMOUNT * BigInt(transfers)) throw new Error(`${address} received ${received}: a transfer failed`);
}
await report(api, node, await following, before);
await node.stop();
