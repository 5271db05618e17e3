"""Makes challenge.ptx and hopper.ptx of challenge.cu and hopper.cu, and checks that they assemble. Run it after every
change of these:

    python3 -m venv /tmp/cuda && /tmp/cuda/bin/pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-nvcc-cu12
    /tmp/cuda/bin/python node/gpu/kernels/build.py

NVRTC compiles challenge.cu for compute capability 8.0, which every later card's driver translates for itself, and hopper.cu
for 9.0 with what only that has. The PTX version that it writes into the text is its own; the text asks for the least that
has what the kernels need: 7.0, which CUDA 11.0's driver reads, and 8.0, which CUDA 12.0's does. ptxas has to assemble each
for the architectures below without spilling registers.
"""
import ctypes
import pathlib
import re
import subprocess
import sys

# Source: compute capability, PTX version, architectures to assemble for.
SOURCES = {
    "challenge": ("compute_80", "7.0", ("sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")),
    "hopper": ("compute_90a", "8.0", ("sm_90a",)),
}

here = pathlib.Path(__file__).resolve().parent
packages = next(path for path in map(pathlib.Path, sys.path) if (path / "nvidia/cuda_nvrtc").is_dir()) / "nvidia"
nvrtc = ctypes.CDLL(str(packages / "cuda_nvrtc/lib/libnvrtc.so.12"))


def check(result):
    if result:
        nvrtc.nvrtcGetErrorString.restype = ctypes.c_char_p
        sys.exit(nvrtc.nvrtcGetErrorString(result).decode())


def text(size_of, read, program):
    size = ctypes.c_size_t()
    check(size_of(program, ctypes.byref(size)))
    buffer = ctypes.create_string_buffer(size.value)
    check(read(program, buffer))
    return buffer.value.decode()


def compile(name, capability, ptx_version, *more):
    """The PTX of `name`.cu."""
    program = ctypes.c_void_p()
    source = (here / f"{name}.cu").read_bytes()
    options = [f"--gpu-architecture={capability}", "--std=c++17", "-default-device", f"--include-path={here}", *more]
    options = [option.encode() for option in options]
    check(nvrtc.nvrtcCreateProgram(ctypes.byref(program), source, f"{name}.cu".encode(), 0, None, None))
    failed = nvrtc.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options))
    log = text(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog, program)
    if log.strip() or failed:
        sys.exit(log)
    ptx = text(nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX, program)
    ptx, changed = re.subn(r"^\.version \S+$", f".version {ptx_version}", ptx, flags=re.M)
    assert changed == 1
    return re.sub(r"\A(//.*\n|\s*\n)*", f"// Made of {name}.cu by build.py. Do not edit.\n\n", ptx)


def assemble(path, architecture):
    """Assembles a PTX file, and fails unless every kernel does without a stack and without spilling."""
    command = [packages / "cuda_nvcc/bin/ptxas", "-v", f"-arch={architecture}", path, "-o", "/dev/null"]
    report = subprocess.run(command, capture_output=True, text=True)
    if report.returncode or "warning" in report.stderr.lower():
        sys.exit(f"{architecture}: {report.stdout}{report.stderr}")
    kernels = re.findall(r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores.*?"
                         r"Used (\d+) registers", report.stderr, re.S)
    assert len(kernels) == path.read_text().count(".entry "), report.stderr
    print(architecture, ", ".join(f"{name} {registers}" for name, _, _, registers in kernels), "registers")
    for name, stack, spills, _ in kernels:
        if int(stack) or int(spills):
            sys.exit(f"{architecture}: {name} uses {stack} bytes of stack and spills {spills}")


if __name__ == "__main__":
    for name, (capability, ptx_version, architectures) in SOURCES.items():
        path = here / f"{name}.ptx"
        path.write_text(compile(name, capability, ptx_version))
        for architecture in architectures:
            assemble(path, architecture)
