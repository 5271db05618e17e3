import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Node, ROOT } from './lib/node.mjs';

const DASHBOARDS = join(ROOT, 'docker/grafana/dashboards');

function expressions(value) {
	if (value === null || typeof value !== 'object') return [];
	return Object.entries(value).flatMap(([key, child]) =>
		typeof child === 'string' && ['expr', 'query', 'definition'].includes(key) ? [child] : expressions(child),
	);
}

// PromQL's own words aside, an identifier that no bracket follows is a metric.
function metricNames(expression) {
	const bare = expression
		.replace(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
		.replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
		.replace(/\blabel_values\(([^,)]*)[^)]*\)/g, '$1');
	return (bare.match(/[a-zA-Z_:][\w:]*(?!\w*\s*\()/g) ?? []).filter(
		(word) => !['and', 'or', 'unless', 'bool', 'offset'].includes(word),
	);
}

describe('the dashboards and alarms', { timeout: 120_000 }, () => {
	let node;

	before(async () => {
		node = await Node.start('measured', ['--dev']);
		await node.waitForFinalized(2);
	});

	after(() => node?.stop());

	it('should wake people for metrics that a node has', async () => {
		const alarms = readFileSync(join(ROOT, 'docker/alarms.yml'), 'utf8');
		const watched = new Set([...alarms.matchAll(/^ +expr: (.*)$/gm)].flatMap(([, expression]) => metricNames(expression)));
		const available = new Set((await node.metrics()).map((sample) => sample.name));
		assert.ok(watched.size >= 4);
		assert.deepEqual(
			[...watched].filter((metric) => !available.has(metric)),
			[],
		);
	});

	for (const name of readdirSync(DASHBOARDS)) {
		it(`should show only metrics that a node has: ${name}`, async () => {
			const shown = new Set(
				expressions(JSON.parse(readFileSync(join(DASHBOARDS, name), 'utf8'))).flatMap(metricNames),
			);
			const available = new Set((await node.metrics()).map((sample) => sample.name));
			assert.ok(shown.size > 10);
			assert.deepEqual(
				[...shown].filter((metric) => !available.has(metric)),
				[],
			);
		});
	}
});
