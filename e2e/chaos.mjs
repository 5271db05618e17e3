// Lets befall four validators what befalls machines, and says what came of it: kills, frozen processes, a network in halves, power
// cuts, full disks, clocks that are a day off. `scripts/chaos.sh` starts it in namespaces of its own.
//
//     node chaos.mjs [--minutes 20] [--short] [--only power,full] [--rate 5] [--backend litep2p] [--seed 1]
//         [--logs FOLDER] [--log sync=debug] [--sysctl net.ipv4.tcp_retries2=5]
//
// Every trial is made once, then again in random order until the time is over; `--short` makes those of the tests once. Progress goes
// to standard error, the results as JSON to standard output. It ends with 1 if anything did not hold.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiPromise, WsProvider } from '@polkadot/api';
import { clockLibrary, Laboratory, missing, SPARE } from './lib/laboratory.mjs';
import { AMOUNT, fund, FUNDS, people, sign, transfersTo } from './lib/load.mjs';
import { equivocations } from './lib/network.mjs';
import { freeBalance } from './lib/transactions.mjs';
import { Witness } from './lib/witness.mjs';

const { values } = parseArgs({
	options: {
		minutes: { type: 'string', default: '20' },
		rate: { type: 'string', default: '5' },
		backend: { type: 'string', default: 'litep2p' },
		only: { type: 'string' },
		seed: { type: 'string', default: String(Date.now() % 1e6) },
		short: { type: 'boolean', default: false },
		// Where the nodes' logs are kept, and what they say more.
		logs: { type: 'string' },
		log: { type: 'string' },
		// What the machines' kernels are told about their networks: by default what docs/validators.md says.
		sysctl: { type: 'string', multiple: true, default: ['net.ipv4.tcp_retries2=5'] },
	},
});
const SHORT = values.short;
const RATE = Number(values.rate);
const END = performance.now() + 60_000 * Number(values.minutes);

const say = (text) => console.error(`▸ ${((performance.now() - START) / 1000).toFixed(0)} s: ${text}`);
const START = performance.now();

// A generator of numbers below 1, the same for the same seed (mulberry32).
let state = Number(values.seed);
function random() {
	state = (state + 0x6d2b79f5) | 0;
	let t = Math.imul(state ^ (state >>> 15), 1 | state);
	t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
	return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const anyOf = (count) => Math.floor(random() * count);
const SECONDS = 1000;

// Transfers that go on all the time, each of which must be executed once.
class Load {
	sent = 0;
	#stopped = false;

	static async start(laboratory) {
		const load = new Load();
		const [node] = laboratory.validators;
		load.api = await ApiPromise.create({ provider: new WsProvider(node.ws), noInitWarn: true });
		load.nodes = laboratory.validators;
		load.senders = people('chaos//senders', 20);
		load.recipients = people('chaos//recipients', load.senders.length);
		await fund(load.api, [...load.senders, ...load.recipients]);
		load.signed = load.senders.map(() => []);
		load.going = load.#send();
		return load;
	}

	async #more(turn) {
		const each = 20;
		const fresh = await sign(this.api, this.senders, each, transfersTo(this.api, this.recipients), turn);
		fresh.forEach((list, index) => this.signed[index].push(...list));
	}

	async #send() {
		for (let turn = 0; !this.#stopped; turn++) {
			if (turn >= this.signed[0].length) await this.#more(turn);
			for (const list of this.signed) {
				if (this.#stopped) return;
				await this.#submit(list[turn]);
				this.sent += 1;
				await sleep(SECONDS / RATE);
			}
		}
	}

	// To any node that takes it. What all refuse is sent again in the end.
	async #submit(transaction) {
		const first = anyOf(this.nodes.length);
		for (let tries = 0; tries < this.nodes.length; tries++) {
			try {
				await this.nodes[(first + tries) % this.nodes.length].rpc('author_submitExtrinsic', transaction);
				return;
			} catch {
				// It is down, or has the transaction already.
			}
		}
	}

	// Sends again what was lost with the memory of nodes that died, until every transfer is executed. Returns what was sent, and
	// what arrived.
	async settle() {
		this.#stopped = true;
		await this.going;
		const due = this.senders.map((_, index) => Math.floor(this.sent / this.senders.length) + (index < this.sent % this.senders.length ? 1 : 0));
		const deadline = performance.now() + 120 * SECONDS;
		for (;;) {
			const executed = await Promise.all(
				this.senders.map(async ({ address }) => (await this.api.query.system.account(address)).nonce.toNumber()),
			);
			const late = executed.flatMap((nonce, index) => this.signed[index].slice(nonce, due[index]));
			if (!late.length) break;
			if (performance.now() > deadline) throw new Error(`${late.length} transfers are never executed`);
			for (const transaction of late) await this.#submit(transaction);
			await sleep(3 * SECONDS);
		}
		await sleep(6 * SECONDS);
		const balances = await Promise.all(this.recipients.map(({ address }) => freeBalance(this.api, address)));
		const received = balances.reduce((sum, balance) => sum + (balance - FUNDS) / AMOUNT, 0n);
		await this.api.disconnect();
		return { sent: this.sent, received: Number(received) };
	}
}

