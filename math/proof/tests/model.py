"""Reference model: one GPU's part in an attestation round, at toy size, bit for bit.

  fill    C = A x B over integers. A is rows x k, B is k x columns, entries in [-32, 31]:
            row i of A    = ChaCha8(key = H("A", seed), nonce = i), byte -> (byte & 63) - 32
            column j of B = ChaCha8(key = H("B", seed), nonce = j), likewise
          An entry is an i32 (k <= 2^20 cannot overflow). Nothing but k multiplications gives it, and what a verifier
          needs for one entry is 2k keystream bytes. rows x columns x 4 bytes is the memory to prove: `columns` grows with
          VRAM, A is shared, and B is expanded on the fly.
  commit  Merkle root over C in row-major chunks of 16 entries (64 bytes little-endian); leaves and nodes are hashed
          with different prefixes; an operator commits one root over its GPUs' roots.
  walk    After a later random seed: lanes of dependent reads. s0 = H("walk", seed2, lane)[:8];
            chunk = s mod chunks;  s' = mix(s, number of the read, chunk's 16 words). A step is READS reads, and the states
          between the steps are committed too. The number of the read, counted over all lanes, makes every place of the
          walk another function: no piece of it can be copied to another place.
          A reader who lacks a chunk has to expand 17 k bytes of keystream for it: at H200 size (k = 2^19) about 9 MB a
          read, so that 2^26 reads take milliseconds with the memory and minutes without a tenth of it. Fast host memory
          passes as well as VRAM: the docs have to say so.
  prove   After a third random seed: `openings` entries of C and `openings` steps of the walk, each with its paths.
  verify  Recompute the entries' dot products; check paths; check that the step's chunk lies at the address that the
          state names and that mixing gives the next state.

H is BLAKE2b-256 (the runtime's blake2_256). Run: python3 model.py, which
prints what share of cheats passes; python3 model.py --vectors > vectors.json writes the vectors of the Rust tests.
"""
import hashlib
import json
import struct
import sys

MASK = 0xFFFFFFFF
READS = 8


def H(*parts):
    return hashlib.blake2b(b"".join(p if isinstance(p, bytes) else struct.pack("<Q", p) for p in parts), digest_size=32).digest()


