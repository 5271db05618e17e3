// Measures how long a development node takes from its start to its first block.
//
//     node start.mjs [--starts 5]
import { parseArgs } from 'node:util';
import { Node } from './lib/node.mjs';

const GOAL_SECONDS = 5;

const { values } = parseArgs({ options: { starts: { type: 'string', default: '5' } } });

async function secondsToFirstBlock() {
	const node = await Node.spawn('start', ['--dev']);
	await node.waitFor('makes a block', async () => (await node.best()) > 0, { interval: 20 });
	const seconds = (performance.now() - node.spawnedAt) / 1000;
	await node.stop();
	return seconds;
}

const seconds = [];
while (seconds.length < Number(values.starts)) seconds.push(await secondsToFirstBlock());
seconds.sort((one, other) => one - other);
const [fastest, median, slowest] = [seconds[0], seconds[Math.floor(seconds.length / 2)], seconds.at(-1)];
const verdict = median <= GOAL_SECONDS ? 'met' : 'missed';
console.log('| `--dev`, from start to first block | fastest | slowest | goal | |');
console.log('|---|---|---|---|---|');
console.log(
	`| **${median.toFixed(1)} s** | ${fastest.toFixed(1)} s | ${slowest.toFixed(1)} s | ≤ ${GOAL_SECONDS} s | ${verdict} |`,
);
