// Runs challenge.cu and hopper.cu on a CPU: every thread of a cluster of blocks is a fiber, and the instructions that a warp
// or the machine executes together are spelt out as the PTX manual defines them (sections "mma.m16n8k32", "ldmatrix",
// "cp.async", "wgmma.mma_async", "Matrix descriptor", "cp.async.bulk", "mbarrier"). What may happen late happens as late as
// it may. Slow, for small shapes.
//
//     c++ -O1 -std=c++17 -o emulate emulate.cpp
//     ./emulate product|hopper <rows> <columns> <k> <terms a slab> <lanes> <steps> <key of A> <key of B> <seed of the walk>
//
// writes to its output, in this order and as they lie in memory: the product, the nodes over its tiles, the states of the
// walk, the nodes over their tiles. The launches are those of src/cuda.rs.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <ucontext.h>
#include <utility>
#include <vector>

#define EMULATED
#define KERNEL static void
#define DEVICE static inline
#define __launch_bounds__(threads, blocks)

struct uint4 { unsigned x, y, z, w; };
struct int2 { int x, y; };
static uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
static int2 make_int2(int x, int y) { return {x, y}; }
struct Index { unsigned x; };
static Index threadIdx, blockIdx, blockDim;
#include "tiles.h"

// --- Fibers -----------------------------------------------------------------------------------------------------------

#define MOST_BLOCKS 2
alignas(1024) static unsigned char memories[MOST_BLOCKS][224 * 1024];
static unsigned current, rank; // fiber, and its block in the cluster
#define dynamic_shared memories[rank]

struct Barrier {
	unsigned members = 0, arrived = 0, generation = 0;
};
struct Copy {
	unsigned to;
	const void* from;
};
struct Product {
	int (*sums)[128];
	u64 a, b;
};
// Groups that are committed, and the one that is not.
template <class Work>
using Groups = std::deque<std::vector<Work>>;
struct Fiber {
	ucontext_t context;
	std::vector<char> stack = std::vector<char>(64 * 1024);
	bool done = false;
	Groups<Copy> copies = Groups<Copy>(1);
	Groups<Product> products = Groups<Product>(1);
	std::vector<std::function<void()>> stores;
};
static std::vector<Fiber> fibers;
static ucontext_t scheduler;
static std::vector<Barrier> block_barriers, reader_barriers, warp_barriers;
static Barrier cluster_barrier;
static std::function<void()> body;

// Work of the machine's own, done after every fiber has had a turn.
static std::vector<std::function<void()>> later;

static void yield() { swapcontext(&fibers[current].context, &scheduler); }
static void wait(Barrier& barrier) {
	unsigned generation = barrier.generation;
	if (++barrier.arrived == barrier.members) {
		barrier.arrived = 0;
		barrier.generation++;
	} else {
		while (barrier.generation == generation) yield();
	}
}
static void __syncthreads() { wait(block_barriers[rank]); }
static void enter() {
	body();
	fibers[current].done = true;
	yield();
}

template <class Body>
static void launch(unsigned blocks, unsigned threads, Body kernel, unsigned cluster = 1) {
	body = kernel;
	blockDim.x = threads;
	for (unsigned first = 0; first < blocks; first += cluster) {
		memset(memories, 0xa5, sizeof memories);
		fibers = std::vector<Fiber>(threads * cluster);
		block_barriers = std::vector<Barrier>(cluster, Barrier{threads});
		reader_barriers = std::vector<Barrier>(cluster, Barrier{256});
		warp_barriers = std::vector<Barrier>(threads * cluster / 32, Barrier{32});
		cluster_barrier = Barrier{threads * cluster};
		for (Fiber& fiber : fibers) {
			getcontext(&fiber.context);
			fiber.context.uc_stack.ss_sp = fiber.stack.data();
			fiber.context.uc_stack.ss_size = fiber.stack.size();
			makecontext(&fiber.context, enter, 0);
		}
		for (bool running = true; running;) {
			running = false;
			// Last thread first, so that nothing comes to depend on the first being ahead.
			for (current = threads * cluster; current-- > 0;) {
				if (fibers[current].done) continue;
				running = true;
				rank = current / threads;
				threadIdx.x = current % threads;
				blockIdx.x = first + rank;
				swapcontext(&scheduler, &fibers[current].context);
			}
			for (auto& work : later) work();
			later.clear();
		}
	}
}

// --- Instructions -----------------------------------------------------------------------------------------------------

static unsigned shared_address(const void* pointer) { return (const unsigned char*)pointer - dynamic_shared; }

