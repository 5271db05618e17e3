// Validators that each have a network and a disk of their own, and what can befall them.
//
// This process has to be in network and mount namespaces of its own, as root: `scripts/chaos.sh` starts it there. Each validator
// gets a network namespace with two cables. One leads to a bridge, where it meets its peers; another bridge is the other side of a
// partition. The other cable leads here and carries RPC only, so that a partition does not hide from us what it does. Each disk is an
// ext4 file system in a sparse file: a power cut shuts the file system down as it stands, without writing back what the kernel
// still holds of it.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring } from '@polkadot/api';
import { Node, runToExit } from './node.mjs';

const NAMES = ['alice', 'bob', 'charlie', 'dave'];
// The place, with a disk and cables of its own, of a node that is no validator.
export const SPARE = NAMES.length;
const MEBIBYTE = 2 ** 20;
const DISK_BYTES = 1024 * MEBIBYTE;
// Stops a node before its disk is full, and is less than the default, which would be the whole disk.
const STORAGE_THRESHOLD_MIB = 64;
// A machine that has much else to do takes minutes to compile the runtime.
const START_MS = 300_000;
const BRIDGES = ['peers', 'others'];
const P2P_PORT = 30333;
const RPC_PORT = 9944;
const PROMETHEUS_PORT = 9615;
// _IOR('X', 125, __u32) with 2, "do not flush the log": what a power cut does to ext4 and XFS.
const SHUT_DOWN = 'open(F, "<", $ARGV[0]) or die $!; $how = pack("L", 2); ioctl(F, 0x8004587D, $how) or die $!';

const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });
const ip = (...args) => run('ip', ...args);

// Why this process has no namespaces to experiment in; undefined where it has.
export function missing() {
	if (process.platform !== 'linux') return 'Linux is needed';
	if (process.getuid() !== 0) return 'root is needed for namespaces and loop devices';
	if (readFileSync('/proc/self/net/dev', 'utf8').split('\n').slice(2).filter(Boolean).length > 1)
		return 'this process is not in a network namespace of its own: start it by scripts/chaos.sh';
	for (const [command, ...args] of [
		['ip', '-V'],
		['mkfs.ext4', '-V'],
		['perl', '-v'],
		['nsenter', '-V'],
	]) {
		try {
			run(command, ...args);
		} catch {
			return `${command} is missing`;
		}
	}
	try {
		ip('link', 'add', 'trial', 'type', 'bridge');
		ip('link', 'delete', 'trial');
	} catch (error) {
		return `no bridge can be made: ${error.stderr ?? error.message}`.trim();
	}
}

// The library that fakes clocks, where it is installed.
export function clockLibrary() {
	try {
		return run('sh', '-c', 'ls /usr/lib/*/faketime/libfaketimeMT.so.1 /usr/lib/faketime/libfaketimeMT.so.1 2>/dev/null | head -n 1').trim();
	} catch {
		return '';
	}
}

// A balance is more than a number of JavaScript's holds: those of a text are strings while they are here.
const parseExactly = (text) => JSON.parse(text.replace(/(?<=[:[,]\s*)\d{16,}(?=\s*[,\]}])/g, '"exactly $&"'));
const writeExactly = (value) => JSON.stringify(value).replace(/"exactly (\d+)"/g, '$1');

// The specification of the local chain with four validators: one of them may fail, and two halves are no majority.
async function chainSpec(folder) {
	const written = async (...args) => {
		const { code, stdout, stderr } = await runToExit(['export-chain-spec', ...args], { timeout: 180_000 });
		if (code !== 0) throw new Error(stderr);
		return stdout;
	};
	const spec = parseExactly(await written('--chain', 'local'));
	const { session, staking } = spec.genesis.runtimeGenesis.patch;
	const dave = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromUri('//Dave').address;
	const grandpa = new Keyring({ type: 'ed25519', ss58Format: 42 }).addFromUri('//Dave').address;
	session.keys.push([dave, dave, { authority_discovery: dave, babe: dave, grandpa }]);
	staking.stakers.push([dave, dave, staking.stakers[0][2], 'Validator']);
	staking.validatorCount = NAMES.length;
	Object.assign(spec, { name: 'Millpond Chaos', id: 'millpond_chaos', protocolId: 'millpond-chaos' });
	const plain = join(folder, 'plain.json');
	writeFileSync(plain, writeExactly(spec));
	const raw = join(folder, 'raw.json');
	writeFileSync(raw, await written('--chain', plain, '--raw'));
	return raw;
}

