// The product on compute capability 9.0, by what only that has: matrix units that read shared memory by themselves (wgmma),
// copies by the machine (cp.async.bulk), and clusters of blocks that fetch for each other. It gives what challenge.cu's
// product does, bit for bit, at about twice the speed; the rest of the challenge is challenge.cu's.
//
// build.py makes hopper.ptx of it, emulate.cpp runs it on a CPU.

#include "tiles.h"

// --- What is written differently for the emulator -----------------------------------------------------------------

#ifndef EMULATED

#define CLUSTER_OF(blocks) __cluster_dims__(blocks, 1, 1)

// Which block of its cluster this is.
DEVICE u32 cluster_rank() {
	u32 rank;
	asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
	return rank;
}

// Waits for all threads of the cluster.
DEVICE void cluster_wait() {
	asm volatile("barrier.cluster.arrive.release.aligned;\n\tbarrier.cluster.wait.acquire.aligned;" ::: "memory");
}

DEVICE void barrier_start(u32 barrier, u32 arrivals) {
	asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}

// Shows the barriers that were started to the other blocks and to the copies.
DEVICE void barriers_started() { asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory"); }

// Arrives, and has the barrier wait for `bytes` of copies too.
DEVICE void barrier_expect(u32 barrier, u32 bytes) {
	asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes) : "memory");
}

// Arrives at the barrier that lies there in block `rank` of the cluster.
DEVICE void barrier_arrive(u32 barrier, u32 rank) {
	asm volatile("{\n\t.reg .b32 there;\n\tmapa.shared::cluster.u32 there, %0, %1;\n\t"
				 "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there];\n\t}" ::"r"(barrier), "r"(rank)
				 : "memory");
}

// Waits until the phase of that parity is over.
DEVICE void barrier_wait(u32 barrier, u32 parity) {
	asm volatile("{\n\t.reg .pred over;\n"
				 "again:\n\tmbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 over, [%0], %1;\n\t"
				 "@!over bra again;\n\t}" ::"r"(barrier), "r"(parity)
				 : "memory");
}

// Copies `bytes` from global memory to the same place in the shared memory of each block in `blocks`, a bit each, and tells
// the barrier there.
DEVICE void copy_bulk(u32 to, const void* from, u32 bytes, u32 barrier, u32 blocks) {
	asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%0], [%1], %2, [%3], "
				 "%4;" ::"r"(to), "l"(__cvta_generic_to_global(from)), "r"(bytes), "r"(barrier), "h"((unsigned short)blocks)
				 : "memory");
}

DEVICE void copy_bulk(u32 to, const void* from, u32 bytes, u32 barrier) {
	asm volatile("cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(to),
				 "l"(__cvta_generic_to_global(from)), "r"(bytes), "r"(barrier)
				 : "memory");
}

// Waits for the 256 threads that multiply, of this block.
DEVICE void readers_wait() { asm volatile("bar.sync 1, 256;" ::: "memory"); }

// Waits for the threads of this warp.
DEVICE void warp_wait() { __syncwarp(); }

// Shows to copies what this thread wrote into shared memory.
DEVICE void copies_see_shared() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// Copies `bytes` from shared to global memory.
DEVICE void store_bulk(int* to, u32 from, u32 bytes) {
	asm volatile("cp.async.bulk.global.shared::cta.bulk_group [%0], [%1], %2;" ::"l"(__cvta_generic_to_global(to)),
				 "r"(from), "r"(bytes)
				 : "memory");
}

// Adds `bytes` of numbers in shared memory to those in global memory.
DEVICE void add_bulk(int* to, u32 from, u32 bytes) {
	asm volatile("cp.reduce.async.bulk.global.shared::cta.bulk_group.add.s32 [%0], [%1], %2;" ::"l"(
					 __cvta_generic_to_global(to)),
				 "r"(from), "r"(bytes)
				 : "memory");
}

// Waits for what this thread stored and added.
DEVICE void bulks_finish() {
	asm volatile("cp.async.bulk.commit_group;\n\tcp.async.bulk.wait_group 0;" ::: "memory");
}

