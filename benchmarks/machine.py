"""What a benchmark ran on and what its processes used; no host names and no paths."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

PROC = Path("/proc")
PACKAGES = ("duckdb", "pyarrow", "streamlit", "plotly")


def described() -> str:
    """Cores, memory and versions in one line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{os.cpu_count()} cores ({platform.machine()})", f"{memory:.0f} GB", platform.system()]
    parts.append(f"Python {platform.python_version()}")
    return ", ".join(parts + [f"{package} {version(package)}" for package in PACKAGES])


def cpu_seconds(pid: int) -> float:
    """Processor time that a running process used so far, all its threads together; 0 where /proc does not tell."""
    try:
        fields = (PROC / str(pid) / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Processor time that all processes together used since the machine started; 0 where /proc does not tell."""
    try:
        fields = (PROC / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    except OSError:
        return 0.0
    user, nice, system, _, _, interrupts, soft_interrupts = map(int, fields[1:8])
    return (user + nice + system + interrupts + soft_interrupts) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(pid: int | None = None) -> float:
    """The most memory a running process ever held (None: this one), in MB; 0 where /proc does not tell."""
    return _megabytes(pid, "VmHWM")


def megabytes(pid: int) -> float:
    """The memory that a running process holds, in MB; 0 where /proc does not tell."""
    return _megabytes(pid, "VmRSS")


def _megabytes(pid: int | None, which: str) -> float:
    try:
        status = (PROC / str(pid or "self") / "status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(which))
