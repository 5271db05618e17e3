//! The challenge on NVIDIA GPUs, compute capability 8.0 and later, through the driver alone: the kernels are embedded as
//! PTX, made of `kernels/challenge.cu` and, for the product on Hopper, `kernels/hopper.cu`. Without a driver everything here
//! says so, and nothing fails to link or load.
#![allow(unsafe_code)] // Kernels are called with pointers. The reasons stand beside each call.

use crate::{
	backend::{Backend, Control, Device, Error, Memory, Phase},
	tiles::{tile_levels, tiles, TILE},
};
use cudarc::{
	driver::{
		result,
		sys::{is_culib_present, CUdevice_attribute, CUfunction_attribute},
		CudaContext, CudaFunction, CudaSlice, CudaStream, DriverError, LaunchConfig, PushKernelArg,
	},
	nvrtc::Ptx,
};
use millpond_proof::{expansion::Keys, Chunk, Hash, Profile};
use std::{ops::Range, sync::Arc, thread, time::Duration};

const KERNELS: &str = include_str!("../kernels/challenge.ptx");
const HOPPER_KERNELS: &str = include_str!("../kernels/hopper.ptx");

// As in tiles.h, challenge.cu and hopper.cu.
const UNIT_ROWS: u32 = 128;
const UNIT_DEPTH: u32 = 128;
const BLOCK_ROWS: u32 = 128;
const BLOCK_COLUMNS: u32 = 256;
const PRODUCT_THREADS: u32 = 256;
const PRODUCT_SHARED: u32 = 4 * (BLOCK_ROWS + BLOCK_COLUMNS) * 64;
const CLUSTER: u32 = 2;
const HOPPER_THREADS: u32 = 288;
/// Four stages, and their barriers.
const HOPPER_SHARED: u32 = 4 * (BLOCK_ROWS + BLOCK_COLUMNS) * UNIT_DEPTH + 4 * 2 * 8;
const TREE_THREADS: u32 = 256;
const TREE_SHARED: u32 = TILE as u32 * 32;
const EXPAND_THREADS: u32 = 256;
const WALK_THREADS: u32 = 128;

/// Terms that are expanded and multiplied at once, at most. The units of A and B are as long as the device has memory left
/// for; each stretch reads and writes the whole product once, which at this length takes a fiftieth of its time.
const MAX_SLAB: u32 = 1 << 16;

/// Steps that are walked between two looks at whether to stop.
const WALK_STRETCH: u32 = 512;

/// Device memory that is left to the driver: for its own use, the kernels, and rounding.
const MARGIN: u64 = 256 << 20;

impl From<DriverError> for Error {
	fn from(error: DriverError) -> Self {
		Error::Driver(format!("{error:?}"))
	}
}

/// All NVIDIA GPUs of this machine.
#[derive(Clone, Copy, Debug)]
pub struct Cuda {
	portable: bool,
}

impl Cuda {
	/// Connects to the driver.
	///
	/// Fails with [`Error::NoDriver`] where there is none, and with [`Error::Driver`] where it does not start.
	pub fn new() -> Result<Self, Error> {
		// SAFETY: it tries to load the driver's library, whose initialisers are NVIDIA's to answer for.
		if !unsafe { is_culib_present() } {
			return Err(Error::NoDriver);
		}
		result::init()?;
		Ok(Self { portable: false })
	}

	/// The same, by the kernels that run on every device, also where there are faster ones: to compare the two.
	pub fn portable(self) -> Self {
		Self { portable: true }
	}

	fn count(&self) -> Result<u32, Error> {
		Ok(result::device::get_count()?.try_into().unwrap_or_default())
	}
}

/// The id of a device as NVML writes it.
fn uuid_text(bytes: [u8; 16]) -> String {
	let digits = hex::encode(bytes);
	let (a, b, c, d, e) = (
		&digits[..8],
		&digits[8..12],
		&digits[12..16],
		&digits[16..20],
		&digits[20..],
	);
	format!("GPU-{a}-{b}-{c}-{d}-{e}")
}

impl Backend for Cuda {
	fn devices(&self) -> Result<Vec<Device>, Error> {
		(0..self.count()?)
			.map(|number| {
				let device = result::device::get(number as i32)?;
				Ok(Device {
					number,
					name: result::device::get_name(device)?,
					uuid: Some(uuid_text(
						result::device::get_uuid(device)?.bytes.map(|byte| byte as u8),
					)),
					// SAFETY: the device is one that the driver has just named.
					memory: unsafe { result::device::total_mem(device)? } as u64,
				})
			})
			.collect()
	}

