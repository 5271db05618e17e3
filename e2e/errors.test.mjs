import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { binary, freePorts, Node, runToExit, temporaryDirectory } from './lib/node.mjs';

// A user that nobody is: without a name, a home folder or files.
const STRANGER = 54_321;
const NODE_KEY = '1'.padStart(64, '0');

describe('a node that cannot start', { timeout: 300_000 }, () => {
	let occupant, directory;

	const file = (name, content) => {
		const path = join(directory, name);
		writeFileSync(path, content);
		return path;
	};

	// A start that would succeed, on ports of its own, but for the flags that a case adds.
	const flags = async (own) => {
		const [port, rpcPort, prometheusPort] = await freePorts(3);
		const defaults = {
			'--base-path': temporaryDirectory(),
			'--listen-addr': `/ip4/127.0.0.1/tcp/${port}`,
			'--rpc-port': rpcPort,
			'--prometheus-port': prometheusPort,
		};
		const missing = Object.entries(defaults).filter(([flag]) => !own.includes(flag));
		return [...own, ...missing.flat(), '--no-mdns', '--no-telemetry'].map(String);
	};

	// How to run as somebody else, which only root can: permissions do not keep root from anything.
	const asStranger = () => {
		const folder = temporaryDirectory();
		chmodSync(folder, 0o755);
		const program = join(folder, 'millpond');
		copyFileSync(binary(), program);
		return { program, uid: STRANGER, gid: STRANGER, cwd: folder, env: { PATH: process.env.PATH } };
	};

	before(async () => {
		occupant = await Node.start('occupant', ['--dev']);
		directory = temporaryDirectory();
	});

	after(() => occupant?.stop());

	const cases = {
		'a flag is unknown': () => ({
			args: ['--dev', '--frobnicate'],
			says: ['--frobnicate', '--help'],
		}),
		'a subcommand is unknown': () => ({
			args: ['frobnicate'],
			alone: true,
			says: ['frobnicate', '--help'],
		}),
		'a flag has a wrong value': () => ({
			args: ['--dev', '--rpc-port', '99999'],
			says: ['99999', '--rpc-port'],
		}),
		'the chain is unknown': () => ({
			args: ['--chain', 'atlantis'],
			says: ['atlantis', 'dev', 'local'],
		}),
		'the chain spec is not there': () => ({
			args: ['--chain', join(directory, 'absent.json')],
			says: ['absent.json', 'no file'],
		}),
		'the chain spec is not JSON': () => ({
			args: ['--chain', file('broken.json', '{ "name": "Broken", ')],
			says: ['broken.json', 'line 1'],
		}),
		'the chain spec lacks a field': () => ({
			args: ['--chain', file('partial.json', '{ "name": "Partial" }')],
			says: ['partial.json', 'missing field `id`'],
		}),
		'the RPC port is taken': () => ({
			args: ['--dev', '--rpc-port', occupant.rpcPort],
			says: [occupant.rpcPort, '--rpc-port'],
		}),
		'the peer-to-peer port is taken': () => ({
			args: ['--dev', '--listen-addr', occupant.listenAddress],
			says: [occupant.port, '--port'],
		}),
		'the Prometheus port is taken': () => ({
			args: ['--dev', '--prometheus-port', occupant.prometheusPort],
			says: [occupant.prometheusPort, '--prometheus-port'],
		}),
		'another node holds the database': () => ({
			args: ['--dev', '--base-path', occupant.basePath],
			says: [occupant.basePath, '--base-path'],
		}),
		'the disk has too little room': () => ({
			args: ['--dev', '--db-storage-threshold', '1000000000'],
			says: ['MiB free', '1000000000', '--db-storage-threshold'],
		}),
		'a validator has no node key': () => ({
			args: ['--chain', 'local', '--validator', '--alice'],
			says: ['secret_ed25519', 'generate-node-key'],
		}),
		'the node key is malformed': () => ({
			args: ['--chain', 'local', '--validator', '--alice', '--node-key', 'zz'],
			says: ['node key'],
		}),
		'the clock is to run fast outside a development chain': () => ({
			args: ['--chain', 'local', '--validator', '--alice', '--node-key', NODE_KEY, '--fast-clock', '60'],
			says: ['--fast-clock', '--dev'],
		}),
		'the fast clock has no speed': () => ({
			args: ['--dev', '--fast-clock', '0'],
			says: ['--fast-clock', '0'],
		}),
		'its keystore has a password that well-known keys have not': () => ({
			args: ['--dev', '--password-filename', file('password', 'secret')],
			says: ['//Alice', '--password-filename', '--dev'],
		}),
		'its base path is a file': () => ({
			args: ['--dev', '--base-path', file('base', '')],
			says: [join(directory, 'base'), 'is a file', '--base-path'],
		}),
		'its base path is below a file': () => ({
			args: ['--dev', '--base-path', join(file('base', ''), 'below')],
			says: [join(directory, 'base'), 'is a file', '--base-path'],
		}),
	};

	for (const [when, given] of Object.entries(cases)) {
		it(`should say what is wrong and what to do when ${when}`, async () => {
			const { args, says, alone } = given();
			const { code, stderr } = await runToExit(alone ? args : await flags(args));
			assert.notEqual(code, null, `it went on running:\n${stderr}`);
			assert.notEqual(code, 0, stderr);
			for (const part of says) assert.ok(stderr.includes(part), `no '${part}' in:\n${stderr}`);
			assert.doesNotMatch(stderr, /panicked|Error: \w+\(/, 'meant for programmers');
		});
	}

	const refused = (stderr, parts) => {
		for (const part of parts) assert.ok(stderr.includes(part), `no '${part}' in:\n${stderr}`);
		assert.doesNotMatch(stderr, /panicked|This is a bug|Error: \w+\(/, 'meant for programmers');
	};

	it('should say whose folder it is when it may not write there', { skip: process.getuid?.() !== 0 }, async () => {
		for (const [path, says] of [
			[occupant.basePath, [occupant.basePath, 'belongs to root', `user ${STRANGER}`, 'chown', '--base-path']],
			['/proc/here', ['/proc/here cannot be made', `user ${STRANGER}`, '--base-path']],
		]) {
			const { code, stderr } = await runToExit(await flags(['--dev', '--base-path', path]), asStranger());
			assert.equal(code, 1, stderr);
			refused(stderr, says);
		}
		const readable = temporaryDirectory();
		mkdirSync(join(readable, 'chains/millpond_dev'), { recursive: true });
		for (const folder of [readable, join(readable, 'chains'), join(readable, 'chains/millpond_dev')]) chmodSync(folder, 0o755);
		const { stderr } = await runToExit(await flags(['--dev', '--base-path', readable]), asStranger());
		refused(stderr, [readable, 'belongs to root', '--base-path']);
	});

	it('should ask for a folder when its user has no home', { skip: process.getuid?.() !== 0 }, async () => {
		for (const args of [['--chain', 'local'], ['chain-info', '--chain', 'local'], ['purge-chain', '-y', '--chain', 'local']]) {
			const { code, stderr } = await runToExit(args, asStranger());
			assert.equal(code, 1, stderr);
			refused(stderr, ['no home folder', '--base-path', 'HOME']);
		}
	});

	it('should say that the chain is ahead of the clock when it ran with a fast one', async () => {
		const node = await Node.start('ahead', ['--dev', '--fast-clock', '3600']);
		await node.waitForFinalized(30);
		await node.stop();
		const { code, stderr } = await runToExit(await flags(['--dev', '--base-path', node.basePath]));
		assert.equal(code, 1, stderr);
		refused(stderr, ['ahead of this machine', '1 d', '--fast-clock', 'purge-chain', '--base-path', 'NTP']);
		// With the flag it goes on.
		const again = await Node.start('ahead', ['--dev', '--fast-clock', '3600'], { basePath: node.basePath });
		await again.waitForBest(40);
		await again.stop();
	});

	const openers = {
		'purge-chain': ['-y'],
		'chain-info': [],
		'export-blocks': [join(tmpdir(), 'millpond-never-written')],
		'export-state': [],
		'import-blocks': [],
		'check-block': ['1'],
		revert: ['1'],
	};

	for (const [command, args] of Object.entries(openers)) {
		it(`should refuse ${command} when a node runs on the database`, async () => {
			const { code, stdout, stderr } = await runToExit([command, ...args, '--dev', '--base-path', occupant.basePath]);
			assert.equal(code, 1, stdout + stderr);
			assert.ok(stderr.includes('in use by another process'), stderr);
			const height = await occupant.best();
			await occupant.waitForBest(height + 1);
		});
	}

	it('should purge a database when no node runs on it', async () => {
		const node = await Node.start('purged', ['--dev']);
		await node.stop();
		const { code, stdout, stderr } = await runToExit(['purge-chain', '-y', '--dev', '--base-path', node.basePath]);
		assert.equal(code, 0, stderr);
		assert.match(stdout, /removed/);
	});

	it('should say how to make session keys when a validator has none', async () => {
		const node = await Node.spawn('keyless', ['--chain', 'local', '--validator', '--node-key', NODE_KEY]);
		try {
			await node.waitFor(
				'names the command',
				() => /session key/i.test(node.log) && node.log.includes('key rotate'),
				{ timeout: 30_000 },
			);
		} finally {
			await node.stop();
		}
	});
});