// A disk that can lose its power and run full.
class Disk {
	constructor(folder, name) {
		this.image = join(folder, `${name}.img`);
		this.path = join(folder, name);
		this.ballast = join(this.path, 'ballast');
		mkdirSync(this.path);
		run('truncate', '-s', String(DISK_BYTES), this.image);
		run('mkfs.ext4', '-q', '-F', '-m', '0', this.image);
		this.mount();
	}

	mount() {
		run('mount', '-o', 'loop', this.image, this.path);
	}

	unmount() {
		run('umount', this.path);
	}

	cutPower() {
		run('perl', '-e', SHUT_DOWN, this.path);
	}

	#free() {
		const [, size] = run('df', '--output=avail', '-B1', this.path).trim().split('\n');
		return Number(size);
	}

	// Leaves so many bytes free, or less.
	fill(left) {
		this.empty();
		mkdirSync(this.ballast);
		let pieces = 0;
		for (const size of [64 * MEBIBYTE, 4 * MEBIBYTE, 64 * 1024, 4 * 1024]) {
			while (this.#free() - size >= left) {
				try {
					run('fallocate', '-l', String(size), join(this.ballast, String(pieces)));
				} catch {
					// Not everything that is free can be had.
					break;
				}
				pieces += 1;
			}
		}
	}

	empty() {
		rmSync(this.ballast, { recursive: true, force: true });
	}
}

// A namespace, held by a process that sleeps in it.
class Cabling {
	constructor(index) {
		this.index = index;
		this.holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
		this.peerAddress = `10.99.0.${index + 1}`;
		this.address = `10.98.${index}.2`;
	}

	async connect() {
		const own = run('readlink', '/proc/self/ns/net');
		const { pid } = this.holder;
		// The holder begins in the namespace of this process.
		for (let tries = 0; run('readlink', `/proc/${pid}/ns/net`) === own; tries++) {
			if (tries > 100) throw new Error('unshare made no namespace');
			await new Promise((done) => setTimeout(done, 20));
		}
		this.command = ['nsenter', `--net=/proc/${pid}/ns/net`];
		const inside = (...args) => run(...this.command, 'ip', ...args);
		this.cable = `peer${this.index}`;
		for (const [outer, inner, address] of [
			[this.cable, 'peers', `${this.peerAddress}/24`],
			[`rpc${this.index}`, 'rpc', `${this.address}/30`],
		]) {
			ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', String(pid));
			inside('addr', 'add', address, 'dev', inner);
			inside('link', 'set', 'dev', inner, 'up');
			ip('link', 'set', 'dev', outer, 'up');
		}
		inside('link', 'set', 'dev', 'lo', 'up');
		ip('addr', 'add', `10.98.${this.index}.1/30`, 'dev', `rpc${this.index}`);
		this.plug(BRIDGES[0]);
	}

	plug(bridge) {
		ip('link', 'set', 'dev', this.cable, 'master', bridge);
	}
}

export class Laboratory {
	validators = [];
	disks = [];
	cablings = [];

	// `args` are what each node gets besides, `sysctl` settings of the kernel's, as `name=value`, that each machine has. With
	// `inMemory` the files that the disks are in are themselves in memory, where this machine's own disk delays nothing.
	static async open({ args = [], sysctl = [], inMemory = false } = {}) {
		const laboratory = new Laboratory();
		if (inMemory) run('mount', '-t', 'tmpfs', 'millpond-chaos', laboratory.folder);
		await laboratory.#build(args, sysctl);
		return laboratory;
	}