// What can be tried. Each trial begins and ends with all validators in order, says what was seen as a number or in words, and
// throws where something did not hold.
const seconds = (value) => `${value.toFixed(1)} s`;

function trials({ laboratory, witness }) {
	const { validators, disks } = laboratory;
	const all = validators.map((_, index) => index);
	const others = (index) => validators.filter((_, other) => other !== index);
	const restart = (indices) => Promise.all(indices.map((index) => validators[index].restart()));
	// The short form is a test of what happens, on machines that do other things meanwhile. How long it takes is the long form's.
	const patience = values.short ? 2 : 1;
	const within = (limit, value) => {
		if (value > limit * patience) throw new Error(`${seconds(value)} instead of ${limit * patience}`);
		return seconds(value);
	};

	// Cuts the power, and looks at what the disks hold of what was final a second before.
	async function cut(indices) {
		const final = indices.map((index) => witness.view(validators[index]).finalized);
		await sleep(SECONDS);
		await laboratory.cutPower(indices);
		const held = await Promise.all(indices.map((index) => laboratory.heldOnDisk(index)));
		for (const [place, index] of indices.entries()) {
			if (held[place] < final[place])
				throw new Error(
					`${validators[index].name}'s disk holds final blocks up to ${held[place]}; a second before, ${final[place]} was final`,
				);
		}
		await restart(indices);
		return within(30, await witness.untilInOrder());
	}

	return {
		kill: {
			what: 'one of four killed (`kill -9`) and started again',
			right: 'in order within 20 s',
			long: true,
			async run() {
				const index = anyOf(all.length);
				await validators[index].kill();
				await sleep(2 * SECONDS);
				await restart([index]);
				return within(20, await witness.untilInOrder());
			},
		},
		killall: {
			what: 'all four killed at the same moment and started again',
			right: 'in order within 20 s',
			long: true,
			async run() {
				await Promise.all(validators.map((node) => node.kill()));
				await restart(all);
				return within(20, await witness.untilInOrder());
			},
		},
		outage: {
			what: 'two of four down for 15 s',
			right: 'no finality meanwhile; in order within 20 s',
			long: true,
			async run() {
				const down = [anyOf(2), 2 + anyOf(2)];
				await Promise.all(down.map((index) => validators[index].kill()));
				await sleep(3 * SECONDS);
				const height = witness.highest();
				await sleep(12 * SECONDS);
				if (witness.highest() > height + 1) throw new Error('two of four made blocks final');
				await restart(down);
				return within(20, await witness.untilInOrder());
			},
		},
		freeze: {
			what: `one of four stopped (\`SIGSTOP\`) for ${SHORT ? 15 : 60} s and woken`,
			right: 'in order within 10 s, and for the 30 s after',
			async run() {
				const index = anyOf(all.length);
				process.kill(validators[index].pid, 'SIGSTOP');
				await sleep((SHORT ? 15 : 60) * SECONDS);
				process.kill(validators[index].pid, 'SIGCONT');
				const took = await witness.untilInOrder();
				const stall = await longestStall(SHORT ? 5 : 30);
				if (stall > 0) throw new Error(`in order after ${seconds(took)}, then a stall of ${seconds(stall)}`);
				return within(10, took);
			},
		},
		partition: {
			what: `a network in two halves for ${SHORT ? 15 : 60} s`,
			right: 'no finality meanwhile; in order within 20 s',
			async run() {
				laboratory.partition([1, 3]);
				await sleep(3 * SECONDS);
				const height = witness.highest();
				await sleep((SHORT ? 12 : 57) * SECONDS);
				if (witness.highest() > height + 1) throw new Error('a half made blocks final');
				laboratory.heal();
				return within(20, await witness.untilInOrder());
			},
		},
		alone: {
			what: 'one of four cut off from the others for 60 s',
			right: 'the others go on; in order within 20 s',
			long: true,
			async run() {
				const index = anyOf(all.length);
				laboratory.partition([index]);
				await sleep(20 * SECONDS);
				const height = witness.highest();
				await sleep(40 * SECONDS);
				if (witness.highest() < height + 8) throw new Error(`the others made ${witness.highest() - height} blocks final in 40 s`);
				laboratory.heal();
				return within(20, await witness.untilInOrder());
			},
		},
		power: {
			what: 'power of one of four cut',
			right: 'its disk holds what was final a second before; in order within 30 s',
			long: true,
			run: () => cut([anyOf(all.length)]),
		},
		blackout: {
			what: 'power of all four cut at the same moment',
			right: 'no final block replaced; each disk holds what was final a second before; in order within 30 s',
			run: () => cut(all),
		},
		fresh: {
			what: 'power cut a moment after a database was made',
			right: 'it opens',
			async run() {
				const node = await laboratory.newcomer();
				try {
					await node.waitFor('has made its database', () => /Listening for new connections|Running JSON-RPC server/.test(node.log));
					await sleep(anyOf(1500));
					await laboratory.cutPowerOf(node, SPARE);
					await node.restart();
					await node.waitForFinalized(witness.highest());
					return 'it opens';
				} finally {
					await node.stop();
				}
			},
		},
		full: {
			what: 'a disk runs full; the node is started on it again; room is made',
			right: 'it stops, says why each time, and goes on',
			async run() {
				const index = anyOf(all.length);
				const node = validators[index];
				disks[index].fill(50 * 2 ** 20);
				const stopped = await node.ended(30 * SECONDS);
				if (!/dropped below threshold/.test(node.log)) throw new Error('it did not say why it stopped');
				if (stopped.signal) throw new Error(`it ended by ${stopped.signal}`);
				for (const left of [2 ** 20, 0]) {
					disks[index].fill(left);
					const log = node.log.length;
					await node.restart().catch(() => {});
					const { code, signal } = await node.ended(30 * SECONDS);
					const said = node.log.slice(log);
					if (signal) throw new Error(`started on a full disk it ended by ${signal}`);
					if (code !== 1 || !/MiB free/.test(said)) throw new Error(`started on a full disk it ended with ${code}: ${said}`);
				}
				disks[index].empty();
				await restart([index]);
				return within(20, await witness.untilInOrder());
			},
		},
		clock: {
			what: 'the clock of one of four a day ahead or behind',
			right: 'the others go on; in order within 20 s after',
			long: true,
			async run() {
				const library = clockLibrary();
				if (!library) return 'not tried: faketime is not installed';
				const index = anyOf(all.length);
				const node = validators[index];
				const offset = random() < 0.5 ? '+1d' : '-1d';
				node.place.extra = { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
				await node.kill();
				await restart([index]).catch(() => {});
				await sleep(5 * SECONDS);
				const height = witness.highest();
				await sleep(25 * SECONDS);
				const made = witness.highest() - height;
				node.place.extra = {};
				await restart([index]);
				await witness.untilInOrder(others(index));
				const took = await witness.untilInOrder();
				if (made < 4) throw new Error(`the others made ${made} blocks final in 25 s`);
				return `${offset}: ${within(20, took)}`;
			},
		},
	};

	// The longest time within so many seconds in which the network was not in order.
	async function longestStall(duration) {
		let [longest, since] = [0, undefined];
		for (const end = performance.now() + duration * SECONDS; performance.now() < end; await sleep(200)) {
			since = witness.inOrder() ? undefined : (since ?? performance.now());
			if (since) longest = Math.max(longest, (performance.now() - since) / SECONDS);
		}
		// One late block is none.
		return longest > 4 ? longest : 0;
	}
}

async function attempt(name, trial, { laboratory, witness }, results) {
	const result = (results[name] ??= { what: trial.what, right: trial.right, tries: 0, seen: [], failures: [] });
	result.tries += 1;
	say(trial.what);
	try {
		const seen = await trial.run();
		result.seen.push(seen);
		say(`… ${seen}`);
	} catch (error) {
		result.failures.push(error.message);
		say(`… ${error.message}`);
		// The next trial begins with a network in order.
		laboratory.heal();
		laboratory.disks.forEach((disk) => disk.empty());
		for (const node of laboratory.validators) {
			const { code, signal } = node.exit;
			if (code !== null || signal !== null) await node.restart();
			else process.kill(node.pid, 'SIGCONT');
		}
		await witness.untilInOrder();
	}
	const replaced = await witness.compare();
	if (replaced > 0) {
		result.failures.push(`${replaced} final blocks were replaced: ${JSON.stringify(witness.conflicts.slice(0, 3))}`);
		say(`… ${result.failures.at(-1)}`);
		witness.conflicts.length = 0;
	}
}

const reason = missing();
if (reason) {
	console.log(JSON.stringify({ skipped: reason }));
	process.exit(0);
}

const results = {};
say(`four validators on ${values.backend}, seed ${values.seed}`);
const laboratory = await Laboratory.open({
	args: ['--network-backend', values.backend, ...(values.log ? ['--log', values.log] : [])],
	sysctl: values.sysctl,
	inMemory: SHORT,
});
process.once('exit', () => {
	if (!values.logs) return;
	mkdirSync(values.logs, { recursive: true });
	for (const { name, log } of laboratory.validators) writeFileSync(join(values.logs, `${name}.log`), log);
});
const witness = new Witness(laboratory.validators);
try {
	const [took, load] = await Promise.all([witness.untilInOrder(), Load.start(laboratory)]);
	say(`in order after ${seconds(took)}; ${RATE} transfers a second`);
	const list = Object.entries(trials({ laboratory, witness })).filter(([name, { long }]) =>
		values.only ? values.only.split(',').includes(name) : !SHORT || !long,
	);
	for (const [name, trial] of list) await attempt(name, trial, { laboratory, witness }, results);
	while (!SHORT && performance.now() < END) {
		const [name, trial] = list[anyOf(list.length)];
		await attempt(name, trial, { laboratory, witness }, results);
	}
	const transfers = await load.settle();
	results.transfers = {
		what: `${RATE} transfers a second all the while, those that were lost in memory sent again`,
		right: 'each executed once',
		tries: transfers.sent,
		seen: [`${transfers.received} executed`],
		failures: transfers.sent === transfers.received ? [] : [`${transfers.sent} were sent, ${transfers.received} executed`],
	};
	const signed = equivocations(laboratory.validators);
	results.equivocations = {
		what: 'validators that sign two blocks for a slot, or two votes in a round',
		right: 'none',
		tries: witness.highest(),
		seen: [`${signed.length} in ${witness.highest()} blocks`],
		failures: signed.slice(0, 3),
	};
} catch (error) {
	say(error.stack);
	results.aborted = { what: 'the trials themselves', right: 'they end', tries: 1, seen: [], failures: [error.message] };
} finally {
	await witness.stop();
	await laboratory.close();
}
console.log(JSON.stringify({ seed: values.seed, blocks: witness.highest(), minutes: (performance.now() - START) / 60_000, results }));
process.exit(Object.values(results).some(({ failures }) => failures.length) ? 1 : 0);