// Before the first of a row of products: what the registers held before is there.
DEVICE void products_start() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
// Ends a group of products.
DEVICE void products_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }
// Waits until at most `LEFT` groups of products are under way.
template <int LEFT>
DEVICE void products_wait() {
	asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(LEFT) : "memory");
}

// sums += a (64 x 32) x b (32 x 256), both in shared memory, spread over the 128 threads of a group of four warps.
DEVICE void products_add(int (&s)[128], u64 a, u64 b) {
#define R8(i) "+r"(s[i]), "+r"(s[i + 1]), "+r"(s[i + 2]), "+r"(s[i + 3]), "+r"(s[i + 4]), "+r"(s[i + 5]), "+r"(s[i + 6]), "+r"(s[i + 7])
#define R32(i) R8(i), R8(i + 8), R8(i + 16), R8(i + 24)
	asm volatile(
		"wgmma.mma_async.sync.aligned.m64n256k32.s32.s8.s8 {"
		"%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, %16, %17, %18, %19, %20, %21, %22, %23, %24, "
		"%25, %26, %27, %28, %29, %30, %31, %32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
		"%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, %64, %65, %66, %67, %68, %69, %70, "
		"%71, %72, %73, %74, %75, %76, %77, %78, %79, %80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, "
		"%94, %95, %96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, %112, %113, "
		"%114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127}, %128, %129, 1;"
		: R32(0), R32(32), R32(64), R32(96)
		: "l"(a), "l"(b)
		: "memory");
#undef R32
#undef R8
}

#endif

// --- The product ----------------------------------------------------------------------------------------------------

// A block of threads computes HOPPER_ROWS x HOPPER_COLUMNS entries, a unit's depth at a time: two groups of four warps
// multiply, each half of the rows, and a warp more sees to the copies. The blocks of a cluster stand under each other: they
// have the same columns of B, and each fetches a part of them for all.
#define HOPPER_ROWS 128
#define HOPPER_COLUMNS 256
#define HOPPER_THREADS 288
#ifndef CLUSTER
#define CLUSTER 2
#endif
#ifndef HOPPER_STAGES
#define HOPPER_STAGES 4
#endif
#define HOPPER_STAGE_BYTES ((HOPPER_ROWS + HOPPER_COLUMNS) * UNIT_DEPTH)
#define PART_OF_B (HOPPER_COLUMNS * UNIT_DEPTH / CLUSTER)
// A row of sums in shared memory: 32 bytes more than it is long, so that eight rows lie in different banks.
#define STAGED_ROW (HOPPER_COLUMNS * 4 + 32)
// Warps that multiply, in all blocks of the cluster.
#define READERS (8 * CLUSTER)

// How a matrix unit finds rows of a unit in shared memory: eight rows lie in each 1,024 bytes, swizzled over 128 bytes.
DEVICE u64 matrix_at(u32 address) {
	return (u64)((address & 0x3ffff) >> 4) | (u64)1 << 16 | (u64)(1024 >> 4) << 32 | (u64)1 << 62;
}