	constructor() {
		this.folder = mkdtempSync(join(tmpdir(), 'millpond-chaos-'));
		process.once('exit', () => this.#clear());
	}

	async #build(args, sysctl) {
		const [spec, identities] = await Promise.all([chainSpec(this.folder), this.#furnish(sysctl)]);
		this.spec = spec;
		this.args = args;
		this.bootnodes = identities;
		const start = async (name, index) => {
			const node = await this.node(name, index, [
				...['--validator', `--${name}`, '--node-key-file', join(this.folder, `${name}.key`)],
				...['--bootnodes', ...identities.filter((_, other) => other !== index)],
				...args,
			]);
			this.validators[index] = node;
			await node.ready({ timeout: START_MS });
		};
		// The first compiles the runtime, the others find it compiled.
		await start(NAMES[0], 0);
		await Promise.all(NAMES.slice(1).map((name, place) => start(name, place + 1)));
	}

	// Cables and disks for all. Returns the addresses under which the nodes will find each other.
	async #furnish(sysctl) {
		ip('link', 'set', 'dev', 'lo', 'up');
		for (const bridge of BRIDGES) {
			ip('link', 'add', bridge, 'type', 'bridge');
			ip('link', 'set', 'dev', bridge, 'up');
		}
		const identities = [];
		for (const [index, name] of [...NAMES, 'spare'].entries()) {
			const cabling = new Cabling(index);
			this.cablings.push(cabling);
			await cabling.connect();
			for (const setting of sysctl) run(...cabling.command, 'sysctl', '-q', '-w', setting);
			this.disks.push(new Disk(this.folder, name));
			const key = join(this.folder, `${name}.key`);
			writeFileSync(key, (index + 1).toString(16).padStart(64, '0'));
			const { stdout } = await runToExit(['key', 'inspect-node-key', '--file', key]);
			identities.push(`/ip4/${cabling.peerAddress}/tcp/${P2P_PORT}/p2p/${stdout.trim()}`);
		}
		return identities;
	}

	// Starts a node that is no validator, with nothing on its disk.
	newcomer() {
		rmSync(join(this.disks[SPARE].path, 'base'), { recursive: true, force: true });
		return this.node('newcomer', SPARE, ['--bootnodes', ...this.bootnodes.slice(0, SPARE), ...this.args]);
	}

	// Up to which block a database holds final ones, while its node is not running.
	async heldOnDisk(index) {
		const { basePath } = this.validators[index];
		const { code, stdout, stderr } = await runToExit(['chain-info', '--chain', this.spec, '--base-path', basePath]);
		if (code !== 0) throw new Error(`the database does not open: ${stderr}`);
		return JSON.parse(stdout).finalized_number;
	}

	// Starts a node in the place of this index.
	node(name, index, args) {
		const { address, peerAddress, command } = this.cablings[index];
		return Node.spawn(
			name,
			[
				...['--chain', this.spec, '--unsafe-rpc-external', '--rpc-methods', 'safe', '--rpc-cors', 'all'],
				...['--prometheus-external', '--db-storage-threshold', String(STORAGE_THRESHOLD_MIB)],
				...args,
			],
			{
				basePath: join(this.disks[index].path, 'base'),
				place: { address, command, listenAddress: `/ip4/${peerAddress}/tcp/${P2P_PORT}` },
				ports: [P2P_PORT, RPC_PORT, PROMETHEUS_PORT],
			},
		);
	}

	// The validators whose cables are in the second bridge afterwards.
	partition(others) {
		this.cablings.forEach((cabling, index) => cabling.plug(BRIDGES[others.includes(index) ? 1 : 0]));
	}

	heal() {
		this.partition([]);
	}

	// All at the same moment. Their disks are mounted again afterwards, as after a restart of the machine.
	cutPower(indices) {
		return this.#cut(indices.map((index) => [this.validators[index], this.disks[index]]));
	}

	cutPowerOf(node, index) {
		return this.#cut([[node, this.disks[index]]]);
	}

	async #cut(pairs) {
		// Nothing leaves a stopped process, and what it has written stays where it is.
		for (const [node] of pairs) process.kill(node.pid, 'SIGSTOP');
		for (const [, disk] of pairs) disk.cutPower();
		await Promise.all(pairs.map(([node]) => node.kill()));
		for (const [, disk] of pairs) {
			disk.unmount();
			disk.mount();
		}
	}

	async close() {
		await Promise.all(this.validators.map((node) => node.stop()));
	}

	#clear() {
		for (const node of this.validators) node.killNow();
		for (const { holder } of this.cablings) holder.kill('SIGKILL');
		for (const path of [...this.disks.map((disk) => disk.path), this.folder]) {
			try {
				run('umount', '-l', path);
			} catch {
				// It was not mounted.
			}
		}
		rmSync(this.folder, { recursive: true, force: true });
	}
}
