// The challenge on an NVIDIA GPU, compute capability 8.0 and later: the same numbers, bit for bit, as the CPU's.
//
// build.py beside this file makes challenge.ptx of it. emulate.cpp runs the very same source on a CPU, so that indices,
// fragment layouts and hashes are tested where there is no GPU. Indices into the fill and its units are 64 bits wide:
// a card's fill has over 2^32 entries. hopper.cu has another product, for compute capability 9.0.

#include "tiles.h"

// --- What is written differently for the emulator -----------------------------------------------------------------

#ifndef EMULATED

// Copies 16 bytes from global to shared memory, without waiting for them.
DEVICE void copy_async(u32 to, const void* from) {
	asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" ::"r"(to), "l"(__cvta_generic_to_global(from)) : "memory");
}

// Ends a group of copies.
DEVICE void copies_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until at most `LEFT` groups of copies are under way.
template <int LEFT>
DEVICE void copies_wait() {
	asm volatile("cp.async.wait_group %0;" ::"n"(LEFT) : "memory");
}

// Four 8 x 16-byte matrices: lane l names row l % 8 of matrix l / 8 and gets bytes 4 (l % 4) .. of row l / 4 of each.
DEVICE void load_matrices(u32 (&out)[4], u32 row) {
	asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
				 : "=r"(out[0]), "=r"(out[1]), "=r"(out[2]), "=r"(out[3])
				 : "r"(row)
				 : "memory");
}

