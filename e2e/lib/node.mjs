// Real `millpond` processes on loopback. Whatever is started here ends with the test process, however that ends.
import { ApiPromise, WsProvider } from '@polkadot/api';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rpc } from './rpc.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const LOG_LINES_IN_ERRORS = 40;

const running = new Set();
const temporary = new Set();

process.once('exit', () => {
	for (const child of running) child.kill('SIGKILL');
	for (const path of temporary) rmSync(path, { recursive: true, force: true });
});
// Without a handler a signal ends this process without its `exit` event, and the nodes would outlive it.
for (const [signal, code] of [
	['SIGINT', 130],
	['SIGTERM', 143],
])
	process.once(signal, () => process.exit(code));

export function binary() {
	const path =
		process.env.MILLPOND_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target'), 'release/millpond');
	if (!existsSync(path))
		throw new Error(`no node at ${path}: build it with 'cargo build --release', or set MILLPOND_BIN`);
	return path;
}

export function temporaryDirectory() {
	const path = mkdtempSync(join(tmpdir(), 'millpond-e2e-'));
	temporary.add(path);
	return path;
}

export async function freePorts(count) {
	// All are held until all are known: otherwise the same port could be handed out twice.
	const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
	await Promise.all(servers.map((server) => once(server, 'listening')));
	const ports = servers.map((server) => server.address().port);
	await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
	return ports;
}

// Polls until `probe` gives something truthy, and returns that. An error counts as "not yet"; the last one is told.
export async function waitFor(what, probe, { timeout = 60_000, interval = 200 } = {}) {
	const deadline = performance.now() + timeout;
	let lastError;
	for (;;) {
		try {
			const found = await probe();
			if (found) return found;
			lastError = undefined;
		} catch (error) {
			if (error.fatal) throw error;
			lastError = error;
		}
		if (performance.now() > deadline) {
			throw new Error(`not within ${timeout / 1000} s: ${what}${lastError ? ` (${lastError.message})` : ''}`);
		}
		await sleep(interval);
	}
}

// `command` is what the binary is started by, `extra` what its environment has more, `program` another binary.
function launch(args, { program = binary(), command = [], extra = {}, env = process.env, ...options } = {}) {
	const [first, ...rest] = [...command, program, ...args];
	const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...extra }, ...options });
	running.add(child);
	child.once('close', () => running.delete(child));
	return child;
}

// Runs the binary to its end. One that is still running after `timeout` is killed and has the exit code null. `options` are those
// of `spawn`, and `program` for another binary.
export async function runToExit(args, { timeout = 30_000, ...options } = {}) {
	const child = launch(args, options);
	const output = { stdout: '', stderr: '' };
	for (const stream of ['stdout', 'stderr']) child[stream].on('data', (data) => (output[stream] += data));
	const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
	const [code] = await once(child, 'close');
	clearTimeout(timer);
	return { code, ...output };
}

export class Node {
	#child;
	#apis = new Set();

	log = '';

	constructor({ name, args, basePath, ports, place }) {
		Object.assign(this, { name, args, basePath, place });
		[this.port, this.rpcPort, this.prometheusPort] = ports;
		this.address = place.address ?? '127.0.0.1';
		this.http = `http://${this.address}:${this.rpcPort}`;
		this.ws = `ws://${this.address}:${this.rpcPort}`;
		this.listenAddress = place.listenAddress ?? `/ip4/127.0.0.1/tcp/${this.port}`;
	}

	// Returns as soon as the process is started: see `ready`. `basePath` is given where keys are put there first, `place` where it
	// is not on loopback (`laboratory.mjs`).
	static async spawn(name, args, { basePath = temporaryDirectory(), place = {}, ports, ...options } = {}) {
		const node = new Node({ name, args, basePath, place, ports: ports ?? (await freePorts(3)) });
		node.#launch(options);
		return node;
	}

	static async start(name, args, options) {
		const node = await Node.spawn(name, args, options);
		await node.ready();
		return node;
	}

