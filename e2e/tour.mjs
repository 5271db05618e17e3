// A guided tour: an operator, two owners, a customer and an aggregator on a development chain of their own, by the commands
// that everybody uses. What it says that people earned is what they were paid: it fails if the two differ.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Node, temporaryDirectory } from './lib/node.mjs';
import { Commands, bct, credits, dollars, say, table, title, told } from './lib/stage.mjs';
import { account } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
// Of chain time, in each of four blocks a second.
const SECONDS_A_BLOCK = 15;
const PRICE = '0.01';
const KAPPA = 90n;
const SHARES = { manager: 5n, host: 15n, pool: 60n, used: 20n };
const GPUS = 6;
const RENTED = 4;
// DC a GPU-minute.
const ON_DEMAND = 200n;
// The most plancks that rounding down may take from a payment.
const DUST = 10n;

const started = performance.now();
const folder = temporaryDirectory();
let node, api, millpond, people, model;

const minus = (one, other) => (one > other ? one - other : other - one);
const nameOf = (address) => Object.keys(people).find((name) => people[name].address === address);

async function beginning() {
	title('A chain of your own');
	say(
		`This starts a development chain: one validator, a block every quarter of a second, each ${SECONDS_A_BLOCK} seconds of chain ` +
			`time. An epoch, a day on a real network, is five minutes here and passes in five seconds. A BCT is said to cost $${PRICE}.`,
	);
	node = await Node.start('tour', ['--dev', '--fast-clock', SECONDS_A_BLOCK, '--price-source', `fixed:${PRICE}`].map(String));
	api = await node.connect();
	const person = (path) => Object.assign(account(path), { path });
	people = {
		Bob: person('//Bob'),
		Dave: person('//Dave'),
		Eve: person('//Eve'),
		Charlie: person('//Charlie'),
		Ada: person('//Ada'),
		Ferdie: person('//Ferdie'),
		Alice: person('//Alice'),
	};
	millpond = new Commands(node.ws);
	await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === PRICE);
	model = (await millpond.ask('gpu', 'models')).find(({ simulated }) => simulated);
	told(`It runs at ${node.ws}: block ${await node.best()}, and counting.`);
}

async function supply() {
	title('Bob hosts GPUs, Dave and Eve own them');
	say(
		'Bob registers as an operator and puts up a bond that answers for what he promises. He gets an NFT for it: who holds that is ' +
			'the operator, with its reputation and its earnings.',
	);
	const { operator, fee } = await millpond.send(
		people.Bob,
		...['operator', 'register', '--name', 'Mill Lane', '--region', 'DE', '--bond', 150_000],
	);
	told(`Operator ${operator}, bond ${bct(150_000n * BCT)}. The transaction cost ${bct(BigInt(fee))}, which was burned.`);

	say(
		'He opens a pool. What it earns is split as its terms say: 5% for him as manager, 15% as host, 60% to all GPUs that are online, ' +
			'20% to those that were rented. He sets his prices in dollars.',
	);
	const { pool } = await millpond.send(
		people.Bob,
		...['pool', 'create', '--operator', operator, '--model', model.model, '--mode', 'single'],
		...['--shares', Object.values(SHARES).join('/'), '--on-demand', '0.12/h', '--reserved', '30m=0.09/h'],
	);
	told(`Pool ${pool}.`);

	say(`${GPUS} GPUs: three belong to Dave, three to Eve, as NFTs. They agree to the terms when they join.`);
	const gpus = [];
	for (let index = 0; index < GPUS; index++) gpus.push(await addGpu(operator, pool, index));
	await millpond.show('gpu', 'list', '--operator', operator);
	return { operator, pool, gpus };
}

// A simulated GPU: its host may say that it is there. Real ones prove it, see docs/attestation.md.
async function addGpu(operator, pool, index) {
	const owner = index < GPUS / 2 ? people.Dave : people.Eve;
	const quietly = (who, ...args) => millpond.ask(...args, '--suri', who.path);
	const send = index === 0 ? (who, ...args) => millpond.send(who, ...args) : quietly;
	const { gpu } = await send(
		people.Bob,
		...['gpu', 'register', '--operator', operator, '--simulated', `CARD-${index}`, '--owner', owner.address],
	);
	for (const status of ['probation', 'online']) await send(people.Bob, 'gpu', 'simulate', gpu, status);
	await send(owner, 'gpu', 'join', gpu, '--pool', pool, '--terms', 0);
	return gpu;
}

