import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runGuide } from './lib/guides.mjs';
import { Node, ROOT, temporaryDirectory } from './lib/node.mjs';

// In this order, in one folder: customers rent what operators have brought.
const GUIDES = ['docs/operators.md', 'docs/customers.md', 'docs/aggregators.md', 'docs/validators.md', 'README.md'];

describe('the guides', { timeout: 600_000 }, () => {
	let node, home;

	before(async () => {
		home = temporaryDirectory();
		node = await Node.start('guided', ['--dev', '--fast-clock', '15', '--price-source', 'fixed:0.02']);
		await node.waitFor('has a price', async () => (await node.rpc('credits_quote', '1000000000000')).price === '0.02');
	});

	after(() => node?.stop());

	for (const guide of GUIDES) {
		it(`should work as they stand: ${guide}`, async () => {
			const { code, output } = await runGuide(guide, node, home);
			assert.equal(code, 0, output);
		});
	}
});

describe('the pages', () => {
	const pallets = readdirSync(join(ROOT, 'pallets')).map((name) => join('pallets', name, 'README.md'));
	const pages = ['README.md', 'e2e/README.md', ...pallets].concat(
		readdirSync(join(ROOT, 'docs'), { recursive: true })
			.map((name) => join('docs', name))
			.filter((name) => name.endsWith('.md')),
	);
	for (const page of pages) {
		it(`should lead to what is there: ${page}`, () => {
			const missing = links(page).filter(({ path }) => !existsSync(path));
			const broken = links(page).filter(({ path, anchor }) => anchor && existsSync(path) && !anchors(path).has(anchor));
			assert.deepEqual([...missing, ...broken], []);
		});
	}
});

const text = (path) => readFileSync(path, 'utf8').replace(/^ *```.*?^ *```/gms, '');

// The links of a page to files of the repository, and to headings in them.
function links(page) {
	const here = join(ROOT, page);
	return [...text(here).matchAll(/\]\(([^)\s]+)\)/g)]
		.map(([, target]) => target)
		.filter((target) => !/^(https?|mailto):/.test(target))
		.map((target) => {
			const [path, anchor] = target.split('#');
			return { page, target, path: path ? join(dirname(here), path) : here, anchor };
		});
}

// What headings are called in links, on GitHub.
function anchors(path) {
	const headings = text(path).matchAll(/^#+ (.*)$/gm);
	const names = [...headings].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);
	return new Set(names);
}