	fn multiply(
		&self,
		device: u32,
		profile: &Profile,
		seed: &Hash,
		control: &Control,
	) -> Result<Box<dyn Memory>, Error> {
		if device >= self.count()? {
			return Err(Error::NoDevice(device));
		}
		let context = CudaContext::new(device as usize)?;
		let attribute = |which| context.attribute(which);
		let major = attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)?;
		let minor = attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)?;
		if major < 8 {
			let name = context.name()?;
			return Err(Error::TooOld { name, major, minor });
		}
		let kernels = Kernels::load(&context, major == 9 && !self.portable)?;
		let stream = context.default_stream();
		let (free, _) = context.mem_get_info()?;
		let slab = slab(profile, free as u64)?;
		let chunks = multiply(&kernels, &stream, profile, slab, seed, control)?;
		Ok(Box::new(CudaMemory {
			profile: *profile,
			kernels,
			stream,
			chunks,
			states: None,
		}))
	}
}

/// Rows and columns for which there is room in the units of A and B: whole blocks, and whole clusters of them.
fn padded(profile: &Profile) -> (u32, u32) {
	let rows = profile.rows().next_multiple_of(CLUSTER * BLOCK_ROWS);
	(rows, profile.columns().next_multiple_of(BLOCK_COLUMNS))
}

/// How many terms are multiplied at once, if `free` bytes of device memory are free.
///
/// Fails with [`Error::TooSmall`] where not even one block of keystream fits beside the product, or not the transcript.
fn slab(profile: &Profile, free: u64) -> Result<u32, Error> {
	let nodes = |leaves: u64| tiles(leaves) * 32;
	let (rows, columns) = padded(profile);
	let term = u64::from(rows) + u64::from(columns);
	let transcript = profile.states() * 8 + nodes(profile.states());
	let fixed = profile.memory() + MARGIN;
	// One after the other: units of A and B, nodes over the product, transcript.
	let needed = fixed
		+ transcript
			.max(nodes(profile.chunks()))
			.max(u64::from(UNIT_DEPTH) * term);
	if needed > free {
		return Err(Error::TooSmall { needed, free });
	}
	let fits = (free - fixed) / term / u64::from(UNIT_DEPTH) * u64::from(UNIT_DEPTH);
	let whole = profile.k().next_multiple_of(UNIT_DEPTH);
	Ok(whole.min(MAX_SLAB).min(u32::try_from(fits).unwrap_or(MAX_SLAB)))
}

/// One of the two kernels that multiply, and how it is launched.
struct Product {
	kernel: CudaFunction,
	/// Of a block.
	threads: u32,
	/// Bytes of a block.
	shared: u32,
	/// Blocks of a cluster, which lie under each other.
	cluster: u32,
}

struct Kernels {
	expand: CudaFunction,
	product: Product,
	fill_tiles: CudaFunction,
	state_tiles: CudaFunction,
	walk_start: CudaFunction,
	walk: CudaFunction,
}

impl Kernels {
	/// All kernels; the product for Hopper if `hopper`, and if the driver is new enough for it.
	fn load(context: &Arc<CudaContext>, hopper: bool) -> Result<Self, Error> {
		let module = context.load_module(Ptx::from_src(KERNELS))?;
		let hopper = match hopper {
			true => context.load_module(Ptx::from_src(HOPPER_KERNELS)).ok(),
			false => None,
		};
		let product = match hopper {
			Some(hopper) => Product {
				kernel: hopper.load_function("product_hopper")?,
				threads: HOPPER_THREADS,
				shared: HOPPER_SHARED,
				cluster: CLUSTER,
			},
			None => Product {
				kernel: module.load_function("product")?,
				threads: PRODUCT_THREADS,
				shared: PRODUCT_SHARED,
				cluster: 1,
			},
		};
		product.kernel.set_attribute(
			CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
			product.shared as i32,
		)?;
		Ok(Self {
			expand: module.load_function("expand")?,
			product,
			fill_tiles: module.load_function("fill_tiles")?,
			state_tiles: module.load_function("state_tiles")?,
			walk_start: module.load_function("walk_start")?,
			walk: module.load_function("walk")?,
		})
	}
}