async function demand({ operator, pool, gpus }) {
	title('Ada rents, without ever having had a BCT');
	say(
		'Time costs Data Credits, $0.00001 each, which come about only by burning BCT. Ada pays a processor, Charlie, by card; he burns BCT ' +
			'for her. The invoice number pays once, however often he tries.',
	);
	const { Ada, Bob, Charlie } = people;
	await millpond.send(Charlie, 'credits', 'burn-for', Ada.address, 400, '--reference', 'invoice-17');
	const { credits: bought } = await millpond.ask('credits', 'balance', Ada.address);
	told(`400 BCT at $${PRICE} are gone; Ada has ${credits(BigInt(bought))}.`);

	say('What is there to rent, and what would it cost?');
	await millpond.show('market', 'offers', model.model, '--gpus', RENTED, '--for', '1h');
	const key = join(folder, 'access.key');
	const { slot, cost } = await millpond.send(
		Ada,
		...['market', 'rent', pool, '--gpus', RENTED, '--for', '1h', '--new-access-key', key],
	);
	told(`Slot ${slot}, an NFT: ${RENTED} of the ${gpus.length} GPUs for an hour, paid ahead: ${credits(BigInt(cost))} in escrow.`);

	say('Bob hands over access, sealed so that only Ada can read it. From then on she pays by the minute.');
	const grant = join(folder, 'grant');
	writeFileSync(grant, 'ssh gpu@203.0.113.7 -p 2201\n');
	const { block } = await millpond.send(Bob, 'market', 'grant', slot, grant, '--operator', operator);
	await millpond.show('market', 'access', slot, '--access-key', key);
	return { slot, granted: block.hash };
}

async function resale({ pool }) {
	title('Ferdie buys long and sells short');
	say('An aggregator reserves the two other GPUs for an hour from half an hour on, at the lower price for longer time, and pays all of it now.');
	const { Ferdie, Alice } = people;
	await millpond.send(Ferdie, 'credits', 'burn', 600);
	const { slot, cost } = await millpond.send(
		Ferdie,
		...['market', 'reserve', pool, '--gpus', 2, '--start', '+30m', '--for', '1h'],
	);
	told(`Slot ${slot} cost ${credits(BigInt(cost))}; what was not used yet goes with it.`);
	say('He cuts it in two by time and the second half in two by GPUs, and puts one piece up for sale, in dollars.');
	const halves = await millpond.send(Ferdie, 'market', 'split', slot, '--at', '+1h');
	const quarters = await millpond.send(Ferdie, 'market', 'split', halves.second, '--gpus', 1);
	await millpond.send(Ferdie, 'market', 'list', quarters.first, '--price', '1.5');
	await millpond.show('market', 'for-sale');
	say('Alice buys it. She pays BCT at the price of the moment, to Ferdie; no one stands between them.');
	const { paid } = await millpond.send(Alice, 'market', 'buy', quarters.first);
	told(`${bct(BigInt(paid))} for slot ${quarters.first}: its time is Alice's now, and Ferdie has his deposit back when it ends.`);
}

const epochAt = async (hash) => (await node.rpc('epochs_summary', null, hash)).epoch;

// A final block of an epoch from `epoch` on in which the sweep has paid everybody for the epoch before it.
const swept = (epoch) =>
	node.waitFor(`has paid the epoch before ${epoch}`, async () => {
		const hash = (await api.rpc.chain.getFinalizedHead()).toHex();
		const sweep = await (await api.at(hash)).query.pools.sweep();
		const open = await epochAt(hash);
		return open >= epoch && sweep.position.isDone && sweep.epoch.toNumber() === open && { hash, epoch: open };
	});

// What was paid in an epoch, by whom for what, read off the events of its blocks up to `last`.
async function payments(epoch, last) {
	const found = [];
	for (let hash = last; (await epochAt(hash)) === epoch; ) {
		for (const { event } of await (await api.at(hash)).query.system.events()) {
			if (event.section === 'pools' && event.method.endsWith('Paid')) found.push(event);
		}
		hash = (await api.rpc.chain.getHeader(hash)).parentHash.toHex();
	}
	return found;
}

