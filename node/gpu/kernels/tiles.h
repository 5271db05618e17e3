// What both products share: the types, what is written differently for the emulator, and how A and B lie in memory.
#pragma once

typedef signed char i8;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifndef EMULATED

#define KERNEL extern "C" __global__ void
#define DEVICE static __device__ __forceinline__

extern __shared__ __align__(1024) unsigned char dynamic_shared[];

// The address of shared memory as instructions take it.
DEVICE u32 shared_address(const void* pointer) { return (u32)__cvta_generic_to_shared(pointer); }

#endif

// A and B lie in units of 128 rows (of A, or columns of B) by 128 terms, 16 KiB in one piece, so that one copy of the
// machine's fetches one. The units of the same rows follow each other, `pitch` of them.
#define UNIT_ROWS 128
#define UNIT_DEPTH 128
#define UNIT_BYTES (UNIT_ROWS * UNIT_DEPTH)

// Where the 16 bytes of term 16 * `piece` of row `row` lie in a unit. Pieces are swapped by the row, so that eight rows
// can be read at one piece without bank conflicts; the matrix units of Hopper call this the swizzle of 128 bytes.
DEVICE u32 unit_offset(u32 row, u32 piece) { return row * UNIT_DEPTH + ((piece ^ (row & 7)) << 4); }

// Where `row`'s unit of terms 128 * `unit` begins.
DEVICE u64 unit_start(u32 row, u32 unit, u32 pitch) { return ((u64)(row / UNIT_ROWS) * pitch + unit) * UNIT_BYTES; }

// Rows of blocks of the product that are worked on together, so that their parts of A and B are found in the L2 cache.
#ifndef GROUP_ROWS
#define GROUP_ROWS 16
#endif

// The first row and column of the block of the product that a block of threads computes.
struct Place {
	u32 row, column;
};

// Of block `block`, where blocks are `height` x `width` and stand `down` under each other and `across` beside each other.
DEVICE Place place_of(u32 block, u32 down, u32 across, u32 height, u32 width) {
	u32 group_size = GROUP_ROWS * across, first = block / group_size * GROUP_ROWS, in_group = block % group_size;
	u32 rows = down - first < GROUP_ROWS ? down - first : GROUP_ROWS;
	Place place = {(first + in_group % rows) * height, in_group / rows * width};
	return place;
}
