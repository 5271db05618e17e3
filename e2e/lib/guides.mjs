// Runs what the guides of docs/ tell people to type.
//
// The blocks of a page that are marked `sh` are one bash script, in their order. Blocks marked `console` are not run: they need
// root, a GPU or another machine, or do not end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, ROOT, temporaryDirectory } from './node.mjs';

// Where the pages say that the node is.
const DEFAULT_NODE = '127.0.0.1:9944';

// Each block marked `sh`, with the line on which it begins.
function blocks(text) {
	return [...text.matchAll(/^( *)```sh\n(.*?)^\1```$/gms)].map(({ 1: indent, 2: body, index }) => ({
		line: text.slice(0, index).split('\n').length + 1,
		body: body.replace(new RegExp(`^${indent}`, 'gm'), ''),
	}));
}

function script(page) {
	const text = readFileSync(join(ROOT, page), 'utf8');
	// `set -v` tells which command it was that failed.
	return ['set -euo pipefail', ...blocks(text).map(({ line, body }) => `# ${page}:${line}\nset -v\n${body}set +v`)].join('\n');
}

// A folder with a `millpond` that speaks to this node where a command speaks to any.
function commandFolder(node) {
	const folder = temporaryDirectory();
	const command = join(folder, 'millpond');
	writeFileSync(
		command,
		[
			'#!/bin/bash',
			`if '${binary()}' "$@" --help 2>/dev/null | grep -q -- '^ *--url <URL>$'; then set -- "$@" --url '${node.ws}'; fi`,
			`exec '${binary()}' "$@"`,
		].join('\n'),
	);
	chmodSync(command, 0o755);
	return folder;
}

// Runs a page's commands against a node, in a folder that is the user's home. Ends with the exit code and all that was printed.
export async function runGuide(page, node, home) {
	const file = join(temporaryDirectory(), 'guide.sh');
	writeFileSync(file, script(page).replaceAll(DEFAULT_NODE, new URL(node.http).host).replaceAll(':9615', `:${node.prometheusPort}`));
	const child = spawn('bash', [file], {
		cwd: home,
		env: { ...process.env, HOME: home, PATH: `${commandFolder(node)}:${process.env.PATH}` },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
	const [code] = await once(child, 'close');
	return { code, output };
}