// sums += a (16 x 32) x b (32 x 8), all of it spread over the 32 lanes of a warp.
DEVICE void multiply_add(int (&sums)[4], const u32 (&a)[4], u32 b0, u32 b1) {
	asm volatile("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
				 "{%0, %1, %2, %3};"
				 : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
				 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#endif

// --- ChaCha8 --------------------------------------------------------------------------------------------------------

struct Words8 {
	u32 word[8];
};

DEVICE u32 rotate_left(u32 value, int bits) { return (value << bits) | (value >> (32 - bits)); }

DEVICE void quarter(u32& a, u32& b, u32& c, u32& d) {
	a += b;
	d = rotate_left(d ^ a, 16);
	c += d;
	b = rotate_left(b ^ c, 12);
	a += b;
	d = rotate_left(d ^ a, 8);
	c += d;
	b = rotate_left(b ^ c, 7);
}

// Four bytes of keystream as four entries: the low six bits of each, less 32. Toggling bit 5 and extending it as the sign
// is that subtraction.
DEVICE u32 entries_of(u32 keystream) {
	u32 toggled = (keystream & 0x3f3f3f3fu) ^ 0x20202020u;
	u32 sign = toggled & 0x20202020u;
	return toggled | (sign << 1) | (sign << 2);
}

// Expands `blocks` blocks of 64 entries, from block `first_block` on, of each of `count` rows of A (or columns of B), into
// units of which there are `pitch` along each row. The last unit is made whole with zeros. One thread a block: neighbours
// write the two blocks of a unit's row, then the next row's.
KERNEL expand(Words8 key, u32 count, u32 first_block, u32 blocks, u32 pitch, i8* out) {
	u64 thread = (u64)blockIdx.x * blockDim.x + threadIdx.x;
	u32 half = thread & 1, in_unit = (u32)(thread >> 1) % UNIT_ROWS;
	u64 unit = (thread >> 1) / UNIT_ROWS;
	u32 units = (blocks + 1) / 2;
	u64 row_wide = unit / units * UNIT_ROWS + in_unit;
	if (row_wide >= count) return;
	u32 row = (u32)row_wide, column = (u32)(unit % units), block = column * 2 + half;
	i8* to_unit = out + unit_start(row, column, pitch);
	if (block >= blocks) {
#pragma unroll
		for (u32 i = 0; i < 4; i++) *(uint4*)(to_unit + unit_offset(in_unit, half * 4 + i)) = make_uint4(0, 0, 0, 0);
		return;
	}
	u32 start[16] = {0x61707865u, 0x3320646eu, 0x79622d32u, 0x6b206574u, key.word[0], key.word[1], key.word[2], key.word[3],
					 key.word[4], key.word[5], key.word[6], key.word[7], first_block + block, 0u, row, 0u};
	u32 x[16];
#pragma unroll
	for (int i = 0; i < 16; i++) x[i] = start[i];
#pragma unroll
	for (int round = 0; round < 4; round++) {
		quarter(x[0], x[4], x[8], x[12]);
		quarter(x[1], x[5], x[9], x[13]);
		quarter(x[2], x[6], x[10], x[14]);
		quarter(x[3], x[7], x[11], x[15]);
		quarter(x[0], x[5], x[10], x[15]);
		quarter(x[1], x[6], x[11], x[12]);
		quarter(x[2], x[7], x[8], x[13]);
		quarter(x[3], x[4], x[9], x[14]);
	}
#pragma unroll
	for (u32 i = 0; i < 4; i++)
		*(uint4*)(to_unit + unit_offset(in_unit, half * 4 + i)) =
			make_uint4(entries_of(x[4 * i] + start[4 * i]), entries_of(x[4 * i + 1] + start[4 * i + 1]),
					   entries_of(x[4 * i + 2] + start[4 * i + 2]), entries_of(x[4 * i + 3] + start[4 * i + 3]));
}

// --- The product ----------------------------------------------------------------------------------------------------

// A block of threads computes BLOCK_ROWS x BLOCK_COLUMNS entries, a warp 64 x 64 of them, BLOCK_DEPTH terms at a time.
#define BLOCK_ROWS 128
#define BLOCK_COLUMNS 256
#define BLOCK_DEPTH 64
#define STAGES 4
#define STAGE_BYTES ((BLOCK_ROWS + BLOCK_COLUMNS) * BLOCK_DEPTH)
#define PRODUCT_THREADS 256

// Where 16-byte piece `piece` of row `row` of a tile lies in shared memory. A row is 64 bytes, two rows span all banks;
// swapping pieces by the row lets eight rows be read at one piece without bank conflicts.
DEVICE u32 tile_offset(u32 row, u32 piece) { return row * BLOCK_DEPTH + ((piece ^ ((row >> 1) & 3)) << 4); }

// C[i][j] = (more ? C[i][j] : 0) + sum of a[i][t] * b[j][t] over t < depth. A and B lie in units, `pitch` along each row,
// and are allocated up to a multiple of BLOCK_ROWS and BLOCK_COLUMNS rows; `depth` is a multiple of BLOCK_DEPTH.
KERNEL __launch_bounds__(PRODUCT_THREADS, 1)
	product(const i8* a, const i8* b, u32 pitch, u32 depth, u32 rows, u32 columns, u32 more, int* c) {
	u32 thread = threadIdx.x, lane = thread & 31, warp = thread >> 5;
	Place place = place_of(blockIdx.x, (rows + BLOCK_ROWS - 1) / BLOCK_ROWS, (columns + BLOCK_COLUMNS - 1) / BLOCK_COLUMNS,
						   BLOCK_ROWS, BLOCK_COLUMNS);
	u32 row0 = place.row, column0 = place.column;

	// Each thread copies 2 pieces of A and 4 of B a stage: piece thread % 4 of rows thread / 4, + 64, + 128, ...
	u32 copy_row = thread >> 2, copy_piece = thread & 3;
	const i8* from_a = a + unit_start(row0, 0, pitch);
	const i8* from_b = b + unit_start(column0, 0, pitch);
	u64 to_next_rows = (u64)pitch * UNIT_BYTES;
	u32 shared = shared_address(dynamic_shared);
	u32 tiles = depth / BLOCK_DEPTH;
	auto load = [&](u32 tile) {
		u32 to_a = shared + tile % STAGES * STAGE_BYTES, to_b = to_a + BLOCK_ROWS * BLOCK_DEPTH;
		// Half a unit: pieces 0 to 3 or 4 to 7. Rows that lie 64 apart have their pieces in the same order.
		u64 at = (u64)(tile / 2) * UNIT_BYTES + unit_offset(copy_row, tile % 2 * 4 + copy_piece);
#pragma unroll
		for (u32 i = 0; i < BLOCK_ROWS / 64; i++)
			copy_async(to_a + tile_offset(copy_row + i * 64, copy_piece), from_a + at + i * 64 * UNIT_DEPTH);
#pragma unroll
		for (u32 i = 0; i < BLOCK_COLUMNS / 64; i++)
			copy_async(to_b + tile_offset(copy_row + i * 64, copy_piece),
					   from_b + at + i / 2 * to_next_rows + i % 2 * 64 * UNIT_DEPTH);
	};

	// Warps lie 2 down and 4 across.
	u32 warp_row = (warp >> 2) * 64, warp_column = (warp & 3) * 64;
	// The row of a tile that this lane names for load_matrices, and which of the two pieces of 32 terms. For A the
	// matrices are (rows 0-7, piece 0), (8-15, 0), (0-7, 1), (8-15, 1): registers a0 to a3 of multiply_add. For B they
	// are (columns 0-7, piece 0), (0-7, 1), (8-15, 0), (8-15, 1): b0 and b1 of two neighbours.
	u32 lane_row_a = warp_row + (lane & 15), lane_piece_a = lane >> 4;
	u32 lane_row_b = warp_column + (lane & 7) + ((lane >> 4) << 3), lane_piece_b = (lane >> 3) & 1;

	int sums[4][8][4];
#pragma unroll
	for (int i = 0; i < 4; i++)
#pragma unroll
		for (int j = 0; j < 8; j++)
#pragma unroll
			for (int n = 0; n < 4; n++) sums[i][j][n] = 0;

#pragma unroll
	for (u32 tile = 0; tile < STAGES - 1; tile++) {
		if (tile < tiles) load(tile);
		copies_commit();
	}
	for (u32 tile = 0; tile < tiles; tile++) {
		copies_wait<STAGES - 2>();
		// All threads' copies of this tile are there, and all are done with the one before, which the next copies replace.
		__syncthreads();
		if (tile + STAGES - 1 < tiles) load(tile + STAGES - 1);
		copies_commit();
		u32 tile_a = shared + tile % STAGES * STAGE_BYTES, tile_b = tile_a + BLOCK_ROWS * BLOCK_DEPTH;
#pragma unroll
		for (u32 half = 0; half < BLOCK_DEPTH / 32; half++) {
			u32 fragments_a[4][4], fragments_b[4][4];
#pragma unroll
			for (u32 i = 0; i < 4; i++)
				load_matrices(fragments_a[i], tile_a + tile_offset(lane_row_a + i * 16, half * 2 + lane_piece_a));
#pragma unroll
			for (u32 j = 0; j < 4; j++)
				load_matrices(fragments_b[j], tile_b + tile_offset(lane_row_b + j * 16, half * 2 + lane_piece_b));
#pragma unroll
			for (u32 i = 0; i < 4; i++)
#pragma unroll
				for (u32 j = 0; j < 8; j++)
					multiply_add(sums[i][j], fragments_a[i], fragments_b[j / 2][j % 2 * 2], fragments_b[j / 2][j % 2 * 2 + 1]);
		}
	}
	copies_wait<0>();

	// Sums 0 and 1 of a lane stand in row lane / 4 and columns 2 (lane % 4) and the next; 2 and 3 eight rows below.
#pragma unroll
	for (u32 i = 0; i < 4; i++)
#pragma unroll
		for (u32 below = 0; below < 2; below++) {
			u32 row = row0 + warp_row + i * 16 + below * 8 + (lane >> 2);
			if (row >= rows) continue;
#pragma unroll
			for (u32 j = 0; j < 8; j++) {
				u32 column = column0 + warp_column + j * 8 + (lane & 3) * 2;
				if (column >= columns) continue;
				int2* to = (int2*)(c + (u64)row * columns + column);
				int2 sum = make_int2(sums[i][j][below * 2], sums[i][j][below * 2 + 1]);
				if (more) {
					int2 before = *to;
					sum = make_int2(sum.x + before.x, sum.y + before.y);
				}
				*to = sum;
			}
		}
}

// --- BLAKE2b-256 of at most 128 bytes ---------------------------------------------------------------------------------

struct Hash {
	u64 word[4];
};

DEVICE u64 rotate_right(u64 value, int bits) { return (value >> bits) | (value << (64 - bits)); }

#define MIX(a, b, c, d, x, y)         \
	v[a] = v[a] + v[b] + (x);         \
	v[d] = rotate_right(v[d] ^ v[a], 32); \
	v[c] = v[c] + v[d];               \
	v[b] = rotate_right(v[b] ^ v[c], 24); \
	v[a] = v[a] + v[b] + (y);         \
	v[d] = rotate_right(v[d] ^ v[a], 16); \
	v[c] = v[c] + v[d];               \
	v[b] = rotate_right(v[b] ^ v[c], 63);

#define ROUND(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, s12, s13, s14, s15) \
	MIX(0, 4, 8, 12, m[s0], m[s1])                                                  \
	MIX(1, 5, 9, 13, m[s2], m[s3])                                                  \
	MIX(2, 6, 10, 14, m[s4], m[s5])                                                 \
	MIX(3, 7, 11, 15, m[s6], m[s7])                                                 \
	MIX(0, 5, 10, 15, m[s8], m[s9])                                                 \
	MIX(1, 6, 11, 12, m[s10], m[s11])                                               \
	MIX(2, 7, 8, 13, m[s12], m[s13])                                                \
	MIX(3, 4, 9, 14, m[s14], m[s15])

// Of the first `length` bytes of `m`; the bytes after them are zero.
DEVICE Hash blake2b(const u64 (&m)[16], u32 length) {
	const u64 iv[8] = {0x6a09e667f3bcc908ull, 0xbb67ae8584caa73bull, 0x3c6ef372fe94f82bull, 0xa54ff53a5f1d36f1ull,
					   0x510e527fade682d1ull, 0x9b05688c2b3e6c1full, 0x1f83d9abfb41bd6bull, 0x5be0cd19137e2179ull};
	// 32 bytes of output, no key, no tree.
	const u64 h0 = iv[0] ^ 0x01010020ull;
	u64 v[16] = {h0,	iv[1], iv[2], iv[3], iv[4],			 iv[5], iv[6],  iv[7],
				 iv[0], iv[1], iv[2], iv[3], iv[4] ^ length, iv[5], ~iv[6], iv[7]};
	ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
	ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
	ROUND(11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4)
	ROUND(7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8)
	ROUND(9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13)
	ROUND(2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9)
	ROUND(12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11)
	ROUND(13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10)
	ROUND(6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5)
	ROUND(10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0)
	ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
	ROUND(14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3)
	Hash hash = {{h0 ^ v[0] ^ v[8], iv[1] ^ v[1] ^ v[9], iv[2] ^ v[2] ^ v[10], iv[3] ^ v[3] ^ v[11]}};
	return hash;
}

// Of the byte `prefix` and `WORDS` words after it.
template <int WORDS>
DEVICE Hash hash_after(u32 prefix, const u64 (&words)[WORDS]) {
	u64 m[16];
	m[0] = prefix | (words[0] << 8);
#pragma unroll
	for (int i = 1; i < 16; i++) {
		u64 high = i < WORDS ? words[i < WORDS ? i : 0] << 8 : 0;
		u64 low = i <= WORDS ? words[i <= WORDS ? i - 1 : 0] >> 56 : 0;
		m[i] = high | low;
	}
	return blake2b(m, WORDS * 8 + 1);
}

DEVICE Hash hash_node(const Hash& left, const Hash& right) {
	u64 words[8];
#pragma unroll
	for (int i = 0; i < 4; i++) {
		words[i] = left.word[i];
		words[i + 4] = right.word[i];
	}
	return hash_after(1, words);
}

// --- Merkle trees -----------------------------------------------------------------------------------------------------

// A block of threads reduces TILE_LEAVES leaves to the one node over them. Only these nodes are kept: all hashes of a
// fill would take half as much memory as the fill.
#define TILE_LEAVES 1024
#define TREE_THREADS 256

// Reduces `nodes` hashes `levels` levels up, in place; an odd last one is paired with itself.
DEVICE void reduce(Hash* hashes, u32 nodes, u32 levels) {
	for (u32 level = 0; level < levels; level++) {
		u32 above = (nodes + 1) / 2;
		// What is written here lies below what later turns of this loop read.
#pragma unroll 1
		for (u32 first = 0; first < above; first += TREE_THREADS) {
			u32 node = first + threadIdx.x;
			Hash made;
			if (node < above) made = hash_node(hashes[2 * node], hashes[2 * node + 1 < nodes ? 2 * node + 1 : 2 * node]);
			__syncthreads();
			if (node < above) hashes[node] = made;
			__syncthreads();
		}
		nodes = above;
	}
}

// The nodes `levels` levels above `leaves` leaves of `WORDS` words each; levels is at most 10.
template <int WORDS>
DEVICE void tree_tiles(const u64* data, u64 leaves, u32 levels, Hash* out) {
	Hash* hashes = (Hash*)dynamic_shared;
	u64 first = (u64)blockIdx.x * TILE_LEAVES;
	u32 here = leaves - first < TILE_LEAVES ? (u32)(leaves - first) : TILE_LEAVES;
	for (u32 leaf = threadIdx.x; leaf < here; leaf += TREE_THREADS) {
		u64 words[WORDS];
		const u64* from = data + (first + leaf) * WORDS;
#pragma unroll
		for (int i = 0; i < WORDS; i++) words[i] = from[i];
		hashes[leaf] = hash_after(0, words);
	}
	__syncthreads();
	reduce(hashes, here, levels);
	if (threadIdx.x == 0) out[blockIdx.x] = hashes[0];
}

// Over the fill, chunk by chunk.
KERNEL fill_tiles(const u64* chunks, u64 leaves, u32 levels, Hash* out) { tree_tiles<8>(chunks, leaves, levels, out); }

// Over the transcript, state by state.
KERNEL state_tiles(const u64* states, u64 leaves, u32 levels, Hash* out) { tree_tiles<1>(states, leaves, levels, out); }

// --- The walk -----------------------------------------------------------------------------------------------------------

// Reads of a step.
#define READS 8

// The first state of each lane: the first eight bytes of the hash of "walk", the seed and the lane.
KERNEL walk_start(Words8 seed, u32 lanes, u32 steps, u64* states) {
	u32 lane = blockIdx.x * blockDim.x + threadIdx.x;
	if (lane >= lanes) return;
	u64 m[16] = {0x6b6c6177ull | ((u64)seed.word[0] << 32), seed.word[1] | ((u64)seed.word[2] << 32),
				 seed.word[3] | ((u64)seed.word[4] << 32),  seed.word[5] | ((u64)seed.word[6] << 32),
				 seed.word[7] | ((u64)lane << 32)};
	states[(u64)lane * (steps + 1)] = blake2b(m, 4 + 32 + 8).word[0];
}

DEVICE u64 mix(u64 state, u32 word) {
	state = (state ^ word) * 0x9e3779b97f4a7c15ull;
	return state ^ (state >> 29);
}

// Goes steps [from, until) of each lane. One thread a lane.
KERNEL walk(const uint4* chunks, u64 count, u32 lanes, u32 steps, u32 from, u32 until, u64* states) {
	u32 lane = blockIdx.x * blockDim.x + threadIdx.x;
	if (lane >= lanes) return;
	u64* own = states + (u64)lane * (steps + 1);
	u64 state = own[from];
	u64 number = ((u64)lane * steps + from) * READS;
	for (u32 step = from; step < until; step++) {
		for (u32 read = 0; read < READS; read++, number++) {
			const uint4* chunk = chunks + state % count * 4;
			uint4 parts[4];
#pragma unroll
			for (int i = 0; i < 4; i++) parts[i] = chunk[i];
			state ^= number;
#pragma unroll
			for (int i = 0; i < 4; i++) {
				state = mix(state, parts[i].x);
				state = mix(state, parts[i].y);
				state = mix(state, parts[i].z);
				state = mix(state, parts[i].w);
			}
		}
		own[step + 1] = state;
	}
}