/// A key or seed as the kernels take it.
fn words(hash: &Hash) -> [u32; 8] {
	let mut words = [0; 8];
	for (word, bytes) in words.iter_mut().zip(hash.as_chunks::<4>().0) {
		*word = u32::from_le_bytes(*bytes);
	}
	words
}

/// A launch of one thread for each of `items`, or of one block where a block is one item.
fn grid(items: u64, threads_per_item_block: (u64, u32), shared: u32) -> Result<LaunchConfig, Error> {
	let (items_of_block, threads) = threads_per_item_block;
	let blocks = u32::try_from(items.div_ceil(items_of_block))
		.ok()
		.filter(|blocks| *blocks <= i32::MAX as u32);
	Ok(LaunchConfig {
		grid_dim: (
			blocks.ok_or_else(|| Error::Driver("the launch is too large".into()))?,
			1,
			1,
		),
		block_dim: (threads, 1, 1),
		shared_mem_bytes: shared,
	})
}

/// Waits until the device has done what it was given, asleep: the driver's own waiting keeps a core busy.
fn wait(stream: &Arc<CudaStream>) -> Result<(), Error> {
	let end = stream.record_event(None)?;
	while !end.try_is_complete()? {
		thread::sleep(Duration::from_millis(1));
	}
	Ok(())
}

/// Computes the product of `seed`, `slab` terms at once.
fn multiply(
	kernels: &Kernels,
	stream: &Arc<CudaStream>,
	profile: &Profile,
	slab: u32,
	seed: &Hash,
	control: &Control,
) -> Result<CudaSlice<Chunk>, Error> {
	let keys = Keys::new(seed);
	let (rows, columns, k) = (profile.rows(), profile.columns(), profile.k());
	let (padded_rows, padded_columns) = padded(profile);
	let pitch = slab / UNIT_DEPTH;
	// SAFETY: all of the product is written before it is read; the rows that pad the units are multiplied, but what they
	// give is not stored.
	let (mut chunks, mut a, mut b) = unsafe {
		(
			stream.alloc::<Chunk>(profile.chunks() as usize)?,
			stream.alloc::<i8>(padded_rows as usize * slab as usize)?,
			stream.alloc::<i8>(padded_columns as usize * slab as usize)?,
		)
	};
	for first in (0..k).step_by(slab as usize) {
		let depth = slab.min(k - first);
		let (first_block, blocks) = (first / 64, depth / 64);
		let expand = |key: &Hash, count: u32, out: &mut CudaSlice<i8>| {
			// A thread for each half of a unit's row, of all rows of a unit.
			let threads = u64::from(count.next_multiple_of(UNIT_ROWS)) * u64::from(blocks.next_multiple_of(2));
			let config = grid(threads, (EXPAND_THREADS.into(), EXPAND_THREADS), 0)?;
			// SAFETY: `out` has units for `count` rows, `pitch` along each, of which as many are written as have `blocks`.
			unsafe {
				stream
					.launch_builder(&kernels.expand)
					.arg(&words(key))
					.arg(&count)
					.arg(&first_block)
					.arg(&blocks)
					.arg(&pitch)
					.arg(out)
					.launch(config)?;
			}
			Ok::<_, Error>(())
		};
		expand(&keys.rows, rows, &mut a)?;
		expand(&keys.columns, columns, &mut b)?;
		let product = &kernels.product;
		let down = rows.div_ceil(BLOCK_ROWS).next_multiple_of(product.cluster);
		let blocks_of_threads = u64::from(down) * u64::from(padded_columns / BLOCK_COLUMNS);
		let config = grid(blocks_of_threads, (1, product.threads), product.shared)?;
		let more = u32::from(first > 0);
		// SAFETY: `a` and `b` have units for whole clusters of blocks of rows, `pitch` along each; `depth` is a multiple of 64
		// and not more than fits these; and the product has rows x columns entries of four bytes.
		unsafe {
			stream
				.launch_builder(&product.kernel)
				.arg(&a)
				.arg(&b)
				.arg(&pitch)
				.arg(&depth)
				.arg(&rows)
				.arg(&columns)
				.arg(&more)
				.arg(&mut chunks)
				.launch(config)?;
		}
		wait(stream)?;
		control.report(Phase::Fill, u64::from(first + depth), k.into())?;
	}
	Ok(chunks)
}

/// A product in a GPU's memory.
struct CudaMemory {
	profile: Profile,
	kernels: Kernels,
	stream: Arc<CudaStream>,
	chunks: CudaSlice<Chunk>,
	states: Option<CudaSlice<u64>>,
}

