import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const CHAOS = join(dirname(fileURLToPath(import.meta.url)), 'chaos.mjs');
// Network and mounts of its own: what is made there is gone when it ends.
const APART = ['--net', '--mount', '--propagation', 'private'];

// Why there is nothing to experiment in; undefined where there is.
function unavailable() {
	try {
		execFileSync('unshare', [...APART, 'true'], { stdio: 'ignore' });
	} catch {
		return 'no namespaces: run it as root on Linux';
	}
}

// The trials that take no long time, of scripts/chaos.sh.
const TRIALS = {
	freeze: 'should be in order again soon when a validator was frozen and woken',
	partition: 'should finalise again soon when its two halves meet again',
	blackout: 'should replace no final block when all validators lose their power at once',
	fresh: 'should open a database that was made a moment before the power was cut',
	full: 'should say why it does not run when its disk is full',
	transfers: 'should execute each transfer once whatever happens meanwhile',
	equivocations: 'should see no validator equivocate whatever happens meanwhile',
};

describe('four validators to whom things happen', { timeout: 600_000 }, () => {
	let outcome = { skipped: unavailable() };

	before(async () => {
		if (outcome.skipped) return;
		const child = spawn('unshare', [...APART, process.execPath, CHAOS, '--short'], { stdio: ['ignore', 'pipe', 'pipe'] });
		let [output, log] = ['', ''];
		child.stdout.on('data', (data) => (output += data));
		child.stderr.on('data', (data) => (log += data));
		await once(child, 'close');
		try {
			outcome = JSON.parse(output);
		} catch {
			throw new Error(`no results:\n${output}\n${log}`);
		}
		outcome.log = log;
	});

	for (const [name, states] of Object.entries(TRIALS)) {
		it(states, (t) => {
			if (outcome.skipped) return t.skip(outcome.skipped);
			const result = outcome.results[name];
			assert.ok(result, `it was not tried:\n${outcome.log}`);
			assert.deepEqual(result.failures, [], outcome.log);
		});
	}
});
