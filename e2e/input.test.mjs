import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { binary, freePorts, Node, runToExit, temporaryDirectory } from './lib/node.mjs';
import { account, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
const EXIT = { done: 0, notDone: 1, wrongUsage: 2 };
// What the libraries sign as where no secret is given.
const PUBLIC_ACCOUNT = '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV';
const PUBLIC_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
const UUID = 'GPU-8f6a5c1e-2b3d-4e5f-8a9b-0c1d2e3f4a5b';
// What a terminal acts on: nothing of it may come out of a command, but line breaks.
const ACTS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const mode = (path) => statSync(path).mode & 0o777;

describe('what the command line is given, and what it prints of others', { timeout: 300_000 }, () => {
	let node, api, directory, bob;

	const file = (name, content, permissions = 0o600) => {
		const path = join(directory, name);
		writeFileSync(path, content);
		chmodSync(path, permissions);
		return path;
	};
	const run = (...args) => runToExit([...args.map(String), '--url', node.ws]);

	before(async () => {
		directory = temporaryDirectory();
		node = await Node.start('input', ['--dev']);
		api = await node.connect();
		bob = account('//Bob').address;
	});

	after(() => node?.stop());

	it('should sign with no key that everybody has, unless it is meant by name', async () => {
		// So that signing with it would work.
		await submit(api, api.tx.balances.transferKeepAlive(PUBLIC_ACCOUNT, 10n * BCT), account('//Alice'));
		const before = await freeBalance(api, PUBLIC_ACCOUNT);
		const refused = {
			'an empty file': [['--key-file', file('empty', '')], /is empty/],
			'a file with a newline': [['--key-file', file('newline', '\n')], /is empty/],
			'an empty standard input': [['--key-file', '-'], /the standard input is empty/],
			'an empty secret': [['--suri', ''], /is empty/],
			'a path that is not there': [['--suri', '/nowhere/typo.key'], /\/nowhere\/typo\.key reads as a path, and there is no such file/],
			'a key file that is not there': [['--key-file', '/nowhere/typo.key'], /\/nowhere\/typo\.key cannot be read: there is no such file/],
			'a file that holds a path': [['--key-file', file('path', '/home/mill/operator.key\n')], /holds a path, not a secret/],
			'a folder': [['--key-file', directory], /is a folder/],
			'the public phrase': [['--key-file', file('phrase', PUBLIC_PHRASE)], /that everybody has/],
			"Alice's seed": [
				['--key-file', file('seed', '0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a')],
				/that everybody has/,
			],
		};
		for (const [what, [args, says]] of Object.entries(refused)) {
			const { code, stderr } = await run('account', 'transfer', bob, '1', ...args);
			assert.equal(code, EXIT.notDone, `${what}: ${stderr}`);
			assert.match(stderr, says, what);
			assert.doesNotMatch(stderr, /bottom drive|e5be9a50/, what);
		}
		assert.equal(await freeBalance(api, PUBLIC_ACCOUNT), before);
		assert.equal((await run('account', 'transfer', bob, '1', '--suri', '//Alice')).code, EXIT.done);
	});

	it('should read each value as it stands, or refuse it', async () => {
		for (const [args, says] of [
			[['market', 'quote', '0', '--for', '12hh'], "'12hh' is no time"],
			[['market', 'quote', '0', '--for', '7dd'], "'7dd' is no time"],
			[['market', 'quote', '0', '--for', '90mm'], "'90mm' is no time"],
			[['market', 'quote', '0', '--start', '2027-01-15T08:00ZZ'], 'is no time'],
			[['credits', 'burn-for', bob, '1', '--reference', 'r', '--until', '2027-1-5'], 'is no day'],
			...['', 'x', 'GPU-', `MIG-${UUID.slice(4)}`].map((uuid) => [
				['gpu', 'register', '--operator', '0', '--model', '0', '--uuid', uuid],
				'UUID',
			]),
		]) {
			const { code, stderr } = await run(...args);
			assert.equal(code, EXIT.wrongUsage, `${args.join(' ')}: ${stderr}`);
			assert.ok(stderr.includes(says), stderr);
		}
	});

	it('should know a card however its UUID is written, and say what is registered before it signs', async () => {
		const registered = await run('operator', 'register', '--name', 'Mill', '--region', 'DE', '--bond', '5000', '--suri', '//Bob', '--json');
		const { operator } = JSON.parse(registered.stdout);
		const register = (uuid) =>
			run('gpu', 'register', '--operator', operator, '--model', '0', '--uuid', uuid, '--suri', '//Bob', '--json');
		const first = await register(` ${UUID.toUpperCase()} `);
		assert.equal(first.code, EXIT.done, first.stdout);
		assert.match(first.stderr, new RegExp(`To be registered: ${UUID}, a .+ \\(0\\), for which .* answers with \\d+ DC`));
		for (const uuid of [UUID, UUID.slice(4), UUID.toLowerCase()]) {
			const again = await register(uuid);
			assert.notEqual(again.code, EXIT.done, uuid);
			assert.match(again.stdout, /Gpus\.Device/, uuid);
		}
	});

	it('should print nothing of others that a terminal acts on, and give it to scripts as it is', async () => {
		const name = '\u001b[2J\u001b]52;c;cm0=\u0007\u009b2J';
		const forged = 'Mill\n9  Other  DE';
		const profile = { name, website: '\u001b]8;;http://x\u001b\\', contact: `\u202eevil\n${forged}`, region: 'DE' };
		await submit(api, api.tx.operators.register(profile, 1_000n * BCT), account('//Charlie'));
		const list = JSON.parse((await run('operator', 'list', '--json')).stdout);
		const { operator } = list.find((one) => one.name === name);
		const document = { uri: '\u001b[31m', hash: `0x${'00'.repeat(32)}` };
		const papers = { serial: '\u001b[2J\r', purchased: 0, hosting: document, ownership: document };
		await submit(api, api.tx.operators.bondMore(operator, 5_000n * BCT), account('//Charlie'));
		const device = `0x${'07'.repeat(32)}`;
		await submit(api, api.tx.gpus.register(operator, 0, device, papers, bob), account('//Charlie'));
		const [{ gpu }] = JSON.parse((await run('gpu', 'list', '--operator', operator, '--json')).stdout);

		const rows = (await run('operator', 'list')).stdout.trimEnd().split('\n').length;
		assert.equal(rows, list.length + 1, 'a row for each');
		for (const args of [
			['operator', 'list'],
			['operator', 'show', operator],
			['gpu', 'list'],
			['gpu', 'show', gpu],
			['gpu', 'models'],
		]) {
			for (const form of [[], ['--json']]) {
				const { stdout, stderr } = await run(...args, ...form);
				assert.doesNotMatch(stdout + stderr, ACTS, args.join(' '));
			}
		}
		const shown = JSON.parse((await run('operator', 'show', operator, '--json')).stdout);
		assert.deepEqual([shown.name, shown.website, shown.contact], [name, profile.website, profile.contact]);
		assert.match((await run('operator', 'show', operator)).stdout, /^name +\\u\{1b\}\[2J/m);
		assert.equal(JSON.parse((await run('gpu', 'show', gpu, '--json')).stdout).serial, papers.serial);
	});
});

describe('files that hold secrets', { timeout: 120_000 }, () => {
	let directory;
	const path = (name) => join(directory, name);

	before(() => {
		directory = temporaryDirectory();
		process.umask(0o022);
	});

	it('should be their owners alone from the start, and never be overwritten', async () => {
		const chain = ['--chain', 'dev'];
		const own = path('base/chains/millpond_dev/network/secret_ed25519');
		for (const [made, args] of [
			[path('node.key'), ['key', 'generate-node-key', '--file', path('node.key')]],
			[path('raw.key'), ['key', 'generate-node-key', '--bin', '--file', path('raw.key')]],
			[own, ['key', 'generate-node-key', ...chain, '--base-path', path('base')]],
			[path('account.key'), ['key', 'generate', '--file', path('account.key')]],
		]) {
			const first = await runToExit(args);
			assert.equal(first.code, 0, first.stderr);
			assert.equal(mode(made), 0o600, made);
			const content = readFileSync(made);
			assert.ok(!first.stdout.includes(content.toString().trim()), 'the secret is not shown');
			const again = await runToExit(args);
			assert.equal(again.code, 1, again.stderr);
			assert.match(again.stderr, /overwritten/);
			assert.deepEqual(readFileSync(made), content);
		}
	});

	it('should sign as the account that was told when the file was made', async () => {
		const made = JSON.parse((await runToExit(['key', 'generate', '--file', path('told.key'), '--output-type', 'json'])).stdout);
		const inspected = await runToExit(['key', 'inspect', path('told.key'), '--output-type', 'json']);
		const { ss58Address, secretPhrase } = JSON.parse(inspected.stdout);
		assert.equal(ss58Address, made.ss58Address);
		assert.equal(secretPhrase, readFileSync(path('told.key'), 'utf8').trim());
		assert.equal(made.secretPhrase, undefined);
	});

	it('should go into a keystore with the address, the type, the chain and the folder told, or not at all', async () => {
		const base = path('server');
		const insert = (...args) => runToExit(['key', 'insert', '--key-type', 'atst', ...args]);
		writeFileSync(path('none'), '', { mode: 0o600 });
		const refused = {
			'a path that is not there': [['--chain', 'dev', '--base-path', base, '--suri', '/nowhere/absent.secret'], /no such file/],
			'an empty file': [['--chain', 'dev', '--base-path', base, '--suri', path('none')], /is empty/],
			'a folder': [['--chain', 'dev', '--base-path', base, '--suri', directory], /is a folder/],
			'no chain': [['--base-path', base, '--suri', '//Alice'], /--chain/],
		};
		for (const [what, [args, says]] of Object.entries(refused)) {
			const { code, stderr } = await insert(...args);
			assert.equal(code, 1, `${what}: ${stderr}`);
			assert.match(stderr, says, what);
		}
		const mistyped = await runToExit(['key', 'insert', '--chain', 'dev', '--base-path', base, '--key-type', 'atts', '--suri', '//Alice']);
		assert.equal(mistyped.code, EXIT.wrongUsage);
		assert.match(mistyped.stderr, /atst \(an attestor\)/);
		assert.ok(!existsSync(base), 'nothing is made for what is refused');

		const { code, stdout } = await insert('--chain', 'dev', '--base-path', base, '--suri', path('told.key'));
		assert.equal(code, 0);
		const keystore = join(base, 'chains/millpond_dev/keystore');
		for (const part of [/^address +5\w+$/m, /^key type +atst/m, /^chain +millpond_dev$/m]) assert.match(stdout, part);
		assert.ok(stdout.includes(keystore), stdout);
		const [key] = readdirSync(keystore);
		assert.deepEqual([mode(keystore), mode(join(keystore, key))], [0o700, 0o600]);
	});

	it('should be warned of when others can read them, and tell what is wrong when the node cannot use them', async () => {
		const node = (name, base, ...args) => Node.start(name, ['--dev', ...args], { basePath: base });
		const base = path('locked');
		chmodSync(path('node.key'), 0o644);
		const inserted = await runToExit([
			...['key', 'insert', '--chain', 'dev', '--base-path', base, '--key-type', 'atst', '--suri', path('told.key')],
			...['--password', 'sluice'],
		]);
		assert.equal(inserted.code, 0, inserted.stderr);
		const started = await node('locked', base, '--operator', '0', '--node-key-file', path('node.key'));
		try {
			await started.waitFor('tells of the password', () => /cannot be used: .*another password.*--password-filename/.test(started.log));
			assert.doesNotMatch(started.log, /Attesting the GPUs of operator 0, as/);
			assert.match(started.log, /Others may read the node's key .*node\.key \(its mode is 0644\)/);
		} finally {
			await started.stop();
		}
	});
});

// Only root can run something as somebody else.
describe('a user without rights', { timeout: 120_000, skip: process.getuid() !== 0 && 'takes root' }, () => {
	const NOBODY = 54_321;
	let directory, program;

	const asNobody = (args, env = {}) => {
		const options = { uid: NOBODY, gid: NOBODY, cwd: '/', timeout: 20_000, killSignal: 'SIGKILL', encoding: 'utf8' };
		return spawnSync(program, args, { ...options, env: { PATH: process.env.PATH, ...env } });
	};
	const start = async (base) => {
		const [port, rpcPort, prometheusPort] = await freePorts(3);
		return [
			...['--dev', '--no-telemetry', '--no-mdns', '--listen-addr', `/ip4/127.0.0.1/tcp/${port}`],
			...['--rpc-port', rpcPort, '--prometheus-port', prometheusPort, ...(base ? ['--base-path', base] : [])],
		].map(String);
	};

	before(() => {
		directory = temporaryDirectory();
		chmodSync(directory, 0o755);
		program = join(directory, 'millpond');
		copyFileSync(binary(), program);
		chmodSync(program, 0o755);
	});

	it('should be told where the node may not write, whose that is, and what to do', async () => {
		const others = join(directory, 'others');
		mkdirSync(others, { mode: 0o755 });
		for (const base of [others, join(others, 'below')]) {
			const { status, stderr } = asNobody(await start(base));
			assert.equal(status, 1, stderr);
			assert.match(stderr, new RegExp(`user ${NOBODY} may not use ${others}, which belongs to root`));
			assert.match(stderr, /chown -R.*--base-path/);
			assert.doesNotMatch(stderr, /panicked/);
		}
	});

	it('should be told that there is no home folder', () => {
		for (const args of [['--chain', 'local'], ['purge-chain', '-y', '--chain', 'local'], ['key', 'generate-node-key', '--default-base-path']]) {
			const { status, stderr } = asNobody(args);
			assert.equal(status, 1, stderr);
			assert.match(stderr, /has no home folder.*--base-path/);
			assert.doesNotMatch(stderr, /panicked/);
		}
	});

	it('should be told which key or keystore the node cannot read', async () => {
		const base = join(directory, 'base');
		const insert = ['key', 'insert', '--chain', 'dev', '--base-path', base, '--key-type', 'atst', '--suri', '//Alice'];
		mkdirSync(base);
		chownSync(base, NOBODY, NOBODY);
		const inserted = await runToExit(insert);
		assert.match(inserted.stderr, new RegExp(`chown -R ${NOBODY}:`));
		const keystore = join(base, 'chains/millpond_dev/keystore');
		const closed = asNobody(await start(base));
		assert.equal(closed.status, 1, closed.stderr);
		assert.ok(closed.stderr.includes('may not use') && closed.stderr.includes(base), closed.stderr);

		for (const folder of ['', 'chains', 'chains/millpond_dev', 'chains/millpond_dev/keystore']) chownSync(join(base, folder), NOBODY, NOBODY);
		const { stderr } = asNobody([...(await start(base)), '--operator', '0']);
		const [key] = readdirSync(keystore);
		assert.ok(stderr.includes(`${join(keystore, key)} cannot be read: Permission denied`), stderr);
	});
});