impl CudaMemory {
	/// The nodes over the tiles of `count` leaves.
	fn tree_tiles<T>(&self, kernel: &CudaFunction, leaves: &CudaSlice<T>, count: u64) -> Result<Vec<Hash>, Error> {
		let config = grid(count, (TILE as u64, TREE_THREADS), TREE_SHARED)?;
		// SAFETY: each block writes its own node, and reads leaves below `count`, which is how many there are.
		let nodes = unsafe {
			let mut nodes = self.stream.alloc::<Hash>(tiles(count) as usize)?;
			self.stream
				.launch_builder(kernel)
				.arg(leaves)
				.arg(&count)
				.arg(&tile_levels(count))
				.arg(&mut nodes)
				.launch(config)?;
			nodes
		};
		self.read(&nodes, 0..tiles(count))
	}

	fn read<T: cudarc::driver::DeviceRepr>(&self, from: &CudaSlice<T>, range: Range<u64>) -> Result<Vec<T>, Error> {
		let part = from
			.try_slice(range.start as usize..range.end as usize)
			.ok_or_else(|| Error::Driver(format!("{range:?} is outside of the memory")))?;
		let values = self.stream.clone_dtoh(&part)?;
		self.stream.synchronize()?;
		Ok(values)
	}
}

impl Memory for CudaMemory {
	fn fill_tiles(&mut self, control: &Control) -> Result<Vec<Hash>, Error> {
		let chunks = self.profile.chunks();
		control.report(Phase::FillTree, 0, chunks)?;
		let nodes = self.tree_tiles(&self.kernels.fill_tiles, &self.chunks, chunks)?;
		control.report(Phase::FillTree, chunks, chunks)?;
		Ok(nodes)
	}

	fn walk(&mut self, seed: &Hash, control: &Control) -> Result<(), Error> {
		let (lanes, steps, count) = (self.profile.lanes(), self.profile.steps(), self.profile.chunks());
		self.states = None;
		let config = grid(lanes.into(), (WALK_THREADS.into(), WALK_THREADS), 0)?;
		// SAFETY: a lane has `steps` + 1 states, and the walk reads chunks below `count`, which is how many there are.
		let mut states = unsafe {
			let mut states = self.stream.alloc::<u64>(self.profile.states() as usize)?;
			self.stream
				.launch_builder(&self.kernels.walk_start)
				.arg(&words(seed))
				.arg(&lanes)
				.arg(&steps)
				.arg(&mut states)
				.launch(config)?;
			states
		};
		for from in (0..steps).step_by(WALK_STRETCH as usize) {
			let until = steps.min(from.saturating_add(WALK_STRETCH));
			// SAFETY: as above.
			unsafe {
				self.stream
					.launch_builder(&self.kernels.walk)
					.arg(&self.chunks)
					.arg(&count)
					.arg(&lanes)
					.arg(&steps)
					.arg(&from)
					.arg(&until)
					.arg(&mut states)
					.launch(config)?;
			}
			wait(&self.stream)?;
			control.report(Phase::Walk, until.into(), steps.into())?;
		}
		self.states = Some(states);
		Ok(())
	}

	fn state_tiles(&mut self, control: &Control) -> Result<Vec<Hash>, Error> {
		let count = self.profile.states();
		let states = self.states.as_ref().ok_or(Error::NotWalked)?;
		control.report(Phase::WalkTree, 0, count)?;
		let nodes = self.tree_tiles(&self.kernels.state_tiles, states, count)?;
		control.report(Phase::WalkTree, count, count)?;
		Ok(nodes)
	}

	fn chunks(&self, range: Range<u64>) -> Result<Vec<Chunk>, Error> {
		self.read(&self.chunks, range)
	}