// A copy happens as late as it may.
static void copy_async(unsigned to, const void* from) { fibers[current].copies.back().push_back({to, from}); }
static void copies_commit() { fibers[current].copies.emplace_back(); }
template <int LEFT>
static void copies_wait() {
	auto& copies = fibers[current].copies;
	while (copies.size() > LEFT + 1) {
		for (Copy copy : copies.front()) memcpy(dynamic_shared + copy.to, copy.from, 16);
		copies.pop_front();
	}
}

struct Lane {
	unsigned row, a[4], b[2];
};
static Lane warps[8][32];
static Lane* warp() { return warps[threadIdx.x / 32]; }
static void wait_warp() { wait(warp_barriers[current / 32]); }

static void load_matrices(unsigned (&out)[4], unsigned row) {
	unsigned lane = threadIdx.x % 32;
	warp()[lane].row = row;
	wait_warp();
	for (unsigned matrix = 0; matrix < 4; matrix++)
		memcpy(&out[matrix], dynamic_shared + warp()[matrix * 8 + lane / 4].row + lane % 4 * 4, 4);
	wait_warp();
}

static int byte_of(unsigned value, unsigned index) { return (signed char)(value >> (8 * index)); }

static void multiply_add(int (&sums)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
	unsigned lane = threadIdx.x % 32;
	Lane& own = warp()[lane];
	memcpy(own.a, a, sizeof own.a);
	own.b[0] = b0;
	own.b[1] = b1;
	wait_warp();
	for (unsigned n = 0; n < 4; n++) {
		unsigned row = lane / 4 + n / 2 * 8, column = lane % 4 * 2 + n % 2;
		for (unsigned k = 0; k < 32; k++) {
			const Lane& left = warp()[row % 8 * 4 + k % 16 / 4];
			const Lane& right = warp()[column * 4 + k % 16 / 4];
			sums[n] += byte_of(left.a[row / 8 + k / 16 * 2], k % 4) * byte_of(right.b[k / 16], k % 4);
		}
	}
	wait_warp();
}

#define CLUSTER_OF(blocks)
static unsigned cluster_rank() { return rank; }
static void cluster_wait() { wait(cluster_barrier); }

// A barrier in shared memory, by its block and address.
struct Phases {
	unsigned members, missing, phase;
	long bytes;
};
static std::map<std::pair<unsigned, unsigned>, Phases> phases;
static void advance(Phases& barrier) {
	if (barrier.missing || barrier.bytes) return;
	barrier.missing = barrier.members;
	barrier.phase++;
}
static void barrier_start(unsigned barrier, unsigned arrivals) { phases[{rank, barrier}] = {arrivals, arrivals, 0, 0}; }
static void barriers_started() {}
static void barrier_arrive(unsigned barrier, unsigned in_block) {
	Phases& there = phases.at({in_block, barrier});
	there.missing--;
	advance(there);
}
static void barrier_expect(unsigned barrier, unsigned bytes) {
	phases.at({rank, barrier}).bytes += bytes;
	barrier_arrive(barrier, rank);
}
static void barrier_wait(unsigned barrier, unsigned parity) {
	while (phases.at({rank, barrier}).phase % 2 == parity) yield();
}
static void copy_bulk(unsigned to, const void* from, unsigned bytes, unsigned barrier, unsigned blocks) {
	for (unsigned block = 0; block < MOST_BLOCKS; block++)
		if (blocks >> block & 1)
			later.push_back([=] {
				memcpy(memories[block] + to, from, bytes);
				Phases& there = phases.at({block, barrier});
				there.bytes -= bytes;
				advance(there);
			});
}
static void copy_bulk(unsigned to, const void* from, unsigned bytes, unsigned barrier) {
	copy_bulk(to, from, bytes, barrier, 1u << rank);
}

static void readers_wait() { wait(reader_barriers[rank]); }
static void warp_wait() { wait_warp(); }
static void copies_see_shared() {}
static void store_bulk(int* to, unsigned from, unsigned bytes) {
	fibers[current].stores.push_back([=] { memcpy(to, dynamic_shared + from, bytes); });
}
static void add_bulk(int* to, unsigned from, unsigned bytes) {
	fibers[current].stores.push_back([=] {
		for (unsigned i = 0; i < bytes / 4; i++) to[i] += ((int*)(dynamic_shared + from))[i];
	});
}
static void bulks_finish() {
	for (auto& store : fibers[current].stores) store();
	fibers[current].stores.clear();
}

