import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePorts, Node, runToExit, temporaryDirectory } from './lib/node.mjs';

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
