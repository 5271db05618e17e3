import { encodeAddress } from '@polkadot/util-crypto';
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Node, runToExit, temporaryDirectory } from './lib/node.mjs';
import { account, findEvent, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const DC = 1;
const SLOT_COLLECTION = 2;
// A BCT costs a dollar on the development chain.
const CREDITS_PER_BCT = 100_000n;
const MINUTES_PER_DAY = 1_440;
const SLICE = 10;

// The pool of this test: four GPUs, and what a minute of one costs in DC.
const GPUS = 4;
const RATE = { spot: 50n, onDemand: 100n, month: 60n };
const SALE = 30n * BCT;

// What is told of an ended slot costs a cent of its deposit, and another key two cents for each host.
const RECORD = 1_000n;
const KEY = 2_000n;

// What comes back at the end of a slot, but for its record: a dollar, and 20 cents a GPU.
const deposit = (gpus) => 100_000n + 20_000n * BigInt(gpus);
const cost = (rate, gpus, minutes) => rate * BigInt(gpus) * BigInt(minutes);

describe('the market', { timeout: 300_000 }, () => {
	let node, api, directory, model, operator, pool, host, customer, renter, buyer, escrowAccount;
	const hosted = [];
	// What everybody has to have, as this test reckons: in DC and in plancks.
	const credits = new Map();
	const plancks = new Map();
	// The slots that there are to be, by number: rate, GPUs, start, end.
	const slots = new Map();

	const add = (ledger, who, amount) => ledger.set(who.address, (ledger.get(who.address) ?? 0n) + amount);
	const creditsOf = async (address, at = api) => {
		const held = await at.query.assets.account(DC, address);
		return held.isSome ? held.unwrap().balance.toBigInt() : 0n;
	};
	const plancksOf = async (address, at = api) => (await at.query.system.account(address)).data.free.toBigInt();
	const minuteAt = async (block) => (await (await api.at(block)).query.emissions.clockState()).unwrap().minute.toNumber();
	const now = async () => minuteAt(await api.rpc.chain.getFinalizedHead());
	const started = (slot) => node.waitFor(`has started slot ${slot}`, async () => (await now()) > slots.get(slot).start);

	// By polkadot.js; the fee goes off the ledger, in the money that it was paid in.
	async function send(who, tx) {
		const done = await submit(api, tx, who);
		const inCredits = done.events.find(({ event }) => api.events.dataCredits.FeePaid.is(event));
		if (inCredits) add(credits, who, -inCredits.event.data.credits.toBigInt());
		else {
			const { actualFee } = findEvent(api, done.events, 'transactionPayment', 'TransactionFeePaid').data;
			add(plancks, who, -actualFee.toBigInt());
		}
		return done;
	}

	const signer = (path) => Object.assign(account(path), { path });
	const command = (...args) => runToExit([...args.map(String), '--url', node.ws]);

	// By the command line; likewise.
	async function run(who, ...args) {
		const { code, stdout, stderr } = await command(...args, '--json', '--suri', who.path);
		assert.equal(code, 0, `${args.join(' ')}: ${stdout} ${stderr}`);
		const done = JSON.parse(stdout);
		if (done.feeInCredits) add(credits, who, -BigInt(done.feeInCredits));
		else add(plancks, who, -BigInt(done.fee));
		return done;
	}

	const show = async (...args) => {
		const { code, stdout, stderr } = await command(...args);
		assert.equal(code, 0, stderr);
		return stdout;
	};
	const showJson = async (...args) => JSON.parse(await show(...args, '--json'));

	// Notes a slot that was sold, and what it costs.
	function bought(who, slot, { rate, gpus, start, end }) {
		slots.set(slot, { rate, gpus, start, end });
		add(credits, who, -cost(rate, gpus, end - start) - deposit(gpus));
	}

	// Notes that a slot is over, billed for the minutes until `end`: what is not used and the deposit come back.
	function ended(who, slot, end) {
		const { rate, gpus, end: paid } = slots.get(slot);
		slots.delete(slot);
		add(credits, who, cost(rate, gpus, paid - end) + deposit(gpus) - RECORD);
	}

	// Notes that a slot became two; the second one's deposit is paid beside the first one's.
	function split(who, old, pieces) {
		const before = slots.get(old);
		slots.delete(old);
		for (const [slot, change] of pieces) slots.set(slot, { ...before, ...change });
		const deposits = pieces.reduce((sum, [slot]) => sum + deposit(slots.get(slot).gpus), 0n);
		add(credits, who, deposit(before.gpus) - deposits);
	}

	before(async () => {
		directory = temporaryDirectory();
		node = await Node.start('market', ['--dev', '--fast-clock', '10', '--price-source', 'fixed:1']);
		api = await node.connect();
		[host, renter, buyer] = ['//Bob', '//Eve', '//Ferdie'].map(signer);
		customer = signer('//market.test//customer');
		escrowAccount = encodeAddress(new TextEncoder().encode('modlmp/markt'.padEnd(32, '\0')), 42);
		model = (await showJson('gpu', 'models')).find(({ simulated }) => simulated).model;

		// Bonds are dollars, and duties are taken on at a price only.
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === '1');
		operator = (
			await run(host, 'operator', 'register', '--name', 'Mill Lane', '--region', 'DE', '--bond', '5000')
		).operator;
		pool = (
			await run(
				host,
				...['pool', 'create', '--operator', operator, '--model', model, '--mode', 'self', '--shares', '5/15/60/20'],
				...['--spot', RATE.spot, '--on-demand', RATE.onDemand, '--grace', '1h'],
				...['--reserved', '10m=90', '--reserved', `30d=${RATE.month}`],
			)
		).pool;
		for (let index = 0; index < GPUS; index++) {
			const { gpu } = await run(host, 'gpu', 'register', '--operator', operator, '--simulated', `CARD-${index}`);
			for (const status of ['probation', 'online']) await run(host, 'gpu', 'simulate', gpu, status);
			await run(host, 'gpu', 'join', gpu, '--pool', pool, '--terms', 0);
			hosted.push(gpu);
		}
		for (const who of [host, customer, renter, buyer]) {
			plancks.set(who.address, await plancksOf(who.address));
			credits.set(who.address, 0n);
		}
	});

	after(() => node?.stop());

	it('should let somebody without BCT have credits, from a processor of payments', async () => {
		const deadline = (await now()) + 1_000;
		const burn = api.tx.dataCredits.burnFor(customer.address, 200n * BCT, 0, `0x${'42'.repeat(32)}`, deadline);
		await submit(api, burn, account('//Charlie'));
		add(credits, customer, 200n * CREDITS_PER_BCT);
		assert.equal(plancks.get(customer.address), 0n);
		assert.equal(await creditsOf(customer.address), credits.get(customer.address));
		await run(renter, 'credits', 'burn', '50');
		add(plancks, renter, -50n * BCT);
		add(credits, renter, 50n * CREDITS_PER_BCT);
	});

	it('should tell what pools offer, and to the last credit what it costs', async () => {
		const offers = async (...params) => {
			const { entries, next } = await node.rpc('market_offers', model, ...params);
			assert.equal(next, null, 'there are fewer pools than a page has');
			return entries;
		};
		const [offer, ...others] = await offers('onDemand', 1, { time: 360, region: 'DE' });
		assert.deepEqual(others, []);
		const quote = await node.rpc('market_quote', pool, 'onDemand', 1, 360);
		assert.deepEqual(
			[offer.pool, offer.manager, offer.regions, offer.reliability, offer.cost],
			[pool, operator, ['DE'], null, quote.cost],
		);
		assert.deepEqual(await offers('onDemand', 1, { region: 'US' }), []);
		assert.deepEqual(await offers('spot', GPUS + 1, null), []);
		assert.equal((await offers('spot', GPUS, { maxRate: `${RATE.spot}` })).length, 1);
		const nothing = { time: null, region: null, maxRate: null, minReliability: null, sort: null, limit: null };
		assert.deepEqual(await offers('spot', 1, nothing, null, null), await offers('spot', 1));
		assert.match(await show('market', 'offers', model, '--for', '6h'), /^ *\d+ +100 DC\/min \(\$0\.06\/h\) +6000 DC \(\$0\.06\) +36000 DC/m);
		assert.match(await show('market', 'quote', pool, '--gpus', 2, '--for', '2h'), /^cost +24000 DC \(\$0\.24\) for 2 GPUs$/m);

		const { events } = await send(customer, api.tx.market.rent(pool, 'OnDemand', 1, 360, quote.rate, null));
		const { slot, start, end } = findEvent(api, events, 'market', 'Rented').data;
		bought(customer, slot.toNumber(), {
			rate: RATE.onDemand,
			gpus: 1,
			start: start.toNumber(),
			end: end.toNumber(),
		});
		assert.deepEqual([quote.cost, quote.deposit], [`${cost(RATE.onDemand, 1, 360)}`, `${deposit(1)}`]);
		assert.equal(end.toNumber() - start.toNumber(), 360);
		assert.equal(await creditsOf(customer.address), credits.get(customer.address));
	});

	it('should let spot have what is left, until it is needed for what was reserved', async () => {
		const spot = await run(renter, 'market', 'rent', pool, '--kind', 'spot', '--gpus', 2, '--for', '12h');
		bought(renter, spot.slot, { rate: RATE.spot, gpus: 2, start: spot.start, end: spot.end });
		assert.equal(spot.end - spot.start, 720);
		const topUp = await node.rpc('market_topUpQuote', spot.slot, 60);
		const topped = await run(renter, 'market', 'top-up', spot.slot, '--for', '1h');
		assert.deepEqual([topped.cost, topUp], Array(2).fill(`${cost(RATE.spot, 2, 60)}`));
		slots.get(spot.slot).end += 60;
		add(credits, renter, -cost(RATE.spot, 2, 60));
		assert.equal(topped.end, slots.get(spot.slot).end);
		const gift = await command('market', 'top-up', spot.slot, '--for', '1h', '--suri', host.path);
		assert.notEqual(gift.code, 0);
		assert.match(gift.stderr, /only who holds the slot may do this \(Market\.NotHolder\)/);
		assert.equal(await creditsOf(renter.address), credits.get(renter.address));

		// A cluster for a month, from the second slice from now on.
		const start = (Math.floor((await now()) / SLICE) + 2) * SLICE;
		const end = start + 30 * MINUTES_PER_DAY;
		const quote = await node.rpc('market_quote', pool, 'reserved', 3, { start, end });
		assert.equal(quote.cost, `${cost(RATE.month, 3, 30 * MINUTES_PER_DAY)}`);
		const free = await node.rpc('market_availability', pool, start, start + SLICE);
		assert.deepEqual(free, [{ from: start, to: start + SLICE, gpus: 3 }]);
		const { events } = await send(customer, api.tx.market.reserve(pool, 3, start, end, quote.rate, null));
		const cluster = findEvent(api, events, 'market', 'Rented').data.slot.toNumber();
		bought(customer, cluster, { rate: RATE.month, gpus: 3, start, end });
		assert.equal(await creditsOf(customer.address), credits.get(customer.address));
		assert.equal((await node.rpc('market_availability', pool, start, start + SLICE))[0].gpus, 0);
		await assert.rejects(node.rpc('market_quote', pool, 'reserved', 1, { start, end }), /not free in all of that time/);

		const evicted = await node.waitFor('evicts the spot slot', async () => {
			const state = await node.rpc('market_slot', spot.slot);
			return state.phase === 'leaving' && state;
		});
		assert.deepEqual([evicted.ending, evicted.end], ['evicted', start]);
		await started(cluster);
		const over = await node.rpc('market_slot', spot.slot);
		const unused = cost(RATE.spot, 2, slots.get(spot.slot).end - start);
		assert.deepEqual(
			[over.phase, over.reason, over.ended, over.delivered, over.returned, over.payer, over.burned],
			['ended', 'evicted', start, 2 * (start - spot.start), `${unused + deposit(2) - RECORD}`, renter.address, '0'],
		);
		ended(renter, spot.slot, start);
		assert.match(await show('market', 'show', spot.slot), /^state +ended .*: evicted, its GPUs are needed/m);
		const [listedEnd, ...none] = await showJson('market', 'slots', renter.address, '--ended');
		assert.deepEqual([listedEnd, none], [over, []]);
		assert.deepEqual(await node.rpc('market_endedSlots', renter.address), { entries: [over], next: null });
		const late = await command('market', 'split', spot.slot, '--gpus', 1, '--suri', host.path);
		assert.equal(late.code, 1);
		assert.match(late.stderr, new RegExp(`slot ${spot.slot} has ended: evicted.*\n.*millpond market show ${spot.slot}`));
		assert.equal(await creditsOf(renter.address), credits.get(renter.address));

		for (const [slot, { gpus, end }] of slots) {
			const state = await node.rpc('market_slot', slot);
			assert.deepEqual([state.phase, state.assigned, state.missing, state.end], ['running', gpus, 0, end]);
		}
		const mine = await node.rpc('market_slots', customer.address);
		assert.equal(mine.next, null);
		assert.deepEqual(mine.entries.map(({ slot }) => slot).sort(), [...slots.keys()].sort());
		const listed = await show('market', 'slots', customer.address);
		assert.match(listed, /reserved +\d+ +3 +10800 DC \(\$0\.108\) +29 d 2\d h +\d+ DC \(\$77\.\d+\) +running$/m);
	});

	it('should let pieces of a cluster be sold in any wallet, and give access to the buyer alone', async () => {
		const [cluster] = [...slots].find(([, { gpus }]) => gpus === 3);
		const byGpus = findEvent(
			api,
			(await send(customer, api.tx.market.splitGpus(cluster, 2))).events,
			...['market', 'Split'],
		).data;
		const single = byGpus.second.toNumber();
		split(customer, cluster, [
			[byGpus.first.toNumber(), { gpus: 2 }],
			[single, { gpus: 1 }],
		]);
		const at = slots.get(single).start + 15 * MINUTES_PER_DAY;
		const byTime = findEvent(api, (await send(customer, api.tx.market.splitTime(single, at))).events, 'market', 'Split').data;
		const piece = byTime.first.toNumber();
		split(customer, single, [
			[piece, { end: at }],
			[byTime.second.toNumber(), { start: at }],
		]);
		assert.equal(await creditsOf(customer.address), credits.get(customer.address));

		await send(customer, api.tx.nfts.setPrice(SLOT_COLLECTION, piece, SALE, null));
		assert.match(await show('market', 'show', piece), /^for sale for +30 BCT, from a wallet \(`nfts\.buyItem`\)$/m);
		assert.equal((await showJson('market', 'show', piece)).walletPrice, SALE.toString());
		await send(buyer, api.tx.nfts.buyItem(SLOT_COLLECTION, piece, SALE));
		add(plancks, customer, SALE);
		add(plancks, buyer, -SALE);
		assert.equal((await node.rpc('market_slot', piece)).holder, buyer.address);
		const refused = await command('market', 'set-key', piece, '--access-key', `0x${'11'.repeat(32)}`, '--suri', '//Alice');
		assert.equal(refused.code, 3);
		assert.match(refused.stderr, /only who holds the slot may do this \(Market\.NotHolder\)/);

		const [secret, letter] = ['access-key', 'letter'].map((name) => join(directory, name));
		writeFileSync(letter, 'ssh mill@10.0.0.1 -p 2222\npassword: sluice\n');
		const early = await command('market', 'grant', piece, letter, '--operator', operator, '--suri', host.path);
		assert.match(early.stderr, new RegExp(`the holder of slot ${piece} has set no access key`));
		const { accessKey } = await run(buyer, 'market', 'set-key', piece, '--new-access-key', secret);
		assert.equal(statSync(secret).mode & 0o777, 0o600);
		assert.equal((await node.rpc('market_slot', piece)).accessKey, accessKey);
		await run(host, 'market', 'grant', piece, letter, '--operator', operator);
		const [granted] = (await node.rpc('market_slot', piece)).hosts;
		assert.deepEqual([granted.operator, granted.billed, granted.granted], [operator, true, true]);
		const [{ text }] = await showJson('market', 'access', piece, '--access-key', secret);
		assert.equal(text, 'ssh mill@10.0.0.1 -p 2222\npassword: sluice\n');
		assert.match(await show('market', 'show', piece), /^ *\d+ +\d+ +yes +yes +yes$/m);

		const other = join(directory, 'other-key');
		writeFileSync(other, `0x${'22'.repeat(32)}\n`, { mode: 0o600 });
		const closed = await command('market', 'access', piece, '--access-key', other);
		assert.match(closed.stderr, new RegExp(`is sealed to ${accessKey}`));
	});

	it('should let a key on the server grant access for the host, and do no more than its type allows', async () => {
		const proxy = signer('//market.test//proxy');
		await run(host, 'account', 'transfer', proxy.address, '10');
		await run(host, 'account', 'add-proxy', proxy.address, '--type', 'Operator');
		const asProxy = (...args) => command(...args, '--suri', proxy.path, '--proxied', host.address);
		const failure = async (ended) => {
			const { code, stdout } = await ended;
			assert.equal(code, 3, stdout);
			return JSON.parse(stdout).error;
		};

		const [{ slot }] = (await node.rpc('market_slots', buyer.address)).entries;
		const [secret, letter] = ['second-access-key', 'second-letter'].map((name) => join(directory, name));
		writeFileSync(letter, 'ssh mill@10.0.0.2\n');
		// She has bought the slot, and another key for it is not free.
		await run(buyer, 'credits', 'burn', '1');
		add(plancks, buyer, -BCT);
		add(credits, buyer, CREDITS_PER_BCT);
		await run(buyer, 'market', 'set-key', slot, '--new-access-key', secret);
		add(credits, buyer, -KEY);
		const [[waiting, ...others], table, byRpc] = await Promise.all([
			showJson('market', 'hosted', operator),
			show('market', 'hosted', operator),
			node.rpc('market_hostedSlots', operator),
		]);
		assert.equal(waiting.slot, slot);
		assert.deepEqual(byRpc.entries.map(({ slot }) => slot).sort(), [waiting, ...others].map(({ slot }) => slot).sort());
		assert.ok(waiting.minutesToGrant > 0 && waiting.minutesToGrant <= 10, `${waiting.minutesToGrant} minutes`);
		assert.ok(others.length > 0 && others.every(({ minutesToGrant }) => minutesToGrant === null));
		assert.match(table.split('\n')[1], new RegExp(`^ *${slot} +${buyer.address} +yes +no +\\d+ min +\\d+$`));

		const before = await plancksOf(host.address);
		const { fee, events } = await run(
			proxy,
			...['market', 'grant', slot, letter, '--operator', operator, '--proxied', host.address],
		);
		assert.ok(events.some(({ name }) => name === 'AccessGranted'));
		assert.deepEqual(
			[await plancksOf(host.address), await plancksOf(proxy.address)],
			[before, 10n * BCT - BigInt(fee)],
			'the proxy pays the fee',
		);
		const [{ text }] = await showJson('market', 'access', slot, '--access-key', secret);
		assert.equal(text, 'ssh mill@10.0.0.2\n');
		const hostedNow = await showJson('market', 'hosted', operator);
		assert.ok(hostedNow.every(({ minutesToGrant }) => minutesToGrant === null));

		const withdrawal = await failure(asProxy('account', 'transfer', proxy.address, '1', '--json'));
		assert.equal(withdrawal.name, 'System.CallFiltered');
		assert.match(`${withdrawal.message} ${withdrawal.advice}`, /the proxy may not do this.*add-proxy/);
		// What fails for the host fails for its proxy in the same words.
		const move = ['gpu', 'simulate', hosted[0], 'registered', '--json'];
		const [own, proxied] = [await failure(command(...move, '--suri', host.path)), await failure(asProxy(...move))];
		assert.deepEqual(
			[proxied.kind, proxied.name, proxied.message, proxied.advice],
			[own.kind, own.name, own.message, own.advice],
		);

		await run(host, 'account', 'remove-proxy', proxy.address, '--type', 'operator');
		const removed = await failure(asProxy('market', 'grant', slot, letter, '--operator', operator, '--json'));
		assert.equal(removed.name, 'Proxy.NotProxy');
		assert.match(removed.advice, /add-proxy/);
	});

	it('should let slots be sold for dollars and merged on the command line', async () => {
		const [whole] = [...slots].find(([, { gpus }]) => gpus === 2);
		const { first, second } = await run(customer, 'market', 'split', whole, '--gpus', 1);
		split(customer, whole, [
			[first, { gpus: 1 }],
			[second, { gpus: 1 }],
		]);
		await send(customer, api.tx.nfts.setPrice(SLOT_COLLECTION, second, BCT, null));
		assert.match(await show('market', 'show', second), /^for sale for +1 BCT, from a wallet/m);
		await run(customer, 'market', 'list', second, '--price', '12.5', '--least', '20');
		assert.match(await show('market', 'show', second), /^for sale for +1250000 DC \(\$12\.5\), at least 20 BCT$/m);
		assert.equal((await node.rpc('market_slot', second)).walletPrice, null);
		await run(customer, 'market', 'unlist', second);
		await assert.rejects(
			submit(api, api.tx.nfts.buyItem(SLOT_COLLECTION, second, BCT), account(host.path)),
			/nfts\.NotForSale/,
		);
		await run(customer, 'market', 'list', second, '--price', '12.5');
		assert.match(await show('market', 'for-sale'), new RegExp(`^ *${second} +1250000 DC \\(\\$12\\.5\\) +reserved`, 'm'));
		const { paid } = await run(buyer, 'market', 'buy', second);
		assert.equal(BigInt(paid), (25n * BCT) / 2n);
		add(plancks, buyer, -BigInt(paid));
		add(plancks, customer, BigInt(paid));
		assert.deepEqual(await node.rpc('market_forSale'), { entries: [], next: null });
		const unsold = await command('market', 'buy', second, '--suri', renter.path);
		assert.match(unsold.stderr, /Market\.NotListed/);

		const refused = await command('market', 'merge', first, second, '--suri', '//Alice');
		assert.match(refused.stderr, /Market\.NotHolder/);
		await send(buyer, api.tx.nfts.transfer(SLOT_COLLECTION, second, customer.address));
		const merged = await run(customer, 'market', 'merge', first, second);
		slots.set(merged.slot, { ...slots.get(first), gpus: 2 });
		for (const slot of [first, second]) slots.delete(slot);
		add(credits, customer, 2n * deposit(1) - deposit(2));
		assert.equal(await creditsOf(customer.address), credits.get(customer.address));
	});

	it('should give back what is not used when an on-demand rental is stopped', async () => {
		const [slot, { start }] = [...slots].find(([, { rate }]) => rate === RATE.onDemand);
		const { block, refund } = await run(customer, 'market', 'stop', slot);
		const stopped = await minuteAt(block.hash);
		const { rate, end } = slots.get(slot);
		assert.ok(stopped > start);
		assert.equal(BigInt(refund), cost(rate, 1, end - stopped) + deposit(1) - RECORD);
		ended(customer, slot, stopped);
		const told = await showJson('market', 'show', slot);
		assert.deepEqual(
			[told.reason, told.returned, told.payer, told.delivered],
			['stopped', refund, customer.address, stopped - start],
		);
		assert.match(await show('market', 'slots', customer.address, '--ended'), /stopped by its holder/);
	});

	it('should leave everybody with exactly what he did not spend', async () => {
		const hash = (await api.rpc.chain.getFinalizedHead()).toHex();
		const [at, minute] = [await api.at(hash), await minuteAt(hash)];
		for (const who of [customer, renter, buyer]) {
			assert.equal(await creditsOf(who.address, at), credits.get(who.address), who.path);
			assert.equal(await plancksOf(who.address, at), plancks.get(who.address), who.path);
		}
		let kept = 0n;
		for (const [slot, { rate, gpus, start, end }] of slots) {
			const state = await node.rpc('market_slot', slot, hash);
			const unused = cost(rate, gpus, end - Math.max(start, minute));
			assert.equal(BigInt(state.escrow) - BigInt(state.accrued), unused, `slot ${slot}`);
			assert.equal(BigInt(state.deposit), deposit(gpus));
			kept += BigInt(state.escrow) + BigInt(state.deposit);
		}
		assert.equal(await creditsOf(escrowAccount, at), kept);
		const supply = (await at.query.assets.asset(DC)).unwrap().supply.toBigInt();
		const held = await Promise.all([customer, renter, buyer].map(({ address }) => creditsOf(address, at)));
		assert.equal(
			supply,
			held.reduce((sum, amount) => sum + amount, kept),
		);
	});

	it('should say what is wrong and what to do', async () => {
		await assert.rejects(node.rpc('market_offers', 77, 'spot', 1), /there is no model 77 at that block/);
		await assert.rejects(node.rpc('market_quote', 77, 'spot', 1, 10), /there is no pool 77 at that block/);
		await assert.rejects(node.rpc('market_quote', pool, 'reserved', 1, 60), /reserved time has a start and an end/);
		await assert.rejects(node.rpc('market_availability', 77, 0, 10), /there is no pool 77 at that block/);
		await assert.rejects(node.rpc('market_topUpQuote', 777, 10), /there is no slot 777 at that block/);
		await assert.rejects(node.rpc('market_hostedSlots', 77), /there is no operator 77 at that block/);
		const refused = async (method, ...params) => {
			const { code, message, data } = await node.rpc(method, ...params).then(assert.fail, (error) => error);
			return { code, message: message.replace(`${method}: `, ''), data };
		};
		const dearest = await refused('market_offers', model, 'spot', 1, { maxRate: 4000 });
		assert.deepEqual([dearest.code, dearest.data.parameter, dearest.data.given], [-32602, 'filter.maxRate', 4000]);
		assert.deepEqual(await refused('market_quote', pool, 'spot', 257, 10), {
			code: -32602,
			message: 'gpus: 257 is not from 1 to 256',
			data: { parameter: 'gpus', reason: '257 is not from 1 to 256', given: 257, least: 1, most: 256 },
		});
		assert.equal((await refused('market_quote', pool)).message, 'kind: it is missing');
		assert.match((await refused('market_slots', 'nobody')).message, /^account: /);
		assert.match((await refused('market_forSale', '0x77')).message, /^cursor: .*'next'/);
		assert.match((await refused('market_slot', 0, 'yesterday')).message, /^at: /);
		const stranger = await command('market', 'hosted', 77);
		assert.equal(stranger.code, 1);
		assert.match(stranger.stderr, /there is no operator 77\n.*millpond operator list/);
		const absent = await command('market', 'show', 777);
		assert.equal(absent.code, 1);
		assert.match(absent.stderr, /there is no slot 777\n.*millpond market slots/);
		const dear = await command('market', 'rent', pool, '--gpus', 200, '--for', '1h', '--suri', renter.path);
		assert.equal(dear.code, 1);
		assert.match(dear.stderr, /\(Market\.\w+\)\n.*millpond market availability/);
	});

	it('should show Prometheus what is rented', async () => {
		let samples;
		const value = (name, labels = {}) =>
			samples.find(
				(sample) =>
					sample.name === `millpond_market_${name}` &&
					Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
			)?.value;
		await node.waitFor('shows three rented GPUs', async () => {
			samples = await node.metrics();
			return value('gpus', { state: 'assigned' }) === 3;
		});
		assert.equal(value('slots', { kind: 'reserved', state: 'running' }), 2);
		assert.equal(value('slots', { kind: 'reserved', state: 'booked' }), 1);
		assert.ok(value('booked_gpu_minutes', { kind: 'reserved' }) > 80 * MINUTES_PER_DAY);
		assert.ok(value('escrow_credits') > 0);
		assert.ok(value('lag_minutes') <= 1);
	});

	it('should let a GPU leave at once for what that was said to cost, and not for more', async () => {
		const leave = (gpu, ...more) => command('gpu', 'leave', gpu, '--now', ...more, '--suri', host.path);
		// One of the four is idle, so that another takes over and nobody lacks anything.
		const [first, second] = hosted;
		const free = await leave(first);
		assert.equal(free.code, 0, free.stderr);
		assert.match(free.stderr, /^It costs 0 DC/m);

		// The second one is missing until the end of what was sold: a fifth of its price is owed to who bought it.
		const dear = await leave(second, '--max-cost', '0.01');
		assert.equal(dear.code, 1);
		assert.match(dear.stderr, /to leave at once costs \d+ DC \(\$5\.\d+\), and at most 1000 DC \(\$0\.01\) is to be paid\n/);
		// It is owed in credits, and paid in BCT: credits never reach another account.
		const all = async (held) => {
			const at = await api.at(await api.rpc.chain.getFinalizedHead());
			return Promise.all([customer, buyer].map(({ address }) => held(address, at)));
		};
		const [creditsBefore, before] = [await all(creditsOf), await all(plancksOf)];
		const left = await leave(second, '--json');
		assert.equal(left.code, 0, left.stderr);
		const said = BigInt(left.stderr.match(/^It costs (\d+) DC/m)[1]);
		const { events } = JSON.parse(left.stdout);
		const paid = BigInt(events.find(({ name }) => name === 'BoughtOut').fields.credits);
		assert.ok(paid > 0n && paid <= said, `${paid} of ${said}`);
		const transfers = events.filter(({ pallet, name }) => pallet === 'Balances' && name === 'Transfer');
		assert.ok(transfers.length > 0 && transfers.every(({ fields }) => fields.from === host.address));
		const got = (await all(plancksOf)).map((held, index) => held - before[index]);
		for (const [index, { address }] of [customer, buyer].entries()) {
			const received = transfers.filter(({ fields }) => fields.to === address).map(({ fields }) => BigInt(fields.amount));
			assert.equal(got[index], received.reduce((sum, amount) => sum + amount, 0n), address);
		}
		assert.equal(got[0] + got[1], (paid * BCT) / CREDITS_PER_BCT);
		assert.deepEqual(await all(creditsOf), creditsBefore);
		const [month, owed] = [cost(RATE.month, 1, 30 * MINUTES_PER_DAY), paid * 5n];
		assert.ok(owed <= month && owed > (month * 9n) / 10n, `${owed} of ${month}`);
	});
});
