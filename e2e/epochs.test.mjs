import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Node, runToExit } from './lib/node.mjs';
import { account, freeBalance, submit } from './lib/transactions.mjs';

const BCT = 10n ** 12n;
// The development chain's epoch, and the schedule's first year.
const EPOCH_MINUTES = 5;
const FIRST_YEAR = 180_000_000n * BCT;
const MINUTES_PER_YEAR = 525_600n;

describe('epochs', { timeout: 180_000 }, () => {
	let node, api;

	const summary = (epoch, at) => node.rpc('epochs_summary', ...[epoch, at].filter((it) => it !== undefined));
	const until = (epoch) =>
		node.waitFor(`has closed epoch ${epoch}`, async () => (await summary(epoch)).closed, { timeout: 60_000 });

	before(async () => {
		node = await Node.start('epochs', ['--dev', '--fast-clock', '30']);
		api = await node.connect();
	});

	after(() => node?.stop());

	it('should close one after the other, each as long as the chain says', async () => {
		await until(2);
		const closed = await Promise.all([0, 1, 2].map((epoch) => summary(epoch)));
		for (const [epoch, { start, end, ...rest }] of closed.entries()) {
			assert.equal(rest.epoch, epoch);
			assert.equal(end - start, EPOCH_MINUTES);
			if (epoch > 0) assert.equal(start, closed[epoch - 1].end);
		}
	});

	it('should emit exactly what the schedule says, and carry over what nobody earned', async () => {
		await until(2);
		const closed = await Promise.all([0, 1, 2].map((epoch) => summary(epoch)));
		const upTo = (minutes) => (FIRST_YEAR * BigInt(minutes)) / MINUTES_PER_YEAR;
		let carried = 0n;
		for (const [epoch, { scheduled, rewards, availability, ...rest }] of closed.entries()) {
			const parts = Object.values(scheduled).map(BigInt);
			const due = upTo((epoch + 1) * EPOCH_MINUTES) - upTo(epoch * EPOCH_MINUTES);
			assert.equal(parts.reduce((sum, part) => sum + part), due);
			assert.deepEqual(scheduled, {
				gpus: String((due * 70n) / 100n),
				validators: String((due * 20n) / 100n),
				treasury: String(due - (due * 70n) / 100n - (due * 20n) / 100n),
			});
			const most = BigInt(scheduled.gpus);
			assert.equal(BigInt(rest.released), carried < most ? carried : most);
			carried += BigInt(scheduled.gpus) + BigInt(rest.reminted) - BigInt(rewards) - BigInt(availability);
			assert.equal(BigInt(rest.carried), carried);
		}
	});

	it('should tell wallets of each that closes', async () => {
		const seen = new Promise((resolve) => {
			api.query.system.events((records) => {
				const closed = records.find(({ event }) => api.events.emissions.EpochClosed.is(event));
				if (closed) resolve(closed.event.data.summary);
			});
		});
		const { epoch, carried } = await seen;
		assert.equal((await summary(epoch.toNumber())).carried, carried.toString());
	});

	it('should note what is burned, to mint it again in the days after', async () => {
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === '1');
		const before = await api.query.emissions.burns();
		await submit(api, api.tx.dataCredits.burn(1_000n * BCT, 0), account('//Bob'));
		const noted = await api.query.emissions.burns();
		assert.equal(noted.outstanding.toBigInt() - before.outstanding.toBigInt(), 1_000n * BCT);
		assert.equal((await summary()).reminted, '0', 'the average is of complete days');
	});

	it('should be what the command line shows, to people and to scripts', async () => {
		await until(1);
		const json = await runToExit(['epoch', 'show', '1', '--json', '--url', node.ws]);
		assert.equal(json.code, 0, json.stderr);
		assert.deepEqual(JSON.parse(json.stdout), await summary(1));
		const text = await runToExit(['epoch', 'show', '1', '--url', node.ws]);
		assert.match(text.stdout, /^epoch +1 \(closed\)$/m);
		assert.match(text.stdout, /^from +\d{4}-\d\d-\d\d \d\d:\d\d UTC$/m);
		assert.match(text.stdout, /^schedule, for validators +[\d.]+ BCT$/m);
		const open = await runToExit(['epoch', 'show', '--url', node.ws]);
		assert.match(open.stdout, /\(open\)/);
	});

	it('should say so when nothing is known of one', async () => {
		await assert.rejects(summary(1_000_000), /nothing is known of epoch 1000000: it has not begun/);
		const shown = await runToExit(['epoch', 'show', '1000000', '--url', node.ws]);
		assert.equal(shown.code, 1);
		assert.match(shown.stderr, /nothing is known of epoch 1000000/);
	});

	it('should pay the treasury', async () => {
		await until(0);
		const treasury = api.createType('AccountId', Buffer.from('modlmp/trsry'.padEnd(32, '\0')));
		assert.ok((await freeBalance(api, treasury)) >= BigInt((await summary(0)).scheduled.treasury));
	});
});
