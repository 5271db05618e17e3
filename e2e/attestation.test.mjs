import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commitFill, commitWalk, heartbeat, LazyProver, operatorRoot } from './lib/attestation.mjs';
import { Node, ROOT, runToExit, temporaryDirectory } from './lib/node.mjs';
import { account, findEvent, submit } from './lib/transactions.mjs';

const ATTESTOR = '//Eve//stash';
const BCT = 10n ** 12n;
const BOND = 5_000n * BCT;
// Twenty blocks for each heartbeat; the states of all of them are kept.
const DEV = ['--dev', '--fast-clock', '6', '--state-pruning', 'archive'];
// What a node that is killed may have to make again.
const LOST_BLOCKS = 5;

// Bonds are asked at a price: nothing can be registered before there is one.
const hasPrice = (node) =>
	node.waitFor('has a price', async () => (await node.rpc('credits_quote', `${BCT}`)).price === '1');

describe('attestation', { timeout: 420_000 }, () => {
	let node, api, operator, gpu;

	async function run(...args) {
		const command = [...args.map(String), '--url', node.ws, '--json'];
		const { code, stdout, stderr } = await runToExit(command);
		assert.equal(code, 0, `${command.join(' ')}: ${stdout} ${stderr}`);
		return JSON.parse(stdout);
	}

	const statusOf = async (number) => (await run('gpu', 'show', number)).status;
	const has = (status, options) =>
		node.waitFor(`has its GPU ${status}`, async () => (await statusOf(gpu)) === status, {
			timeout: 120_000,
			...options,
		});
	const round = async () => (await api.query.attestation.round()).unwrapOr(null);
	const inPhase = (phase, from = 0) =>
		node.waitFor(
			`is in ${phase} of a round`,
			async () => {
				const now = await round();
				return now?.phase.type === phase && now.index.toNumber() >= from && now;
			},
			{ interval: 30, timeout: 90_000 },
		);
	const closed = (index) =>
		node.waitFor(`has closed round ${index}`, async () => {
			const now = await round();
			return (!now && (await api.query.attestation.rounds()).toNumber() >= index) || now?.index.toNumber() > index;
		});

	// What happened in the blocks from `first` to the best.
	async function eventsSince(first, section, method) {
		const heights = Array.from({ length: (await node.best()) - first + 1 }, (_, index) => first + index);
		const blocks = await Promise.all(
			heights.map(async (height) => (await api.at(await api.rpc.chain.getBlockHash(height))).query.system.events()),
		);
		return blocks
			.flatMap((events) => events.map(({ event }) => event))
			.filter((event) => event.section === section && event.method === method);
	}

	async function restart(...args) {
		node.args = [...DEV, ...args];
		await api.disconnect();
		await node.restart();
		api = await node.connect();
	}

	before(async () => {
		node = await Node.start('attested', DEV);
		api = await node.connect();
		await hasPrice(node);
	});

	after(() => node?.stop());

	it('should have an operator, a GPU and an attestor, made by the command line', async () => {
		({ operator } = await run(
			...['operator', 'register', '--name', 'Mill Lane', '--region', 'DE', '--bond', '5000', '--suri', '//Bob'],
		));
		({ gpu } = await run(
			...['gpu', 'register', '--operator', operator, '--simulated', 'CARD-1', '--suri', '//Bob'],
		));
		assert.equal(await statusOf(gpu), 'registered');
		await assert.rejects(node.rpc('attestation_status', gpu), /GPU 0 is not attested yet.*--operator/);
		const stranger = await runToExit(
			['attestation', 'set-attestor', operator, '--attestor', account(ATTESTOR).address].concat([
				...['--suri', '//Charlie', '--url', node.ws],
			]).map(String),
		);
		assert.equal(stranger.code, 3);
		assert.match(stranger.stderr, /NotHolder/);
		await run('attestation', 'set-attestor', operator, '--attestor', account(ATTESTOR).address, '--suri', '//Bob');
	});

	it('should bring a GPU from registered over probation to online by itself', async () => {
		const first = await node.best();
		await has('online', { timeout: 180_000 });
		const changes = await eventsSince(first, 'gpus', 'StatusChanged');
		assert.deepEqual(
			changes.map(({ data }) => data.status.type),
			['Probation', 'Online'],
		);
		assert.equal((await eventsSince(first, 'attestation', 'Proven')).length >= 1, true);
		const status = await node.rpc('attestation_status', gpu);
		assert.deepEqual(
			[status.gpu, status.operator, status.position, status.passesLeft, status.mustProve, status.strikes],
			[gpu, operator, 0, 0, false, 0],
		);
		assert.deepEqual(await run('attestation', 'status', gpu).then(({ strikes }) => strikes), 0);
	});

	it('should keep it online over several rounds', async () => {
		const [first, before] = [await node.best(), (await api.query.attestation.rounds()).toNumber()];
		await closed(before + 3);
		assert.equal(await statusOf(gpu), 'online');
		for (const method of ['Struck', 'WentDark', 'WentAway', 'Condemned']) {
			assert.deepEqual(await eventsSince(first, 'attestation', method), [], method);
		}
		const beats = await api.query.attestation.attestors(operator);
		assert.equal(beats.unwrap().vouched.isSome, true);
	});

	// After the fill was committed to, and after the walk was: in the pauses between, nothing is on its way.
	for (const phase of ['WalkSeed', 'PickSeed']) {
		it(`should finish the round that it was in when it is restarted in ${phase}`, async () => {
			const newest = (await api.query.attestation.rounds()).toNumber();
			const index = (await inPhase(phase, newest + 1)).index.toNumber();
			const first = await node.best();
			await restart();
			await closed(index);
			const proven = await eventsSince(first - LOST_BLOCKS, 'attestation', 'Proven');
			assert.ok(proven.some(({ data }) => data.round.toNumber() === index && data.gpu.toNumber() === gpu));
			assert.deepEqual(await eventsSince(first - LOST_BLOCKS, 'attestation', 'Struck'), []);
			assert.equal(await statusOf(gpu), 'online');
		});
	}

	it('should lose it when its attestor is stopped, and have it back when that runs again', async () => {
		const first = await node.best();
		await restart('--gpu-attestor', 'off');
		await has('offline');
		const [struck] = await eventsSince(first, 'attestation', 'Struck');
		assert.equal(struck.data.gpu.toNumber(), gpu);
		await node.waitFor('is dark', async () => (await eventsSince(first, 'attestation', 'WentDark')).length === 1);
		await restart();
		await has('online');
		assert.equal((await eventsSince(first, 'attestation', 'Lit')).length, 1);
	});

	it('should slash and tombstone a GPU whose prover lies', async () => {
		const [charlie, liar] = [account('//Charlie'), account('//attestation.test//liar')];
		await submit(api, api.tx.balances.transferKeepAlive(liar.address, 100n * BCT), charlie);
		const profile = { name: 'Dry Mill', website: '', contact: '', region: 'FR' };
		const { events } = await submit(api, api.tx.operators.register(profile, BOND), charlie);
		const cheat = findEvent(api, events, 'operators', 'Registered').data.operator.toNumber();
		const registration = ['gpu', 'register', '--operator', cheat, '--simulated', 'CARD-2', '--suri', '//Charlie'];
		const { gpu: card } = await run(...registration);
		await run('attestation', 'set-attestor', cheat, '--attestor', liar.address, '--suri', '//Charlie');
		await node.waitFor('takes the heartbeat', async () => {
			const { period, gpus } = (await api.call.attestationApi.duties(cheat)).unwrap();
			if (gpus.toNumber() === 1) return true;
			const beat = heartbeat(api, liar, { operator: cheat, period: period.toNumber(), back: [card] });
			await node.rpc('author_submitExtrinsic', beat).catch(() => undefined);
		});

		const from = (await api.call.attestationApi.roster(cheat, 0))[0].from.toNumber();
		const index = (await inPhase('Fill', from)).index.toNumber();
		const challenge = async () => (await api.call.attestationApi.challenge(card)).unwrap();
		const size = Object.fromEntries(Object.entries((await challenge()).profile.toJSON()));
		const prover = new LazyProver(size);
		const send = (tx) => node.rpc('author_submitExtrinsic', tx);
		const filled = operatorRoot(card, prover.fill.root);
		await send(commitFill(api, liar, { operator: cheat, round: index, root: filled }));
		await inPhase('Walk', index);
		prover.walk((await challenge()).walk.unwrap().toHex());
		const [walked, present] = [operatorRoot(card, prover.transcript.root), new Uint8Array([1])];
		await send(commitWalk(api, liar, { operator: cheat, round: index, root: walked, present }));
		await inPhase('Proving', index);
		const answer = prover.answer((await challenge()).pick.unwrap().toHex());
		const proof = api.tx.attestation.prove(index, card, size.k, answer);
		const done = await submit(api, proof, liar, { until: 'inBlock' });

		const condemned = findEvent(api, done.events, 'attestation', 'Condemned').data;
		assert.deepEqual([condemned.gpu.toNumber(), condemned.refusal.type], [card, 'StepDoesNotFollow']);
		const { bond } = await run('gpu', 'show', card);
		assert.equal(condemned.slashed.toBigInt(), BigInt(bond));
		const shown = await run('operator', 'show', cheat);
		assert.equal(BigInt(shown.bond), BOND - BigInt(bond));
		assert.equal(shown.reputation.slashes, 1);
		assert.equal(await statusOf(card), 'retired');
		const again = await runToExit([...registration.map(String), '--url', node.ws]);
		assert.equal(again.code, 3);
		assert.match(again.stderr, /DeviceCondemned/);
	});

	it('should know a GPU by the key that its maker certified, and check that the card answers', async () => {
		const made = (name) => join(ROOT, 'node/gpu/tests/evidence', name);
		const evidence = ['--evidence', made('evidence.json'), '--root', made('root.pem')];
		const registration = ['gpu', 'register', '--operator', operator, '--model', 0, '--suri', '//Bob'];
		const forged = await runToExit(
			[...registration, '--evidence', made('evidence.json'), '--url', node.ws].map(String),
		);
		assert.equal(forged.code, 1);
		assert.match(forged.stderr, /does not hold: .*signed by the next/);
		const { gpu: card } = await run(...registration, ...evidence);
		const { nonce } = JSON.parse(readFileSync(made('evidence.json'), 'utf8'));
		const verified = await run('gpu', 'verify', card, ...evidence, '--nonce', nonce);
		const { device } = await run('gpu', 'show', card);
		assert.deepEqual(verified, { gpu: card, device, product: 'Millpond test Card', certified: true });
		for (const [number, asked, expected] of [
			[card, `0x${'00'.repeat(32)}`, /answers another challenge/],
			[gpu, nonce, /what signed is device 0x.*registered by its driver's UUID/s],
		]) {
			const { code, stderr } = await runToExit(
				['gpu', 'verify', number, ...evidence, '--nonce', asked, '--url', node.ws].map(String),
			);
			assert.equal(code, 1);
			assert.match(stderr, expected);
		}
		const missing = await runToExit(['gpu', 'evidence', '--nonce', nonce, '--number', '999']);
		assert.equal(missing.code, 1);
		assert.ok(missing.stderr.includes(';'), missing.stderr);
	});

	it('should show Prometheus what its attestor does', async () => {
		const samples = await node.metrics();
		const value = (name, label) =>
			samples.find((sample) => sample.name === name && (!label || Object.values(sample.labels).includes(label)))?.value;
		assert.equal(value('millpond_attestor_gpus', 'present'), 1);
		assert.equal(value('millpond_attestor_gpus', 'absent'), 0);
		assert.ok(value('millpond_attestor_rounds_total') >= 1);
		assert.ok(value('millpond_attestor_gpu_rounds_total', 'passed') >= 1);
		assert.ok(value('millpond_attestor_phase_seconds', 'fill') > 0);
		assert.ok(value('millpond_attestor_heartbeats_total', 'sent') >= 1);
	});

	it('should say so when there is nothing to tell of a GPU', async () => {
		await assert.rejects(node.rpc('attestation_status', 77), /there is no GPU 77 at that block/);
		const { code, stderr } = await runToExit(['attestation', 'status', '77', '--url', node.ws]);
		assert.equal(code, 1);
		assert.match(stderr, /there is no GPU 77/);
	});
});

// Blocks of three seconds and short rounds: a node that follows others takes no block from the future, as a fast clock's are.
describe('an attestor on a full node that follows a validator', { timeout: 600_000 }, () => {
	// The chain's first ones.
	const [operator, gpu] = [0, 0];
	// A node that is fewer blocks behind does not count as one that catches up.
	const BEHIND = 8;
	let validator, follower, api, attestor;

	const statusOf = async () => (await api.query.gpus.gpuRecords(gpu)).unwrap().status.type;
	const has = (status) =>
		validator.waitFor(`has its GPU ${status}`, async () => (await statusOf()) === status, { timeout: 90_000 });
	const letIn = async () => validator.rpc('system_addReservedPeer', await follower.bootnode());
	const peers = async (node) => (await node.rpc('system_health')).peers;
	const sent = async (result = 'sent') => {
		const samples = await follower.metrics();
		const beats = samples.filter(({ name }) => name === 'millpond_attestor_heartbeats_total');
		return beats.find(({ labels }) => labels.result === result)?.value ?? 0;
	};

	// Rounds follow one another, or there are none.
	async function parameters(rounds) {
		const windows = { seedBlocks: 1, fillBlocks: 3, walkBlocks: 2, proveBlocks: 3, passes: 1 };
		const present = (await api.query.attestation.parameters()).toJSON();
		return api.tx.sudo.sudo(
			api.tx.attestation.setParameters({ ...present, ...windows, interval: rounds ? 1 : 200_000 }),
		);
	}

	// What happened in all blocks so far.
	async function events(section, method) {
		const heights = Array.from({ length: await validator.best() }, (_, index) => index + 1);
		const blocks = await Promise.all(
			heights.map(async (height) => (await api.at(await api.rpc.chain.getBlockHash(height))).query.system.events()),
		);
		const found = blocks.flatMap((events) => events.map(({ event }) => event));
		return found.filter((event) => event.section === section && event.method === method);
	}

	before(async () => {
		// It lets nobody in whom it was not told of since it was started.
		validator = await Node.start('validator', ['--dev', '--gpu-attestor', 'off', '--reserved-only']);
		api = await validator.connect();
		attestor = Object.assign(account('//attestation.test//far'), { path: '//attestation.test//far' });
		await hasPrice(validator);

		const document = { uri: '', hash: `0x${'00'.repeat(32)}` };
		const papers = { serial: '', purchased: 0, hosting: document, ownership: document };
		const models = await api.query.gpus.models.entries();
		const [key] = models.find(([, record]) => record.unwrap().simulated.isTrue);
		const [model] = key.args;
		const alice = account('//Alice');
		const profile = { name: 'Far Mill', website: '', contact: '', region: 'DE' };
		const calls = [
			api.tx.operators.register(profile, BOND),
			api.tx.gpus.register(operator, model, `0x${'01'.repeat(32)}`, papers, alice.address),
			api.tx.attestation.setAttestor(operator, attestor.address),
			api.tx.balances.transferKeepAlive(attestor.address, 100n * BCT),
			await parameters(false),
		];
		await submit(api, api.tx.utility.batchAll(calls), alice, { until: 'inBlock' });
	});

	after(() => Promise.all([validator, follower].map((node) => node?.stop())));

	it('should attest nothing while it catches up, and then the present period alone', async () => {
		const height = BEHIND + (await validator.best());
		await validator.waitForBest(height);
		const basePath = temporaryDirectory();
		const inserted = await runToExit([
			...['key', 'insert', '--base-path', basePath, '--chain', 'dev', '--key-type', 'atst', '--scheme', 'sr25519'],
			...['--suri', attestor.path],
		]);
		assert.equal(inserted.code, 0, inserted.stderr);
		follower = await Node.start(
			'follower',
			[
				...['--chain', 'dev', '--gpu-attestor', 'cpu', '--operator', String(operator)],
				...['--reserved-only', '--reserved-nodes', await validator.bootnode()],
			],
			{ basePath },
		);
		assert.deepEqual(await follower.rpc('system_nodeRoles'), ['Full']);
		await letIn();
		let early = 0;
		await follower.waitFor(
			'catches up',
			async () => {
				const beats = await sent();
				const isBehind = (await follower.best()) < height;
				if (isBehind) early = beats;
				return !isBehind;
			},
			{ interval: 20 },
		);
		assert.equal(early, 0);
		await validator.waitFor(
			'takes the heartbeat',
			async () => (await api.call.attestationApi.duties(operator)).unwrap().gpus.toNumber() === 1,
			{ timeout: 30_000 },
		);
		assert.deepEqual([await sent(), await sent('not_sent')], [1, 0]);
	});

	it('should bring its GPU online', async () => {
		await submit(api, await parameters(true), account('//Alice'), { until: 'inBlock' });
		await has('Online');
		assert.equal((await events('attestation', 'Proven')).length, 1);
	});

	it('should stand still and say that it has no peer while it is cut off, and its GPU misses the round', async () => {
		const { index } = await validator.waitFor(
			'fills in a round',
			async () => {
				const round = (await api.query.attestation.round()).unwrapOr(null);
				return round?.phase.type === 'Fill' && round;
			},
			{ interval: 50 },
		);
		// Shut down and started again, it goes on making blocks, and knows the follower no more.
		await validator.stop();
		await validator.restart();
		api = await validator.connect();
		await follower.waitFor('has no peer', async () => (await peers(follower)) === 0);
		const said = follower.log.length;
		const [beats, block] = [await sent(), await follower.best()];
		await has('Offline');
		const [struck] = await events('attestation', 'Struck');
		assert.deepEqual([struck.data.round.toNumber(), struck.data.gpu.toNumber()], [index.toNumber(), gpu]);
		assert.deepEqual([await sent(), await follower.best()], [beats, block]);
		const log = follower.log.slice(said);
		assert.match(log, /Idle \(0 peers\)/);
		assert.doesNotMatch(log, /panicked/);
	});

	it('should go on attesting when it has its peer again, and have its GPU online', async () => {
		await letIn();
		await follower.waitFor('has its peer', async () => (await peers(follower)) === 1);
		await has('Online');
		assert.equal(await sent('not_sent'), 0);
	});

	it('should have sent nothing twice and nothing that failed', async () => {
		assert.deepEqual(await events('system', 'ExtrinsicFailed'), []);
		const heights = Array.from({ length: await validator.best() }, (_, index) => index + 1);
		const blocks = await Promise.all(
			heights.map(async (height) => (await api.rpc.chain.getBlock(await api.rpc.chain.getBlockHash(height))).block),
		);
		const duties = blocks
			.flatMap(({ extrinsics }) => extrinsics.map(({ method }) => method))
			.filter(({ section }) => section === 'attestation')
			// The operator and the period, the operator and the round, or the round and the GPU.
			.map(({ method, args }) => [method, ...args.slice(0, 2).map(String)].join(' '));
		assert.equal(new Set(duties).size, duties.length, duties.join(', '));
		for (const method of ['heartbeat', 'commitFill', 'commitWalk', 'prove'])
			assert.ok(duties.some((duty) => duty.startsWith(`${method} `)), method);
	});
});

describe('the command line without a node', () => {
	it('should tell what GPUs this machine has, or what is missing', async () => {
		const { code, stdout } = await runToExit(['gpu', 'probe', '--json']);
		const { gpus, problems } = JSON.parse(stdout);
		assert.equal(code, gpus.some(({ computes }) => computes) ? 0 : 1);
		assert.ok(gpus.length || problems.every(({ what, remedy }) => what && remedy));
		assert.ok(gpus.length || problems.length);
	});

	it('should measure the challenge on the processor, and say which model it meets', async () => {
		const { code, stdout } = await runToExit(['gpu', 'bench', '--backend', 'cpu']);
		assert.equal(code, 0);
		assert.match(stdout, /^fill +[\d.]+ s +[\d.]+ TOPS$/m);
		assert.match(stdout, /^meets SIM-CPU/m);
		const other = await runToExit(['gpu', 'bench', '--backend', 'cpu', '--shape', '16,64,64,4,4,2', '--json']);
		assert.equal(JSON.parse(other.stdout).memory, 4096);
		const unknown = await runToExit(['gpu', 'bench', '--backend', 'cpu', '--model', 'Voodoo']);
		assert.equal(unknown.code, 1);
		assert.match(unknown.stderr, /there is no model 'Voodoo'; there are 'SIM-CPU'/);
	});

	it('should refuse to attest for nobody', async () => {
		const { code, stderr } = await runToExit(['--chain', 'local', '--gpu-attestor', 'cpu', '--no-telemetry']);
		assert.equal(code, 1);
		assert.match(stderr, /--operator/);
	});
});
