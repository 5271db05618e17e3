// A relay between a command and a node's WebSocket: it sees each message of their exchange, and can hold it, drop it, or cut the
// connection.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const TEXT = 1;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

// Takes the first frame off a buffer: all of its bytes, and its text if it has one. Undefined while it is not whole.
function takeFrame(buffer) {
	if (buffer.length < 2) return undefined;
	const masked = (buffer[1] & 0x80) > 0;
	let length = buffer[1] & 0x7f;
	let start = 2;
	if (length === 126) {
		if (buffer.length < 4) return undefined;
		[length, start] = [buffer.readUInt16BE(2), 4];
	} else if (length === 127) {
		if (buffer.length < 10) return undefined;
		[length, start] = [Number(buffer.readBigUInt64BE(2)), 10];
	}
	const mask = masked ? buffer.subarray(start, start + 4) : undefined;
	if (masked) start += 4;
	const end = start + length;
	if (buffer.length < end) return undefined;
	const payload = Buffer.from(buffer.subarray(start, end));
	if (mask) for (const index of payload.keys()) payload[index] ^= mask[index % 4];
	const isText = (buffer[0] & 0x0f) === TEXT;
	return { bytes: buffer.subarray(0, end), rest: buffer.subarray(end), text: isText ? payload.toString() : undefined };
}

export class Relay {
	#server;
	#sockets = new Set();

	// The messages that it has seen, in their order: who sent it, and what.
	messages = [];

	// `judge` is given each message and says, perhaps later, what becomes of it: 'forward' (by default), 'cut' (the connection,
	// without forwarding it) or 'cut after' (having forwarded it).
	static async start(node, judge = () => 'forward') {
		const relay = new Relay();
		relay.#server = createServer((client) => relay.#join(client, node.rpcPort, judge)).listen(0, '127.0.0.1');
		await once(relay.#server, 'listening');
		relay.url = `ws://127.0.0.1:${relay.#server.address().port}`;
		return relay;
	}

	#join(client, port, judge) {
		const node = connect(port, '127.0.0.1');
		const cut = () => [client, node].forEach((socket) => socket.destroy());
		for (const [from, source, target] of [
			['client', client, node],
			['node', node, client],
		]) {
			this.#sockets.add(source);
			source.setNoDelay(true);
			source.on('error', cut);
			source.on('close', () => {
				this.#sockets.delete(source);
				cut();
			});
			let [upgraded, pending, turn] = [false, Buffer.alloc(0), Promise.resolve()];
			source.on('data', (data) => {
				pending = Buffer.concat([pending, data]);
				if (!upgraded) {
					const end = pending.indexOf(END_OF_HEAD);
					if (end < 0) return;
					target.write(pending.subarray(0, end + END_OF_HEAD.length));
					[upgraded, pending] = [true, pending.subarray(end + END_OF_HEAD.length)];
				}
				for (let frame = takeFrame(pending); frame; frame = takeFrame(pending)) {
					pending = frame.rest;
					const { bytes, text } = frame;
					turn = turn.then(async () => {
						const verdict = text === undefined ? 'forward' : await this.#see({ from, text }, judge);
						if (verdict !== 'cut' && !target.destroyed) await new Promise((sent) => target.write(bytes, sent));
						if (verdict.startsWith('cut')) cut();
					});
				}
			});
		}
	}

	#see(message, judge) {
		this.messages.push(message);
		return judge(message, this.messages.length);
	}

	// The transaction that a command has handed over, in hexadecimal, if it has.
	get transaction() {
		return this.messages.map(submitted).find(Boolean);
	}

	stop() {
		for (const socket of this.#sockets) socket.destroy();
		return new Promise((closed) => this.#server.close(closed));
	}
}

// The transaction that a message hands to a node.
export function submitted({ from, text }) {
	if (from !== 'client' || !text.includes('"author_submit')) return undefined;
	return JSON.parse(text).params[0];
}
