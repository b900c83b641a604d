"""What this machine has: processors, memory, disk, GPU. Read from the system; no torch is loaded for it."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes of memory and disk, free and in all; 0 in all = not known. `gpus` by name, with memory."""

    cores: int
    memory_free: int
    memory: int
    disk_free: int
    disk: int
    gpus: tuple[str, ...] = ()


def look(home: Path, memory_file: Path = Path("/proc/meminfo")) -> Machine:
    """Look at this machine, with the disk that the home is on."""
    memory = _memory(memory_file)
    try:
        disk = shutil.disk_usage(home)
        total, free = disk.total, disk.free
    except OSError:
        total = free = 0
    cores = len(os.sched_getaffinity(0))
    return Machine(cores, memory.get("MemAvailable", 0), memory.get("MemTotal", 0), free, total, _gpus())


def _memory(file: Path) -> dict[str, int]:
    try:
        rows = (line.split() for line in file.read_text("ascii", "replace").splitlines())
        return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if len(row) == 3}
    except (OSError, ValueError):
        return {}


def _gpus() -> tuple[str, ...]:
    command = shutil.which("nvidia-smi")
    if not command:
        return ()
    asked = [command, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        said = subprocess.run(asked, capture_output=True, timeout=5, check=True, text=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(" · ".join(part.strip() for part in line.split(",")) for line in said.splitlines() if line)
