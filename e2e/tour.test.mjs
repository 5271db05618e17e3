import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { binary, ROOT } from './lib/node.mjs';

describe('the tour', () => {
	it('should play to its end in under three minutes, and tell who earned what', () => {
		const { status, stdout, stderr } = spawnSync('bash', [join(ROOT, 'scripts/tour.sh')], {
			encoding: 'utf8',
			env: { ...process.env, MILLPOND_BIN: binary() },
			timeout: 180_000,
		});
		assert.equal(status, 0, `${stdout}\n${stderr}`);
		// Four GPUs for an epoch of five minutes at 200 DC a minute, of whose worth 90% is paid at $0.01 a BCT.
		for (const line of [
			/4 × 5 × 200 = 4,000 DC \(\$0\.04\)/,
			/= 3\.6 BCT for the pool/,
			/^ *Bob +manager +0\.18 BCT +5% of 3\.6 BCT$/m,
			/^ *Bob +host +0\.54 BCT +15% of 3\.6 BCT$/m,
			/^ *Dave +GPU 0 +0\.54 BCT +1\/6 of 60%: 0\.36 BCT; 1\/4 of 20% for being rented: 0\.18 BCT$/m,
			/^ *Eve +GPU 5 +\S+ BCT +1\/6 of 60%: 0\.36 BCT; for waiting: \S+ BCT$/m,
			/came back; the NFT is burned/,
		])
			assert.match(stdout, line);
	});
});
