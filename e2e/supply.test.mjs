import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node, runToExit } from './lib/node.mjs';
import { account, findEvent, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const SCALE = 2n ** 64n;
const GPU_COLLECTION = 1;
// The development chain: what a BCT is said to cost in this test, in USD, and its parameters.
const PRICE = '0.02';
const CREDITS_PER_USD = 100_000n;
const KAPPA = 9_000n;
const ALPHA = 2_500n;
const MINIMUM_PAYOUT = BCT / 10n;
// $1,000 for a pool, and two GPUs of the simulated model.
const BOND = 60_000n * BCT;
const SALE = 250n * BCT;
// The pool of this test: how it splits what its customers' DC earn, in basis points, and what a minute of a GPU costs in DC.
const SHARES = { manager: 500n, host: 1_500n, pool: 6_000n, used: 2_000n };
const RATE = 100n;

// A decimal number as an integer of 10^-18.
function fixed(text) {
	const [whole, fraction = ''] = text.split('.');
	return BigInt(whole + fraction.padEnd(18, '0'));
}

const least = (one, other) => (one < other ? one : other);
const sum = (amounts) => [...amounts].reduce((total, amount) => total + amount, 0n);
const portion = (amount, basisPoints) => (amount * basisPoints) / 10_000n;

// What a unit earns of a budget, at most `cap`, in plancks x 2^64, and what is minted for all of them, in plancks.
function shareOut(budget, units, cap) {
	const step = units === 0n ? 0n : least((budget * SCALE) / units, cap);
	return { step, minted: (step * units + SCALE - 1n) / SCALE };
}

// What a DC spent and an idle minute of weight one earn in an epoch: "Index" in math/README.md. All models of the development
// chain weigh as much as they are reckoned to cost.
function indices({ scheduled, reminted, released, price }, credits, weight) {
	const value = price === null ? 0n : (BCT * 10n ** 18n * SCALE) / (fixed(price) * CREDITS_PER_USD);
	const budget = BigInt(scheduled.gpus) + BigInt(reminted) + BigInt(released);
	const reward = shareOut(budget, credits, portion(value, KAPPA));
	return { reward, availability: shareOut(budget - reward.minted, weight, portion(value, ALPHA)) };
}

// What a GPU is doing, by what was noted of it.
const isOnline = ({ online, joined }) => online && joined;
const isRented = (state) => isOnline(state) && state.rented;
const isIdle = (state) => isOnline(state) && !state.rented;

// In how many minutes of a stretch it did.
function minutesOf({ states }, does, start, end) {
	const within = states.map(({ from, ...state }, index) => {
		const until = states[index + 1]?.from ?? Infinity;
		return does(state) ? Math.max(0, Math.min(end, until) - Math.max(start, from)) : 0;
	});
	return sum(within.map(BigInt));
}

describe('supply', { timeout: 300_000 }, () => {
	let node, api, model, manager, host, buyer, owners, pool;
	// Operators, by who holds them; GPUs, by number: their hosts, their holders, and since which minute they did what.
	const operators = new Map();
	const gpus = new Map();
	// What each account has to have, as this test reckons.
	const ledger = new Map();
	// What operators have earned and were not paid yet, as managers and as hosts.
	const owed = { manager: 0n, hosts: new Map() };

	const entry = (who, amount) => ledger.set(who.address, ledger.get(who.address) + amount);
	const balance = async (at, who) => {
		const { free, reserved } = (await at.query.system.account(who.address)).data;
		return free.toBigInt() + reserved.toBigInt();
	};
	const minuteAt = async (block) => (await (await api.at(block)).query.emissions.clockState()).unwrap().minute.toNumber();
	const summary = (epoch, at) => node.rpc('epochs_summary', epoch, ...(at ? [at] : []));

	// By polkadot.js; the fee goes off the ledger.
	async function send(who, tx) {
		const done = await submit(api, tx, who);
		entry(who, -findEvent(api, done.events, 'transactionPayment', 'TransactionFeePaid').data.actualFee.toBigInt());
		return done;
	}

	// By the command line; likewise.
	async function run(who, ...args) {
		const command = [...args.map(String), '--url', node.ws, '--json', '--suri', who.path];
		const { code, stdout, stderr } = await runToExit(command);
		assert.equal(code, 0, `${command.join(' ')}: ${stdout} ${stderr}`);
		const done = JSON.parse(stdout);
		entry(who, -BigInt(done.fee));
		return done;
	}

	const show = async (...args) => {
		const { code, stdout, stderr } = await runToExit([...args.map(String), '--url', node.ws]);
		assert.equal(code, 0, stderr);
		return stdout;
	};
	const showJson = async (...args) => JSON.parse(await show(...args, '--json'));

	// Notes from which minute on a GPU is online, in a pool, rented, or is not.
	async function note(gpu, block, change) {
		const { states } = gpus.get(gpu);
		const { from, ...state } = states.at(-1);
		states.push({ from: await minuteAt(block), ...state, ...change });
	}

	// A final block of an epoch in which everybody was paid that the epochs before it have paid.
	const swept = (from = 0) =>
		node.waitFor(`has paid the epoch before ${from}`, async () => {
			const hash = (await api.rpc.chain.getFinalizedHead()).toHex();
			const at = await api.at(hash);
			const sweep = await at.query.pools.sweep();
			const { epoch } = await summary(null, hash);
			return sweep.position.isDone && sweep.epoch.toNumber() === epoch && epoch >= from && { hash, epoch };
		});

	before(async () => {
		node = await Node.start('supply', ['--dev', '--fast-clock', '15', '--price-source', `fixed:${PRICE}`]);
		api = await node.connect();
		const signer = (path) => Object.assign(account(path), { path });
		[manager, host] = ['//Bob', '//Charlie'].map(signer);
		owners = ['//Dave', '//Eve', '//Ferdie', '//Bob//stash'].map(signer);
		buyer = owners[1];
		for (const who of [manager, host, ...owners]) ledger.set(who.address, await balance(api, who));
		model = (await showJson('gpu', 'models')).find(({ simulated }) => simulated);
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === PRICE);
	});

	after(() => node?.stop());

	it('should have operators, made by the command line and by polkadot.js', async () => {
		const deposit = api.consts.operators.deposit.toBigInt();
		const made = await run(
			manager,
			...['operator', 'register', '--name', 'Mill Lane', '--region', 'DE', '--website', 'https://mill.example'],
			...['--bond', '60000'],
		);
		operators.set(manager, made.operator);
		const profile = { name: 'Pond View', website: '', contact: 'pond@example.org', region: 'US-CA' };
		const { events } = await send(host, api.tx.operators.register(profile, BOND));
		operators.set(host, findEvent(api, events, 'operators', 'Registered').data.operator.toNumber());
		for (const who of [manager, host]) entry(who, -BOND - deposit);

		await run(host, 'operator', 'profile', operators.get(host), '--website', 'https://pond.example');
		const shown = await showJson('operator', 'show', operators.get(host));
		assert.deepEqual(
			[shown.holder, shown.name, shown.website, shown.contact, shown.region, shown.bond],
			[host.address, 'Pond View', 'https://pond.example', 'pond@example.org', 'US-CA', `${BOND}`],
		);
		const listed = await show('operator', 'list');
		assert.match(listed, /^operator +name +region +bond +duties +reliability +holder\n/);
		assert.match(listed, new RegExp(`^ *${made.operator} +Mill Lane +DE +60000 BCT +0 +- +${manager.address}$`, 'm'));
	});

	it('should have a distributed pool, and tell its terms to whoever joins', async () => {
		const made = await run(
			manager,
			...['pool', 'create', '--operator', operators.get(manager), '--model', model.model],
			...['--mode', 'distributed', '--shares', '5/15/60/20', '--minimum-uptime', '90', '--grace', '1h'],
			...['--on-demand', '0.06/h', '--spot', '50', '--reserved', '7d=80'],
		);
		pool = made.pool;
		for (const who of [manager, host]) {
			await send(manager, api.tx.pools.invite(pool, operators.get(who), 2));
		}
		await send(host, api.tx.pools.accept(operators.get(host), pool, 0));
		const unread = await runToExit(
			['pool', 'accept', pool, operators.get(manager), '--suri', manager.path, '--url', node.ws].map(String),
		);
		assert.equal(unread.code, 1);
		assert.match(unread.stderr, /^shares +5% manager, 15% host, 60% pool, 20% used$/m);
		assert.match(unread.stderr, /add --terms 0/);
		await run(manager, 'pool', 'accept', pool, operators.get(manager), '--terms', 0);

		const shown = await showJson('pool', 'show', pool);
		assert.deepEqual(shown.prices, {
			spot: '50',
			onDemand: '100',
			reserved: [{ minutes: 7 * 24 * 60, price: '80' }],
		});
		assert.deepEqual(
			shown.hosts.map(({ operator, cap }) => [operator, cap]).sort(),
			[manager, host].map((who) => [operators.get(who), 2]).sort(),
		);
		assert.match(await show('pool', 'list'), /100 DC\/min \(\$0\.06\/h\)/);
	});

	it('should have GPUs of four owners, hosted by two operators', async () => {
		const document = { uri: '', hash: `0x${'00'.repeat(32)}` };
		for (const [index, owner] of owners.entries()) {
			const by = index < 2 ? manager : host;
			let gpu;
			if (index % 2 === 0) {
				const registered = await run(
					by,
					...['gpu', 'register', '--operator', operators.get(by), '--model', model.model],
					...['--uuid', `GPU-00000000-0000-4000-8000-00000000000${index}`, '--owner', owner.address, '--serial', `S/N ${index}`],
					...['--purchased', '2026-03-01'],
				);
				gpu = registered.gpu;
			} else {
				const papers = { serial: '', purchased: 0, hosting: document, ownership: document };
				const device = `0x${index.toString(16).padStart(64, '0')}`;
				const { events } = await send(
					by,
					api.tx.gpus.register(operators.get(by), model.model, device, papers, owner.address),
				);
				gpu = findEvent(api, events, 'gpus', 'Registered').data.gpu.toNumber();
			}
			const states = [{ from: 0, online: false, joined: false, rented: false }];
			gpus.set(gpu, { by, holders: [{ from: 0, who: owner }], states });
		}
		const first = [...gpus.keys()][0];
		const shown = await show('gpu', 'show', first);
		assert.match(shown, /^model +SIM-CPU/m);
		assert.match(shown, /^status +registered$/m);
		assert.match(shown, /^purchased +2026-03-01$/m);
		assert.match(shown, /^bond of the host +[\d.]+ BCT, for \d+ DC \(\$21\.6\) that were asked$/m);
		assert.match(shown, /^the host is called +-$/m);
		const held = await showJson('gpu', 'list', '--holder', owners[0].address);
		assert.deepEqual(
			held.map(({ gpu }) => gpu),
			[first],
		);
		const hosted = await showJson('gpu', 'list', '--operator', operators.get(host));
		assert.deepEqual(
			hosted.map(({ gpu }) => gpu),
			[...gpus.keys()].slice(2),
		);
	});

	it('should have them online in the pool', async () => {
		for (const [index, [gpu, { by, holders }]] of [...gpus].entries()) {
			const owner = holders[0].who;
			await run(by, 'gpu', 'simulate', gpu, 'probation');
			// Half of them join before they are online.
			const steps = [
				async () => {
					const { block } = await run(by, 'gpu', 'simulate', gpu, 'online');
					await note(gpu, block.hash, { online: true });
				},
				async () => {
					const joined =
						index < 2
							? (await send(owner, api.tx.pools.join(gpu, pool, 0))).blockHash.toHex()
							: (await run(owner, 'gpu', 'join', gpu, '--pool', pool, '--terms', 0)).block.hash;
					await note(gpu, joined, { joined: true });
				},
			];
			for (const step of index % 2 ? steps.reverse() : steps) await step();
		}
		const { gpus: count, rate } = await showJson('pool', 'show', pool);
		assert.deepEqual([count, rate.online, rate.idle], [4, 4, 4]);
	});

	it('should pay who buys a GPU from the epoch on in which it was sold', async () => {
		const [gpu, record] = [...gpus][0];
		const seller = record.holders[0].who;
		await send(seller, api.tx.nfts.setPrice(GPU_COLLECTION, gpu, SALE, null));
		const { epoch: before } = await swept((await swept()).epoch + 1);
		const { blockHash } = await send(buyer, api.tx.nfts.buyItem(GPU_COLLECTION, gpu, SALE));
		const { epoch } = await summary(null, blockHash.toHex());
		assert.ok(epoch >= before);
		const parent = (await api.rpc.chain.getHeader(blockHash)).parentHash;
		assert.equal((await (await api.at(parent)).query.pools.sweep()).epoch.toNumber(), epoch, 'not between two epochs');
		record.holders.push({ from: epoch, who: buyer });
		entry(seller, SALE);
		entry(buyer, -SALE);
	});

	it('should pay nothing for the time in which a GPU is away', async () => {
		const [gpu, { by }] = [...gpus][3];
		const left = await run(by, 'gpu', 'simulate', gpu, 'offline');
		await note(gpu, left.block.hash, { online: false });
		await swept((await swept()).epoch + 2);
		const returned = await run(by, 'gpu', 'simulate', gpu, 'online');
		await note(gpu, returned.block.hash, { online: true });
	});

	it('should have somebody rent in the pool while one of its other GPUs comes and goes', async () => {
		const customer = account('//supply.test//customer');
		const deadline = (await minuteAt(await api.rpc.chain.getFinalizedHead())) + 1_000;
		const funds = api.tx.dataCredits.burnFor(customer.address, 500n * BCT, 0, `0x${'42'.repeat(32)}`, deadline);
		await submit(api, funds, account('//Alice'));

		const { events, blockHash } = await submit(api, api.tx.market.rent(pool, 'OnDemand', 3, 60, RATE, null), customer);
		const slot = findEvent(api, events, 'market', 'Rented').data.slot.toNumber();
		const parts = await (await api.at(blockHash)).query.market.parts.entries(slot);
		const rented = parts.flatMap(([, part]) => part.unwrap().gpus.map((gpu) => gpu.toNumber()));
		assert.equal(rented.length, 3);
		assert.equal(parts.length, 2, 'of both hosts');
		for (const gpu of rented) await note(gpu, blockHash.toHex(), { rented: true });

		const { epoch } = await summary(null, blockHash.toHex());
		const [other, { by }] = [...gpus].find(([gpu]) => !rented.includes(gpu));
		for (const [index, status] of ['offline', 'online'].entries()) {
			await swept(epoch + 1 + index);
			const { block } = await run(by, 'gpu', 'simulate', other, status);
			await note(other, block.hash, { online: status === 'online' });
		}
		// Long enough for the manager, who earns least, to be paid.
		await swept(epoch + 5);
		const stopped = await submit(api, api.tx.market.stop(slot), customer);
		for (const gpu of rented) await note(gpu, stopped.blockHash.toHex(), { rented: false });
	});

	it('should pay at once a holder who asks for it', async () => {
		const held = [...gpus].filter(([, { holders }]) => holders.at(-1).who === buyer).map(([gpu]) => gpu);
		assert.equal(held.length, 2);
		let epoch = (await swept()).epoch;
		let due;
		do {
			let hash;
			({ hash, epoch } = await swept(epoch + 1));
			const rewards = await node.rpc('pools_accountRewards', buyer.address, null, hash);
			due = rewards.earners.every(({ pending }) => pending !== '0') && rewards.pending;
		} while (!due);
		const { block, paid } = await run(buyer, 'rewards', 'claim');
		assert.equal(paid, due);
		assert.equal((await summary(null, block.hash)).epoch, epoch);
		for (const gpu of held) gpus.get(gpu).claimed = epoch;
	});

	it('should have paid everybody exactly what the formulas say', async () => {
		const { epoch: quiet, hash: early } = await swept((await swept()).epoch + 1);
		const { epoch: end, hash } = await swept(quiet + 2);
		const at = await api.at(hash);
		const weight = BigInt(model.weight);
		const nothing = { pool: 0n, used: 0n, available: 0n };
		const pending = new Map([...gpus.keys()].map((gpu) => [gpu, nothing]));
		for (const operator of operators.values()) owed.hosts.set(operator, 0n);
		const paid = { manager: 0n, host: 0n, gpu: 0n };
		const quietly = new Map();
		let carried = 0n;

		// Pays what is due soon after the epoch, if it is enough or asked for. Returns what is not paid.
		function pay(kind, who, due, asked = false) {
			if (due < MINIMUM_PAYOUT && !asked) return due;
			entry(who, due);
			paid[kind] += due;
			return 0n;
		}

		for (let epoch = 0; epoch < end; epoch++) {
			const closed = await summary(epoch, hash);
			const minutes = (record, does) => minutesOf(record, does, closed.start, closed.end);
			const done = new Map(
				[...gpus].map(([gpu, record]) => {
					const [online, idle] = [isOnline, isIdle].map((does) => minutes(record, does));
					return [gpu, { online, idle, credits: RATE * minutes(record, isRented), by: record.by }];
				}),
			);
			const all = (what, of = () => true) => sum([...done.values()].filter(of).map((gpu) => gpu[what]));
			assert.equal(closed.credits, `${all('credits')}`, `epoch ${epoch}`);
			assert.equal(closed.idleWeight, `${weight * all('idle')}`, `epoch ${epoch}`);
			assert.equal(closed.released, `${least(carried, BigInt(closed.scheduled.gpus))}`, `epoch ${epoch}`);
			const { reward, availability } = indices(closed, all('credits'), weight * all('idle'));
			assert.equal(closed.rewards, `${reward.minted}`, `epoch ${epoch}`);
			assert.equal(closed.availability, `${availability.minted}`, `epoch ${epoch}`);
			carried = BigInt(closed.carried);

			const ofPool = reward.step * all('credits');
			const anOnlineMinute = all('online') && portion(ofPool, SHARES.pool) / all('online');
			for (const [gpu, { online, idle, credits }] of done) {
				const earned = {
					pool: (online * anOnlineMinute) / SCALE,
					used: (credits * portion(reward.step, SHARES.used)) / SCALE,
					available: (idle * weight * availability.step) / SCALE,
				};
				if (epoch === quiet) quietly.set(gpu, earned);
				const before = pending.get(gpu);
				const due = Object.fromEntries(Object.keys(nothing).map((stream) => [stream, before[stream] + earned[stream]]));
				const { holders, claimed } = gpus.get(gpu);
				// To who holds it then.
				const { who } = holders.findLast(({ from }) => from <= epoch);
				const left = pay('gpu', who, sum(Object.values(due)), claimed === epoch + 1);
				pending.set(gpu, left ? due : nothing);
			}
			for (const [who, operator] of operators) {
				const credits = all('credits', ({ by }) => by === who);
				const earned = (credits * portion(reward.step, SHARES.host)) / SCALE;
				owed.hosts.set(operator, pay('host', who, owed.hosts.get(operator) + earned));
			}
			owed.manager = pay('manager', manager, owed.manager + portion(ofPool, SHARES.manager) / SCALE);
		}
		assert.ok(paid.gpu > BCT && paid.host > BCT / 5n && paid.manager > BCT / 10n, 'the test is about something');
		for (const who of [manager, host, ...owners]) {
			assert.equal(await balance(at, who), ledger.get(who.address), who.path);
		}

		const inPlancks = (earnings) => Object.fromEntries(Object.entries(earnings).map(([name, amount]) => [name, `${amount}`]));
		for (const gpu of gpus.keys()) {
			const now = await node.rpc('pools_gpuRewards', gpu, hash);
			assert.deepEqual(now.pending, inPlancks(pending.get(gpu)));
			// What was foreseen early in an epoch in which nothing happened came true.
			const { projected } = await node.rpc('pools_gpuRewards', gpu, early);
			assert.deepEqual(projected, inPlancks(quietly.get(gpu)));
		}
		const ofPool = await node.rpc('pools_poolRewards', pool, hash);
		assert.equal(ofPool.manager.pending, `${owed.manager}`);
		for (const { operator, host: earned } of ofPool.hosts) assert.equal(earned.pending, `${owed.hosts.get(operator)}`);
	});

	it('should tell by RPC, runtime API and command line what was earned', async () => {
		const { hash } = await swept((await swept()).epoch + 1);
		const [gpu, other] = [...gpus.keys()];
		const byRpc = await node.rpc('pools_accountRewards', buyer.address, null, hash);
		assert.equal(byRpc.account, buyer.address);
		assert.deepEqual(
			byRpc.earners.map(({ kind, gpu, pool }) => [kind, gpu, pool]).sort(),
			[gpu, other].map((gpu) => ['gpu', gpu, pool]),
		);
		const { projected } = await node.rpc('pools_gpuRewards', gpu, hash);
		const { projected: others } = await node.rpc('pools_gpuRewards', other, hash);
		assert.equal(BigInt(byRpc.projected), BigInt(projected.available) + BigInt(others.available));
		const managed = await node.rpc('pools_accountRewards', manager.address, null, hash);
		assert.deepEqual(
			managed.earners.map(({ kind, operator }) => [kind, operator]).sort(),
			[
				['host', operators.get(manager)],
				['manager', operators.get(manager)],
			],
		);
		const unpaid = owed.manager + owed.hosts.get(operators.get(manager));
		assert.deepEqual([managed.pending, managed.projected], [`${unpaid}`, '0']);
		const ofPool = await node.rpc('pools_poolRewards', pool, hash);
		assert.deepEqual(ofPool.rate, { credits: '0', online: 4, idle: 4 });
		assert.equal(ofPool.hosts.length, 2);

		const byApi = (await (await api.at(hash)).call.poolsApi.gpuRewards(gpu)).unwrap();
		assert.equal(byApi.rewards.projected.unwrap().available.toString(), projected.available);
		assert.match(await show('rewards', 'show', '--gpu', gpu), /^availability +[\d.]+ BCT +[\d.]+ BCT$/m);
		const hostRow = new RegExp(`^host ${operators.get(host)} +[\\d.]+ BCT +0 BCT`, 'm');
		assert.match(await show('rewards', 'show', '--pool', pool), hostRow);
		assert.match(await show('rewards', 'show', buyer.address), new RegExp(`^GPU ${gpu} +${pool} +[\\d.]+ BCT`, 'm'));
		const { earned } = await showJson('gpu', 'show', gpu);
		assert.ok(BigInt(earned) > 0n, 'the buyer sees what it has earned before');
	});

	it('should tell how operators served', async () => {
		const operator = operators.get(host);
		const reputation = await node.rpc('operators_reputation', operator);
		const hosted = [...gpus.values()].filter(({ by }) => by === host);
		const rented = Number(sum(hosted.map((record) => minutesOf(record, isRented, 0, Infinity))));
		assert.deepEqual(
			[reputation.operator, reputation.reliability, reputation.lifetime, reputation.slashed],
			[operator, 10_000, { promised: rented, delivered: rented }, '0'],
		);
		const { bond, ...served } = reputation;
		const { reputation: shown, ...operatorShown } = await showJson('operator', 'show', operator);
		assert.deepEqual(shown, served);
		// A dollar is 50 BCT.
		assert.equal(bond.asked, `${2n * BigInt(model.bond)}`);
		assert.equal(BigInt(bond.dutyBond), (BigInt(bond.asked) * 50n * BCT) / CREDITS_PER_USD);
		assert.equal(BigInt(bond.worth), (BOND * CREDITS_PER_USD) / (50n * BCT));
		assert.deepEqual([bond.missing, bond.calledSince, bond.raiseUntil, bond.suspended], ['0', null, null, false]);
		for (const [name, value] of Object.entries(bond)) assert.deepEqual(operatorShown[name], value, name);
	});

	it('should ask for bonds in dollars, refuse what a bond does not cover, and say what it lacks', async () => {
		const operator = operators.get(host);
		const free = BigInt((await showJson('operator', 'show', operator)).free);
		const unbond = ['operator', 'unbond', operator, '60000', '--suri', host.path, '--url', node.ws].map(String);
		const refused = await runToExit(unbond);
		assert.equal(refused.code, 3);
		assert.match(refused.stderr, /BondNotFree/);
		// A pool asks for $1,000: 50,000 BCT of what is free.
		await run(
			host,
			...['pool', 'create', '--operator', operator, '--model', model.model, '--mode', 'distributed'],
			...['--shares', '5/15/60/20', '--on-demand', '0.06/h'],
		);
		assert.equal(BigInt((await showJson('operator', 'show', operator)).free), free - 50_000n * BCT);
		const raised = await run(host, 'operator', 'bond', operator, '1');
		entry(host, -BCT);
		assert.equal(raised.missing, '0');
		assert.match(await show('operator', 'show', operator), /^bond +60001 BCT, worth \d+ DC \(\$1200\.02\)$/m);
	});

	it('should say so when nothing of a number is there', async () => {
		await assert.rejects(node.rpc('pools_poolRewards', 77), /there is no pool 77 at that block/);
		await assert.rejects(node.rpc('pools_gpuRewards', 77), /there is no GPU 77 at that block/);
		await assert.rejects(node.rpc('operators_reputation', 77), /there is no operator 77 at that block/);
		for (const thing of ['pool', 'operator', 'gpu']) {
			const { code, stderr } = await runToExit([thing, 'show', '77', '--url', node.ws]);
			assert.equal(code, 1);
			assert.match(stderr, new RegExp(`there is no ${thing} 77\\n.*millpond ${thing} list`, 'i'));
		}
		const nothing = await runToExit(['rewards', 'claim', '--suri', '//Alice', '--url', node.ws]);
		assert.match(nothing.stderr, /nothing that \w+ holds has earned/);
	});

	it('should let a GPU leave its pool after the notice, move to another host, and retire', async () => {
		const [gpu] = [...gpus.keys()];
		await run(buyer, 'gpu', 'leave', gpu);
		const { leavesAt } = await showJson('gpu', 'show', gpu);
		assert.ok(leavesAt > (await minuteAt(await api.rpc.chain.getFinalizedHead())));
		await node.waitFor('has let it leave', async () => (await showJson('gpu', 'show', gpu)).pool === null);
		const to = operators.get(host);
		// Only once the pool has paid it for the last time.
		await swept((await swept()).epoch + 1);
		await run(host, 'gpu', 'rehost', gpu, '--to', to);
		await run(buyer, 'gpu', 'accept-rehost', gpu, '--to', to);
		const moved = await showJson('gpu', 'show', gpu);
		assert.deepEqual([moved.operator, moved.status], [to, 'registered']);
		await run(buyer, 'gpu', 'retire', gpu);
		const { code } = await runToExit(['gpu', 'show', String(gpu), '--url', node.ws]);
		assert.equal(code, 1);
	});

	it('should show Prometheus what there is', async () => {
		const value = (samples, name, state) =>
			samples.find((sample) => sample.name === name && sample.labels.state === state)?.value;
		await node.waitFor('shows three GPUs', async () => value(await node.metrics(), 'millpond_gpus', 'registered') === 3);
		const samples = await node.metrics();
		assert.equal(value(samples, 'millpond_gpus', 'online'), 3);
		assert.equal(value(samples, 'millpond_gpus', 'idle'), 3);
		assert.equal(value(samples, 'millpond_operators'), 2);
		assert.equal(value(samples, 'millpond_pools'), 2);
		assert.ok(value(samples, 'millpond_gpu_rewards_bct', 'paid') > 0.5);
	});
});
