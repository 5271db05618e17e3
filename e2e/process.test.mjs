import assert from 'node:assert/strict';
import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Node } from './lib/node.mjs';
import { rpc } from './lib/rpc.mjs';

const LISTENS = '0A';

// The TCP ports on which a process listens.
function portsOf(pid) {
	const sockets = new Set();
	for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
		try {
			const inode = readlinkSync(`/proc/${pid}/fd/${descriptor}`).match(/^socket:\[(\d+)\]$/)?.[1];
			if (inode) sockets.add(inode);
		} catch {
			// It was closed meanwhile.
		}
	}
	const lines = ['tcp', 'tcp6'].flatMap((family) => readFileSync(`/proc/net/${family}`, 'utf8').split('\n').slice(1));
	const fields = lines.map((line) => line.trim().split(/\s+/));
	const listening = fields.filter(([, , , state, , , , , , inode]) => state === LISTENS && sockets.has(inode));
	return [...new Set(listening.map(([, local]) => Number.parseInt(local.split(':').at(-1), 16)))].sort();
}

describe('the process of a node', { timeout: 300_000 }, () => {
	const nodes = [];
	const start = async (...args) => {
		const node = await Node.start(...args);
		nodes.push(node);
		return node;
	};

	after(() => Promise.all(nodes.map((node) => node.stop())));

	it('should end without a complaint when it is stopped', async () => {
		// What ends first differs from time to time.
		for (let time = 0; time < 3; time++) {
			const node = await start('stopped', ['--dev']);
			await node.waitForBest(1);
			await node.stop();
			assert.doesNotMatch(node.log, /Essential task|failed|panicked|still running/);
		}
	});

	it('should go on when nobody reads its log', async () => {
		const node = await start('unheard', ['--dev', '--fast-clock', '15']);
		node.hangUpOnLog();
		const best = await node.best();
		await node.waitForBest(best + 20);
		const full = openSync('/dev/full', 'w');
		const mute = await start('mute', ['--dev', '--fast-clock', '15'], { stdio: ['ignore', full, full] });
		await mute.waitForBest(20);
	});

	it('should answer by RPC on one port to IPv4 and IPv6', { skip: process.platform !== 'linux' }, async () => {
		const node = await start('open', ['--dev', '--rpc-external', '--rpc-cors', 'all']);
		assert.deepEqual(portsOf(node.pid), [node.port, node.rpcPort, node.prometheusPort].sort());
		const hasIpv6 = Object.values(networkInterfaces()).flat().some(({ address }) => address === '::1');
		for (const host of ['127.0.0.1', ...(hasIpv6 ? ['[::1]'] : [])]) {
			assert.equal((await rpc(`http://${host}:${node.rpcPort}`, 'system_health')).peers, 0, host);
		}
		await assert.rejects(node.rpc('author_rotateKeys'), /unsafe/, 'it is open to others');
	});

	it('should say how it is called when it is open to others by name', async () => {
		const node = await start('named', ['--chain', 'local', '--rpc-external']);
		assert.match(node.log, /answers only requests that call it localhost:\d+.*--rpc-cors all/);
		const local = await start('local', ['--chain', 'local']);
		assert.doesNotMatch(local.log, /--rpc-cors/);
	});

	it('should log nothing for programmers when its clock runs fast', async () => {
		const node = await start('fast', ['--dev', '--fast-clock', '15']);
		await node.waitForBest(20);
		assert.doesNotMatch(node.log, /Consensus with no RPC sender|CreatedBlock/);
	});

	it('should say that it stands alone when it has neither blocks nor peers', async () => {
		const node = await start('alone', ['--chain', 'local']);
		await node.waitFor('says that it is alone', () => /no block here but the first.*no other node.*--bootnodes/.test(node.log));
		const dev = await start('single', ['--dev']);
		await dev.waitForBest(8);
		await sleep(10_000);
		assert.doesNotMatch(dev.log, /⚠️/, 'a development node needs no other');
	});
});
