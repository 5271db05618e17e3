"""Makes challenge.ptx of challenge.cu, and checks that it assembles. Run it after every change of challenge.cu:

    python3 -m venv /tmp/cuda && /tmp/cuda/bin/pip install nvidia-cuda-nvrtc-cu12 nvidia-cuda-nvcc-cu12
    /tmp/cuda/bin/python node/gpu/kernels/build.py

NVRTC compiles for compute capability 8.0, which every later card's driver translates for itself. The PTX version that
it writes into the text is its own; nothing in the kernels needs more than 7.0, which CUDA 11.0's driver reads, so that
is what the text asks for. ptxas has to assemble it for each architecture below without spilling registers.
"""
import ctypes
import pathlib
import re
import subprocess
import sys

ARCHITECTURES = ("sm_80", "sm_86", "sm_89", "sm_90", "sm_100", "sm_120")
PTX_VERSION = "7.0"

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


program = ctypes.c_void_p()
source = (here / "challenge.cu").read_bytes()
options = [b"--gpu-architecture=compute_80", b"--std=c++17", b"-default-device"]
check(nvrtc.nvrtcCreateProgram(ctypes.byref(program), source, b"challenge.cu", 0, None, None))
failed = nvrtc.nvrtcCompileProgram(program, len(options), (ctypes.c_char_p * len(options))(*options))
log = text(nvrtc.nvrtcGetProgramLogSize, nvrtc.nvrtcGetProgramLog, program)
if log.strip() or failed:
    sys.exit(log)
ptx = text(nvrtc.nvrtcGetPTXSize, nvrtc.nvrtcGetPTX, program)
ptx, changed = re.subn(r"^\.version \S+$", f".version {PTX_VERSION}", ptx, flags=re.M)
assert changed == 1
ptx = re.sub(r"\A(//.*\n|\s*\n)*", "// Made of challenge.cu by build.py. Do not edit.\n\n", ptx)
(here / "challenge.ptx").write_text(ptx)

for architecture in ARCHITECTURES:
    command = [packages / "cuda_nvcc/bin/ptxas", "-v", f"-arch={architecture}", here / "challenge.ptx", "-o", "/dev/null"]
    report = subprocess.run(command, capture_output=True, text=True)
    if report.returncode:
        sys.exit(f"{architecture}: {report.stdout}{report.stderr}")
    kernels = re.findall(r"Compiling entry function '(\w+)'.*?(\d+) bytes stack frame, (\d+) bytes spill stores.*?"
                         r"Used (\d+) registers", report.stderr, re.S)
    assert len(kernels) == 6, report.stderr
    print(architecture, ", ".join(f"{name} {registers}" for name, _, _, registers in kernels), "registers")
    for name, stack, spills, _ in kernels:
        if int(stack) or int(spills):
            sys.exit(f"{architecture}: {name} uses {stack} bytes of stack and spills {spills}")
