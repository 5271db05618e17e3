// Runs challenge.cu on a CPU: every thread of a block is a fiber, and the instructions that a warp executes together are
// spelt out as the PTX manual defines them (sections "mma.m16n8k32", "ldmatrix", "cp.async"). Slow, for small shapes.
//
//     c++ -O1 -std=c++17 -o emulate emulate.cpp
//     ./emulate <rows> <columns> <k> <terms a slab> <lanes> <steps> <key of A> <key of B> <seed of the walk>
//
// writes to its output, in this order and as they lie in memory: the product, the nodes over its tiles, the states of the
// walk, the nodes over their tiles. The launches are those of src/cuda.rs.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
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
alignas(128) static unsigned char dynamic_shared[96 * 1024];

// --- Fibers -----------------------------------------------------------------------------------------------------------

struct Barrier {
	unsigned members = 0, arrived = 0, generation = 0;
};
struct Copy {
	unsigned to;
	const void* from;
};
struct Fiber {
	ucontext_t context;
	std::vector<char> stack = std::vector<char>(64 * 1024);
	bool done = false;
	std::deque<std::vector<Copy>> copies; // groups that are committed, and the one that is not
};
static std::vector<Fiber> fibers;
static ucontext_t scheduler;
static Barrier block_barrier;
static std::vector<Barrier> warp_barriers;
static std::function<void()> body;

static void yield() { swapcontext(&fibers[threadIdx.x].context, &scheduler); }
static void wait(Barrier& barrier) {
	unsigned generation = barrier.generation;
	if (++barrier.arrived == barrier.members) {
		barrier.arrived = 0;
		barrier.generation++;
	} else {
		while (barrier.generation == generation) yield();
	}
}
static void __syncthreads() { wait(block_barrier); }
static void enter() {
	body();
	fibers[threadIdx.x].done = true;
	yield();
}

template <class Body>
static void launch(unsigned blocks, unsigned threads, Body kernel) {
	body = kernel;
	blockDim.x = threads;
	for (blockIdx.x = 0; blockIdx.x < blocks; blockIdx.x++) {
		memset(dynamic_shared, 0xa5, sizeof dynamic_shared);
		fibers = std::vector<Fiber>(threads);
		block_barrier = Barrier{threads};
		warp_barriers = std::vector<Barrier>(threads / 32, Barrier{32});
		for (Fiber& fiber : fibers) {
			fiber.copies.emplace_back();
			getcontext(&fiber.context);
			fiber.context.uc_stack.ss_sp = fiber.stack.data();
			fiber.context.uc_stack.ss_size = fiber.stack.size();
			makecontext(&fiber.context, enter, 0);
		}
		for (bool running = true; running;) {
			running = false;
			// Last thread first, so that nothing comes to depend on the first being ahead.
			for (unsigned thread = threads; thread-- > 0;) {
				if (fibers[thread].done) continue;
				running = true;
				threadIdx.x = thread;
				swapcontext(&scheduler, &fibers[thread].context);
			}
		}
	}
}

// --- Instructions -----------------------------------------------------------------------------------------------------

static unsigned shared_address(const void* pointer) { return (const unsigned char*)pointer - dynamic_shared; }

// A copy happens as late as it may.
static void copy_async(unsigned to, const void* from) { fibers[threadIdx.x].copies.back().push_back({to, from}); }
static void copies_commit() { fibers[threadIdx.x].copies.emplace_back(); }
template <int LEFT>
static void copies_wait() {
	auto& copies = fibers[threadIdx.x].copies;
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
static void wait_warp() { wait(warp_barriers[threadIdx.x / 32]); }

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

#include "challenge.cu"

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
	auto number = [&](int index) { return (u32)strtoul(arguments[index], nullptr, 10); };
	u32 rows = number(1), columns = number(2), k = number(3), slab = number(4), lanes = number(5), steps = number(6);
	Words8 key_a = words_of(arguments[7]), key_b = words_of(arguments[8]), seed = words_of(arguments[9]);

	u32 blocks_down = up(rows, BLOCK_ROWS), blocks_across = up(columns, BLOCK_COLUMNS);
	std::vector<uint4> a(u64(blocks_down) * BLOCK_ROWS * slab / 16), b(u64(blocks_across) * BLOCK_COLUMNS * slab / 16);
	std::vector<int> c(u64(rows) * columns, -1);
	for (u32 done = 0; done < k; done += slab) {
		u32 depth = k - done < slab ? k - done : slab, blocks = depth / 64;
		launch(up(u64(rows) * blocks, 256), 256, [&] { expand(key_a, 0, rows, done / 64, blocks, slab, (i8*)a.data()); });
		launch(up(u64(columns) * blocks, 256), 256, [&] { expand(key_b, 0, columns, done / 64, blocks, slab, (i8*)b.data()); });
		launch(blocks_down * blocks_across, PRODUCT_THREADS, [&] {
			product((const i8*)a.data(), (const i8*)b.data(), slab, depth, rows, columns, done > 0, c.data());
		});
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
