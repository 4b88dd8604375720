"""What results were measured on and with: the header of a results file."""

import datetime
import os
import pathlib
import platform
import re
import subprocess


def output_of(*command, cwd=None):
    """A command's first line of output; nothing when it fails or is not there."""
    try:
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip().split("\n")[0] if done.returncode == 0 else ""


def cpu_model():
    try:
        found = re.search(r"^model name\s*:\s*(.+)$",
                          pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def memory_mib(field="MemTotal"):
    """A field of /proc/meminfo; 0 when it is not known."""
    try:
        text = pathlib.Path("/proc/meminfo").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(rf"^{field}:\s*(\d+) kB", text, re.M)
    return int(found[1]) // 1024 if found else 0


def filesystem_of(folder):
    return output_of("stat", "--file-system", "--format=%T", str(folder))


def revision(source):
    """Of git, with a + when the tree has changes; nothing outside of a repository."""
    short = output_of("git", "rev-parse", "--short=10", "HEAD", cwd=source)
    changed = short and output_of("git", "status", "--porcelain", "--untracked-files=no",
                                  cwd=source)
    return short + ("+" if changed else "")


def package_version(package):
    """Of an installed Debian package, without its packaging's part."""
    version = output_of("dpkg-query", "-W", "-f", "${Version}", package)
    return re.sub(r"^\d+:|[-+].*$", "", version)


def header(source, program, folder):
    """All of it, for histories in `folder`."""
    version = output_of(str(program), "--version").split(" ")[-1]
    return {
        "version": version,
        "revision": revision(source),
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cpu": cpu_model(),
        "cores": os.cpu_count(),
        "memory_mib": memory_mib(),
        "kernel": f"{platform.system()} {platform.release()}",
        "filesystem": filesystem_of(folder),
        "compiler": output_of(os.environ.get("CXX", "g++"), "--version"),
        "sqlite": output_of("pkg-config", "--modversion", "sqlite3"),
        "rocksdb": package_version("librocksdb-dev"),
        "lmdb": package_version("liblmdb-dev"),
    }
