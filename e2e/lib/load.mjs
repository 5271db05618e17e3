// Many transfers at a node, and how many of them become final in a second.
//
// Everything is signed before the clock starts: on a small machine the client's own work would be measured otherwise. The
// senders take turns, each with its nonces in order, so that nothing waits in the pool for a nonce that is on its way.
import { setTimeout as sleep } from 'node:timers/promises';
import { account, submit } from './transactions.mjs';

const AMOUNT = 1_000_000n;
const FUNDS = 100n * 10n ** 12n;
const FUNDED_PER_BATCH = 100;
const SENT_PER_REQUEST = 50;
const INHERENTS = 1;

export const chunks = (list, size) =>
	Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));

// Accounts with BCT in them, under derivation paths of their own.
export async function fundedAccounts(api, name, count) {
	const accounts = Array.from({ length: count }, (_, index) => account(`//${name}//${index}`));
	const alice = account('//Alice');
	let nonce = (await api.rpc.system.accountNextIndex(alice.address)).toNumber();
	const batches = chunks(accounts, FUNDED_PER_BATCH).map((some) =>
		api.tx.utility.batchAll(some.map(({ address }) => api.tx.balances.transferKeepAlive(address, FUNDS))),
	);
	await Promise.all(batches.map((batch) => submit(api, batch, alice, { nonce: nonce++ })));
	return accounts;
}

// `each` transfers of every sender, to its neighbour, in the order in which they are to be sent.
export async function signTransfers(api, senders, each, first = 0) {
	const common = {
		era: 0,
		blockHash: api.genesisHash,
		genesisHash: api.genesisHash,
		runtimeVersion: api.runtimeVersion,
	};
	const calls = senders.map((_, index) =>
		api.tx.balances.transferKeepAlive(senders[(index + 1) % senders.length].address, AMOUNT),
	);
	const signed = [];
	for (let turn = 0; turn < each; turn++) {
		signed.push(
			...senders.map((sender, index) => calls[index].sign(sender, { ...common, nonce: first + turn }).toHex()),
		);
		// The connection has to be answered in between.
		await sleep(0);
	}
	return signed;
}

async function sendBatch(node, batch) {
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

// Sends the transfers, `outstanding` of them at most on their way, and measures from the first full block to the last: how
// many became final, in which time.
export async function measure(node, transfers, { outstanding }) {
	const progress = { sent: 0, included: 0 };
	const blocks = [];
	let height = (await node.best()) + 1;
	const sending = (async () => {
		for (const batch of chunks(transfers, SENT_PER_REQUEST)) {
			while (progress.sent - progress.included > outstanding) await sleep(20);
			progress.sent += batch.length;
			await sendBatch(node, batch);
		}
	})();
	let [final, filled] = [0, 0];
	while (progress.included < transfers.length || final < filled) {
		for (const best = await node.best(); height <= best; height++) {
			const { block } = await node.rpc('chain_getBlock', await node.rpc('chain_getBlockHash', height));
			const signed = block.extrinsics.length - INHERENTS;
			const count = Math.min(signed, transfers.length - progress.included);
			blocks.push({ height, count });
			progress.included += count;
			if (count) filled = blocks.length;
		}
		const finalized = await node.finalized();
		for (; final < blocks.length && blocks[final].height <= finalized; final++)
			blocks[final].finalAt = performance.now();
		await sleep(100);
	}
	await sending;
	const [first, ...window] = blocks.filter(({ count }) => count > 0).slice(1, -1);
	if (!window.length) throw new Error('too few full blocks to measure: send more transfers');
	const count = window.reduce((sum, { count }) => sum + count, 0);
	const seconds = (window.at(-1).finalAt - first.finalAt) / 1000;
	return { count, seconds, perSecond: count / seconds };
}
