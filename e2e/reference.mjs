// Writes docs/reference anew from what a development node says of itself; with --check only says whether it is up to date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Node, ROOT } from './lib/node.mjs';
import { reference } from './lib/reference/index.mjs';

const FOLDER = join(ROOT, 'docs/reference');
const fileOf = (name) => join(FOLDER, `${name}.md`);

function written() {
	try {
		const names = readdirSync(FOLDER).map((file) => file.replace(/\.md$/, ''));
		return new Map(names.map((name) => [name, readFileSync(fileOf(name), 'utf8')]));
	} catch (error) {
		if (error.code !== 'ENOENT') throw error;
		return new Map();
	}
}

// The pages that are not as the node says, or should not be there.
export async function outdated(node) {
	const pages = await reference(node);
	const found = written();
	return [...new Set([...pages.keys(), ...found.keys()])].filter((name) => pages.get(name) !== found.get(name)).sort();
}

async function main() {
	const node = await Node.start('reference', ['--dev']);
	try {
		if (process.argv.includes('--check')) {
			const names = await outdated(node);
			if (!names.length) return;
			console.error(`out of date in docs/reference: ${names.join(', ')}. Run scripts/reference.sh and commit what it writes.`);
			process.exitCode = 1;
			return;
		}
		const pages = await reference(node);
		rmSync(FOLDER, { recursive: true, force: true });
		mkdirSync(FOLDER, { recursive: true });
		for (const [name, text] of pages) {
			writeFileSync(fileOf(name), text);
			console.log(`  docs/reference/${name}.md`);
		}
	} finally {
		await node.stop();
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