// C[i][j] = (more ? C[i][j] : 0) + sum of a[i][t] * b[j][t] over t < depth. A and B lie in units, `pitch` along each row,
// with zeros where the last is not whole, and are allocated up to a multiple of CLUSTER * HOPPER_ROWS and of HOPPER_COLUMNS rows.
KERNEL CLUSTER_OF(CLUSTER) __launch_bounds__(HOPPER_THREADS, 1)
	product_hopper(const i8* a, const i8* b, u32 pitch, u32 depth, u32 rows, u32 columns, u32 more, int* c) {
	u32 thread = threadIdx.x, lane = thread & 31, warp = thread >> 5, rank = cluster_rank();
	u32 units = (depth + UNIT_DEPTH - 1) / UNIT_DEPTH;
	u32 down = (rows + CLUSTER * HOPPER_ROWS - 1) / (CLUSTER * HOPPER_ROWS) * CLUSTER;
	Place place = place_of(blockIdx.x, down, (columns + HOPPER_COLUMNS - 1) / HOPPER_COLUMNS, HOPPER_ROWS, HOPPER_COLUMNS);

	// For each stage a barrier that says it is full, and one that says it may be filled again: all warps of all blocks have
	// read it, since a part of it comes from each block.
	u32 shared = shared_address(dynamic_shared), full = shared + HOPPER_STAGES * HOPPER_STAGE_BYTES;
	u32 empty = full + HOPPER_STAGES * 8;
	if (thread == 0) {
		for (u32 stage = 0; stage < HOPPER_STAGES; stage++) {
			barrier_start(full + stage * 8, 1);
			barrier_start(empty + stage * 8, READERS);
		}
		barriers_started();
	}
	cluster_wait();

	if (warp == 8) {
		if (lane == 0) {
			const i8* from_a = a + unit_start(place.row, 0, pitch);
			u32 in_b = rank * PART_OF_B;
			const i8* from_b = b + unit_start(place.column + in_b / UNIT_BYTES * UNIT_ROWS, 0, pitch) + in_b % UNIT_BYTES;
			for (u32 unit = 0; unit < units; unit++) {
				u32 stage = unit % HOPPER_STAGES, turn = unit / HOPPER_STAGES;
				u32 to_a = shared + stage * HOPPER_STAGE_BYTES, to_b = to_a + UNIT_BYTES + in_b;
				u64 at = (u64)unit * UNIT_BYTES;
				// The phase before the first counts as over.
				barrier_wait(empty + stage * 8, (turn & 1) ^ 1);
				barrier_expect(full + stage * 8, HOPPER_STAGE_BYTES);
				copy_bulk(to_a, from_a + at, UNIT_BYTES, full + stage * 8);
#if CLUSTER > 1
				copy_bulk(to_b, from_b + at, PART_OF_B, full + stage * 8, (1 << CLUSTER) - 1);
#else
				copy_bulk(to_b, from_b + at, UNIT_BYTES, full + stage * 8);
				copy_bulk(to_b + UNIT_BYTES, from_b + (u64)pitch * UNIT_BYTES + at, UNIT_BYTES, full + stage * 8);
#endif
			}
		}
	} else {
		u32 first_row = (warp >> 2) * 64;
		int sums[128];
#pragma unroll
		for (int i = 0; i < 128; i++) sums[i] = 0;
		for (u32 unit = 0; unit < units; unit++) {
			u32 stage = unit % HOPPER_STAGES, turn = unit / HOPPER_STAGES;
			u32 to_a = shared + stage * HOPPER_STAGE_BYTES;
			u64 at_a = matrix_at(to_a + first_row * UNIT_DEPTH), at_b = matrix_at(to_a + UNIT_BYTES);
			barrier_wait(full + stage * 8, turn & 1);
			products_start();
#pragma unroll
			for (u32 i = 0; i < UNIT_DEPTH / 32; i++) products_add(sums, at_a + i * 2, at_b + i * 2);
			products_commit();
			// Those of the unit before are done: what it lay in may be filled again.
			products_wait<1>();
			if (unit > 0 && lane < CLUSTER) barrier_arrive(empty + (unit - 1) % HOPPER_STAGES * 8, lane);
		}
		products_wait<0>();

		// All that this block's stages held is multiplied, so that the sums can lie there: of each eight columns a thread has
		// two, in row lane / 4 of its warp's sixteen and in the one eight below. From there whole rows go to memory.
		readers_wait();
		u32 staged = warp * 16 * STAGED_ROW;
#pragma unroll
		for (u32 below = 0; below < 2; below++)
#pragma unroll
			for (u32 j = 0; j < HOPPER_COLUMNS / 8; j++)
				*(int2*)(dynamic_shared + staged + (below * 8 + (lane >> 2)) * STAGED_ROW + j * 32 + (lane & 3) * 8) =
					make_int2(sums[j * 4 + below * 2], sums[j * 4 + below * 2 + 1]);
		copies_see_shared();
		warp_wait();
		u32 row = place.row + warp * 16 + lane;
		if (lane < 16 && row < rows) {
			u32 across = columns - place.column < HOPPER_COLUMNS ? columns - place.column : HOPPER_COLUMNS;
			int* to = c + (u64)row * columns + place.column;
			if (more)
				add_bulk(to, shared + staged + lane * STAGED_ROW, across * 4);
			else
				store_bulk(to, shared + staged + lane * STAGED_ROW, across * 4);
			bulks_finish();
		}
	}
	// Nobody's shared memory goes while another block may still write into it.
	cluster_wait();
}