async function payday({ pool }, { granted }) {
	title('An epoch closes');
	// The epoch of the grant is rented in part. The next is rented all the time, and pays what is left of that one; so the one
	// after it is the first that is paid by itself.
	const epoch = (await epochAt(granted)) + 2;
	say('Nobody has to do anything for this. When an epoch ends, the chain knows what was spent where, and mints.');
	const { hash } = await swept(epoch + 1);
	await millpond.show('epoch', 'show', epoch);
	const closed = await node.rpc('epochs_summary', epoch, hash);
	const [spent, minted, idle] = [closed.credits, closed.rewards, closed.availability].map(BigInt);
	const minutes = BigInt(closed.end - closed.start);
	assert.equal(spent, BigInt(RENTED) * ON_DEMAND * minutes);
	say(
		`In these ${minutes} minutes Ada's ${RENTED} GPUs burned ${RENTED} × ${minutes} × ${ON_DEMAND} = ${credits(spent)}. There is far more in the ` +
			`budget than that, so the cap decides: a DC earns at most ${KAPPA}% of what it cost, so that nobody gets rich by renting from himself.`,
	);
	told(`${credits(spent)} × ${KAPPA}% ÷ $${PRICE} = ${bct(minted)} for the pool, ${bct(idle)} for the GPUs that waited`);
	assert.ok(minus(minted, (spent * KAPPA * BCT) / 100n / 1_000n) <= DUST);
	return { epoch, spent, minted, idle, events: await payments(epoch + 1, hash) };
}

// Who was paid what, held against the pool's terms.
function explain({ spent, minted, idle, events }) {
	say('Who gets it is in the terms, and it has been paid already, to whoever holds the NFT:');
	const part = (share) => (minted * share) / 100n;
	const expected = {
		pool: part(SHARES.pool) / BigInt(GPUS),
		used: part(SHARES.used) / BigInt(RENTED),
		available: idle / BigInt(GPUS - RENTED),
	};
	const rows = [['who', 'as', 'was paid', 'why']];
	const ledger = new Map();
	const pay = (to, as, amount, why) => {
		rows.push([nameOf(to.toString()), as, bct(amount), why]);
		ledger.set(nameOf(to.toString()), (ledger.get(nameOf(to.toString())) ?? 0n) + amount);
	};
	const roles = { ManagerPaid: ['manager', SHARES.manager], HostPaid: ['host', SHARES.host] };
	for (const [method, [as, share]] of Object.entries(roles)) {
		const { to, amount } = events.find((event) => event.method === method).data;
		assert.ok(minus(amount.toBigInt(), part(share)) <= DUST, as);
		pay(to, as, amount.toBigInt(), `${share}% of ${bct(minted)}`);
	}
	const gpus = events.filter(({ method }) => method === 'GpuPaid').sort((one, other) => one.data.gpu.cmp(other.data.gpu));
	for (const { data } of gpus) {
		const [shared, used, available] = ['pool', 'used', 'available'].map((name) => data.earnings[name].toBigInt());
		const rented = used > 0n;
		assert.ok(minus(shared, expected.pool) <= DUST, 'pool');
		assert.ok(minus(used, rented ? expected.used : 0n) <= DUST, 'used');
		assert.ok(minus(available, rented ? 0n : expected.available) <= DUST, 'available');
		const why = rented
			? `1/${GPUS} of 60%: ${bct(shared)}; 1/${RENTED} of 20% for being rented: ${bct(used)}`
			: `1/${GPUS} of 60%: ${bct(shared)}; for waiting: ${bct(available)}`;
		pay(data.to, `GPU ${data.gpu}`, shared + used + available, why);
	}
	assert.equal(rows.length, 3 + GPUS);
	told(table(rows));
	const paid = [...ledger.values()].reduce((sum, amount) => sum + amount);
	assert.ok(minus(paid, minted + idle) <= DUST * BigInt(rows.length));
	say(
		`Together ${bct(paid)}: ${[...ledger].map(([name, amount]) => `${name} ${bct(amount)}`).join(', ')}. Ada paid ${dollars(spent)}, and those who served her ` +
			`got ${KAPPA}% of it in BCT, newly minted; what Charlie burned for her is gone. The difference, and what she pays to come, makes BCT scarcer.`,
	);
}

async function ending({ slot }) {
	title('Ada stops');
	say('She does not need the rest of the hour. What she has not used comes back, and so does her deposit, but for a cent that keeps the record of the slot.');
	const { refund } = await millpond.send(people.Ada, 'market', 'stop', slot);
	told(`${credits(BigInt(refund))} came back; the NFT is burned.`);
	await millpond.show('operator', 'show', 0);
	const seconds = Math.round((performance.now() - started) / 1000);
	title(`That was all of it, in ${seconds} seconds`);
	say('Do it yourself: scripts/dev.sh --fast-clock 15 runs a chain, docs/README.md leads to a guide for each of these people.');
}

try {
	await beginning();
	const market = await supply();
	const rental = await demand(market);
	await resale(market);
	explain(await payday(market, rental));
	await ending(rental);
} finally {
	await node?.stop();
}
