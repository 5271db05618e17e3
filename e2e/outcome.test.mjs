import { blake2AsHex } from '@polkadot/util-crypto';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { binary, Node, runToExit } from './lib/node.mjs';
import { Relay, submitted } from './lib/relay.mjs';
import { account, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const EXIT = { done: 0, notDone: 1, refused: 3, failed: 4, unknown: 5 };
// How many burns are made at once with one key.
const BURNS = 20;

describe('a transaction of the command line', { timeout: 600_000 }, () => {
	let node, api, bob, eve;

	const nonceOf = async (address) => (await api.rpc.system.accountNextIndex(address)).toNumber();
	const json = async (url, ...args) => {
		const { code, stdout, stderr } = await runToExit([...args.map(String), '--json', '--url', url]);
		assert.doesNotMatch(stderr, /panicked/);
		return { code, stderr, ...JSON.parse(stdout) };
	};
	// Runs a command through a relay, which is at its end.
	const through = async (judge, ...args) => {
		const relay = await Relay.start(node, judge);
		try {
			return { ...(await json(relay.url, ...args)), relay };
		} finally {
			await relay.stop();
		}
	};
	const transfer = (to, ...more) => ['account', 'transfer', to, '1', '--suri', '//Bob', ...more];

	before(async () => {
		node = await Node.start('outcome', ['--dev', '--fast-clock', '3']);
		api = await node.connect();
		[bob, eve] = ['//Bob', '//Eve'].map((path) => account(path).address);
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === '1');
	});

	after(() => node?.stop());

	// What a command may end with when its connection is lost: nothing was done before the transaction was written to a socket,
	// and from then on it is told by its hash.
	async function checkEnd({ code, error, transaction, stderr, relay }, before, where) {
		// The last that the command writes may be lost on its way to the relay.
		const told = stderr.match(/^Sending (0x[0-9a-f]{64})\.$/m)?.[1];
		if (told === undefined) {
			assert.equal(relay.transaction, undefined, where);
			assert.equal(code, EXIT.notDone, `${where}: ${stderr}`);
			assert.equal(error.kind, 'node');
			assert.equal(await nonceOf(bob), before, where);
			return;
		}
		const hash = relay.transaction ? blake2AsHex(relay.transaction) : told;
		assert.equal(told, hash, where);
		assert.ok([EXIT.done, EXIT.unknown].includes(code), `${where}: ${code} ${stderr}`);
		assert.equal(error?.transaction ?? transaction, hash, where);
		if (code === EXIT.unknown) {
			assert.equal(error.kind, 'unknown');
			assert.ok(error.message.includes(hash), error.message);
			assert.match(error.advice, /before you try again/);
		}
	}

	for (const [what, args] of Object.entries({
		'a transfer': () => transfer(eve),
		'a transfer that nobody waits for': () => transfer(eve, '--no-wait'),
		'a burn': () => ['credits', 'burn', '1', '--suri', '//Bob'],
	})) {
		it(`should tell what became of ${what} wherever the connection is cut`, async () => {
			const whole = await through(undefined, ...args());
			assert.equal(whole.code, EXIT.done, JSON.stringify(whole.error));
			const at = whole.relay.messages.findIndex(submitted) + 1;
			assert.ok(at > 10, 'the exchange has begun long before the transaction');
			// What comes before the transaction is the same for all of them.
			const first = what === 'a transfer' ? 1 : at;
			for (let number = first; number <= whole.relay.messages.length; number++) {
				for (const verdict of ['cut', 'cut after']) {
					const before = await nonceOf(bob);
					const ended = await through((_, count) => (count === number ? verdict : 'forward'), ...args());
					await checkEnd(ended, before, `${verdict} message ${number}, of ${whole.relay.messages.length}, ${at} sends it`);
				}
			}
		});
	}

	it('should be unknown when the node takes it and the connection is cut then', async () => {
		for (const more of [[], ['--no-wait']]) {
			const before = await freeBalance(api, eve);
			const cut = await through((message) => (submitted(message) ? 'cut after' : 'forward'), ...transfer(eve, ...more));
			assert.equal(cut.code, EXIT.unknown);
			assert.equal(cut.error.transaction, blake2AsHex(cut.relay.transaction));
			await node.waitFor('carries it out', async () => (await freeBalance(api, eve)) === before + BCT);
		}
	});

	it('should have failed, for its fee, when the chain changes on its way', async () => {
		const guest = account('//outcome.test//guest');
		await submit(api, api.tx.balances.transferKeepAlive(guest.address, BCT), account('//Bob'));
		const leave = async (message) => {
			if (submitted(message)) await submit(api, api.tx.balances.transferAll(bob, false), guest);
			return 'forward';
		};
		const failed = await through(leave, 'account', 'transfer', guest.address, '0.001', '--suri', '//Eve');
		assert.equal(failed.code, EXIT.failed, failed.stderr);
		assert.equal(failed.error.kind, 'failed');
		assert.equal(failed.error.name, 'Token.BelowMinimum');
		assert.equal(failed.error.transaction, blake2AsHex(failed.relay.transaction));
		assert.ok(failed.error.block.number > 0);
	});

	it('should be refused before it is signed when it is known to fail', async () => {
		const before = await nonceOf(bob);
		const nobody = account('//outcome.test//nobody').address;
		for (const [args, name, says] of [
			[['account', 'transfer', nobody, '0.001'], 'Token.BelowMinimum', /at least 0\.01 BCT/],
			[['account', 'transfer', eve, '999999999'], 'Arithmetic.Underflow', /has \d+(\.\d+)? BCT to spend/],
			[['pool', 'close', '77'], 'Pools.UnknownPool', /pool list|UnknownPool/],
		]) {
			const refused = await through(undefined, ...args, '--suri', '//Bob');
			assert.equal(refused.code, EXIT.refused, refused.stderr);
			assert.equal(refused.error.name, name);
			assert.match(`${refused.error.message}\n${refused.error.advice}`, says);
			assert.equal(refused.relay.transaction, undefined);
		}
		assert.equal(await nonceOf(bob), before);
	});

	it('should be followed when the node has it already', async () => {
		for (const isInBlock of [false, true]) {
			const before = await freeBalance(api, eve);
			const ahead = async (message) => {
				const transaction = submitted(message);
				if (transaction) await node.rpc('author_submitExtrinsic', transaction);
				if (transaction && isInBlock)
					await node.waitFor('carries it out', async () => (await freeBalance(api, eve)) > before);
				return 'forward';
			};
			const followed = await through(ahead, ...transfer(eve));
			assert.equal(followed.code, EXIT.done, `${followed.stderr} ${JSON.stringify(followed.error)}`);
			assert.equal(followed.transaction, blake2AsHex(followed.relay.transaction));
			assert.ok(followed.events.some(({ name }) => name === 'Transfer'));
			assert.equal(await freeBalance(api, eve), before + BCT);
		}
	});

	it('should take the next turn when another one of the account is faster', async () => {
		const payee = account('//outcome.test//payee').address;
		const burn = (reference) =>
			json(node.ws, ...['credits', 'burn-for', payee, '1', '--reference', reference, '--suri', '//Dave']);
		const ended = await Promise.all(Array.from({ length: BURNS }, (_, index) => burn(`r${index}`)));
		assert.deepEqual(
			ended.map(({ code }) => code),
			Array(BURNS).fill(EXIT.done),
			ended.map(({ stderr, error }) => `${stderr}${JSON.stringify(error)}`).join('\n'),
		);
		assert.equal(new Set(ended.map(({ transaction }) => transaction)).size, BURNS);
		const { balance } = (await api.query.assets.account(1, payee)).unwrap();
		assert.equal(balance.toNumber(), BURNS * 100_000);
	});

	it('should be told by its hash when the command is interrupted', async () => {
		let child;
		const interrupt = (message) => {
			if (submitted(message)) child.kill('SIGINT');
			return submitted(message) ? new Promise(() => undefined) : 'forward';
		};
		const relay = await Relay.start(node, interrupt);
		child = spawn(binary(), [...transfer(eve), '--json', '--url', relay.url]);
		let stdout = '';
		child.stdout.on('data', (data) => (stdout += data));
		const [code] = await once(child, 'close');
		await relay.stop();
		assert.equal(code, EXIT.unknown);
		const { error } = JSON.parse(stdout);
		assert.match(error.message, /SIGINT/);
		assert.equal(error.transaction, blake2AsHex(relay.transaction));
	});

	describe('where nobody reads', () => {
		// Runs a line of bash with the binary as `millpond`; tells the exit code of the first command of its pipe.
		const bash = async (line) => {
			const script = `millpond() { '${binary()}' "$@"; }; ${line}; exit "\${PIPESTATUS[0]}"`;
			const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
			let stderr = '';
			child.stderr.on('data', (data) => (stderr += data));
			const [code] = await once(child, 'close');
			assert.doesNotMatch(stderr, /panicked|RUST_BACKTRACE/);
			return { code, stderr };
		};
		const pay = () => `millpond account transfer ${eve} 1 --suri //Bob --json --url ${node.ws}`;

		it('should end quietly on a closed pipe', async () => {
			for (const command of [
				`millpond gpu models --json --url ${node.ws}`,
				'millpond key inspect //Alice',
				'millpond key generate',
				'millpond gpu probe --json',
				'millpond export-chain-spec --chain dev',
			]) {
				const { code, stderr } = await bash(`${command} | true`);
				assert.ok(code === 0 || command.includes('probe'), `${command}: ${code} ${stderr}`);
				assert.doesNotMatch(stderr, /os error|Broken pipe/, command);
			}
		});

		it('should say that an answer cannot be written', async () => {
			const { code, stderr } = await bash(`millpond gpu models --json --url ${node.ws} > /dev/full`);
			assert.equal(code, 1);
			assert.match(stderr, /No space left on device/);
			assert.equal((await bash('millpond key inspect //Alice > /dev/full')).code, 1);
		});

		it('should not hide what became of a transaction', async () => {
			const before = await freeBalance(api, eve);
			const unread = await bash(`${pay()} | true`);
			assert.equal(unread.code, EXIT.done, unread.stderr);
			const full = await bash(`${pay()} > /dev/full`);
			assert.equal(full.code, EXIT.done, full.stderr);
			assert.match(full.stderr, /No space left on device[^]*"transaction": "0x[0-9a-f]{64}"/);
			assert.equal((await bash(`${pay()} 2> /dev/full`)).code, EXIT.done);
			assert.equal((await bash(`${pay()} > /dev/full 2>&1`)).code, EXIT.done);
			assert.equal(await freeBalance(api, eve), before + 4n * BCT);
			const refused = await bash(`${pay().replace(' 1 ', ' 999999999 ')} > /dev/full`);
			assert.equal(refused.code, EXIT.refused);
			assert.match(refused.stderr, /Arithmetic\.Underflow/);
		});
	});
});

describe('a node that is behind', { timeout: 120_000 }, () => {
	let node;

	before(async () => {
		node = await Node.start('lone', ['--chain', 'local']);
	});

	after(() => node?.stop());

	it('should be warned of, whatever is asked', async () => {
		const bob = account('//Bob').address;
		for (const args of [
			['market', 'offers', '0'],
			['account', 'balance', bob],
			['account', 'transfer', bob, '1', '--suri', '//Alice', '--no-wait'],
		]) {
			const { stderr } = await runToExit([...args, '--url', node.ws]);
			assert.match(stderr, /Warning: the node at \S+ has no block but the first.*no peers/);
		}
	});
});
