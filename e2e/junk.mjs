// Measures how much junk slows a node down: transfers finalised per second on a development node, with a flood of
// attestation transactions that are worth nothing, submitted over WebSocket; and without, before and after, which shows how
// far the machine can be trusted. It should have nothing else to do.
//
//     node junk.mjs [--junk 100000] [--accounts 250] [--transfers 150] [--connections 2] [--seconds 60]
//
// Everything is made before the clock starts. The junk comes evenly over so many seconds, which should be as long as the
// transfers take.
import { compactToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { WebSocket } from '@polkadot/x-ws';
import { randomBytes } from 'node:crypto';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { general } from './lib/attestation.mjs';
import { chunks, fund, measure, people, roomFor, SHORTEST_WINDOW_SECONDS, sign, transfersTo } from './lib/load.mjs';
import { Node } from './lib/node.mjs';
import { account, findEvent, submit } from './lib/transactions.mjs';

const BOND = 5_000n * 10n ** 12n;
const OUTSTANDING = 6_000;
const SENT_PER_REQUEST = 20;
const UNKNOWN = 4_000_000_000n;
// The bytes of a walk's commitment that say which GPUs took part: `MAX_PRESENCE` of the pallet.
const MOST_PRESENCE = 2_048;
// The longest period, and the rarest rounds, that the pallet's parameters can have.
const LONGEST_PERIOD_MINUTES = 60;
const RAREST_ROUNDS = 201_600;
// By how much the flood may take longer than it should.
const PATIENCE = 5;
const LEAST_PRIORITY = 19;

const { values } = parseArgs({
	options: {
		junk: { type: 'string', default: '100000' },
		accounts: { type: 'string', default: '250' },
		transfers: { type: 'string', default: '150' },
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

// Makes periods as long as can be, so that none ends while junk is sent that is for it, and rounds as rare.
async function slowDown(api) {
	const parameters = (await api.query.attestation.parameters()).toJSON();
	const slow = { ...parameters, period: LONGEST_PERIOD_MINUTES, interval: RAREST_ROUNDS };
	const call = api.tx.sudo.sudo(api.tx.attestation.setParameters(slow));
	const { events } = await submit(api, call, account('//Alice'));
	const { sudoResult } = findEvent(api, events, 'sudo', 'Sudid').data;
	if (!sudoResult.isOk) throw new Error(`the parameters were refused: ${sudoResult.asErr}`);
}

// The present period, one that is not over before the flood is.
function presentPeriod(node, api, operator) {
	const needed = PATIENCE * seconds * 1000;
	return node.waitFor(
		`is in a period with ${needed / 1000} s to go`,
		async () => {
			const period = (await api.call.attestationApi.duties(operator)).unwrap().period.toNumber();
			return (period + LONGEST_PERIOD_MINUTES) * 60_000 - Date.now() > needed && period;
		},
		{ timeout: 2 * needed, interval: 3_000 },
	);
}

const bytes = (count) => `0x${randomBytes(count).toString('hex')}`;
const signature = () => ({ Sr25519: bytes(64) });
const many = (count) => Array.from({ length: count }, (_, index) => index);

// A call as a bare extrinsic: version 5, without any extension.
function bare(call) {
	const body = u8aConcat([0x05], call.toU8a());
	return u8aToHex(u8aConcat(compactToU8a(body.length), body));
}

// What junk there is, from what costs the node least to what costs it most: how it is made, and what the node is to refuse
// it for. Refused for anything else, it costs something else than it should.
function kinds(api, operator, period) {
	const { heartbeat, commitFill, commitWalk, prove } = api.tx.attestation;
	const most = many(api.consts.attestation.maxChanges.toNumber());
	const call = (tx) => general(tx.method);
	return [
		{
			name: 'bytes that are no transaction',
			make: () => u8aToHex(u8aConcat([0xff], randomBytes(200))),
			reason: 'Could not decode',
		},
		{
			name: 'transactions that cannot be decoded',
			make: () => u8aToHex(u8aConcat(compactToU8a(201), [0x84], randomBytes(200))),
			reason: 'Verification Error',
		},
		{
			name: 'heartbeats without authorization',
			make: () => bare(heartbeat(operator, period, [], [], signature()).method),
			reason: 'NoUnsignedValidator',
		},
		{
			name: 'heartbeats of nobody',
			make: () => call(heartbeat(UNKNOWN, period, [], [], signature())),
			reason: 'Invalid signing address',
		},
		{
			name: 'heartbeats of another time',
			make: () => call(heartbeat(operator, period - 1_000, [], [], signature())),
			reason: 'outdated',
		},
		{
			name: 'commitments to no round',
			make: () => call(commitFill(operator, UNKNOWN, bytes(32), signature())),
			reason: 'outdated',
		},
		{
			name: 'long commitments to no round',
			make: () => call(commitWalk(operator, UNKNOWN, bytes(32), bytes(MOST_PRESENCE), signature())),
			reason: 'outdated',
		},
		{
			name: 'proofs of nobody',
			make: () =>
				call(
					prove(1, 0, 512, {
						roots: { fill: bytes(32), walk: bytes(32) },
						fill: { occupied: 0, siblings: [] },
						walk: { occupied: 0, siblings: [] },
						proof: { entries: [], steps: [] },
					}),
				),
			reason: 'did not authorize any origin',
		},
		{
			name: 'heartbeats with wrong signatures',
			make: () => call(heartbeat(operator, period, [], [], signature())),
			reason: 'bad signature',
		},
		{
			name: 'long heartbeats with wrong signatures',
			make: () => call(heartbeat(operator, period, most, most, signature())),
			reason: 'bad signature',
		},
	];
}

const makeJunk = (makers, count) =>
	Array.from({ length: count }, (_, index) => {
		const kind = makers[index % makers.length];
		return { kind, tx: kind.make() };
	});

// A WebSocket on which a batch of requests is answered by a batch, in whatever order.
async function connect(url) {
	const socket = new WebSocket(url);
	await new Promise((open, fail) => Object.assign(socket, { onopen: open, onerror: fail }));
	const call = (batch) =>
		new Promise((resolve, reject) => {
			socket.onmessage = ({ data }) => resolve(JSON.parse(data));
			socket.onclose = () => reject(new Error('the node closed the connection'));
			const request = ({ tx }, id) => ({ jsonrpc: '2.0', id, method: 'author_submitExtrinsic', params: [tx] });
			socket.send(JSON.stringify(batch.map(request)));
		});
	return { call, close: () => Object.assign(socket, { onclose: null }).close() };
}

// What the node said to something that is to be refused, and whether that is for the reason meant.
function judge({ kind, error }) {
	const answer = error ? [error.message, error.data].filter(Boolean).join(': ').split('\n')[0] : 'taken';
	return { kind: kind.name, answer, isMeant: Boolean(error) && answer.includes(kind.reason) };
}

// How often the node said what to junk of which kind.
class Answers {
	#all = new Map();

	add(answered) {
		const judged = judge(answered);
		const key = `${judged.kind}: ${judged.answer}`;
		const known = this.#all.get(key) ?? { ...judged, count: 0 };
		known.count++;
		this.#all.set(key, known);
	}

	get all() {
		return [...this.#all.values()].sort((one, other) => other.count - one.count);
	}

	// Fails where junk was taken, or refused for something that is not what it was made for.
	ensureMeant() {
		const wrong = this.all.filter(({ isMeant }) => !isMeant);
		if (!wrong.length) return;
		const lines = wrong.map(({ kind, answer, count }) => `    ${count} ${kind}: ${answer}`);
		throw new Error(`the node took junk, or refused it for another reason than the one meant:\n${lines.join('\n')}`);
	}
}

// Sends junk evenly over so many seconds. Returns what the node said to it, and how long it took.
async function flood(node, list, seconds) {
	const answers = new Answers();
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
				for (const { id, error } of await socket.call(batch)) answers.add({ kind: batch[id].kind, error });
			}
			socket.close();
		}),
	);
	return { answers, seconds: (performance.now() - begin) / 1000 };
}

const node = await Node.start('junk', [
	...['--dev', '--gpu-attestor', 'off', '--no-price-feeder'],
	...roomFor(OUTSTANDING),
]);
// Whoever sends junk has a machine of his own, and the honest have theirs: here, the node comes first.
setPriority(LEAST_PRIORITY);
const api = await node.connect();
const operator = await host(api);
await slowDown(api);
await node.waitFor('has no round', async () => (await api.query.attestation.round()).isNone, { timeout: 180_000 });

// Before everything else, whether each kind of junk is refused as it should be.
const makersOf = async () => kinds(api, operator, await presentPeriod(node, api, operator));
const tried = await makersOf();
(await flood(node, makeJunk(tried, tried.length), 0)).answers.ensureMeant();

say(`funding ${accounts} accounts, signing ${3 * accounts * transfers} transfers`);
const senders = people('junk', accounts);
await fund(api, senders);
const batches = [];
for (let run = 0; run < 3; run++)
	batches.push(await sign(api, senders, transfers, transfersTo(api, senders), run * transfers));

say('sending transfers alone');
const before = await measure(node, batches[0], { outstanding: OUTSTANDING });
say(`${before.perSecond.toFixed(0)} a second`);

const makers = await makersOf();
say(`making ${junk} of junk: ${makers.map(({ name }) => name).join(', ')}`);
const list = makeJunk(makers, junk);
say(`sending transfers and ${junk} of junk over ${connections} connections`);
const [flooded, { answers, seconds: took }] = await Promise.all([
	measure(node, batches[1], { outstanding: OUTSTANDING }),
	flood(node, list, seconds),
]);
answers.ensureMeant();

say('sending transfers alone again');
const after = await measure(node, batches[2], { outstanding: OUTSTANDING });

const alone = (before.perSecond + after.perSecond) / 2;
const shown = ({ perSecond, seconds }) => `${perSecond.toFixed(0)} (${seconds.toFixed(0)} s)`;
console.log(`transfers finalised per second, alone      ${shown(before)} before, ${shown(after)} after`);
console.log(`transfers finalised per second, with junk  ${shown(flooded)}`);
console.log(`junk                                       ${junk} in ${took.toFixed(0)} s`);
for (const { kind, answer, count } of answers.all) console.log(`    ${String(count).padStart(7)}  ${kind}: ${answer}`);
console.log(`ratio                                      ${(flooded.perSecond / alone).toFixed(3)}`);
if (Math.min(before.seconds, flooded.seconds, after.seconds) < SHORTEST_WINDOW_SECONDS)
	throw new Error(`a window is under ${SHORTEST_WINDOW_SECONDS} s, which says nothing: raise --transfers`);
await node.stop();
