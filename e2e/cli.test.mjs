import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Node, runToExit, temporaryDirectory } from './lib/node.mjs';
import { account, freeBalance } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const EXIT = { done: 0, notDone: 1, wrongUsage: 2, refused: 3 };

describe('the command line', { timeout: 300_000 }, () => {
	let node, api, directory, bob;

	// A file with a secret that only its owner can read.
	const keyFile = (secret, mode = 0o600) => {
		const path = join(directory, `${secret.replaceAll('/', '_')}-${mode}`);
		writeFileSync(path, secret);
		chmodSync(path, mode);
		return path;
	};
	const run = (...args) => runToExit([...args.map(String), '--url', node.ws]);
	const json = async (...args) => {
		const { code, stdout, stderr } = await run(...args, '--json');
		return { code, stderr, ...JSON.parse(stdout) };
	};

	before(async () => {
		directory = temporaryDirectory();
		node = await Node.start('cli', ['--dev']);
		api = await node.connect();
		bob = account('//Bob').address;
	});

	after(() => node?.stop());

	it('should show what an account holds', async () => {
		const shown = await json('account', 'balance', bob);
		assert.equal(shown.code, EXIT.done);
		assert.equal(shown.account, bob);
		assert.equal(BigInt(shown.free), await freeBalance(api, bob));
		const { stdout } = await run('account', 'balance', bob);
		assert.match(stdout, /^transferable +\d+(\.\d+)? BCT$/m);
	});

	it('should send BCT, wait until that is final, and tell the fee and the events', async () => {
		const recipient = account('//cli.test//recipient').address;
		const sent = await json('account', 'transfer', recipient, '1.000000000001', '--key-file', keyFile('//Bob'));
		assert.equal(sent.code, EXIT.done);
		assert.equal(await freeBalance(api, recipient), BCT + 1n);
		const final = await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead());
		assert.ok(final.number.toNumber() >= sent.block.number);
		assert.equal((await api.rpc.chain.getBlockHash(sent.block.number)).toHex(), sent.block.hash);
		const transfer = sent.events.find(({ name }) => name === 'Transfer');
		assert.deepEqual(transfer.fields, { from: bob, to: recipient, amount: (BCT + 1n).toString() });
		assert.ok(BigInt(sent.fee) > 0n);
		assert.match(sent.stderr, /In block .*\nFinal\./);
	});

	it('should sign with a key of a keystore', async () => {
		const keystore = join(directory, 'keystore');
		const inserted = await runToExit(
			['key', 'insert', '--keystore-path', keystore, '--key-type', 'acco', '--scheme', 'ed25519'].concat([
				'--suri',
				keyFile('//cli.test//keystore'),
			]),
		);
		assert.equal(inserted.code, 0, inserted.stderr);
		const inspected = await runToExit(
			['key', 'inspect', '--scheme', 'ed25519', '--output-type', 'json', '//cli.test//keystore'],
		);
		const { ss58Address } = JSON.parse(inspected.stdout);
		await json('account', 'transfer', ss58Address, '5', '--key-file', keyFile('//Bob'));
		const sent = await json('account', 'transfer', bob, '1', '--keystore-path', keystore, '--account', ss58Address);
		assert.equal(sent.code, EXIT.done, JSON.stringify(sent));
	});

	it('should say before it signs that a call would fail, why, and what to do', async () => {
		const nobody = account('//cli.test//nobody').address;
		const refused = await json('account', 'transfer', nobody, '0.001', '--key-file', keyFile('//Bob'));
		assert.equal(refused.code, EXIT.refused);
		assert.equal(refused.error.kind, 'refused');
		assert.equal(refused.error.name, 'Token.BelowMinimum');
		assert.match(refused.error.message, /^nothing was sent: /);
		assert.match(refused.error.advice, /at least 0\.01 BCT/);
	});

	it('should name the account, the chain and the fee before it signs', async () => {
		const { stderr } = await run('account', 'transfer', bob, '1', '--key-file', keyFile('//Bob'));
		assert.match(stderr, new RegExp(`^Signing as ${bob} on the chain "[^"]+"\\. The fee is about 0\\.\\d+ BCT\\.$`, 'm'));
		assert.match(stderr, /^Sending 0x[0-9a-f]{64}\.$/m);
	});

	it('should show prices in dollars before it signs, and stop at those that are far off', async () => {
		const create = (price, ...more) =>
			run(
				...['pool', 'create', '--operator', '0', '--model', '5', '--mode', 'single', '--shares', '5/15/60/20'],
				...['--on-demand', price, '--key-file', keyFile('//Bob'), ...more],
			);
		for (const [price, says] of [
			['2', '2 DC/min ($0.0012/h), 2% of the model'],
			['6000', '6000 DC/min ($3.6/h), 6000% of the model'],
		]) {
			const far = await create(price);
			assert.equal(far.code, EXIT.notDone, far.stderr);
			assert.ok(far.stderr.includes(says), far.stderr);
			assert.match(far.stderr, /--unusual-prices/);
			// There is no such operator: only that is left to say.
			const meant = await create(price, '--unusual-prices');
			assert.equal(meant.code, EXIT.refused, meant.stderr);
		}
		const free = await create('0', '--unusual-prices');
		assert.equal(free.code, EXIT.notDone);
		assert.match(free.stderr, /0 DC\/min \(\$0\/h\), is below its floor, 1 DC\/min/);
	});

	it('should show what a burn yields before it signs, and bound it by that', async () => {
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === '1');
		const burned = await json('credits', 'burn', '2', '--key-file', keyFile('//Bob'));
		assert.equal(burned.code, EXIT.done, JSON.stringify(burned));
		assert.match(burned.stderr, /yield 200000 DC \(\$2\) now, at \$1 for a BCT\. Nothing is burned for fewer than 198000 DC/);
		assert.equal(burned.credits, '200000');
		const refused = await json('credits', 'burn', '2', '--min-credits', '200001', '--key-file', keyFile('//Bob'));
		assert.equal(refused.code, EXIT.notDone);
		assert.match(refused.error.message, /yields 200000 DC .* fewer than the 200001 DC/);
	});

	it('should say that a transaction was refused, why, and what to do', async () => {
		const refused = await run('account', 'transfer', bob, '1', '--key-file', keyFile('//cli.test//poor'));
		assert.equal(refused.code, EXIT.refused);
		assert.match(refused.stderr, /cannot pay the fee/);
		assert.match(refused.stderr, /account balance/);
	});

	it('should end at once with --no-wait', async () => {
		const sent = await json('account', 'transfer', bob, '1', '--key-file', keyFile('//Charlie'), '--no-wait');
		assert.equal(sent.code, EXIT.done);
		assert.equal(sent.block, null);
		assert.match(sent.transaction, /^0x[0-9a-f]{64}$/);
	});

	it('should make and register session keys', async () => {
		const rotated = await json('key', 'rotate', '--submit', '--key-file', keyFile('//Bob'));
		assert.equal(rotated.code, EXIT.done, JSON.stringify(rotated));
		assert.equal((await api.query.session.nextKeys(bob)).unwrap().toHex(), rotated.keys);
	});

	it('should make session keys for the account that a proxy acts for', async () => {
		const proxy = account('//Charlie').address;
		const added = await json('account', 'add-proxy', proxy, '--type', 'staking', '--key-file', keyFile('//Bob'));
		assert.equal(added.code, EXIT.done, JSON.stringify(added));
		const rotated = await json('key', 'rotate', '--submit', '--key-file', keyFile('//Charlie'), '--proxied', bob);
		assert.equal(rotated.code, EXIT.done, JSON.stringify(rotated));
		assert.equal(rotated.owner, bob);
		assert.equal((await api.query.session.nextKeys(bob)).unwrap().toHex(), rotated.keys);
	});

	const mistakes = {
		'no node answers': () => ({
			args: ['account', 'balance', bob, '--url', 'ws://127.0.0.1:1'],
			code: EXIT.notDone,
			says: ['ws://127.0.0.1:1', '--url'],
		}),
		'nobody signs': () => ({
			args: ['account', 'transfer', bob, '1', '--url', node.ws],
			code: EXIT.notDone,
			says: ['--key-file', '--keystore-path'],
		}),
		'an account is to be its own proxy': () => ({
			args: ['account', 'transfer', bob, '1', '--url', node.ws, '--suri', '//Bob', '--proxied', bob],
			code: EXIT.notDone,
			says: [bob, '--proxied'],
		}),
		'others can read the key file': () => ({
			args: ['account', 'transfer', bob, '1', '--url', node.ws, '--key-file', keyFile('//Bob', 0o644)],
			code: EXIT.notDone,
			says: ['0644', 'chmod 600'],
		}),
		'the address has a typing error': () => ({
			args: ['account', 'balance', bob.slice(0, -1)],
			code: EXIT.wrongUsage,
			says: [bob.slice(0, -1), 'not an account'],
		}),
		'the amount has too many decimals': () => ({
			args: ['account', 'transfer', bob, '0.0000000000001'],
			code: EXIT.wrongUsage,
			says: ['13 decimals', 'BCT has 12'],
		}),
		'the amount is negative': () => ({
			args: ['account', 'transfer', bob, '--', '-1'],
			code: EXIT.wrongUsage,
			says: ['-1', 'not an amount'],
		}),
	};
	for (const [mistake, make] of Object.entries(mistakes)) {
		it(`should say what to do when ${mistake}`, async () => {
			const { args, code, says } = make();
			const ended = await runToExit(args);
			assert.equal(ended.code, code, ended.stderr);
			for (const text of says) assert.ok(ended.stderr.includes(text), `'${text}' is not in: ${ended.stderr}`);
		});
	}
});
