// Measures how much junk slows a node down: transfers finalised per second on a development node, with a flood of
// attestation transactions that are worth nothing, submitted over WebSocket; and without, before and after, which shows how
// far the machine can be trusted. It should have nothing else to do.
//
//     node junk.mjs [--junk 100000] [--accounts 250] [--transfers 200] [--connections 2] [--seconds 60]
//
// Everything is made before the clock starts. The junk comes evenly over so many seconds, which should be as long as the
// transfers take.
import { hexToU8a, u8aToHex } from '@polkadot/util';
import { WebSocket } from '@polkadot/x-ws';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { general } from './lib/attestation.mjs';
import { chunks, fundedAccounts, measure, signTransfers } from './lib/load.mjs';
import { Node } from './lib/node.mjs';
import { account, findEvent, submit } from './lib/transactions.mjs';

const BOND = 5_000n * 10n ** 12n;
const OUTSTANDING = 6_000;
const SENT_PER_REQUEST = 20;
const UNKNOWN = 4_000_000_000n;
const SHORTEST_WINDOW_SECONDS = 20;

const { values } = parseArgs({
	options: {
		junk: { type: 'string', default: '100000' },
		accounts: { type: 'string', default: '250' },
		transfers: { type: 'string', default: '200' },
		connections: { type: 'string', default: '2' },
		seconds: { type: 'string', default: '60' },
	},
});
const { junk, accounts, transfers, connections, seconds } = Object.fromEntries(
	Object.entries(values).map(([name, value]) => [name, Number(value)]),
);

const say = (text) => console.error(`▸ ${text}`);

// An operator with an attestor, whom junk can be sent for.
async function host(api) {
	const bob = account('//Bob');
	const profile = { name: 'Mill Lane', website: '', contact: '', region: 'DE' };
	const { events } = await submit(api, api.tx.operators.register(profile, BOND), bob);
	const operator = findEvent(api, events, 'operators', 'Registered').data.operator.toNumber();
	await submit(api, api.tx.attestation.setAttestor(operator, account('//junk//attestor').address), bob);
	return operator;
}

const bytes = (count) => `0x${randomBytes(count).toString('hex')}`;
const signature = () => ({ Sr25519: bytes(64) });
const many = (count) => Array.from({ length: count }, (_, index) => index);

// The same call as a bare extrinsic: version 5, without any extension.
function bare(call) {
	const body = hexToU8a(general(call)).slice();
	const start = body.findIndex((byte) => byte === 0x45);
	const rest = body.slice(start + 6);
	const length = rest.length + 1;
	const prefix = length < 64 ? [length << 2] : [((length << 2) | 1) & 0xff, length >> 6];
	return u8aToHex(new Uint8Array([...prefix, 0x05, ...rest]));
}

// What junk there is, from what costs the node least to what costs it most.
function kinds(api, operator, period) {
	const { heartbeat, commitFill, commitWalk, prove } = api.tx.attestation;
	const call = (tx) => general(tx.method);
	// What is for the present period costs most: the next one comes while the junk does.
	const present = () => period + 2 * Math.round(Math.random());
	return {
		'bytes that are no transaction': () => bytes(200),
		'heartbeats without authorization': () => bare(heartbeat(operator, period, [], [], signature()).method),
		'heartbeats of nobody': () => call(heartbeat(UNKNOWN, period, [], [], signature())),
		'heartbeats of another time': () => call(heartbeat(operator, period - 1_000, [], [], signature())),
		'commitments to no round': () => call(commitFill(operator, 4_000_000_000, bytes(32), signature())),
		'long commitments to no round': () =>
			call(commitWalk(operator, 4_000_000_000, bytes(32), bytes(2_048), signature())),
		'proofs of nobody': () =>
			call(
				prove(1, 0, 512, {
					roots: { fill: bytes(32), walk: bytes(32) },
					fill: { occupied: 0, siblings: [] },
					walk: { occupied: 0, siblings: [] },
					proof: { entries: [], steps: [] },
				}),
			),
		'heartbeats with wrong signatures': () => call(heartbeat(operator, present(), [], [], signature())),
		'long heartbeats with wrong signatures': () =>
			call(heartbeat(operator, present(), many(256), many(256), signature())),
	};
}