	#launch(options) {
		this.spawnedAt = performance.now();
		const args = [
			...this.args,
			...['--base-path', this.basePath],
			...['--listen-addr', this.listenAddress],
			...['--rpc-port', String(this.rpcPort)],
			...['--prometheus-port', String(this.prometheusPort)],
			'--no-mdns',
			'--no-telemetry',
		];
		const child = launch(args, { ...this.place, ...options });
		for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (this.log += data));
		this.#child = child;
	}

	get pid() {
		return this.#child.pid;
	}

	ready(options) {
		return this.waitFor('answers by RPC', () => this.rpc('system_health'), options);
	}

	// Like `waitFor`, but gives up at once when the process has ended, and shows the end of its log.
	async waitFor(what, probe, options) {
		try {
			return await waitFor(
				`${this.name} ${what}`,
				() => {
					if (this.#child.exitCode === null && this.#child.signalCode === null) return probe();
					throw Object.assign(new Error(`${this.name} ended with code ${this.#child.exitCode}`), {
						fatal: true,
					});
				},
				options,
			);
		} catch (error) {
			const end = this.log.split('\n').slice(-LOG_LINES_IN_ERRORS).join('\n');
			error.message += `\n--- end of ${this.name}'s log ---\n${end}`;
			throw error;
		}
	}

	rpc(method, ...params) {
		return rpc(this.http, method, params);
	}

	async best() {
		return Number((await this.rpc('chain_getHeader')).number);
	}

	async finalized() {
		return Number((await this.rpc('chain_getHeader', await this.rpc('chain_getFinalizedHead'))).number);
	}

	waitForBest(number, options) {
		return this.waitFor(`has block ${number}`, async () => (await this.best()) >= number, options);
	}

	waitForFinalized(number, options) {
		return this.waitFor(`has finalised block ${number}`, async () => (await this.finalized()) >= number, options);
	}

	async bootnode() {
		return `${this.listenAddress}/p2p/${await this.rpc('system_localPeerId')}`;
	}

	async connect() {
		const api = await ApiPromise.create({
			provider: new WsProvider(this.ws),
			noInitWarn: true,
			throwOnConnect: true,
		});
		this.#apis.add(api);
		return api;
	}

	// Every sample that Prometheus would get.
	async metrics() {
		const text = await (await fetch(`http://${this.address}:${this.prometheusPort}/metrics`)).text();
		return [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name, labels = '', value]) => ({
			name,
			labels: Object.fromEntries(
				[...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, text]) => [label, text]),
			),
			value: Number(value),
		}));
	}

	async #end(signal) {
		const child = this.#child;
		if (child.exitCode !== null || child.signalCode !== null) return;
		const closed = once(child, 'close');
		child.kill(signal);
		await closed;
	}

	// Takes the reader of its log away.
	hangUpOnLog() {
		this.#child.stdout.destroy();
		this.#child.stderr.destroy();
	}

	// No chance to write anything down: what a power cut or the kernel's out-of-memory killer does.
	kill() {
		return this.#end('SIGKILL');
	}

	// The same, without waiting for the process to end: for handlers that cannot wait.
	killNow() {
		this.#child.kill('SIGKILL');
	}

	get exit() {
		const { exitCode, signalCode } = this.#child;
		return { code: exitCode, signal: signalCode };
	}

	// Waits until the process has ended by itself, and says how.
	async ended(timeout) {
		await waitFor(`${this.name} ends`, () => this.exit.code !== null || this.exit.signal !== null, { timeout });
		return this.exit;
	}

	async stop() {
		await Promise.all([...this.#apis].map((api) => api.disconnect()));
		this.#apis.clear();
		const patience = setTimeout(() => this.kill(), 10_000);
		await this.#end('SIGTERM');
		clearTimeout(patience);
	}

	// Starts again with the same database, keys and ports.
	async restart() {
		await this.kill();
		this.#launch();
		await this.ready();
	}
}
