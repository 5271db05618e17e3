import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node } from './lib/node.mjs';
import { outdated } from './reference.mjs';

describe('the reference', { timeout: 60_000 }, () => {
	let node;

	before(async () => {
		node = await Node.start('reference', ['--dev']);
	});

	after(() => node?.stop());

	it('should be what the runtime and the node say of themselves', async () => {
		assert.deepEqual(await outdated(node), [], 'run scripts/reference.sh and commit what it writes');
	});
});
