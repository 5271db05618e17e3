// Many transactions at a node, and how many of them become final in a second.
//
// Everything is signed before the clock starts: on a small machine the client's own work would be measured otherwise. The
// senders take turns, each with its nonces in order, so that nothing waits in the pool for a nonce that is on its way.
import { setTimeout as sleep } from 'node:timers/promises';
import { account, submit } from './transactions.mjs';

// What a transfer of the load sends, and what an account of it is given.
export const AMOUNT = 1_000_000n;
export const FUNDS = 100n * 10n ** 12n;
// What is measured in less says nothing.
// Milliseconds without any of ours in a block, after which they are lost.
const PATIENCE = 120_000;
export const SHORTEST_WINDOW_SECONDS = 20;

const CALLS_PER_BATCH = 100;
const SENT_PER_REQUEST = 50;

export const chunks = (list, size) =>
	Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

// Accounts under derivation paths of their own.
export const people = (name, count) => Array.from({ length: count }, (_, index) => account(`//${name}//${index}`));

// Makes calls in batches, in their order.
export async function make(api, who, calls) {
	let nonce = (await api.rpc.system.accountNextIndex(who.address)).toNumber();
	const batches = chunks(calls, CALLS_PER_BATCH).map((some) => api.tx.utility.batchAll(some));
	await Promise.all(batches.map((batch) => submit(api, batch, who, { nonce: nonce++ })));
}

export const fund = (api, accounts) =>
	make(
		api,
		account('//Alice'),
		accounts.map(({ address }) => api.tx.balances.transferKeepAlive(address, FUNDS)),
	);

// The transfer to each of `recipients`, by its index.
export function transfersTo(api, recipients) {
	const calls = recipients.map(({ address }) => api.tx.balances.transferKeepAlive(address, AMOUNT));
	return (index) => calls[index];
}

// Signs `each` transactions of every sender, its nonces from `first` on; `call` says what the sender of an index signs.
// Returns a list of each sender's.
export async function sign(api, senders, each, call, first = 0) {
	const common = {
		era: 0,
		blockHash: api.genesisHash,
		genesisHash: api.genesisHash,
		runtimeVersion: api.runtimeVersion,
	};
	const signed = senders.map(() => []);
	for (let turn = 0; turn < each; turn++) {
		senders.forEach((sender, index) =>
			signed[index].push(call(index).sign(sender, { ...common, nonce: first + turn }).toHex()),
		);
		// The connection has to be answered in between.
		await sleep(0);
	}
	return signed;
}

// A node's arguments for a pool that drops none of so many. It has room for a tenth of its limit in transactions that wait for
// others of their sender, which all may do when they are looked at again in a new block.
export const roomFor = (outstanding) => ['--pool-limit', String(12 * outstanding), '--pool-kbytes', '1048576'];

async function sendBatch(node, batch) {
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

// Sends the lists of the senders. Each connection owns some of them.
async function send(node, signed, progress, { outstanding, connections }) {
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
				await sendBatch(node, batch);
			}
		}),
	);
}

// Follows the chain from `height` on: how many of our transactions each block holds (others may send some, too), and when
// it was seen to be final.
async function follow(node, height, ours, progress, onBlock) {
	const blocks = [];
	let [final, filled, last] = [0, 0, performance.now()];
	while (progress.included < ours.size || final < filled) {
		if (performance.now() - last > PATIENCE)
			throw new Error(`of ${progress.sent} transactions that were sent, ${progress.included} are in blocks, and no more come`);
		for (const best = await node.best(); height <= best; height++) {
			const hash = await node.rpc('chain_getBlockHash', height);
			const { block } = await node.rpc('chain_getBlock', hash);
			const count = block.extrinsics.filter((tx) => ours.has(tx)).length;
			blocks.push({ height, hash, count });
			progress.included += count;
			if (!count) continue;
			filled = blocks.length;
			last = performance.now();
			onBlock({ height, count, waiting: progress.sent - progress.included });
		}
		const finalized = await node.finalized();
		for (; final < blocks.length && blocks[final].height <= finalized; final++)
			blocks[final].finalAt = performance.now();
		await sleep(100);
	}
	return blocks;
}

// Sends what was signed over so many connections, `outstanding` of it at most on its way, and measures from the first full
// block to the last: how many became final, in which time, and in which blocks.
export async function measure(node, signed, { outstanding, connections = 1, onBlock = () => {} }) {
	const ours = new Set(signed.flat());
	const progress = { sent: 0, included: 0 };
	const following = follow(node, (await node.best()) + 1, ours, progress, onBlock);
	const [blocks] = await Promise.all([following, send(node, signed, progress, { outstanding, connections })]);
	// The first block was being made while the pool was still filling, and the last holds what was left.
	const [first, ...window] = blocks.filter(({ count }) => count > 0).slice(1, -1);
	if (!window.length) throw new Error('too few full blocks to measure: send more transactions');
	const count = window.reduce((sum, { count }) => sum + count, 0);
	const seconds = (window.at(-1).finalAt - first.finalAt) / 1000;
	return { count, seconds, perSecond: count / seconds, blocks: window };
}