// A byte of the matrix that a descriptor names: K-major, swizzled over 128 bytes.
static int matrix_byte(u64 matrix, unsigned row, unsigned k) {
	unsigned start = (matrix & 0x3fff) << 4, to_next_eight = (matrix >> 32 & 0x3fff) << 4;
	unsigned address = start + row / 8 * to_next_eight + row % 8 * 128 + k;
	return (signed char)dynamic_shared[address ^ (address >> 7 & 7) << 4];
}
static void products_start() {}
static void products_add(int (&sums)[128], u64 a, u64 b) { fibers[current].products.back().push_back({&sums, a, b}); }
static void products_commit() { fibers[current].products.emplace_back(); }
template <int LEFT>
static void products_wait() {
	auto& products = fibers[current].products;
	unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32 % 4;
	for (; products.size() > LEFT + 1; products.pop_front())
		for (Product product : products.front())
			for (unsigned n = 0; n < 128; n++) {
				unsigned row = warp * 16 + n / 2 % 2 * 8 + lane / 4, column = n / 4 * 8 + lane % 4 * 2 + n % 2;
				for (unsigned k = 0; k < 32; k++)
					(*product.sums)[n] += matrix_byte(product.a, row, k) * matrix_byte(product.b, column, k);
			}
}

#include "challenge.cu"
#include "hopper.cu"

// --- The launches -----------------------------------------------------------------------------------------------------

static unsigned up(u64 value, u64 unit) { return (value + unit - 1) / unit; }

static Words8 words_of(const char* hex) {
	Words8 words = {};
	for (int i = 0; i < 32; i++) {
		char digits[3] = {hex[2 * i], hex[2 * i + 1], 0};
		words.word[i / 4] |= (unsigned)strtoul(digits, nullptr, 16) << (i % 4 * 8);
	}
	return words;
}

template <class T>
static void write(const std::vector<T>& values) {
	fwrite(values.data(), sizeof(T), values.size(), stdout);
}

int main(int, char** arguments) {
	bool hopper = !strcmp(arguments[1], "hopper");
	auto number = [&](int index) { return (u32)strtoul(arguments[index], nullptr, 10); };
	u32 rows = number(2), columns = number(3), k = number(4), slab = number(5), lanes = number(6), steps = number(7);
	Words8 key_a = words_of(arguments[8]), key_b = words_of(arguments[9]), seed = words_of(arguments[10]);

	u32 room = up(rows, CLUSTER * BLOCK_ROWS) * CLUSTER, across = up(columns, BLOCK_COLUMNS), pitch = slab / UNIT_DEPTH;
	std::vector<uint4> a(u64(room) * BLOCK_ROWS * slab / 16), b(u64(across) * BLOCK_COLUMNS * slab / 16);
	std::vector<int> c(u64(rows) * columns, -1);
	for (u32 done = 0; done < k; done += slab) {
		u32 depth = k - done < slab ? k - done : slab, blocks = depth / 64;
		auto expand_to = [&](Words8 key, u32 count, std::vector<uint4>& out) {
			u64 threads = u64(up(count, UNIT_ROWS)) * UNIT_ROWS * up(blocks, 2) * 2;
			launch(up(threads, 256), 256, [&] { expand(key, count, done / 64, blocks, pitch, (i8*)out.data()); });
		};
		expand_to(key_a, rows, a);
		expand_to(key_b, columns, b);
		auto arguments_to = [&](auto kernel) {
			return [&, kernel] { kernel((const i8*)a.data(), (const i8*)b.data(), pitch, depth, rows, columns, done > 0, c.data()); };
		};
		if (hopper)
			launch(room * across, HOPPER_THREADS, arguments_to(product_hopper), CLUSTER);
		else
			launch(up(rows, BLOCK_ROWS) * across, PRODUCT_THREADS, arguments_to(product));
	}
	write(c);

	auto levels = [](u64 leaves) {
		u32 levels = 0;
		while (levels < 10 && (u64(1) << levels) < leaves) levels++;
		return levels;
	};
	u64 chunks = c.size() / 16, count = u64(lanes) * (steps + 1);
	std::vector<Hash> fill(up(chunks, TILE_LEAVES)), transcript(up(count, TILE_LEAVES));
	launch(fill.size(), TREE_THREADS, [&] { fill_tiles((const u64*)c.data(), chunks, levels(chunks), fill.data()); });
	write(fill);

	std::vector<u64> states(count);
	launch(up(lanes, 128), 128, [&] { walk_start(seed, lanes, steps, states.data()); });
	u32 middle = steps / 2; // in two launches, as a long walk is
	for (auto [from, until] : {std::pair{0u, middle}, std::pair{middle, steps}})
		launch(up(lanes, 128), 128, [&, from = from, until = until] {
			walk((const uint4*)c.data(), chunks, lanes, steps, from, until, states.data());
		});
	write(states);
	launch(transcript.size(), TREE_THREADS, [&] { state_tiles(states.data(), count, levels(count), transcript.data()); });
	write(transcript);
}
