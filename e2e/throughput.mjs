// Measures how many signed transfers per second one development node finalises, and how many rentals of a GPU beside
// them, one after the other on the same node.
//
//     node throughput.mjs [--accounts 500] [--transfers 100] [--rentals 8] [--connections 4] [--outstanding 12000]
//
// `--transfers` and `--rentals` are how many each account sends; of what is 0, nothing is measured.
//
// Each connection owns some of the senders.
import { parseArgs } from 'node:util';
import { AMOUNT, FUNDS, fund, make, measure, people, roomFor, SHORTEST_WINDOW_SECONDS, sign, transfersTo } from './lib/load.mjs';
import { Node } from './lib/node.mjs';
import { account, findEvent, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
// At a dollar a BCT.
const PLANCKS_PER_CREDIT = 10n ** 7n;
// A customer's Data Credits, bought with BCT: they pay the deposits of all the time slots, $1.2 each, and the time.
const CREDITS_PER_RENTAL = 2n * BCT;
const RATE = 100;
const RENTED_MINUTES = 60;
const SHARES = { manager: 500, host: 1_500, pool: 6_000, used: 2_000 };
// What is to be reached: rentals a second, as a part of the transfers a second.
const GOAL = 0.33;

const { values } = parseArgs({
	options: {
		accounts: { type: 'string', default: '500' },
		transfers: { type: 'string', default: '100' },
		rentals: { type: 'string', default: '8' },
		connections: { type: 'string', default: '4' },
		outstanding: { type: 'string', default: '12000' },
	},
});
const { accounts, transfers, rentals, connections, outstanding } = Object.fromEntries(
	Object.entries(values).map(([name, value]) => [name, Number(value)]),
);

const say = (text) => console.error(`▸ ${text}`);
const named = (role) => people(`throughput//${role}`, accounts);

// A pool with an idle simulated GPU for each rental, and customers who can pay.
async function openMarket(api, customers) {
	const alice = account('//Alice');
	const count = accounts * rentals;
	const models = await api.call.gpusApi.models();
	const [model, record] = models.find(([, { simulated }]) => simulated.isTrue);
	const profile = { name: 'Throughput', website: '', contact: '', region: 'DE' };
	const bonds = 2n * BigInt(count + 100) * record.model.bond.toBigInt() * PLANCKS_PER_CREDIT + 10_000n * BCT;
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
		customers.map(({ address }, index) =>
			api.tx.dataCredits.burnFor(address, credits, 0, device(index), minute + 600),
		),
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

// Prints what was measured.
async function report(api, node, name, total, { blocks, count, seconds, perSecond }, before) {
	const limit = api.consts.system.blockWeights.perClass.normal.maxTotal.unwrap().refTime.toNumber();
	const fullness = await Promise.all(
		blocks.map(
			async ({ hash }) =>
				(await (await api.at(hash)).query.system.blockWeight()).normal.refTime.toNumber() / limit,
		),
	);
	const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
	const after = await authoring(node);
	const ends = Object.entries(after.ends).map(([reason, count]) => [reason, count - (before.ends[reason] ?? 0)]);
	const perBlock = count / blocks.length;
	const spent = (1e6 * (after.seconds - before.seconds)) / total;
	const charged = (limit * mean(fullness)) / perBlock / 1e6;

	console.log(`${name} finalised per second`.padEnd(32) + perSecond.toFixed(0));
	console.log(`window                          ${seconds.toFixed(1)} s, ${blocks.length} blocks, ${count} ${name}`);
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
}

// Has each sender sign so many transactions, sends them, and returns how many were finalised a second.
async function run(api, node, name, senders, each, call) {
	const total = senders.length * each;
	say(`signing ${total} ${name}`);
	const signed = await sign(api, senders, each, call);
	say(`sending them over ${connections} connections`);
	const before = await authoring(node);
	const onBlock = ({ height, count, waiting }) => say(`block ${height}: ${count} ${name}, ${waiting} waiting`);
	const measured = await measure(node, signed, { outstanding, connections, onBlock });
	await report(api, node, name, total, measured, before);
	return measured.perSecond;
}

async function measureTransfers(api, node) {
	const [senders, recipients] = [named('transfers'), named('recipients')];
	say(`funding ${2 * accounts} accounts`);
	await fund(api, [...senders, ...recipients]);
	const rate = await run(api, node, 'transfers', senders, transfers, transfersTo(api, recipients));
	for (const { address } of recipients) {
		const received = (await freeBalance(api, address)) - FUNDS;
		if (received !== AMOUNT * BigInt(transfers)) throw new Error(`${address} received ${received}: a transfer failed`);
	}
	return rate;
}

async function measureRentals(api, node) {
	const customers = named('rentals');
	say(`opening a pool of ${accounts * rentals} GPUs for ${accounts} customers`);
	await fund(api, customers);
	await openMarket(api, customers);
	const call = api.tx.market.rent(0, 'OnDemand', 1, RENTED_MINUTES, RATE, null);
	const rate = await run(api, node, 'rentals', customers, rentals, () => call);
	const sold = (await api.query.market.nextSlot()).toNumber();
	if (sold !== accounts * rentals) throw new Error(`${sold} slots were sold: a rental failed`);
	return rate;
}

const node = await Node.start('bench', ['--dev', ...roomFor(outstanding)]);
const api = await node.connect();
const transferred = transfers && (await measureTransfers(api, node));
const rented = rentals && (await measureRentals(api, node));
if (transferred && rented) {
	const ratio = rented / transferred;
	console.log(`rentals ÷ transfers             ${ratio.toFixed(2)} (goal: at least ${GOAL})`);
}
await node.stop();