function makeJunk(api, operator, period, count) {
	const makers = Object.entries(kinds(api, operator, period));
	say(`making ${count} of junk: ${makers.map(([name]) => name).join(', ')}`);
	return Array.from({ length: count }, (_, index) => makers[index % makers.length][1]());
}

// A WebSocket on which a batch of requests is answered by a batch.
async function connect(url) {
	const socket = new WebSocket(url);
	await new Promise((open, fail) => Object.assign(socket, { onopen: open, onerror: fail }));
	const call = (batch) =>
		new Promise((resolve, reject) => {
			socket.onmessage = ({ data }) => resolve(JSON.parse(data));
			socket.onclose = () => reject(new Error('the node closed the connection'));
			const request = (tx, id) => ({ jsonrpc: '2.0', id, method: 'author_submitExtrinsic', params: [tx] });
			socket.send(JSON.stringify(batch.map(request)));
		});
	return { call, close: () => Object.assign(socket, { onclose: null }).close() };
}

// Sends junk evenly over the seconds. Tells what the node said to it, and how often.
async function flood(node, list) {
	const answers = new Map();
	const begin = performance.now();
	let sent = 0;
	const batches = chunks(list, SENT_PER_REQUEST);
	await Promise.all(
		Array.from({ length: connections }, async () => {
			const socket = await connect(node.ws);
			for (let batch = batches.pop(); batch; batch = batches.pop()) {
				const due = begin + (1000 * seconds * sent) / list.length;
				sent += batch.length;
				if (due > performance.now()) await sleep(due - performance.now());
				for (const { error } of await socket.call(batch)) {
					const answer = error ? `${error.message}: ${error.data ?? ''}` : 'taken';
					answers.set(answer, (answers.get(answer) ?? 0) + 1);
				}
			}
			socket.close();
		}),
	);
	return { answers, seconds: (performance.now() - begin) / 1000 };
}

const node = await Node.start('junk', [
	...['--dev', '--gpu-attestor', 'off', '--no-price-feeder'],
	...['--pool-limit', String(2 * OUTSTANDING), '--pool-kbytes', '65536'],
]);
const api = await node.connect();
const operator = await host(api);
say(`funding ${accounts} accounts, signing ${3 * accounts * transfers} transfers`);
const senders = await fundedAccounts(api, 'junk', accounts);
const batches = [];
for (let run = 0; run < 3; run++) batches.push(await signTransfers(api, senders, transfers, run * transfers));

say('sending transfers alone');
const before = await measure(node, batches[0], { outstanding: OUTSTANDING });
say(`${before.perSecond.toFixed(0)} a second`);

const period = (await api.call.attestationApi.duties(operator)).unwrap().period.toNumber();
const list = makeJunk(api, operator, period, junk);
say(`sending transfers and ${junk} of junk over ${connections} connections`);
const [flooded, { answers, seconds: took }] = await Promise.all([
	measure(node, batches[1], { outstanding: OUTSTANDING }),
	flood(node, list),
]);

say('sending transfers alone again');
const after = await measure(node, batches[2], { outstanding: OUTSTANDING });

const alone = (before.perSecond + after.perSecond) / 2;
const shown = ({ perSecond, seconds }) => `${perSecond.toFixed(0)} (${seconds.toFixed(0)} s)`;
console.log(`transfers finalised per second, alone      ${shown(before)} before, ${shown(after)} after`);
console.log(`transfers finalised per second, with junk  ${shown(flooded)}`);
console.log(`junk                                       ${junk} in ${took.toFixed(0)} s`);
for (const [answer, count] of [...answers].sort(([, one], [, other]) => other - one))
	console.log(`    ${String(count).padStart(7)}  ${answer.split('\n')[0]}`);
console.log(`ratio                                      ${(flooded.perSecond / alone).toFixed(3)}`);
if (answers.has('taken')) throw new Error('the pool took junk');
if (Math.min(before.seconds, flooded.seconds, after.seconds) < SHORTEST_WINDOW_SECONDS)
	throw new Error(`a window is under ${SHORTEST_WINDOW_SECONDS} s, which says nothing: raise --transfers`);
await node.stop();