def chacha8(key, nonce, length):
    """Keystream of ChaCha with 8 rounds: 64-bit counter from 0, 64-bit nonce (the original layout)."""
    out, counter = bytearray(), 0
    base = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *struct.unpack("<8I", key)]
    while len(out) < length:
        start = base + [counter & MASK, counter >> 32, nonce & MASK, nonce >> 32]
        x = start[:]

        def quarter(a, b, c, d):
            for first, second, third, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
                x[first] = (x[first] + x[second]) & MASK
                x[third] ^= x[first]
                x[third] = ((x[third] << bits) | (x[third] >> (32 - bits))) & MASK

        for _ in range(4):
            for column in range(4):
                quarter(column, 4 + column, 8 + column, 12 + column)
            for column in range(4):
                quarter(column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
        out += struct.pack("<16I", *((a + b) & MASK for a, b in zip(x, start)))
        counter += 1
    return bytes(out[:length])


def entries(label, seed, index, k):
    return [(b & 63) - 32 for b in chacha8(H(label, seed), index, k)]


def dot(seed, i, j, k):
    return sum(a * b for a, b in zip(entries(b"A", seed, i, k), entries(b"B", seed, j, k)))


def leaf(data):
    return H(b"\0", data)


def merkle(leaves):
    """All levels, leaves first; an odd node is paired with itself."""
    levels = [leaves]
    while len(levels[-1]) > 1:
        low = levels[-1]
        levels.append([H(b"\1", low[i], low[min(i + 1, len(low) - 1)]) for i in range(0, len(low), 2)])
    return levels


def path(levels, index):
    siblings = []
    for level in levels[:-1]:
        siblings.append(level[min(index ^ 1, len(level) - 1)])
        index //= 2
    return siblings


def root_from(node, index, siblings):
    for sibling in siblings:
        node = H(b"\1", sibling, node) if index & 1 else H(b"\1", node, sibling)
        index //= 2
    return node


def mix(state, number, chunk):
    folded = state ^ number
    for word in struct.unpack("<16I", chunk):
        folded = ((folded ^ word) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
        folded ^= folded >> 29
    return folded


class Profile:
    def __init__(self, rows, columns, k, lanes, steps, openings):
        self.rows, self.columns, self.k = rows, columns, k
        self.lanes, self.steps, self.openings = lanes, steps, openings
        self.chunks = rows * columns // 16

    def picks(self, seed3, label, bound):
        return [int.from_bytes(H(label, seed3, n)[:8], "little") % bound for n in range(self.openings)]


class Prover:
    """`honest` decides per chunk whether it is computed; a cheat fills the rest with zeros."""

    def __init__(self, profile, seed, honest=lambda chunk: True):
        p = self.profile = profile
        columns = [entries(b"B", seed, j, p.k) for j in range(p.columns)]
        self.memory = []
        for i in range(p.rows):
            row = entries(b"A", seed, i, p.k)
            for first in range(0, p.columns, 16):
                good = honest(len(self.memory))
                words = [sum(a * b for a, b in zip(row, columns[first + n])) if good else 0 for n in range(16)]
                self.memory.append(struct.pack("<16i", *words))
        self.fill = merkle([leaf(chunk) for chunk in self.memory])
        self.fill_root = self.fill[-1][0]

    def reads(self, state, step):
        for number in range(step * READS, (step + 1) * READS):
            chunk = state % self.profile.chunks
            state = mix(state, number, self.memory[chunk])
            yield state, chunk

    def walk(self, seed2):
        p, self.states = self.profile, []
        for lane in range(p.lanes):
            state = int.from_bytes(H(b"walk", seed2, lane)[:8], "little")
            for step in range(p.steps):
                self.states.append(state)
                for state, _ in self.reads(state, lane * p.steps + step):
                    pass
            self.states.append(state)
        self.transcript = merkle([leaf(struct.pack("<Q", s)) for s in self.states])
        self.walk_root = self.transcript[-1][0]

    def prove(self, seed3):
        p, proof = self.profile, []
        for entry in p.picks(seed3, b"entry", p.rows * p.columns):
            proof.append((self.memory[entry // 16], path(self.fill, entry // 16)))
        for pick in p.picks(seed3, b"step", p.lanes * p.steps):
            at = pick // p.steps * (p.steps + 1) + pick % p.steps
            proof.append((self.states[at], path(self.transcript, at), self.states[at + 1], path(self.transcript, at + 1),
                          [(self.memory[chunk], path(self.fill, chunk)) for _, chunk in self.reads(self.states[at], pick)]))
        return proof


def verify(p, seed, seed2, seed3, fill_root, walk_root, proof):
    proof = list(proof)
    if len(proof) != 2 * p.openings:
        return "wrong number of openings"
    for entry, (chunk, siblings) in zip(p.picks(seed3, b"entry", p.rows * p.columns), proof):
        if root_from(leaf(chunk), entry // 16, siblings) != fill_root:
            return "chunk not in the fill"
        if struct.unpack("<16i", chunk)[entry % 16] != dot(seed, entry // p.columns, entry % p.columns, p.k):
            return "entry is not the product"
    for pick, (state, path1, after, path2, reads) in zip(p.picks(seed3, b"step", p.lanes * p.steps), proof[p.openings:]):
        lane, step = divmod(pick, p.steps)
        at = lane * (p.steps + 1) + step
        if step == 0 and state != int.from_bytes(H(b"walk", seed2, lane)[:8], "little"):
            return "lane does not start at the seed"
        if root_from(leaf(struct.pack("<Q", state)), at, path1) != walk_root or \
                root_from(leaf(struct.pack("<Q", after)), at + 1, path2) != walk_root:
            return "state not in the transcript"
        for number, (chunk, path3) in zip(range(pick * READS, (pick + 1) * READS), reads):
            if root_from(leaf(chunk), state % p.chunks, path3) != fill_root:
                return "chunk read is not in the fill"
            state = mix(state, number, chunk)
        if state != after:
            return "step does not follow"
    return "ok"


def vectors():
    """What the Rust tests are held against."""
    found = {"keystream": [], "dots": [], "trees": [], "mixes": [], "rounds": []}
    for key, nonce, length in ((bytes(32), 0, 256), (H(b"key"), 1, 64), (H(b"key"), 0xFFFFFF, 200), (H(b"far"), 77, 70000)):
        stream = chacha8(key, nonce, length)
        found["keystream"].append({"key": key.hex(), "nonce": nonce, "length": length, "head": stream[:16].hex(),
                                   "hash": H(stream).hex()})
    for text, i, j, k in ((b"seed", 0, 0, 64), (b"seed", 15, 63, 64), (b"seed", 3, 200000, 1024), (b"other", 70000, 5, 4160),
                          (b"large", 131071, 215039, 1 << 16)):
        found["dots"].append({"seed": H(text).hex(), "row": i, "column": j, "k": k, "value": dot(H(text), i, j, k)})
    for count in (1, 2, 3, 5, 6, 7, 8, 9, 16, 17, 33):
        levels = merkle([leaf(struct.pack("<Q", n)) for n in range(count)])
        found["trees"].append({"leaves": count, "root": levels[-1][0].hex(),
                               "paths": H(*(sibling for n in range(count) for sibling in path(levels, n))).hex()})
    for n in range(8):
        chunk = H(b"chunk", n) + H(b"chunk again", n)
        state = int.from_bytes(H(b"state", n)[:8], "little")
        found["mixes"].append({"state": state, "number": n << 8 * n // 2, "chunk": chunk.hex(),
                               "after": mix(state, n << 8 * n // 2, chunk)})
    for shape in ((16, 64, 64, 8, 16, 8), (1, 16, 64, 1, 1, 1), (5, 48, 128, 3, 7, 16), (33, 32, 192, 7, 5, 4)):
        p, seeds = Profile(*shape), (H(b"seed"), H(b"seed 2"), H(b"seed 3"))
        prover = Prover(p, seeds[0])
        prover.walk(seeds[1])
        proof = prover.prove(seeds[2])
        assert verify(p, *seeds, prover.fill_root, prover.walk_root, proof) == "ok"
        flatten = lambda part: [leaf for one in part for leaf in flatten(one)] if isinstance(part, (list, tuple)) else [part]
        flat = flatten(proof)
        found["rounds"].append({"shape": shape, "seeds": [seed.hex() for seed in seeds], "fill": prover.fill_root.hex(),
                                "walk": prover.walk_root.hex(), "entries": p.picks(seeds[2], b"entry", p.rows * p.columns),
                                "steps": p.picks(seeds[2], b"step", p.lanes * p.steps), "proof": H(*flat).hex()})
    return found


if __name__ == "__main__":
    if sys.argv[1:] == ["--vectors"]:
        json.dump(vectors(), sys.stdout, indent=1)
        print()
        sys.exit()
    # ChaCha8, key and nonce zero: the known first bytes of the keystream.
    assert chacha8(bytes(32), 0, 8).hex() == "3e00ef2f895f40d6", chacha8(bytes(32), 0, 8).hex()
    p = Profile(rows=16, columns=64, k=64, lanes=8, steps=16, openings=8)
    seed, seed2 = H(b"seed"), H(b"seed 2")
    for share in (1.0, 0.75, 0.5):
        prover = Prover(p, seed, lambda chunk: int.from_bytes(H(b"cheat", chunk)[:4], "little") < share * 2**32)
        prover.walk(seed2)
        passed = 0
        for trial in range(200):
            seed3 = H(b"seed 3", trial)
            passed += verify(p, seed, seed2, seed3, prover.fill_root, prover.walk_root, prover.prove(seed3)) == "ok"
        print(f"computed {share:.0%} of the fill: {passed / 2:.1f}% of 200 proofs pass")
    honest = Prover(p, seed)
    honest.walk(seed2)
    seed3 = H(b"seed 3")
    good = honest.prove(seed3)
    check = lambda proof, **kw: verify(p, kw.get("seed", seed), kw.get("seed2", seed2), kw.get("seed3", seed3),
                                       honest.fill_root, honest.walk_root, proof)
    assert check(good) == "ok"
    assert check(good[:-1]) != "ok" and check(good, seed=H(b"x")) != "ok" and check(good, seed3=H(b"x")) != "ok"
    bad = list(good)
    bad[0] = (bytes(64), good[0][1])
    assert check(bad) == "chunk not in the fill"
    print("fill root", honest.fill_root.hex()[:16], "walk root", honest.walk_root.hex()[:16])
