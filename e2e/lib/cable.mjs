// The way between two nodes, which can be cut: a port of its own that leads to another one.
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

export class Cable {
	#server;
	#sockets = new Set();
	#isCut = false;

	// A cable to a port on this machine. What connects to its `port` reaches that one.
	static async to(port) {
		const cable = new Cable();
		cable.#server = createServer((near) => cable.#join(near, port)).listen(0, '127.0.0.1');
		await once(cable.#server, 'listening');
		cable.port = cable.#server.address().port;
		return cable;
	}

	#join(near, port) {
		if (this.#isCut) return near.destroy();
		const far = connect(port, '127.0.0.1');
		for (const [one, other] of [
			[near, far],
			[far, near],
		]) {
			this.#sockets.add(one);
			one.on('error', () => other.destroy());
			one.once('close', () => {
				this.#sockets.delete(one);
				other.destroy();
			});
			one.pipe(other);
		}
	}

	cut() {
		this.#isCut = true;
		for (const socket of this.#sockets) socket.destroy();
	}

	mend() {
		this.#isCut = false;
	}

	remove() {
		this.cut();
		return new Promise((closed) => this.#server.close(closed));
	}
}