	fn states(&self, range: Range<u64>) -> Result<Vec<u64>, Error> {
		self.read(self.states.as_ref().ok_or(Error::NotWalked)?, range)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn profile(rows: u32, columns: u32, k: u32) -> Profile {
		Profile::new(rows, columns, k, 1 << 16, 1 << 10, 16).unwrap()
	}

	#[test]
	fn uuid_should_be_written_as_nvml_does() {
		let bytes = [
			0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 1, 2, 3, 4, 5, 6, 7, 0xff,
		];
		assert_eq!(uuid_text(bytes), "GPU-12345678-9abc-def0-0102-0304050607ff");
	}

	#[test]
	fn slab_should_leave_room_for_the_product() {
		let profile = profile(131_072, 229_376, 655_360);
		let free = 140 << 30;
		assert_eq!(slab(&profile, free), Ok(MAX_SLAB));
		let tight = profile.memory() + MARGIN + (131_072 + 229_376) * 3_060;
		let terms = slab(&profile, tight).unwrap();
		assert_eq!(terms, 2_944);
		assert!(profile.memory() + MARGIN + (131_072 + 229_376) * u64::from(terms) <= tight);
		assert_eq!(
			slab(&profile, profile.memory()).unwrap_err(),
			Error::TooSmall {
				needed: profile.memory() + MARGIN + profile.states() * 8 + tiles(profile.states()) * 32,
				free: profile.memory(),
			}
		);
	}

	#[test]
	fn slab_should_not_be_longer_than_the_rows() {
		assert_eq!(slab(&profile(16, 16, 192), 1 << 40), Ok(256));
	}

	#[test]
	fn constants_should_be_those_of_the_kernels() {
		let source = concat!(
			include_str!("../kernels/tiles.h"),
			include_str!("../kernels/challenge.cu"),
			include_str!("../kernels/hopper.cu")
		);
		let defined = |name: &str| {
			let line = source
				.lines()
				.find_map(|line| line.strip_prefix(&format!("#define {name} ")));
			line.unwrap().parse::<u32>().unwrap()
		};
		assert_eq!(defined("UNIT_ROWS"), UNIT_ROWS);
		assert_eq!(defined("UNIT_DEPTH"), UNIT_DEPTH);
		assert_eq!(defined("BLOCK_ROWS"), BLOCK_ROWS);
		assert_eq!(defined("BLOCK_COLUMNS"), BLOCK_COLUMNS);
		assert_eq!(
			defined("BLOCK_DEPTH") * defined("STAGES") * (BLOCK_ROWS + BLOCK_COLUMNS),
			PRODUCT_SHARED
		);
		assert_eq!(defined("PRODUCT_THREADS"), PRODUCT_THREADS);
		assert_eq!(defined("HOPPER_ROWS"), BLOCK_ROWS);
		assert_eq!(defined("HOPPER_COLUMNS"), BLOCK_COLUMNS);
		assert_eq!(defined("HOPPER_THREADS"), HOPPER_THREADS);
		assert_eq!(defined("CLUSTER"), CLUSTER);
		// Each stage has a part of A and B and two barriers of eight bytes.
		let stage = UNIT_DEPTH * (BLOCK_ROWS + BLOCK_COLUMNS) + 16;
		assert_eq!(defined("HOPPER_STAGES") * stage, HOPPER_SHARED);
		assert_eq!(defined("TREE_THREADS"), TREE_THREADS);
		assert_eq!(defined("TILE_LEAVES") as usize, TILE);
		assert_eq!(defined("READS"), millpond_proof::walk::READS);
		for kernel in ["expand", "product", "fill_tiles", "state_tiles", "walk_start", "walk"] {
			assert!(KERNELS.contains(&format!(".entry {kernel}(")), "{kernel}");
		}
		assert!(HOPPER_KERNELS.contains(".entry product_hopper("));
	}

	/// Bytes that are free on the first device, by NVML: who asked through CUDA would keep its context alive.
	fn free() -> u64 {
		let report = crate::probe::probe();
		report.gpus.first().and_then(|gpu| gpu.memory_free).unwrap()
	}

	#[test]
	fn memory_should_be_free_again_when_what_was_computed_is_dropped_or_cancelled() {
		let cuda = match Cuda::new().and_then(|cuda| Ok((cuda, cuda.count()?))) {
			Ok((cuda, count)) if count > 0 => cuda,
			other => return println!("NOT RUN: no device: {:?}", other.err()),
		};
		let control = |cancelled| Control {
			cancelled,
			progress: &|_, _, _| (),
		};
		let profile = profile(16_384, 16_384, 64);
		let (before, running, stopping) = (free(), false.into(), true.into());
		let memory = cuda.multiply(0, &profile, &[1; 32], &control(&running)).unwrap();
		assert!(before - free() >= profile.memory());
		drop(memory);
		assert_eq!(free(), before);
		let cancelled = cuda.multiply(0, &profile, &[1; 32], &control(&stopping)).err();
		assert_eq!(cancelled, Some(Error::Cancelled));
		assert_eq!(free(), before);
	}
}
